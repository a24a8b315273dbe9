import type { Stream } from '../random.ts'
import type { Difficulty } from './difficulty.ts'
import { reserve, type Shapes } from './shapes.ts'

interface Curve {
  x0: number
  y0: number
  cx: number
  cy: number
  x1: number
  y1: number
}

/** A whole number from low to high, both included. */
const count = (stream: Stream, [low, high]: readonly [number, number]) => low + stream.below(high - low + 1)

/**
 * Adds curves across a whole picture of `width` × `height` pixels, for letters with stems `stem` pixels wide.
 */
export function addLines(
  width: number,
  height: number,
  stem: number,
  parameters: Difficulty,
  stream: Stream,
  shapes: Shapes,
): void {
  for (let n = count(stream, parameters.lines); n > 0; n--) {
    const y = () => stream.between(0.2, 0.8) * height
    const curve = {
      x0: -stem,
      y0: y(),
      cx: width * stream.between(0.3, 0.7),
      cy: stream.between(-0.2, 1.2) * height,
      x1: width + stem,
      y1: y(),
    }
    addStroke(shapes, curve, stem * stream.between(...parameters.lineWeight), 40)
  }
}

/** Adds a stroke of even weight along a quadratic curve in `pieces` pieces, with rounded ends. */
function addStroke(shapes: Shapes, curve: Curve, weight: number, pieces: number): void {
  const around = 2 * (pieces + 1) + 2
  reserve(shapes, 2 * around)
  const { points } = shapes
  const base = shapes.length
  const last = base + 2 * around
  let along = 0
  for (let k = 0; k <= pieces; k++) {
    const t = k / pieces
    const u = 1 - t
    const x = u * u * curve.x0 + 2 * u * t * curve.cx + t * t * curve.x1
    const y = u * u * curve.y0 + 2 * u * t * curve.cy + t * t * curve.y1
    const vx = u * (curve.cx - curve.x0) + t * (curve.x1 - curve.cx)
    const vy = u * (curve.cy - curve.y0) + t * (curve.y1 - curve.cy)
    const scale = weight / 2 / (Math.sqrt(vx * vx + vy * vy) || 1)
    const [nx, ny] = [vx * scale, vy * scale]
    if (k === 0) {
      points[base] = x - nx
      points[base + 1] = y - ny
    }
    // One side forwards, the other backwards: clockwise on a screen, as the letters.
    along = base + 2 + 2 * k
    points[along] = x + ny
    points[along + 1] = y - nx
    points[last - 2 - 2 * k] = x - ny
    points[last - 1 - 2 * k] = y + nx
    if (k === pieces) {
      points[along + 2] = x + nx
      points[along + 3] = y + ny
    }
  }
  shapes.length = last
  shapes.ends.push(last)
}
