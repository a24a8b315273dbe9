import { createHash } from 'node:crypto'
import { createCanvas, type SKRSContext2D } from '@napi-rs/canvas'
import { keyedStream, type Stream } from '../../packages/core/src/random.ts'

/** Pixels along each side of a picture. */
export const SIDE = 448
/** Pixels drawn beyond each edge, so that blurring brings in no emptiness. */
const MARGIN_PIXELS = 60
export const [LOW, HIGH] = [-MARGIN_PIXELS, SIDE + MARGIN_PIXELS]

/** What a scene is painted with: the same name gives the same random numbers. */
export interface Brush {
  ctx: SKRSContext2D
  random: Stream
}

export function randomFor(name: string): Stream {
  return keyedStream(createHash('sha256').update(name).digest())
}

type Rgb = readonly [number, number, number]
const rgb = (hex: string) => [1, 3, 5].map(at => Number.parseInt(hex.slice(at, at + 2), 16)) as unknown as Rgb

/** The colour `t` of the way from one `#rrggbb` to another. */
export function mix(from: string, to: string, t: number): string {
  const [a, b] = [rgb(from), rgb(to)]
  return `#${a
    .map((v, i) =>
      Math.round(v + (b[i]! - v) * t)
        .toString(16)
        .padStart(2, '0'),
    )
    .join('')}`
}

export function fade(hex: string, alpha: number): string {
  return `rgba(${rgb(hex).join(',')},${alpha.toFixed(3)})`
}

/** A colour a little lighter or darker, as no two things of a kind are quite alike. */
export function vary({ random }: Brush, hex: string, by = 0.2): string {
  const t = random.between(-by, by)
  return mix(hex, t > 0 ? '#ffffff' : '#101828', Math.abs(t))
}

/** Draws apart, beyond the edges too, and puts it on the picture with a blur of so many pixels. */
export function blurred({ ctx, random }: Brush, pixels: number, draw: (brush: Brush) => void): void {
  const canvas = createCanvas(SIDE + 2 * MARGIN_PIXELS, SIDE + 2 * MARGIN_PIXELS)
  const inner = canvas.getContext('2d')
  inner.translate(MARGIN_PIXELS, MARGIN_PIXELS)
  draw({ ctx: inner, random })
  ctx.save()
  ctx.filter = `blur(${pixels}px)`
  ctx.drawImage(canvas, -MARGIN_PIXELS, -MARGIN_PIXELS)
  ctx.restore()
}

/**
 * Fills everything with colours that pass into one another along a line at `angle` radians from straight
 * down.
 */
export function wash({ ctx }: Brush, colours: readonly string[], angle: number): void {
  const [x, y] = [Math.sin(angle) * SIDE * 0.6, Math.cos(angle) * SIDE * 0.6]
  const gradient = ctx.createLinearGradient(SIDE / 2 - x, SIDE / 2 - y, SIDE / 2 + x, SIDE / 2 + y)
  colours.forEach((colour, i) => {
    gradient.addColorStop(i / (colours.length - 1), colour)
  })
  ctx.fillStyle = gradient
  ctx.fillRect(LOW, LOW, HIGH - LOW, HIGH - LOW)
}

/** A soft round spot. */
export function spot(
  { ctx }: Brush,
  x: number,
  y: number,
  radius: number,
  colour: string,
  alpha: number,
): void {
  const gradient = ctx.createRadialGradient(x, y, 0, x, y, radius)
  gradient.addColorStop(0, fade(colour, alpha))
  gradient.addColorStop(1, fade(colour, 0))
  ctx.fillStyle = gradient
  ctx.fillRect(x - radius, y - radius, 2 * radius, 2 * radius)
}

/** Uneven patches of light and dark, of a size in pixels, over all that is drawn so far. */
export function mottle({ ctx, random }: Brush, size: number, strength: number): void {
  const cells = Math.ceil(SIDE / size) + 2
  const small = createCanvas(cells, cells)
  const dots = small.getContext('2d')
  for (let y = 0; y < cells; y++) {
    for (let x = 0; x < cells; x++) {
      const grey = random.below(256)
      dots.fillStyle = `rgb(${grey},${grey},${grey})`
      dots.fillRect(x, y, 1, 1)
    }
  }
  ctx.save()
  ctx.globalCompositeOperation = 'soft-light'
  ctx.globalAlpha = strength
  ctx.imageSmoothingQuality = 'high'
  ctx.drawImage(small, -size, -size, cells * size, cells * size)
  ctx.restore()
}

/**
 * Light that falls in from some side, and shade from across: else a picture's bright half would tell where
 * its top is.
 */
export function sidelight({ ctx, random }: Brush): void {
  // Seldom from above, where the sky is bright already.
  const angle = Math.PI / 2 + random.between(-2.1, 2.1)
  const [x, y] = [Math.cos(angle) * SIDE * 0.55, Math.sin(angle) * SIDE * 0.55]
  ctx.save()
  ctx.globalCompositeOperation = 'soft-light'
  spot({ ctx, random }, SIDE / 2 + x, SIDE / 2 + y, SIDE * 0.8, '#fff4dd', random.between(0.5, 0.85))
  ctx.globalCompositeOperation = 'multiply'
  spot({ ctx, random }, SIDE / 2 - x, SIDE / 2 - y, SIDE * 0.8, '#2a2540', random.between(0.3, 0.6))
  ctx.restore()
}

/** A line across the picture like that of hills: the height in pixels from the top at each x. */
export type Ridge = (x: number) => number

/** A ridge about `y`, that rises and falls by `swing` pixels and leans by `slope`. */
export function ridge({ random }: Brush, y: number, swing: number, slope = 0): Ridge {
  const waves = [0.6, 1.4, 2.7].map(turns => ({
    turns: (turns * random.between(0.7, 1.3) * 2 * Math.PI) / SIDE,
    phase: random.between(0, 2 * Math.PI),
    height: swing / (turns + 0.6),
  }))
  return x =>
    y + slope * (x - SIDE / 2) + waves.reduce((sum, w) => sum + w.height * Math.sin(w.turns * x + w.phase), 0)
}

/** Fills all below a ridge, in colours from its edge down to the bottom. */
export function fillBelow({ ctx }: Brush, line: Ridge, colours: readonly string[]): void {
  ctx.beginPath()
  ctx.moveTo(LOW, HIGH)
  for (let x = LOW; x <= HIGH; x += 4) ctx.lineTo(x, line(x))
  ctx.lineTo(HIGH, HIGH)
  ctx.closePath()
  const gradient = ctx.createLinearGradient(0, Math.min(line(0), line(SIDE)), 0, SIDE)
  colours.forEach((colour, i) => {
    gradient.addColorStop(colours.length === 1 ? 0 : i / (colours.length - 1), colour)
  })
  ctx.fillStyle = gradient
  ctx.fill()
}

/** An ellipse, turned by some radians. */
export function oval(
  { ctx }: Brush,
  x: number,
  y: number,
  rx: number,
  ry: number,
  colour: string,
  turn = 0,
): void {
  ctx.fillStyle = colour
  ctx.beginPath()
  ctx.ellipse(x, y, rx, ry, turn, 0, 2 * Math.PI)
  ctx.fill()
}

/** A shape with straight edges, its corners given as x, y, x, y … */
export function polygon({ ctx }: Brush, colour: string, ...corners: readonly number[]): void {
  ctx.fillStyle = colour
  ctx.beginPath()
  for (let i = 0; i < corners.length; i += 2) ctx.lineTo(corners[i]!, corners[i + 1]!)
  ctx.closePath()
  ctx.fill()
}
