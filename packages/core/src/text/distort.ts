import type { Stream } from '../random.ts'
import type { Difficulty } from './difficulty.ts'
import type { Shapes } from './shapes.ts'
import { sine } from './sine.ts'

/** Distance between the knots of the local field, in units of the capital's height: about half a letter. */
const SPACING = 0.4
/** How far the field reaches beyond the line on every side. */
const BEYOND = 0.8

let knots = new Float32Array(0)

/**
 * Bends everything on a line `width` long: a wave that the line follows, and a smooth field of displacements, drawn
 * for knots about half a letter apart, so that every stroke is bent in a way of its own. Between the knots the field is a
 * cubic B-spline, which has no corners: strokes bend and swell but do not break.
 */
export function distort(shapes: Shapes, width: number, knobs: Difficulty, stream: Stream): void {
  const columns = Math.ceil((width + 2 * BEYOND) / SPACING) + 4
  const rows = Math.ceil((1 + 2 * BEYOND) / SPACING) + 4
  if (knots.length < 2 * columns * rows) knots = new Float32Array(2 * columns * rows)
  for (let i = 0; i < 2 * columns * rows; i++) knots[i] = stream.between(-knobs.field, knobs.field)

  const height = stream.between(...knobs.wave)
  // Between a wave over four letters and one over two.
  const turns = stream.between(0.3, 0.65)
  const phase = stream.unit()
  const { points, length } = shapes
  for (let i = 0; i < length; i += 2) {
    const x = points[i]!
    const y = points[i + 1]!
    const across = (x + BEYOND) / SPACING
    const down = (y + BEYOND) / SPACING
    const column = Math.max(0, Math.min(columns - 4, Math.floor(across)))
    const row = Math.max(0, Math.min(rows - 4, Math.floor(down)))
    const s = across - column
    const t = down - row
    // Cubic B-spline weights.
    const s0 = ((1 - s) * (1 - s) * (1 - s)) / 6
    const s1 = (3 * s * s * s - 6 * s * s + 4) / 6
    const s3 = (s * s * s) / 6
    const s2 = 1 - s0 - s1 - s3
    const t0 = ((1 - t) * (1 - t) * (1 - t)) / 6
    const t1 = (3 * t * t * t - 6 * t * t + 4) / 6
    const t3 = (t * t * t) / 6
    const t2 = 1 - t0 - t1 - t3
    let dx = 0
    let dy = 0
    for (let r = 0; r < 4; r++) {
      const weight = r === 0 ? t0 : r === 1 ? t1 : r === 2 ? t2 : t3
      const at = 2 * ((row + r) * columns + column)
      dx += weight * (s0 * knots[at]! + s1 * knots[at + 2]! + s2 * knots[at + 4]! + s3 * knots[at + 6]!)
      dy += weight * (s0 * knots[at + 1]! + s1 * knots[at + 3]! + s2 * knots[at + 5]! + s3 * knots[at + 7]!)
    }
    points[i] = x + dx
    points[i + 1] = y + dy + height * sine(x * turns + phase)
  }
}
