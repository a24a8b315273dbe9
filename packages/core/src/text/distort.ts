import type { Stream } from '../random.ts'
import type { Shapes } from './shapes.ts'

/** Distance between the knots of the local field, in units of the capital's height: about half a letter. */
const KNOT_SPACING = 0.4
/** How far the field reaches beyond the letters on every side. */
const FIELD_MARGIN = 0.6

/** A smooth field of displacements over a block of letters, knot by knot in rows of x and y. */
export interface Field {
  columns: number
  rows: number
  knots: Float32Array
}

// Scratch room: drawing is never interrupted.
let knots = new Float32Array(0)

/**
 * Draws a field over a block `width` × `height`, whose knots are displaced by at most `most` and are about
 * half a letter apart, so that every stroke is bent in a way of its own. It holds until the next one is
 * drawn.
 */
export function drawField(width: number, height: number, most: number, stream: Stream): Field {
  const columns = Math.ceil((width + 2 * FIELD_MARGIN) / KNOT_SPACING) + 3
  const rows = Math.ceil((height + 2 * FIELD_MARGIN) / KNOT_SPACING) + 3
  const count = 2 * columns * rows
  if (knots.length < count) knots = new Float32Array(count)
  const step = (2 * most) / 65_535
  for (let i = 0; i < count; i += 2) {
    // Two displacements from each of the stream's numbers.
    const both = stream.uint32()
    knots[i] = (both & 65_535) * step - most
    knots[i + 1] = (both >>> 16) * step - most
  }
  return { columns, rows, knots }
}

/**
 * Bends shapes by a field. Between the knots it is a quadratic B-spline, which has no corners: strokes bend
 * and swell but do not break.
 */
export function distort({ points, length }: Shapes, { columns, rows, knots }: Field): void {
  for (let i = 0; i < length; i += 2) {
    const x = points[i]!
    const y = points[i + 1]!
    const across = (x + FIELD_MARGIN) / KNOT_SPACING
    const down = (y + FIELD_MARGIN) / KNOT_SPACING
    // What is outside moves as the border does.
    const column = across < 0 ? 0 : across > columns - 3 ? columns - 3 : Math.floor(across)
    const row = down < 0 ? 0 : down > rows - 3 ? rows - 3 : Math.floor(down)
    const s = across < column ? 0 : across > column + 1 ? 1 : across - column
    const t = down < row ? 0 : down > row + 1 ? 1 : down - row
    // Weights of a quadratic B-spline.
    const s0 = 0.5 * (1 - s) * (1 - s)
    const s2 = 0.5 * s * s
    const s1 = 1 - s0 - s2
    const t0 = 0.5 * (1 - t) * (1 - t)
    const t2 = 0.5 * t * t
    const t1 = 1 - t0 - t2
    const a = 2 * (row * columns + column)
    const b = a + 2 * columns
    const c = b + 2 * columns
    points[i] =
      x +
      t0 * (s0 * knots[a]! + s1 * knots[a + 2]! + s2 * knots[a + 4]!) +
      t1 * (s0 * knots[b]! + s1 * knots[b + 2]! + s2 * knots[b + 4]!) +
      t2 * (s0 * knots[c]! + s1 * knots[c + 2]! + s2 * knots[c + 4]!)
    points[i + 1] =
      y +
      t0 * (s0 * knots[a + 1]! + s1 * knots[a + 3]! + s2 * knots[a + 5]!) +
      t1 * (s0 * knots[b + 1]! + s1 * knots[b + 3]! + s2 * knots[b + 5]!) +
      t2 * (s0 * knots[c + 1]! + s1 * knots[c + 3]! + s2 * knots[c + 5]!)
  }
}
