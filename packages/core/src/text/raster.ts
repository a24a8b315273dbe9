/**
 * An exact-coverage rasteriser: polygons go in edge by edge, the share of each pixel that they cover comes out.
 * Each edge adds the area to its right, so that a running sum along a row gives the coverage; polygons that overlap and
 * turn the same way add up and are cut off at full ink. The buffers are reused from picture to picture.
 */
export interface Raster {
  /** Pixels. */
  width: number
  height: number
  /**
   * What the coverage of a pixel adds to that of its left neighbour. A row holds two cells more than it has pixels: an edge
   * at the right border still writes behind it.
   */
  cells: Float32Array
  /** The same memory as whole numbers: most cells are 0, which is faster to see in these. */
  bits: Int32Array
}

/** A raster with buffers of its own and no size yet. */
export const createRaster = (): Raster => ({
  width: 0,
  height: 0,
  cells: new Float32Array(0),
  bits: new Int32Array(0),
})

/** Empties the raster and sets its size in pixels. */
export function startRaster(raster: Raster, width: number, height: number): void {
  raster.width = width
  raster.height = height
  const size = (width + 2) * height
  if (raster.cells.length < size) {
    raster.cells = new Float32Array(size)
    raster.bits = new Int32Array(raster.cells.buffer)
  } else raster.cells.fill(0, 0, size)
}

/** Adds a closed polygon of corners x, y, x, y …, from index `from` up to `to`; it may reach out of the picture. */
export function addPolygon(raster: Raster, points: Float32Array, from: number, to: number): void {
  const { cells, width, height } = raster
  const stride = width + 2
  let xa = points[to - 2]!
  let ya = points[to - 1]!
  for (let i = from; i < to; i += 2) {
    const xb = points[i]!
    const yb = points[i + 1]!
    // Edges are walked downwards. Around ink they run upwards on its left, where coverage begins.
    const down = ya < yb
    const y0 = down ? ya : yb
    const y1 = down ? yb : ya
    const turn = down ? -1 : 1
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
        // What lies left of the picture covers whole rows, what lies right of it nothing.
        let left = x < next ? x : next
        let right = x < next ? next : x
        x = next
        left = left < 0 ? 0 : left > width ? width : left
        right = right < 0 ? 0 : right > width ? width : right
        const start = Math.floor(left)
        const at = row * stride + start
        if (right <= start + 1) {
          const part = d * (1 - (left + right) / 2 + start)
          cells[at]! += part
          cells[at + 1]! += d - part
        } else spread(cells, at, left - start, right - start, d)
      }
    }
    xa = xb
    ya = yb
  }
}

/** Adds the part of an edge that crosses several pixels of one row, between `left` and `right` of the cell `at`. */
function spread(cells: Float32Array, at: number, left: number, right: number, d: number): void {
  const share = d / (right - left)
  // The area left uncovered so far, pixel by pixel: its differences are what the cells hold.
  let before = share * (1 - left) * (1 - left) * 0.5
  cells[at]! += before
  const end = Math.ceil(right)
  for (let column = 1; column < end - 1; column++) {
    const area = share * (column + 0.5 - left)
    cells[at + column]! += area - before
    before = area
  }
  const rest = right - end + 1
  const area = d - share * rest * rest * 0.5
  cells[at + end - 1]! += area - before
  cells[at + end]! += d - area
}

/**
 * The ink's coverage as whole steps from 0 to `steps`, row by row; where `swapped` covers the picture, what was ink
 * is ground.
 */
export function coverage(ink: Raster, swapped: Raster, steps: number, pixels: Uint8Array): void {
  const { cells, bits, width, height } = ink
  const swappedCells = swapped.cells
  const swappedBits = swapped.bits
  let cell = 0
  let out = 0
  for (let row = 0; row < height; row++) {
    let inkSum = 0
    let swapSum = 0
    let value = 0
    for (const end = out + width; out < end; out++, cell++) {
      // Most pixels are like the one before.
      if ((bits[cell]! | swappedBits[cell]!) !== 0) {
        inkSum += cells[cell]!
        swapSum += swappedCells[cell]!
        const c = inkSum > 1 ? 1 : inkSum < 0 ? 0 : inkSum
        // Twice swapped is as before: lines are seen in patches too.
        const folded = swapSum > 2 ? swapSum - 2 : swapSum > 1 ? 2 - swapSum : swapSum
        const s = folded < 0 ? 0 : folded > 1 ? 1 : folded
        value = ((c + s * (1 - 2 * c)) * steps + 0.5) | 0
      }
      pixels[out] = value
    }
    cell += 2
  }
}
