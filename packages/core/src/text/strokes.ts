import type { Stream } from '../random.ts'
import type { Difficulty } from './difficulty.ts'
import type { Line } from './layout.ts'
import { reserve, type Shapes } from './shapes.ts'
import { sine } from './sine.ts'

/** Pieces of a stroke a capital's height long. */
const PIECES = 8

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

/** Adds short arcs of the letters' own weight, which look like parts of letters. */
export function addArcs(line: Line, knobs: Difficulty, stream: Stream, shapes: Shapes): void {
  for (let n = count(stream, knobs.arcs); n > 0; n--) {
    const x = stream.between(0.05, 0.95) * line.width
    // Near the top or the foot, where a letter's own strokes end and meet.
    const y = stream.below(2) === 0 ? stream.between(-0.02, 0.25) : stream.between(0.75, 1.02)
    const turn = stream.unit()
    const half = stream.between(0.2, 0.38)
    const [dx, dy] = [half * sine(turn), 0.6 * half * sine(turn + 0.25)]
    const bulge = stream.between(-0.5, 0.5)
    const curve = { x0: x - dx, y0: y - dy, cx: x - bulge * dy, cy: y + bulge * dx, x1: x + dx, y1: y + dy }
    addStroke(shapes, curve, line.stem * stream.between(0.7, 0.95), Math.ceil(2 * half * PIECES))
  }
}

/** Adds curves across a whole picture of `width` × `height` pixels, for letters with stems `stem` pixels wide. */
export function addLines(
  width: number,
  height: number,
  stem: number,
  knobs: Difficulty,
  stream: Stream,
  shapes: Shapes,
): void {
  for (let n = count(stream, knobs.lines); n > 0; n--) {
    const y = () => stream.between(0.2, 0.8) * height
    const curve = {
      x0: -stem,
      y0: y(),
      cx: width * stream.between(0.3, 0.7),
      cy: stream.between(-0.2, 1.2) * height,
      x1: width + stem,
      y1: y(),
    }
    addStroke(shapes, curve, stem * stream.between(...knobs.lineWeight), 40)
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
