import type { Stream } from '../random.ts'

/** How a disc is lit and coloured. */
export interface Light {
  /** What becomes of each value of red, green and blue: 3 × 256. */
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
const ROUGH = 9
/** Pixels over which a disc fades into what is around it. */
const FEATHER = 3
/** What is around a disc, whatever the disc. */
const AROUND = 0x80

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
 * Softens, lights and roughens a disc, and fades its edge: the same for every angle. `red` holds red and blue in its low and high half.
 */
export function finish(red: Int32Array, green: Int32Array, light: Light, size: number): Uint8ClampedArray {
  const { tones, shade, blots } = light
  const out = new Uint32Array(size * size).fill(OPAQUE | (AROUND * 0x010101))
  const radius = size / 2
  const { columns, weights } = columnsOf(size)
  const row = new Float32Array(GRID)
  let state = light.seed || 1
  for (let y = 1; y < size - 1; y++) {
    const v = y + 0.5 - radius
    const half = Math.sqrt(Math.max(0, (radius - 1) * (radius - 1) - v * v))
    const from = Math.max(1, Math.ceil(radius - half - 0.5))
    const to = Math.min(size - 2, Math.floor(radius + half - 0.5))
    const inner = Math.sqrt(Math.max(0, (radius - 1 - FEATHER) * (radius - 1 - FEATHER) - v * v))
    lightRow(row, y / size, shade, blots)
    for (let x = from; x <= to; x++) {
      const at = y * size + x
      const soft =
        (red[at - size - 1]! +
          red[at - size + 1]! +
          red[at + size - 1]! +
          red[at + size + 1]! +
          2 * (red[at - size]! + red[at - 1]! + red[at + 1]! + red[at + size]!) +
          4 * red[at]!) >>
        4
      const mild =
        (green[at - size - 1]! +
          green[at - size + 1]! +
          green[at + size - 1]! +
          green[at + size + 1]! +
          2 * (green[at - size]! + green[at - 1]! + green[at + 1]! + green[at + size]!) +
          4 * green[at]!) >>
        4
      state ^= state << 13
      state ^= state >>> 17
      state ^= state << 5
      const i = columns[x]!
      const lit = row[i]! + weights[x]! * (row[i + 1]! - row[i]!)
      const rough = ((state & 0xffff) + (state >>> 16)) * (ROUGH / 65_536) - ROUGH
      const add = (lit + rough) | 0
      let r = tones[soft & 0xff]! + add
      let g = tones[256 + mild]! + add
      let b = tones[512 + ((soft >> 16) & 0xff)]! + add
      const u = x + 0.5 - radius
      if (u < -inner || u > inner) {
        const cover = Math.min(1, (radius - 1 - Math.sqrt(u * u + v * v)) / FEATHER)
        r = AROUND + cover * (r - AROUND)
        g = AROUND + cover * (g - AROUND)
        b = AROUND + cover * (b - AROUND)
      }
      out[at] = OPAQUE | (byte(b) << 16) | (byte(g) << 8) | byte(r)
    }
  }
  return new Uint8ClampedArray(out.buffer)
}

const OPAQUE = 0xff << 24
const byte = (value: number) => (value < 0 ? 0 : value > 255 ? 255 : value | 0)

/** Brightness that is added at the knots of a row, `down` of the way down. */
function lightRow(row: Float32Array, down: number, shade: Light['shade'], blots: Float32Array): void {
  const left = shade[0] + down * (shade[2] - shade[0])
  const right = shade[1] + down * (shade[3] - shade[1])
  const place = down * (GRID - 1)
  const j = place | 0
  const t = smooth(place - j)
  for (let i = 0; i < GRID; i++) {
    const above = blots[j * GRID + i]!
    row[i] = left + (i / (GRID - 1)) * (right - left) + above + t * (blots[(j + 1) * GRID + i]! - above)
  }
}

let known = { size: 0, columns: new Uint8Array(0), weights: new Float32Array(0) }

/** The knot to the left of each column, and how near the next one is. */
function columnsOf(size: number) {
  if (known.size !== size) {
    const places = Array.from({ length: size }, (_, x) => (x / size) * (GRID - 1))
    known = {
      size,
      columns: Uint8Array.from(places, place => place | 0),
      weights: Float32Array.from(places, place => smooth(place % 1)),
    }
  }
  return known
}

const smooth = (t: number) => t * t * (3 - 2 * t)
