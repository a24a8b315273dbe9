/**
 * An exact-coverage rasteriser: polygons go in edge by edge, the share of each pixel that they cover comes out.
 * Each edge adds the area to its right, so that a running sum along a row gives the coverage; polygons that overlap and
 * turn the same way add up and are cut off at full ink. The buffers are reused from picture to picture.
 */
export interface Raster {
  /** Empties the raster and sets its size in pixels. */
  start(width: number, height: number): void
  /** Adds a closed polygon of corners x, y, x, y …, from index `from` up to `to`. */
  polygon(points: Float32Array, from: number, to: number): void
  /** The coverage of each pixel, 0 … 1, row by row; good until the next start. */
  finish(): Float32Array
}

/** A raster with buffers of its own. */
export function createRaster(): Raster {
  let width = 0
  let height = 0
  // A row holds two cells more than it has pixels: an edge at the right border still writes behind it.
  let cells = new Float32Array(0)
  let coverage = new Float32Array(0)

  function edge(x0: number, y0: number, x1: number, y1: number): void {
    if (y0 === y1) return
    const turn = y0 < y1 ? 1 : -1
    if (turn < 0) {
      let swap = x0
      x0 = x1
      x1 = swap
      swap = y0
      y0 = y1
      y1 = swap
    }
    if (y1 <= 0 || y0 >= height) return
    const slope = (x1 - x0) / (y1 - y0)
    let x = y0 < 0 ? x0 - y0 * slope : x0
    const first = y0 < 0 ? 0 : Math.floor(y0)
    const last = Math.min(height, Math.ceil(y1))
    for (let row = first; row < last; row++) {
      const line = row * (width + 2)
      const dy = Math.min(row + 1, y1) - Math.max(row, y0)
      const next = x + slope * dy
      const d = turn * dy
      // What lies left of the picture covers whole rows, what lies right of it nothing.
      let left = x < next ? x : next
      let right = x < next ? next : x
      x = next
      left = left < 0 ? 0 : left > width ? width : left
      right = right < 0 ? 0 : right > width ? width : right
      const start = Math.floor(left)
      const end = Math.ceil(right)
      if (end <= start + 1) {
        const part = 1 - (left + right) / 2 + start
        cells[line + start]! += d * part
        cells[line + start + 1]! += d * (1 - part)
        continue
      }
      const share = 1 / (right - left)
      const into = left - start
      const begin = 0.5 * share * (1 - into) * (1 - into)
      const rest = right - end + 1
      const finish = 0.5 * share * rest * rest
      cells[line + start]! += d * begin
      if (end === start + 2) {
        cells[line + start + 1]! += d * (1 - begin - finish)
      } else {
        const second = share * (1.5 - into)
        cells[line + start + 1]! += d * (second - begin)
        for (let column = start + 2; column < end - 1; column++) cells[line + column]! += d * share
        const before = second + (end - start - 3) * share
        cells[line + end - 1]! += d * (1 - before - finish)
      }
      cells[line + end]! += d * finish
    }
  }

  return {
    start(w, h) {
      width = w
      height = h
      const size = (w + 2) * h
      if (cells.length < size) cells = new Float32Array(size)
      else cells.fill(0, 0, size)
      if (coverage.length < w * h) coverage = new Float32Array(w * h)
    },

    polygon(points, from, to) {
      let x0 = points[to - 2]!
      let y0 = points[to - 1]!
      for (let i = from; i < to; i += 2) {
        const x1 = points[i]!
        const y1 = points[i + 1]!
        edge(x0, y0, x1, y1)
        x0 = x1
        y0 = y1
      }
    },

    finish() {
      let out = 0
      for (let row = 0; row < height; row++) {
        let sum = 0
        let cell = row * (width + 2)
        for (let column = 0; column < width; column++) {
          sum += cells[cell++]!
          const ink = sum < 0 ? -sum : sum
          coverage[out++] = ink > 1 ? 1 : ink
        }
      }
      return coverage
    },
  }
}
