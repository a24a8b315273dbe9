import type { Stream } from '../random.ts'

/** Bands that run across a disc, whatever it shows. */
export interface Bands {
  /** How many bands and gaps between them a disc's width and height have; either may be negative. */
  across: number
  down: number
  /** How far each of a coarse grid's knots is moved from where it would be in straight bands, in bands. */
  sway: Float32Array
}

const BOUNDS = {
  count: [4, 5.5],
  sway: [-0.7, 0.7],
} as const satisfies Record<string, readonly [number, number]>

/** Knots on a side. */
const GRID = 5
/** Over how much of its width a band's edge is soft. */
const SOFT = 0.22

/** Steps in which a band's edge passes from what is beside it to what is within. */
export const EDGE = 8

export function drawBands(stream: Stream): Bands {
  const count = stream.between(...BOUNDS.count)
  const angle = stream.between(0, Math.PI)
  return {
    // The last bit of these is the engine's own: rounded, they are the same everywhere.
    across: Math.fround(count * Math.cos(angle)),
    down: Math.fround(count * Math.sin(angle)),
    sway: Float32Array.from({ length: GRID * GRID }, () => stream.between(...BOUNDS.sway)),
  }
}

/** How far each pixel of a row, `down` of the way down, lies within a band: 0 is beside it, `EDGE` within. Two neighbours share a step. */
export function coverRow(cover: Uint8Array, down: number, bands: Bands): void {
  const { sway } = bands
  const place = down * (GRID - 1)
  const j = place | 0
  const t = smooth(place - j)
  const knot = (i: number) => {
    const above = sway[j * GRID + i]!
    return Math.fround(above + t * (sway[(j + 1) * GRID + i]! - above))
  }
  const weights = weightsOf(cover.length)
  const width = cover.length / (GRID - 1)
  const slope = bands.across / cover.length
  // Far from zero, so that what is cut off below is never negative.
  let phase = 64 + down * bands.down
  for (let i = 0; i < GRID - 1; i++) {
    const here = knot(i)
    const rise = knot(i + 1) - here
    for (let x = i * width; x < (i + 1) * width; x += 2) {
      const half = 0.5 * (phase + here + weights[x]! * rise)
      // 0 … 1 … 0 from the middle of one gap to that of the next.
      const away = half - (half | 0) - 0.5
      const step = EDGE * (0.5 + (0.5 - 2 * (away < 0 ? -away : away)) / SOFT)
      cover[x] = step < 0 ? 0 : step > EDGE ? EDGE : step + 0.5
      cover[x + 1] = cover[x]!
      phase += 2 * slope
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
