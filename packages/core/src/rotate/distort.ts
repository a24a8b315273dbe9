import type { Stream } from '../random.ts'
import { signedDegrees } from './accept.ts'
import {
  type Circle,
  circleAround,
  isHeld,
  MAX_REACH,
  reachesHolding,
  type Subject,
  UNKNOWN_SUBJECT,
} from './subject.ts'

/** The view of a picture: crop, perspective and bend. Lengths are shares of half the picture's side. */
export interface View {
  /** Half the width of what is seen. */
  reach: number
  /** The middle of what is seen. */
  x: number
  y: number
  mirrored: boolean
  /** Degrees by which the picture leans, beside the turn that is asked for. */
  lean: number
  /** Perspective, to the right and downwards. */
  tiltX: number
  tiltY: number
  /** A smooth field of displacements: `KNOTS` × `KNOTS` of x, then as many of y. */
  bend: Float32Array
}

/** Knots of the field on a side; the outermost are outside of the disc. */
export const KNOTS = 6

const BOUNDS = {
  lean: [-2, 2],
  tilt: [-0.16, 0.16],
  bend: [-0.08, 0.08],
} as const satisfies Record<string, readonly [number, number]>

/** How much more of a picture a view may show than the least that holds its subject. */
const MORE_REACH = 0.18
/** Shares of the shift that the stream draws: a view is shifted by the first that holds the subject. */
const SHIFT_SHARES = [1, 0.75, 0.5, 0.25, 0]

/**
 * A view as a stream has it: the first thing that `drawDisc` takes from its stream. It holds the subject,
 * whatever the stream.
 */
export function drawView(stream: Stream, subject = UNKNOWN_SUBJECT): View {
  const reaches = reachesHolding(subject)
  const [least, most] = [reaches[0] ?? MAX_REACH, reaches.at(-1) ?? MAX_REACH]
  const reach = stream.between(least, Math.min(most, least + MORE_REACH))
  const room = 1 - reach
  const circle = shifted(subject, reach, stream.between(-room, room), stream.between(-room, room))
  const mirrored = stream.below(2) === 1
  const lean = stream.between(...BOUNDS.lean)
  const [tiltX, tiltY] = [stream.between(...BOUNDS.tilt), stream.between(...BOUNDS.tilt)]
  // A tilted disc shows an ellipse whose middle is not that of the disc. It holds the circle when they have
  // the same middle.
  const aside = reach / (1 - tiltX * tiltX - tiltY * tiltY)
  return {
    reach,
    x: circle.x + (mirrored ? -tiltX : tiltX) * aside,
    y: circle.y + tiltY * aside,
    mirrored,
    lean,
    tiltX,
    tiltY,
    bend: Float32Array.from({ length: 2 * KNOTS * KNOTS }, () => stream.between(...BOUNDS.bend)),
  }
}

/** The part of a picture around a place, moved towards the subject until it holds that. */
function shifted(subject: Subject, reach: number, x: number, y: number): Circle {
  const around = circleAround(subject, reach)
  const circles = SHIFT_SHARES.map(share => ({
    x: around.x + share * (x - around.x),
    y: around.y + share * (y - around.y),
    radius: reach,
  }))
  return circles.find(circle => isHeld(subject, circle)) ?? around
}

/**
 * Degrees anticlockwise that straighten a picture that leans clockwise by so many: a mirror makes it lean the
 * other way.
 */
export const straighten = (view: View, lean: number): number => (view.mirrored ? -lean : lean)

/**
 * By how many degrees a picture seems to lean clockwise to somebody who answered `response` where `turn` was
 * right, −180 … 180. It comes on top of the lean that the disc was drawn with; the view's own lean and mirror
 * are taken out.
 */
export const leanSeen = (view: View, turn: number, response: number): number =>
  signedDegrees(straighten(view, turn + view.lean - response))

/** Pixels between two points where the view is worked out; between them it is as good as straight. */
export const STEP = 8

/**
 * Where in a picture of `size` pixels the points of a disc of `disc` pixels are, one point every `STEP`
 * pixels, as rows of x and y. The disc shows the picture turned anticlockwise by `turn` degrees.
 */
export function lookThrough(view: View, turn: number, size: number, disc: number): Float32Array {
  const nodes = disc / STEP + 1
  const points = new Float32Array(2 * nodes * nodes)
  const angle = ((turn + view.lean) * Math.PI) / 180
  // The last bit of these is the engine's own: rounded, they are the same everywhere.
  const [cos, sin] = [Math.fround(Math.cos(angle)), Math.fround(Math.sin(angle))]
  const half = size / 2
  for (let row = 0; row < nodes; row++) {
    for (let column = 0; column < nodes; column++) {
      const u = (2 * column * STEP) / disc - 1
      const v = (2 * row * STEP) / disc - 1
      // Turned back, so that everything else happens to the picture and not to its turn.
      const x = u * cos - v * sin
      const y = u * sin + v * cos
      const depth = 1 / (1 + view.tiltX * x + view.tiltY * y)
      const [bendX, bendY] = bendAt(view.bend, x, y)
      const px = (x + bendX) * depth * view.reach
      const py = (y + bendY) * depth * view.reach
      const at = 2 * (row * nodes + column)
      points[at] = half * (1 + view.x + (view.mirrored ? -px : px)) - 0.5
      points[at + 1] = half * (1 + view.y + py) - 0.5
    }
  }
  return points
}

/**
 * The displacement at a point of the disc, −1.5 … 1.5: cubic B-splines through the knots, which are smooth
 * everywhere.
 */
function bendAt(bend: Float32Array, x: number, y: number): [number, number] {
  const [i, wx] = splineAt(x)
  const [j, wy] = splineAt(y)
  let [dx, dy] = [0, 0]
  for (let b = 0; b < 4; b++) {
    for (let a = 0; a < 4; a++) {
      const weight = wx[a]! * wy[b]!
      const at = (j + b) * KNOTS + i + a
      dx += weight * bend[at]!
      dy += weight * bend[KNOTS * KNOTS + at]!
    }
  }
  return [dx, dy]
}

/** The first of the four knots that a coordinate is between, and their weights. */
function splineAt(x: number): [number, [number, number, number, number]] {
  const place = Math.min(KNOTS - 3.001, Math.max(0, ((x + 1.42) / 2.84) * (KNOTS - 3)))
  const i = Math.floor(place)
  const t = place - i
  const s = 1 - t
  const [t2, s2] = [t * t, s * s]
  return [i, [(s2 * s) / 6, (4 - 6 * t2 + 3 * t2 * t) / 6, (4 - 6 * s2 + 3 * s2 * s) / 6, (t2 * t) / 6]]
}
