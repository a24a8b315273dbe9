import type { Stream } from '../random.ts'
import type { Difficulty } from './difficulty.ts'
import { fontsFor } from './fonts.ts'
import { reserve, type Shapes } from './shapes.ts'
import { sine } from './sine.ts'

/** Bands across a letter in which its outermost points are compared with its neighbour's. */
const BANDS = 13
/** Top of the first band and height of a band, as shares of the capital's height. */
const BAND_TOP = -0.8
const BAND_HEIGHT = 0.2
/** The most that one letter may reach over another (T over L, high over low), as a share of the narrower one. */
const REACH = 0.26
/** Share of the wave's slope by which letters tilt. */
const FOLLOW = 0.7
/** Room of a seam beside the first and the last letter of a row. */
const OUTSIDE = 0.3
/** A full turn, in radians. */
const TURN = 6.2832

/** A border between two letters: where it lies among the letters above the middle of the line, and among those below. */
export interface Seam {
  top: number
  bottom: number
}

/** What is known of a code's letters on a line, in units of the capital's height. */
export interface Line {
  /** From the left of the first letter to the right of the last. */
  width: number
  /** Mean width of the letters' strokes. */
  stem: number
  /** Before each letter but the first, half-way between its neighbours above and its neighbours below. */
  seams: readonly Seam[]
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
  const lefts: number[] = []
  const rights: number[] = []
  edge.fill(-Infinity)
  const path = drawPath(knobs, stream)
  for (let n = 0; n < code.length; n++) {
    const font = stream.pick(fontsFor(code[n]!))
    const glyph = font.glyph(code[n]!)
    const start = shapes.length
    const letter = addLetter(glyph, knobs, stream, shapes, path, width, n % 2 ? 1 : -1)
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
    lefts.push(letter.left + x)
    rights.push(letter.right + x)
    for (let i = start; i < shapes.length; i += 2) shapes.points[i]! += x
    for (let band = 0; band < BANDS; band++) edge[band] = Math.max(edge[band]!, rightOf[band]! + x)
    width = Math.max(width, letter.right + x)
  }
  return { width, stem: stems / code.length, seams: seamsBetween(lefts, rights, path.zigzag < 0) }
}

/** Letters stand above and below the middle in turns, so that two neighbours of one row are two places apart. */
function seamsBetween(lefts: number[], rights: number[], firstBelow: boolean): Seam[] {
  return lefts.slice(1).map((left, i) => {
    const old = (rights[i]! + (lefts[i + 2] ?? rights[i]! + OUTSIDE)) / 2
    const own = (left + (rights[i - 1] ?? left - OUTSIDE)) / 2
    return (i % 2 === 0) === firstBelow ? { top: own, bottom: old } : { top: old, bottom: own }
  })
}

/** The wave that letters are set on, and the wave of their sizes; the same wave is never at two places of a code. */
interface Path {
  height: number
  turns: number
  phase: number
  swell: number
  swellPhase: number
  zigzag: number
}

const drawPath = (knobs: Difficulty, stream: Stream): Path => ({
  height: within(stream, knobs.wave),
  // From a wave over nine letters to one over four.
  turns: stream.between(0.16, 0.34),
  phase: stream.unit(),
  swell: knobs.swell,
  swellPhase: stream.unit(),
  zigzag: within(stream, knobs.zigzag) * (2 * stream.below(2) - 1),
})

/** Adds one letter, deformed as a whole, with its middle at 0; tells its size and its leftmost and rightmost point. */
function addLetter(
  glyph: { points: Float32Array; ends: Uint16Array; width: number },
  knobs: Difficulty,
  stream: Stream,
  shapes: Shapes,
  path: Path,
  place: number,
  side: number,
) {
  const along = (place + 0.4) * path.turns + path.phase
  const size = within(stream, knobs.size) * (1 + path.swell * sine(0.6 * along + path.swellPhase))
  const wide = size * within(stream, knobs.width)
  // A letter follows the slope of the wave, a little less than it is: as a whole, so that it stays itself.
  const slope = path.height * TURN * path.turns * sine(along + 0.25)
  const tilt = either(stream, knobs.tilt) + FOLLOW * slope
  const slant = either(stream, knobs.slant)
  const bend = 4 * either(stream, knobs.bend)
  const taper = 2 * either(stream, knobs.taper)
  const shift = either(stream, knobs.shift) + path.height * sine(along) + side * path.zigzag
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
