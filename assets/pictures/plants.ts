import {
  type Brush,
  fade,
  fillBelow,
  HIGH,
  LOW,
  mix,
  oval,
  polygon,
  type Ridge,
  SIDE,
  vary,
} from './brush.ts'

/**
 * Blades of grass that grow from a ridge and below it, down to `to`, taller and sharper the nearer they are.
 */
export function grass(
  brush: Brush,
  {
    from,
    to,
    colour,
    tall = 20,
    count = 500,
  }: { from: Ridge; to: number; colour: string; tall?: number; count?: number },
): void {
  const { ctx, random } = brush
  const wind = random.between(-0.5, 0.5)
  ctx.lineCap = 'round'
  for (let i = 0; i < count; i++) {
    const near = i / count
    const x = random.between(LOW, HIGH)
    const y = from(x) + (to - from(x)) * near
    const height = tall * (0.35 + 0.65 * near) * random.between(0.6, 1.3)
    const lean = height * (wind + random.between(-0.4, 0.4))
    ctx.strokeStyle = fade(vary(brush, colour, 0.3), 0.75)
    ctx.lineWidth = 0.8 + 2 * near
    ctx.beginPath()
    ctx.moveTo(x, y)
    ctx.quadraticCurveTo(x + lean * 0.2, y - height * 0.6, x + lean, y - height)
    ctx.stroke()
  }
}

/** Small flowers, or anything as small and round, over a band of ground. */
export function flowers(
  brush: Brush,
  { from, to, colours, count }: { from: number; to: number; colours: readonly string[]; count: number },
): void {
  for (let i = 0; i < count; i++) {
    const { random } = brush
    const near = random.unit()
    const [x, y, size] = [random.between(LOW, HIGH), from + (to - from) * near, 1.5 + 3.5 * near]
    const colour = vary(brush, random.pick(colours))
    for (let petal = 0; petal < 5; petal++) {
      const angle = (petal / 5) * 2 * Math.PI
      oval(
        brush,
        x + Math.cos(angle) * size * 0.7,
        y + Math.sin(angle) * size * 0.5,
        size * 0.6,
        size * 0.5,
        colour,
      )
    }
    oval(brush, x, y, size * 0.45, size * 0.4, mix(colour, '#7a4a10', 0.55))
  }
}

/** A leaf from its stalk, along an angle. */
export function leaf(brush: Brush, x: number, y: number, long: number, angle: number, colour: string): void {
  const { ctx } = brush
  ctx.save()
  ctx.translate(x, y)
  ctx.rotate(angle)
  ctx.fillStyle = colour
  ctx.beginPath()
  ctx.moveTo(0, 0)
  ctx.quadraticCurveTo(long * 0.45, -long * 0.42, long, 0)
  ctx.quadraticCurveTo(long * 0.45, long * 0.42, 0, 0)
  ctx.fill()
  ctx.strokeStyle = fade(mix(colour, '#ffffff', 0.35), 0.6)
  ctx.lineWidth = 1
  ctx.beginPath()
  ctx.moveTo(long * 0.06, 0)
  ctx.lineTo(long * 0.9, 0)
  ctx.stroke()
  ctx.restore()
}

/** A heap or hedge of leaves below a ridge. */
export function hedge(brush: Brush, line: Ridge, colours: readonly string[], long = 30): void {
  fillBelow(brush, x => line(x) + long * 0.3, [mix(colours[0]!, '#0c1410', 0.45)])
  const { random } = brush
  const rows = Math.ceil((SIDE - line(SIDE / 2)) / (long * 0.45)) + 1
  // From the bottom up would hide the tips: each row covers the end of the one above it.
  for (let row = 0; row < rows; row++) {
    for (let x = LOW; x < HIGH; x += long * 0.45) {
      const at = x + random.between(-8, 8)
      const y = line(at) + row * long * 0.45 + random.between(-6, 6)
      const colour = vary(brush, random.pick(colours), 0.22)
      leaf(brush, at, y + long * 0.4, long * random.between(0.8, 1.2), random.between(-2.7, -0.4), colour)
    }
  }
}

/** Trees far off: round ones, pointed ones or flat ones, on a ridge. */
export function trees(
  brush: Brush,
  {
    line,
    colour,
    shape,
    count,
  }: { line: Ridge; colour: string; shape: 'round' | 'fir' | 'flat'; count: number },
): void {
  const { random } = brush
  for (let i = 0; i < count; i++) {
    const x = random.between(LOW, HIGH)
    const [y, size] = [line(x) + 6, random.between(28, 62)]
    const own = vary(brush, colour, 0.15)
    oval(brush, x, y - size * 0.4, size * 0.05, size * 0.5, mix(own, '#2a1c14', 0.6))
    if (shape === 'fir') {
      for (let tier = 0; tier < 4; tier++) {
        const [top, wide] = [y - size * (1.7 - tier * 0.32), size * (0.2 + tier * 0.12)]
        polygon(brush, own, x, top, x + wide, top + size * 0.55, x - wide, top + size * 0.55)
      }
    } else if (shape === 'flat') {
      for (const dx of [-0.45, 0, 0.5]) {
        oval(brush, x + dx * size, y - size * random.between(0.85, 1), size * 0.5, size * 0.16, own)
      }
    } else {
      for (let puff = 0; puff < 6; puff++) {
        const [dx, dy] = [random.between(-0.35, 0.35) * size, random.between(0.5, 1.15) * size]
        oval(brush, x + dx, y - dy, size * 0.3, size * 0.28, vary(brush, own, 0.12))
      }
    }
  }
}

/** Trunks out of focus, that lean a little. */
export function trunks(brush: Brush, colour: string, count = 6): void {
  const { random } = brush
  for (let i = 0; i < count; i++) {
    const [x, wide, lean] = [random.between(LOW, HIGH), random.between(8, 34), random.between(-60, 60)]
    const shape = [x + lean, LOW, x + lean + wide * 0.8, LOW, x + wide, HIGH, x, HIGH]
    polygon(brush, vary(brush, colour, 0.25), ...shape)
  }
}
