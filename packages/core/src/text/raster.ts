import { SHADES } from './themes.ts'

/**
 * An exact-coverage rasteriser: polygons go in edge by edge, the shade of each pixel comes out. Each edge
 * adds the area to its right, so that a running sum along a row gives the share of a pixel that is covered;
 * polygons that overlap and turn the same way add up and are cut off at full ink. Ink and patches share the
 * cells, and the cells are reused from picture to picture.
 */
export interface Raster {
  /** Pixels. */
  width: number
  height: number
  /**
   * What a pixel's cover adds to that of its left neighbour, in parts of FULL_COVER: of ink in the lower half
   * of the bits, of patches in the upper. A row holds two cells more than it has pixels: an edge at the right
   * border still writes behind it.
   */
  cells: Int32Array
}

/** Kind of a polygon: one letter's ink, or a patch in which ink and ground change places. */
export const INK = 1
export const PATCH = 65_536

/**
 * A pixel covered in full. Corners are moved to whole parts of FULL_COVER up or down, so that every sum comes
 * out even.
 */
const FULL_COVER = 2048

/** A raster with cells of its own and no size yet. */
export const createRaster = (): Raster => ({ width: 0, height: 0, cells: new Int32Array(0) })

/** Empties the raster and sets its size in pixels. */
export function startRaster(raster: Raster, width: number, height: number): void {
  raster.width = width
  raster.height = height
  const size = (width + 2) * height
  if (raster.cells.length < size) raster.cells = new Int32Array(size)
  else raster.cells.fill(0, 0, size)
}

/** Adds closed polygons: `ends` holds the index into `points` after each one's last coordinate. */
export function addPolygons(
  raster: Raster,
  { points, ends }: { points: Float32Array; ends: ArrayLike<number> },
  what: typeof INK | typeof PATCH,
): void {
  let from = 0
  for (let i = 0; i < ends.length; i++) {
    addPolygon(raster, points, from, ends[i]!, what)
    from = ends[i]!
  }
}

/**
 * Adds a closed polygon of corners x, y, x, y …, from index `from` up to `to`; it may reach out of the
 * picture.
 */
export function addPolygon(
  raster: Raster,
  points: Float32Array,
  from: number,
  to: number,
  what: typeof INK | typeof PATCH,
): void {
  const { cells, width, height } = raster
  const stride = width + 2
  let xa = points[to - 2]!
  let ya = Math.round(points[to - 1]! * FULL_COVER) / FULL_COVER
  for (let i = from; i < to; i += 2) {
    const xb = points[i]!
    const yb = Math.round(points[i + 1]! * FULL_COVER) / FULL_COVER
    // Edges are walked downwards. Around ink they run upwards on its left, where coverage begins.
    const down = ya < yb
    const y0 = down ? ya : yb
    const y1 = down ? yb : ya
    const turn = down ? -FULL_COVER : FULL_COVER
    if (y0 !== y1 && y1 > 0 && y0 < height) {
      const slope = (xb - xa) / (yb - ya)
      let x = down ? xa : xb
      if (y0 < 0) x -= y0 * slope
      const first = y0 < 0 ? 0 : Math.floor(y0)
      const last = y1 > height ? height : Math.ceil(y1)
      for (let row = first; row < last; row++) {
        const dy = (row + 1 < y1 ? row + 1 : y1) - (row > y0 ? row : y0)
        const next = x + slope * dy
        const d = turn * dy
        // What is left of the picture covers whole rows, what is right of it nothing.
        let left = x < next ? x : next
        let right = x < next ? next : x
        x = next
        left = left < 0 ? 0 : left > width ? width : left
        right = right < 0 ? 0 : right > width ? width : right
        const start = Math.floor(left)
        const at = row * stride + start
        if (right <= start + 1) {
          const part = (d * (1 - (left + right) / 2 + start)) | 0
          cells[at]! += part * what
          cells[at + 1]! += (d - part) * what
        } else spread(cells, { at, left: left - start, right: right - start, d, what })
      }
    }
    xa = xb
    ya = yb
  }
}

/**
 * Adds the part of an edge that crosses several pixels of one row, between `left` and `right` of the cell
 * `at`.
 */
function spread(
  cells: Int32Array,
  { at, left, right, d, what }: { at: number; left: number; right: number; d: number; what: number },
): void {
  const share = d / (right - left)
  // The area covered, pixel by pixel: its differences are what the cells hold.
  let before = (share * (1 - left) * (1 - left) * 0.5) | 0
  cells[at]! += before * what
  const end = Math.ceil(right)
  for (let column = 1; column < end - 1; column++) {
    const area = (share * (column + 0.5 - left)) | 0
    cells[at + column]! += (area - before) * what
    before = area
  }
  const rest = right - end + 1
  const area = (d - share * rest * rest * 0.5) | 0
  cells[at + end - 1]! += (area - before) * what
  cells[at + end]! += (d - area) * what
}

/** Cover is looked up in steps of 1/32, twice as fine as the shades. */
const STEPS_PER_PIXEL = 32
/**
 * Room in the table below for holes that a warp turned inside out, and for six letters on top of one another.
 */
const MIN_INK = -2 * STEPS_PER_PIXEL
const INK_STEPS = 8 * STEPS_PER_PIXEL
const PATCH_STEPS = 4 * STEPS_PER_PIXEL

/**
 * The shade 0 … 15 by steps of ink and patches. A table, because comparisons take twice as long: what the
 * next pixel holds cannot be foretold.
 */
const SHADE = Uint8Array.from({ length: INK_STEPS * PATCH_STEPS }, (_, i) => {
  const ink = Math.max(0, Math.min(1, ((i % INK_STEPS) + MIN_INK) / STEPS_PER_PIXEL))
  const times = Math.floor(i / INK_STEPS) / STEPS_PER_PIXEL
  // Twice swapped is as before: lines are seen in patches too.
  const swapped = times % 2 > 1 ? 2 - (times % 2) : times % 2
  return Math.round((ink + swapped * (1 - 2 * ink)) * (SHADES - 1))
})

/** Cover that a row begins with: none, and half a step for rounding. */
const START = ((0.5 - MIN_INK) * INK + 0.5 * PATCH) * (FULL_COVER / STEPS_PER_PIXEL)

/** The shade of each pixel, row by row; where patches cover the picture, what was ink is ground. */
export function shadePixels({ cells, width, height }: Raster, pixels: Uint8Array): void {
  let cell = 0
  let out = 0
  for (let row = 0; row < height; row++) {
    let sum = START
    for (const end = out + width; out < end; out++, cell++) {
      sum += cells[cell]!
      // Bits 6 … 13 are steps of ink, bits 22 … 28 steps of patches.
      pixels[out] = SHADE[((sum >> 6) & (INK_STEPS - 1)) | ((sum >> 14) & (INK_STEPS * (PATCH_STEPS - 1)))]!
    }
    cell += 2
  }
}
