import type { Stream } from '../random.ts'

/** Light and colour of a disc. */
export interface Light {
  /** What happens to each value of red, green and blue: 3 × 256. */
  tones: Uint8Array
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
  shade: [-70, 70],
  blots: [-16, 16],
} as const satisfies Record<string, readonly [number, number]>

/** Blots on a side. */
const GRID = 9
/** Brightness by which neighbouring pixels differ for no reason, at the most. */
const MAX_ROUGHNESS = 9
/** Pixels over which a disc fades into what is around it. */
const FADE_PIXELS = 3
/** Grey around every disc. */
const BACKGROUND = 0x80

export function drawLight(stream: Stream): Light {
  const tones = new Uint8Array(3 * 256)
  for (let channel = 0; channel < 3; channel++) {
    const bend = stream.between(...BOUNDS.gamma) - 1
    const gain = stream.between(...BOUNDS.gain)
    const lift = stream.between(...BOUNDS.lift)
    for (let value = 0; value < 256; value++) {
      const x = value / 255
      // A parabola in place of a power, whose last bit would be the engine's own.
      const y = x + bend * x * (1 - x)
      tones[256 * channel + value] = Math.min(255, lift + gain * y * (255 - lift))
    }
  }
  const shade = () => stream.between(...BOUNDS.shade)
  return {
    tones,
    shade: [shade(), shade(), shade(), shade()],
    blots: Float32Array.from({ length: GRID * GRID }, () => stream.between(...BOUNDS.blots)),
    seed: stream.uint32(),
  }
}

/**
 * Softens, lights and roughens a disc, and fades its edge: the same for every angle. `red` holds red and blue
 * in its low and high half.
 */
export function finish(red: Int32Array, green: Int32Array, light: Light, size: number): Uint8ClampedArray {
  const { tones } = light
  const out = new Uint32Array(size * size).fill(OPAQUE | (BACKGROUND * 0x010101))
  const radius = size / 2
  const lit = new Float64Array(size)
  let state = light.seed || 1
  for (let y = 1; y < size - 1; y++) {
    const v = y + 0.5 - radius
    const [from, to] = chord(radius, radius - 1, v)
    const [clearFrom, clearTo] = chord(radius, radius - 1 - FADE_PIXELS, v)
    lightRow(lit, y / size, light)
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
      const rough = ((state & 0xffff) + (state >>> 16)) * (MAX_ROUGHNESS / 65_536) - MAX_ROUGHNESS
      const add = (lit[x]! + rough) | 0
      let r = tones[soft & 0xff]! + add
      let g = tones[256 + mild]! + add
      let b = tones[512 + (soft >> 16)]! + add
      if (x < clearFrom || x > clearTo) {
        const u = x + 0.5 - radius
        const cover = Math.min(1, (radius - 1 - Math.sqrt(u * u + v * v)) / FADE_PIXELS)
        r = fade(r, cover)
        g = fade(g, cover)
        b = fade(b, cover)
      }
      out[at] = OPAQUE | (byte(b) << 16) | (byte(g) << 8) | byte(r)
      at++
    }
  }
  return new Uint8ClampedArray(out.buffer)
}

const OPAQUE = 0xff << 24
const byte = (value: number) => (value < 0 ? 0 : value > 255 ? 255 : value)
const fade = (value: number, cover: number) => (BACKGROUND + cover * (value - BACKGROUND)) | 0

/**
 * The first and last pixel of a row, `v` from the middle, that are in a circle of `reach` around the middle
 * of a disc.
 */
function chord(radius: number, reach: number, v: number): [number, number] {
  const half = Math.sqrt(Math.max(0, reach * reach - v * v))
  return [Math.ceil(radius - half - 0.5), Math.floor(radius + half - 0.5)]
}

/** A pixel with those above and below it, which weigh half as much. */
const column = (plane: Int32Array, at: number, size: number) =>
  plane[at - size]! + 2 * plane[at]! + plane[at + size]!

/** Brightness that is added to each pixel of a row, `down` of the way down. */
function lightRow(lit: Float64Array, down: number, { shade, blots }: Light): void {
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
    for (let x = i * width; x < (i + 1) * width; x++) lit[x] = here + weights[x]! * rise
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
