/**
 * Which of some known pictures a disc shows, and how far it is turned: both are unrolled around their
 * middles, where a turn is a shift, and compared at all shifts at once by their spectra (polar matching after
 * De Castro and Morandi, 1987).
 */
import type { Picture } from '@upright/core'
import { createFft } from './fft.ts'

/** Directions on a ring: a power of two, 5.6° apart. */
const DIRECTIONS = 64
/** Radii of the rings, as shares of a disc's: the middle tells little, the rim is faded. */
const RINGS = Array.from({ length: 8 }, (_, i) => 0.1 + 0.12 * i)
/**
 * Waves around a ring that are compared, fewest and most, the best of those tried: light from one side adds
 * one wave, and what is finer is bent out of place.
 */
const WAVES = [2, 12] as const
const CHANNELS = 3
const ROW = WAVES[1] - WAVES[0] + 1
const fft = createFft(DIRECTIONS)

/** The part of a picture that is unrolled. Lengths are shares of half its side. */
export interface Part {
  /** Half the width of it. @default 1 */
  reach?: number
  /** Its middle. @default 0 */
  x?: number
  y?: number
  /** @default false */
  mirrored?: boolean
}

/** The spectra of a picture's rings: for each colour and ring its waves. */
export interface Unrolled {
  re: Float32Array
  im: Float32Array
}

/** Unrolls a part of a picture; the result has length 1. */
export function unroll({ size, pixels }: Picture, part: Part = {}): Unrolled {
  const { reach = 1, x = 0, y = 0, mirrored = false } = part
  const half = size / 2
  const re = new Float32Array(CHANNELS * RINGS.length * ROW)
  const im = new Float32Array(re.length)
  const rows = Array.from({ length: CHANNELS }, () => new Float64Array(DIRECTIONS))
  let power = 0
  RINGS.forEach((ring, r) => {
    for (let d = 0; d < DIRECTIONS; d++) {
      // Clockwise from the top.
      const angle = (2 * Math.PI * d) / DIRECTIONS
      const right = ring * reach * Math.sin(angle)
      const px = half * (1 + x + (mirrored ? -right : right)) - 0.5
      const py = half * (1 + y - ring * reach * Math.cos(angle)) - 0.5
      sample(pixels, size, px, py, rows, d)
    }
    rows.forEach((row, channel) => {
      const imaginary = new Float64Array(DIRECTIONS)
      fft(row, imaginary)
      // A longer ring stands for more of the picture.
      const weight = Math.sqrt(ring)
      const at = (channel * RINGS.length + r) * ROW
      for (let k = 0; k < ROW; k++) {
        re[at + k] = weight * row[WAVES[0] + k]!
        im[at + k] = weight * imaginary[WAVES[0] + k]!
        power += re[at + k]! ** 2 + im[at + k]! ** 2
      }
    })
  })
  const scale = 1 / Math.sqrt(power || 1)
  for (let i = 0; i < re.length; i++) {
    re[i]! *= scale
    im[i]! *= scale
  }
  return { re, im }
}

/** The colour at a place between four pixels; the edge goes on for ever. */
function sample(pixels: Int32Array, size: number, x: number, y: number, rows: Float64Array[], at: number) {
  const px = Math.min(size - 1.001, Math.max(0, x))
  const py = Math.min(size - 1.001, Math.max(0, y))
  const base = (py | 0) * size + (px | 0)
  const a = pixels[base]!
  const b = pixels[base + 1]!
  const c = pixels[base + size]!
  const d = pixels[base + size + 1]!
  const fx = px % 1
  const fy = py % 1
  for (let channel = 0; channel < CHANNELS; channel++) {
    const shift = 8 * channel
    const above = (1 - fx) * ((a >> shift) & 255) + fx * ((b >> shift) & 255)
    const below = (1 - fx) * ((c >> shift) & 255) + fx * ((d >> shift) & 255)
    rows[channel]![at] = (1 - fy) * above + fy * below
  }
}

/** By how many degrees anticlockwise a disc shows the one of some known pictures that fits it best. */
export function turnOf(disc: Unrolled, known: readonly Unrolled[]): number {
  let best = Number.NEGATIVE_INFINITY
  let turn = 0
  const re = new Float64Array(DIRECTIONS)
  const im = new Float64Array(DIRECTIONS)
  for (const picture of known) {
    re.fill(0)
    im.fill(0)
    for (let i = 0; i < disc.re.length; ) {
      for (let k = WAVES[0]; k <= WAVES[1]; k++, i++) {
        re[k]! += disc.re[i]! * picture.re[i]! + disc.im[i]! * picture.im[i]!
        im[k]! += disc.re[i]! * picture.im[i]! - disc.im[i]! * picture.re[i]!
      }
    }
    // Places changed: back from the spectrum to the shifts.
    fft(im, re)
    for (let d = 0; d < DIRECTIONS; d++) {
      if (re[d]! <= best) continue
      best = re[d]!
      turn = (360 * d) / DIRECTIONS
    }
  }
  return turn
}
