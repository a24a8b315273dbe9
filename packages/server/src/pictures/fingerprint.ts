import { blocksOf, lightness } from './codec-blocks.ts'

/** Blocks on a side in which a picture is looked at. */
const GRID = 32
/**
 * Waves in each direction whose strengths make the hash: the slowest ones, which no scaling or compression
 * takes away.
 */
const WAVES = 8
/** Most bits by which two pictures of the same differ. docs/pictures.md says what was measured. */
const MAX_DIFFERING_BITS = 6

/** Strength of wave u at block x: the discrete cosine transform. */
const COSINES = Array.from({ length: WAVES }, (_, u) =>
  Array.from({ length: GRID }, (_, x) => Math.cos(((2 * x + 1) * u * Math.PI) / (2 * GRID))),
)

/** Fingerprints of a picture: 16 hexadecimal digits. */
export interface Fingerprints {
  fingerprint: string
  /** The fingerprint of the mirrored picture. */
  mirrored: string
}

/**
 * The perceptual hash (C. Zauner's pHash) of `size` × `size` RGBA pixels: which of the 63 slowest waves of
 * its grey are stronger than their median. Half of the bits are set, whatever the picture: a cut-out on white
 * has a hash as good as a photograph's.
 */
export function fingerprintsOf(rgba: Uint8ClampedArray, size: number): Fingerprints {
  const waves = wavesOf(blocksOf(rgba, size, GRID, lightness))
  // In a mirror every second wave from left to right has the other sign.
  return { fingerprint: hashOf(waves), mirrored: hashOf(waves.map((value, i) => (i % 2 ? -value : value))) }
}

/**
 * Whether two fingerprints are of one picture: another size, quality or brightness, or a slightly other crop,
 * changes few bits.
 */
export function near(a: string, b: string): boolean {
  let count = 0
  for (let half = 0; half < 16; half += 8) {
    let different =
      Number.parseInt(a.slice(half, half + 8), 16) ^ Number.parseInt(b.slice(half, half + 8), 16)
    for (; different !== 0; different &= different - 1) count++
  }
  return count <= MAX_DIFFERING_BITS
}

/** Wave u from left to right and v from top to bottom, at 8 v + u. */
function wavesOf(blocks: Float64Array): number[] {
  const rows = Array.from({ length: GRID }, (_, y) =>
    COSINES.map(cosines => cosines.reduce((sum, cosine, x) => sum + cosine * blocks[y * GRID + x]!, 0)),
  )
  return COSINES.flatMap(cosines =>
    Array.from({ length: WAVES }, (_, u) =>
      cosines.reduce((sum, cosine, y) => sum + cosine * rows[y]![u]!, 0),
    ),
  )
}

/** The first wave is the mean brightness, which says nothing: its bit is 0. */
function hashOf([, ...waves]: number[]): string {
  const median = waves.toSorted((a, b) => a - b)[31]!
  const bits = waves.reduce((bits, value) => (bits << 1n) | (value > median ? 1n : 0n), 0n)
  return bits.toString(16).padStart(16, '0')
}
