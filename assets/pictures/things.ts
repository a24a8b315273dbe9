import {
  type Brush,
  blurred,
  fade,
  HIGH,
  LOW,
  mix,
  oval,
  polygon,
  type Ridge,
  ridge,
  SIDE,
  spot,
  vary,
} from './brush.ts'

/** Pebbles with a light and a dark side. */
export function stones(
  brush: Brush,
  {
    from,
    to,
    colour,
    count,
    large = 1,
  }: { from: number; to: number; colour: string; count: number; large?: number },
): void {
  const { random } = brush
  for (let i = 0; i < count; i++) {
    const near = i / count
    const [x, y] = [random.between(LOW, HIGH), from + (to - from) * near]
    const size = large * (2 + 7 * near) * random.between(0.5, 1.3)
    const own = vary(brush, colour, 0.25)
    oval(brush, x + size * 0.3, y + size * 0.35, size * 1.15, size * 0.5, fade('#181420', 0.22))
    oval(brush, x, y, size, size * 0.62, mix(own, '#20202c', 0.25))
    oval(brush, x - size * 0.12, y - size * 0.14, size * 0.82, size * 0.42, own)
  }
}

/** Soft discs of light, as out of focus leaves give. */
export function bokeh(brush: Brush, colours: readonly string[], count: number, size = 40): void {
  const { random } = brush
  blurred(brush, 5, inner => {
    for (let i = 0; i < count; i++) {
      const radius = size * random.between(0.4, 1.3)
      const [x, y] = [random.between(LOW, HIGH), random.between(LOW, HIGH)]
      oval(
        inner,
        x,
        y,
        radius,
        radius,
        fade(vary(brush, random.pick(colours), 0.3), random.between(0.12, 0.4)),
      )
    }
  })
}

export function clouds(brush: Brush, below: number, colour: string, count = 5): void {
  const { random } = brush
  blurred(brush, 9, inner => {
    for (let i = 0; i < count; i++) {
      const [x, y, size] = [random.between(LOW, HIGH), random.between(0, below), random.between(14, 34)]
      for (let puff = 0; puff < 7; puff++) {
        const [dx, dy] = [random.between(-2, 2) * size, random.between(-0.4, 0.4) * size]
        oval(inner, x + dx, y + dy, size, size * 0.55, fade(colour, 0.4))
      }
    }
  })
}

/** Flat streaks: ripples on water, straw, ruts in sand. */
export function streaks(
  brush: Brush,
  {
    from,
    to,
    colours,
    count,
    long = 60,
    turn = 0,
  }: {
    from: number
    to: number
    colours: readonly string[]
    count: number
    long?: number
    /** The most that one may be turned, in radians. */
    turn?: number
  },
): void {
  const { ctx, random } = brush
  ctx.lineCap = 'round'
  for (let i = 0; i < count; i++) {
    const near = random.unit()
    const [x, y] = [random.between(LOW, HIGH), from + (to - from) * near]
    const half = (long / 2) * (0.3 + 0.7 * near) * random.between(0.5, 1.4)
    const angle = random.between(-turn, turn)
    const [dx, dy] = [Math.cos(angle) * half, Math.sin(angle) * half]
    ctx.strokeStyle = fade(vary(brush, random.pick(colours), 0.15), random.between(0.2, 0.6))
    ctx.lineWidth = 0.8 + 2.2 * near
    ctx.beginPath()
    ctx.moveTo(x - dx, y - dy)
    ctx.quadraticCurveTo(x, y + (turn ? 0 : random.between(-3, 3)), x + dx, y + dy)
    ctx.stroke()
  }
}

/** Mountains with a bright and a dark flank, and snow where asked for. */
export function peaks(brush: Brush, base: number, colour: string, cap?: string): void {
  const { random } = brush
  for (let x = LOW - 40; x < HIGH; x += random.between(70, 130)) {
    const [high, half] = [random.between(80, 190), random.between(90, 140)]
    const [own, top] = [vary(brush, colour, 0.12), base - high]
    const bend = random.between(-20, 20)
    polygon(brush, mix(own, '#ffffff', 0.14), x - half, base + 60, x, top, x + bend, base + 60)
    polygon(brush, mix(own, '#141a30', 0.2), x, top, x + half, base + 60, x + bend, base + 60)
    if (!cap) continue
    const at = (t: number) => [half * t, (high + 60) * t] as const
    const [[w, h], [w2, h2]] = [at(0.3), at(0.22)]
    polygon(
      brush,
      cap,
      x - w,
      top + h,
      x,
      top,
      x + w2,
      top + h2,
      x + bend * 0.3,
      top + h * 0.8,
      x - w * 0.3,
      top + h * 1.25,
    )
  }
}

/** Seams of boards or flagstones that run to a far point: a floor under the animal, from `y` down. */
export function boards(brush: Brush, y: number, colour: string, across: boolean): void {
  const { ctx, random } = brush
  const [apex, step] = [random.between(80, SIDE - 80), random.between(60, 84)]
  const shift = random.between(0, step)
  const at = (i: number, down: number) => apex + (shift + i * step - SIDE / 2) * (0.45 + 1.5 * down)
  for (let i = -14; i < 20; i++) {
    const board = [at(i, 0), y, at(i + 1, 0), y, at(i + 1, 1), HIGH, at(i, 1), HIGH]
    polygon(brush, vary(brush, colour, across ? 0.05 : 0.12), ...board)
    ctx.strokeStyle = fade(mix(colour, '#1a1008', 0.6), 0.55)
    ctx.lineWidth = 1.4
    ctx.beginPath()
    ctx.moveTo(at(i, 0), y)
    ctx.lineTo(at(i, 1), HIGH)
    ctx.stroke()
  }
  if (!across) return
  for (let down = 0.03; down < 1; down *= 1.75) {
    ctx.beginPath()
    ctx.moveTo(LOW, y + (HIGH - y) * down)
    ctx.lineTo(HIGH, y + (HIGH - y) * down)
    ctx.stroke()
  }
}

/** Things in the air before the animal: snow, bubbles, motes. */
export function flecks(brush: Brush, colour: string, count: number, size: number): void {
  const { random } = brush
  for (let i = 0; i < count; i++) {
    const radius = size * random.between(0.5, 1.6)
    spot(brush, random.between(0, SIDE), random.between(0, SIDE), radius, colour, random.between(0.5, 0.95))
  }
}

/** A ridge like a heap, highest in the middle. */
export function mound(brush: Brush, y: number, rise: number): Ridge {
  const line = ridge(brush, y, 6, brush.random.between(-0.06, 0.06))
  return x => line(x) + rise * ((x - SIDE / 2) / (SIDE / 2)) ** 2
}
