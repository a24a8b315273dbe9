import type { Stream } from '../random.ts'
import { drawLight, finish } from './light.ts'
import type { Picture } from './picture.ts'
import { drawView, lookThrough, STEP } from './view.ts'

/** Pixels on a side of a disc, unless told otherwise. */
export const DISC_SIZE = 240

/**
 * A picture as a disc, turned anticlockwise by `turn` degrees, as `size` × `size` RGBA bytes; `size` is a multiple of 8. No two streams give the
 * same rendition: the part that is seen, its shape, colours and light are all the stream's. Every angle is taken from the
 * larger picture in one step of resampling and then softened and roughened alike, so that no trace of the step tells it.
 */
export function drawDisc(
  picture: Picture,
  turn: number,
  stream: Stream,
  size = DISC_SIZE,
): Uint8ClampedArray {
  const points = lookThrough(drawView(stream), turn, picture.size, size)
  const light = drawLight(stream)
  const { red, green } = lend(size)
  sample(picture, points, size, red, green)
  return finish(red, green, light, size)
}

/**
 * Takes the pixels of a disc from a picture: red and blue into the low and high half of `red`, green into `green`. Between four
 * pixels they are blended, two channels with each multiplication.
 */
function sample(
  { size, pixels }: Picture,
  points: Float32Array,
  disc: number,
  red: Int32Array,
  green: Int32Array,
): void {
  const nodes = disc / STEP + 1
  const last = size - 1.001
  const radius = disc / 2
  for (let row = 0; row < disc; row++) {
    const across = row + 0.5 - radius
    const reach = radius * radius - across * across
    const half = Math.sqrt(Math.max(0, reach)) + 2
    const from = Math.max(0, Math.floor((radius - half) / STEP))
    const to = Math.min(disc / STEP, Math.ceil((radius + half) / STEP))
    const j = (row / STEP) | 0
    const t = (row + 0.5) / STEP - j
    for (let i = from; i < to; i++) {
      const above = 2 * (j * nodes + i)
      const below = above + 2 * nodes
      const x0 = points[above]! + t * (points[below]! - points[above]!)
      const y0 = points[above + 1]! + t * (points[below + 1]! - points[above + 1]!)
      const x1 = points[above + 2]! + t * (points[below + 2]! - points[above + 2]!)
      const y1 = points[above + 3]! + t * (points[below + 3]! - points[above + 3]!)
      const [stepX, stepY] = [(x1 - x0) / STEP, (y1 - y0) / STEP]
      let x = x0 + stepX / 2
      let y = y0 + stepY / 2
      let at = row * disc + i * STEP
      for (let k = 0; k < STEP; k++) {
        // The picture's edge goes on for ever where a view strays over it.
        const sx = x < 0 ? 0 : x > last ? last : x
        const sy = y < 0 ? 0 : y > last ? last : y
        const ix = sx | 0
        const iy = sy | 0
        // Eighths of a pixel, so that no product needs more than 31 bits.
        const fx = ((sx - ix) * 8) | 0
        const fy = ((sy - iy) * 8) | 0
        const base = iy * size + ix
        const a = pixels[base]!
        const b = pixels[base + 1]!
        const c = pixels[base + size]!
        const d = pixels[base + size + 1]!
        const wd = fx * fy
        const wc = 8 * fy - wd
        const wb = 8 * fx - wd
        const wa = 64 - wb - wc - wd
        // Red and blue in one number, 16 bits each.
        red[at] =
          (((a & 0xff00ff) * wa + (b & 0xff00ff) * wb + (c & 0xff00ff) * wc + (d & 0xff00ff) * wd) >> 6) &
          0xff00ff
        green[at] =
          (((a >> 8) & 0xff) * wa +
            ((b >> 8) & 0xff) * wb +
            ((c >> 8) & 0xff) * wc +
            ((d >> 8) & 0xff) * wd) >>
          6
        x += stepX
        y += stepY
        at++
      }
    }
  }
}

let lent = { size: 0, red: new Int32Array(0), green: new Int32Array(0) }

/** Room for a disc's channels, lent until the next disc. */
function lend(size: number) {
  if (lent.size !== size) {
    lent = { size, red: new Int32Array(size * size), green: new Int32Array(size * size) }
  }
  return lent
}
