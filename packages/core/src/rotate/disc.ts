import type { Stream } from '../random.ts'
import { drawView, lookThrough, STEP, straighten } from './distort.ts'
import { drawLight, finish } from './light.ts'
import type { Picture } from './picture.ts'

/** Pixels on a side of a disc, unless told otherwise. */
export const DISC_SIZE = 240

/**
 * A picture as a disc, turned anticlockwise by `turn` degrees, as `size` × `size` RGBA bytes; `size` is a
 * multiple of 8. No two streams give the same rendition: the part that is seen, its shape, colours and light
 * are all the stream's. Every angle is taken from the larger picture in one step of resampling and then
 * softened and roughened alike, so that no trace of the step tells it.
 */
export function drawDisc(
  picture: Picture,
  turn: number,
  stream: Stream,
  size = DISC_SIZE,
): Uint8ClampedArray {
  const view = drawView(stream, picture.subject)
  const points = lookThrough(view, turn + straighten(view, picture.lean ?? 0), picture.size, size)
  const light = drawLight(stream)
  const { red, green } = lend(size)
  sample(picture, points, size, red, green)
  return finish(red, green, light, size)
}

/**
 * Takes the pixels of a disc from a picture: red and blue into the low and high half of `red`, green into
 * `green`. It goes by cells and not by rows, because in a turned disc a row runs over a picture's whole
 * height, too much for the nearest cache.
 */
function sample(
  picture: Picture,
  points: Float32Array,
  disc: number,
  red: Int32Array,
  green: Int32Array,
): void {
  const cells = disc / STEP
  for (let row = 0; row < cells; row++) {
    for (let column = 0; column < cells; column++) {
      if (meetsDisc(column, row, cells)) sampleCell(picture, points, column, row, disc, red, green)
    }
  }
}

/** Whether any pixel of a cell belongs to the disc, or to the pixel around it that softening takes in. */
function meetsDisc(column: number, row: number, cells: number): boolean {
  const nearest = (place: number) => Math.max(0, Math.abs(place + 0.5 - cells / 2) - 0.5)
  const [x, y] = [nearest(column), nearest(row)]
  const reach = cells / 2 + 1 / STEP
  return x * x + y * y < reach * reach
}

/** A cell's pixels, each blended from four of the picture, red and blue with the same multiplication. */
function sampleCell(
  { size, pixels }: Picture,
  points: Float32Array,
  column: number,
  row: number,
  disc: number,
  red: Int32Array,
  green: Int32Array,
): void {
  const nodes = disc / STEP + 1
  const above = 2 * (row * nodes + column)
  const below = above + 2 * nodes
  const last = 8 * (size - 1.001)
  for (let line = 0; line < STEP; line++) {
    const t = (line + 0.5) / STEP
    const x0 = points[above]! + t * (points[below]! - points[above]!)
    const y0 = points[above + 1]! + t * (points[below + 1]! - points[above + 1]!)
    const x1 = points[above + 2]! + t * (points[below + 2]! - points[above + 2]!)
    const y1 = points[above + 3]! + t * (points[below + 3]! - points[above + 3]!)
    // In eighths of a pixel, so that no product needs more than 31 bits.
    const [stepX, stepY] = [x1 - x0, y1 - y0]
    let x = 8 * x0 + stepX / 2
    let y = 8 * y0 + stepY / 2
    let at = (row * STEP + line) * disc + column * STEP
    for (let k = 0; k < STEP; k++) {
      // The picture's edge goes on for ever where a view strays over it.
      const sx = clamp(x, last) | 0
      const sy = clamp(y, last) | 0
      const fx = sx & 7
      const fy = sy & 7
      const base = (sy >> 3) * size + (sx >> 3)
      const a = pixels[base]!
      const b = pixels[base + 1]!
      const c = pixels[base + size]!
      const d = pixels[base + size + 1]!
      const wd = fx * fy
      const wc = 8 * fy - wd
      const wb = 8 * fx - wd
      const wa = 64 - wb - wc - wd
      // Red and blue are in one number, 16 bits each.
      red[at] =
        (((a & 0xff00ff) * wa + (b & 0xff00ff) * wb + (c & 0xff00ff) * wc + (d & 0xff00ff) * wd) >> 6) &
        0xff00ff
      green[at] = ((a & 0xff00) * wa + (b & 0xff00) * wb + (c & 0xff00) * wc + (d & 0xff00) * wd) >> 14
      x += stepX
      y += stepY
      at++
    }
  }
}

const clamp = (place: number, last: number) => (place < 0 ? 0 : place > last ? last : place)

let lent = { size: 0, red: new Int32Array(0), green: new Int32Array(0) }

/** Room for a disc's channels, lent until the next disc. */
function lend(size: number) {
  if (lent.size !== size) {
    lent = { size, red: new Int32Array(size * size), green: new Int32Array(size * size) }
  }
  return lent
}
