import type { Stream } from '../random.ts'
import type { Difficulty } from './difficulty.ts'
import { fontsFor } from './fonts.ts'
import { reserve, type Shapes } from './shapes.ts'

/** Bands across a letter in which its outermost points are compared with its neighbour's. */
const BANDS = 9
/** Top of the first band and height of a band, as shares of the capital's height. */
const BAND_TOP = -0.4
const BAND_HEIGHT = 0.2
/** The most that one letter may reach over another (T over L), as a share of the narrower one. */
const REACH = 0.18

/** The outline of a code's letters on a line, in units of the capital's height, baseline at 1. */
export interface Line {
  /** From the left of the first letter to the right of the last. */
  width: number
  /** Mean width of the letters' strokes. */
  stem: number
}

const within = (stream: Stream, [low, high]: readonly [number, number]) => stream.between(low, high)
const either = (stream: Stream, most: number) => stream.between(-most, most)

// Scratch room: drawing is never interrupted.
const leftOf = new Float32Array(BANDS)
const rightOf = new Float32Array(BANDS)
const edge = new Float32Array(BANDS)

/**
 * Adds a code's letters to `shapes`, each in a font and a shape of its own, moved together until they touch.
 * @throws CaptchaError `bad_code` for a character that no font has
 */
export function layOut(code: string, knobs: Difficulty, stream: Stream, shapes: Shapes): Line {
  let width = 0
  let stems = 0
  let before = 0
  for (let n = 0; n < code.length; n++) {
    const font = stream.pick(fontsFor(code[n]!))
    const glyph = font.glyph(code[n]!)
    const start = shapes.length
    const letter = addLetter(glyph, knobs, stream, shapes)
    stems += font.stem * letter.size
    measure(shapes, start)

    let x = -letter.left
    if (n > 0) {
      // As near as the closest bands allow, but never further over its neighbour than REACH.
      const gap = within(stream, knobs.gap)
      let clear = Infinity
      for (let band = 0; band < BANDS; band++) {
        for (let other = Math.max(0, band - 1); other <= Math.min(BANDS - 1, band + 1); other++) {
          clear = Math.min(clear, leftOf[other]! - edge[band]!)
        }
      }
      const own = letter.right - letter.left
      x = Math.max(gap - clear, width - REACH * Math.min(own, before) - letter.left)
      before = own
    } else before = letter.right - letter.left
    for (let i = start; i < shapes.length; i += 2) shapes.points[i]! += x
    for (let band = 0; band < BANDS; band++) edge[band] = rightOf[band]! + x
    width = Math.max(width, letter.right + x)
  }
  return { width, stem: stems / code.length }
}

/** Adds one letter, deformed as a whole, with its middle at 0; tells its size and its leftmost and rightmost point. */
function addLetter(
  glyph: { points: Float32Array; ends: Uint16Array; width: number },
  knobs: Difficulty,
  stream: Stream,
  shapes: Shapes,
) {
  const size = within(stream, knobs.size)
  const wide = size * within(stream, knobs.width)
  const tilt = either(stream, knobs.tilt)
  const slant = either(stream, knobs.slant)
  const bend = 4 * either(stream, knobs.bend)
  const taper = 2 * either(stream, knobs.taper)
  const shift = either(stream, knobs.shift)
  const cosine = 1 / Math.sqrt(1 + tilt * tilt)
  const middle = glyph.width / 2

  reserve(shapes, glyph.points.length)
  const base = shapes.length
  const { points } = shapes
  let [left, right] = [Infinity, -Infinity]
  for (let i = 0; i < glyph.points.length; i += 2) {
    const v = glyph.points[i + 1]! - 0.5
    const u = (glyph.points[i]! - middle) * wide * (1 + taper * v) + bend * (v * v - 0.08) - slant * v
    const w = v * size
    const x = cosine * (u - tilt * w)
    points[base + i] = x
    points[base + i + 1] = cosine * (w + tilt * u) + 0.5 + shift
    if (x < left) left = x
    if (x > right) right = x
  }
  for (const end of glyph.ends) shapes.ends.push(base + end)
  shapes.length = base + glyph.points.length
  return { size, left, right }
}

/** Finds the outermost points of the letter added last, band by band. */
function measure({ points, length }: Shapes, start: number): void {
  leftOf.fill(Infinity)
  rightOf.fill(-Infinity)
  for (let i = start; i < length; i += 2) {
    const band = Math.max(0, Math.min(BANDS - 1, Math.floor((points[i + 1]! - BAND_TOP) / BAND_HEIGHT)))
    const x = points[i]!
    if (x < leftOf[band]!) leftOf[band] = x
    if (x > rightOf[band]!) rightOf[band] = x
  }
}
