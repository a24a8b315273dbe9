import type { Stream } from '../random.ts'
import { type Bands, coverRow, drawBands, EDGE } from './bands.ts'

/** How a disc is lit and coloured. */
export interface Light {
  /** What becomes of each value of red, green and blue, 3 × 256: beside the bands, at each step of their edges, within them. */
  tones: Uint8Array
  bands: Bands
  /** Brightness added at the disc's four corners. */
  shade: readonly [number, number, number, number]
  /** Brightness added in blots: a coarse grid of values. */
  blots: Float32Array
  /** Where the roughness starts. */
  seed: number
}

const BOUNDS = {
  gamma: [0.75, 1.3],
  gain: [0.82, 1.12],
  lift: [0, 26],
  wave: [-0.03, 0.03],
  bandWave: [-0.12, 0.12],
  shade: [-70, 70],
  blots: [-16, 16],
} as const satisfies Record<string, readonly [number, number]>

/** Blots on a side. */
const GRID = 9
/** Brightness by which neighbouring pixels differ for no reason, at the most. */
const ROUGH = 9
/** Pixels over which a disc fades into what is around it. */
const FEATHER = 3
/** What is around a disc, whatever the disc. */
const AROUND = 0x80

export function drawLight(stream: Stream): Light {
  const tones = new Uint8Array((EDGE + 1) * 768)
  // On three discs of five one colour is not inverted: where all are, how strong a colour is stays the same.
  const kept = stream.below(5)
  for (let channel = 0; channel < 3; channel++) {
    drawTones(tones, 256 * channel, false, stream.between(...BOUNDS.wave), stream)
    drawTones(tones, 768 * EDGE + 256 * channel, channel !== kept, stream.between(...BOUNDS.bandWave), stream)
  }
  for (let step = 1; step < EDGE; step++) {
    for (let at = 0; at < 768; at++) {
      tones[768 * step + at] = tones[at]! + (step / EDGE) * (tones[768 * EDGE + at]! - tones[at]!)
    }
  }
  const bands = drawBands(stream)
  const shade = () => stream.between(...BOUNDS.shade)
  return {
    tones,
    bands,
    shade: [shade(), shade(), shade(), shade()],
    blots: Float32Array.from({ length: GRID * GRID }, () => stream.between(...BOUNDS.blots)),
    seed: stream.uint32(),
  }
}

/** Draws what becomes of the values of one colour, and writes it into `tones` from `at` on. */
function drawTones(tones: Uint8Array, at: number, inverted: boolean, wave: number, stream: Stream): void {
  const gamma = stream.between(...BOUNDS.gamma) - 1
  const gain = stream.between(...BOUNDS.gain)
  const lift = stream.between(...BOUNDS.lift)
  for (let value = 0; value < 256; value++) {
    const x = inverted ? 1 - value / 255 : value / 255
    // Polynomials in place of a power and a sine, whose last bit would be the engine's own.
    const y = x + x * (1 - x) * (gamma + 8 * wave * (1 - 2 * x))
    tones[at + value] = Math.max(0, Math.min(255, lift + gain * y * (255 - lift)))
  }
}

/**
 * Softens, lights and roughens a disc, and fades its edge: the same for every angle. `red` holds red and blue in its low and high half.
 */
export function finish(red: Int32Array, green: Int32Array, light: Light, size: number): Uint8ClampedArray {
  const { tones, bands } = light
  const out = new Uint32Array(size * size).fill(OPAQUE | (AROUND * 0x010101))
  const radius = size / 2
  const lit = new Int32Array(size)
  const cover = new Uint8Array(size)
  let state = light.seed || 1
  for (let y = 1; y < size - 1; y++) {
    const v = y + 0.5 - radius
    const [from, to] = chord(radius, radius - 1, v)
    const [clearFrom, clearTo] = chord(radius, radius - 1 - FEATHER, v)
    // Both change so slowly that a row is good for the next one too.
    if (y % 2 === 1) {
      lightRow(lit, y / size, light)
      coverRow(cover, y / size, bands)
    }
    let at = y * size + from
    // Softening weighs 1, 2, 1 both ways: columns are added once, and so are neighbouring columns.
    let redHere = column(red, at, size)
    let greenHere = column(green, at, size)
    let redLeft = column(red, at - 1, size) + redHere
    let greenLeft = column(green, at - 1, size) + greenHere
    for (let x = from; x <= to; x++) {
      const redNext = column(red, at + 1, size)
      const greenNext = column(green, at + 1, size)
      const redRight = redHere + redNext
      const greenRight = greenHere + greenNext
      const soft = (redLeft + redRight) >> 4
      const mild = (greenLeft + greenRight) >> 4
      redHere = redNext
      greenHere = greenNext
      redLeft = redRight
      greenLeft = greenRight
      state ^= state << 13
      state ^= state >>> 17
      state ^= state << 5
      const rough = ((((state & 0xff) + (state >>> 24)) * ROUGH) >> 8) - ROUGH
      const add = lit[x]! + rough
      const table = 768 * cover[x]!
      let r = tones[table + (soft & 0xff)]! + add
      let g = tones[table + 256 + mild]! + add
      let b = tones[table + 512 + (soft >> 16)]! + add
      if (x < clearFrom || x > clearTo) {
        const u = x + 0.5 - radius
        const inside = Math.min(1, (radius - 1 - Math.sqrt(u * u + v * v)) / FEATHER)
        r = fade(r, inside)
        g = fade(g, inside)
        b = fade(b, inside)
      }
      out[at] = OPAQUE | (byte(b) << 16) | (byte(g) << 8) | byte(r)
      at++
    }
  }
  return new Uint8ClampedArray(out.buffer)
}

const OPAQUE = 0xff << 24
/** 0 … 255, by bits, which takes less time than by comparisons. */
const byte = (value: number) => (value & ~255 ? (~value >> 31) & 255 : value)
const fade = (value: number, cover: number) => (AROUND + cover * (value - AROUND)) | 0

/** The first and last pixel of a row, `v` from the middle, that lie in a circle of `reach` around the middle of a disc. */
function chord(radius: number, reach: number, v: number): [number, number] {
  const half = Math.sqrt(Math.max(0, reach * reach - v * v))
  return [Math.ceil(radius - half - 0.5), Math.floor(radius + half - 0.5)]
}

/** A pixel with those above and below it, which weigh half as much. */
const column = (plane: Int32Array, at: number, size: number) =>
  plane[at - size]! + 2 * plane[at]! + plane[at + size]!

/** Brightness that is added to each pixel of a row, `down` of the way down. Two neighbours share it. */
function lightRow(lit: Int32Array, down: number, { shade, blots }: Light): void {
  const left = shade[0] + down * (shade[2] - shade[0])
  const right = shade[1] + down * (shade[3] - shade[1])
  const place = down * (GRID - 1)
  const j = place | 0
  const t = smooth(place - j)
  const knot = (i: number) => {
    const above = blots[j * GRID + i]!
    return Math.fround(
      left + (i / (GRID - 1)) * (right - left) + above + t * (blots[(j + 1) * GRID + i]! - above),
    )
  }
  const weights = weightsOf(lit.length)
  const width = lit.length / (GRID - 1)
  for (let i = 0; i < GRID - 1; i++) {
    const here = knot(i)
    const rise = knot(i + 1) - here
    for (let x = i * width; x < (i + 1) * width; x += 2) {
      const value = here + weights[x]! * rise
      lit[x] = value
      lit[x + 1] = value
    }
  }
}

let weights = new Float32Array(0)

/** How near each column is to the knot to the right of it. */
function weightsOf(size: number) {
  if (weights.length !== size) {
    weights = Float32Array.from({ length: size }, (_, x) => smooth(((x / size) * (GRID - 1)) % 1))
  }
  return weights
}

const smooth = (t: number) => t * t * (3 - 2 * t)
