import type { Stream } from '../random.ts'
import type { Difficulty } from './difficulty.ts'
import { addLetter, type Letter } from './letter.ts'
import type { Season } from './season.ts'
import { moveShapes, type Shapes } from './shapes.ts'
import { sine } from './sine.ts'

/** Bands across a letter in which its outermost points are compared with its neighbour's. */
const BANDS = 13
/** Top of the first band and height of a band, as shares of the capital's height. */
const BAND_TOP = -0.8
const BAND_HEIGHT = 0.2
/** Columns in which the lower row's letters are compared with the upper row's, and the width of one. */
const COLUMNS = 64
const COLUMN_WIDTH = 0.25
/**
 * The most that one letter may reach over another (T over L, high over low), as a share of the narrower one.
 */
const MAX_OVERLAP = 0.26
/** Share of the wave's slope by which letters tilt: less than all, so that they stay themselves. */
const SLOPE_SHARE = 0.7
/** The most by which a row begins right of the other; and more for each letter it has less. */
const INDENT = 0.4
const INDENT_MORE = 0.6
/** The least by which the rows are apart, so that it is seen which letter is in which. */
const PITCH = 0.75
/** Half of a letter's width. */
const HALF_WIDTH = 0.4
/** A full turn, in radians. */
const FULL_TURN = 6.2832

/** Letters beside each other. */
export interface Row {
  /** Places between two of its letters, from left to right. */
  seams: readonly number[]
  /** Whether there is nothing above it, and nothing below. */
  first: boolean
  last: boolean
}

/** Geometry of a code's letters, in units of the capital's height. */
export interface Block {
  /** From the left of the first letter to the right of the last. */
  width: number
  /** From the top of a capital of the first row to the foot of one of the last, were they not shifted. */
  height: number
  /** Mean width of the letters' strokes. */
  stem: number
  rows: readonly Row[]
  /** How far down the border between the rows is, at a place along it. */
  border(x: number): number
}

// Scratch room: drawing is never interrupted.
const leftOf = new Float32Array(BANDS)
const rightOf = new Float32Array(BANDS)
const edge = new Float32Array(BANDS)
const foot = new Float32Array(COLUMNS)
const head = new Float32Array(COLUMNS)

/**
 * Adds a code's letters to `shapes`, each in a font and a shape of its own, moved together until they touch.
 * @throws CaptchaError `bad_code` for a character that no font has
 */
export function layOut(code: string, season: Season, stream: Stream, shapes: Shapes): Block {
  const { parameters } = season
  const path = drawPath(parameters, stream)
  const parts = split(code, parameters, stream)
  let stems = 0
  let width = 0
  let pitch = 0
  const rows = parts.map((part, n): Row => {
    const start = shapes.length
    const row = addRow(part, path, season, stream, shapes)
    stems += row.stems
    width = Math.max(width, row.end)
    if (n > 0) {
      pitch = Math.max(PITCH, nestle(shapes, start) + stream.between(...parameters.gap))
      moveShapes(shapes, start, 0, pitch)
    }
    return { seams: row.seams, first: n === 0, last: n === parts.length - 1 }
  })
  const border = (x: number) => (1 + pitch) / 2 + downAt(path, x)
  return { width, height: 1 + pitch, stem: stems / code.length, rows, border }
}

/** The letters of a row, the size they have, and how far right it begins. */
interface Part {
  letters: string
  size: number
  indent: number
}

/** The rows of a code, as equal as they can be. */
function split(code: string, parameters: Difficulty, stream: Stream): Part[] {
  if (parameters.rows === 1 || code.length === 1) return [{ letters: code, size: 1, indent: 0 }]
  const first = (code.length + stream.below(2)) >> 1
  const smaller = stream.between(...parameters.rowSize)
  const sizes = stream.below(2) === 0 ? [smaller, 1] : [1, smaller]
  return [code.slice(0, first), code.slice(first)].map((letters, n) => {
    const missing = Math.max(0, code.length - 2 * letters.length)
    return { letters, size: sizes[n]!, indent: stream.between(0, INDENT + INDENT_MORE * missing) }
  })
}

/** Adds a row of letters; gives the places between them, where it ends, and the sum of its letters' stems. */
function addRow(
  { letters, size, indent }: Part,
  path: Path,
  { parameters, facesOf }: Season,
  stream: Stream,
  shapes: Shapes,
) {
  const seams: number[] = []
  let stems = 0
  let end = indent
  let before: Letter | undefined
  edge.fill(-Infinity)
  let side = stream.between(...parameters.zigzag) * (2 * stream.below(2) - 1)
  for (const character of letters) {
    const face = stream.pick(facesOf(character))
    const start = shapes.length
    const place = {
      slope: SLOPE_SHARE * slopeAt(path, end),
      down: downAt(path, end) + side,
      size: size * swellAt(path, end),
    }
    const letter = addLetter(face, place, parameters, stream, shapes)
    measure(shapes, start)
    const x = before ? joint(letter, before, end, stream.between(...parameters.gap)) : end - letter.left
    if (before) seams.push((end + letter.left + x) / 2)
    moveShapes(shapes, start, x, 0)
    for (let band = 0; band < BANDS; band++) edge[band] = Math.max(edge[band]!, rightOf[band]! + x)
    end = Math.max(end, letter.right + x)
    stems += face.font.stem * letter.size
    before = letter
    side = -side
  }
  return { seams, end, stems }
}

/**
 * How far a letter goes to the right: as near as the closest bands allow, but never further over its
 * neighbour than MAX_OVERLAP.
 */
function joint(letter: Letter, before: Letter, end: number, gap: number): number {
  let clear = Infinity
  for (let band = 0; band < BANDS; band++) {
    for (let other = Math.max(0, band - 1); other <= Math.min(BANDS - 1, band + 1); other++) {
      clear = Math.min(clear, leftOf[other]! - edge[band]!)
    }
  }
  const narrower = Math.min(letter.right - letter.left, before.right - before.left)
  return Math.max(gap - clear, end - MAX_OVERLAP * narrower - letter.left)
}

/** How far the shapes from `start` on go down until they are clear of those before. */
function nestle({ points, length }: Shapes, start: number): number {
  foot.fill(-Infinity)
  head.fill(Infinity)
  for (let i = 0; i < length; i += 2) {
    const column = Math.max(0, Math.min(COLUMNS - 1, Math.floor(points[i]! / COLUMN_WIDTH)))
    const y = points[i + 1]!
    if (i < start) foot[column] = Math.max(foot[column]!, y)
    else head[column] = Math.min(head[column]!, y)
  }
  let down = -Infinity
  for (let column = 0; column < COLUMNS; column++) {
    for (let other = Math.max(0, column - 1); other <= Math.min(COLUMNS - 1, column + 1); other++) {
      down = Math.max(down, foot[column]! - head[other]!)
    }
  }
  return down
}

/**
 * The wave that letters are set on, and the wave of their sizes; the same wave is never at two places of a
 * code.
 */
interface Path {
  height: number
  turns: number
  phase: number
  swell: number
  swellPhase: number
}

const drawPath = (parameters: Difficulty, stream: Stream): Path => ({
  height: stream.between(...parameters.wave),
  // From a wave over nine letters to one over four.
  turns: stream.between(0.16, 0.34),
  phase: stream.unit(),
  swell: parameters.swell,
  swellPhase: stream.unit(),
})

/** Where a letter that begins at `x` is on its way along the wave, in turns. */
const turnsAt = ({ turns, phase }: Path, x: number) => (x + HALF_WIDTH) * turns + phase
const downAt = (path: Path, x: number) => path.height * sine(turnsAt(path, x))
const slopeAt = (path: Path, x: number) =>
  path.height * FULL_TURN * path.turns * sine(turnsAt(path, x) + 0.25)
const swellAt = (path: Path, x: number) => 1 + path.swell * sine(0.6 * turnsAt(path, x) + path.swellPhase)

/** Finds the outermost points of the letter added last, band by band. */
function measure({ points, length }: Shapes, start: number): void {
  leftOf.fill(Infinity)
  rightOf.fill(-Infinity)
  for (let i = start; i < length; i += 2) {
    const band = Math.max(0, Math.min(BANDS - 1, Math.floor((points[i + 1]! - BAND_TOP) / BAND_HEIGHT)))
    const x = points[i]!
    if (x < leftOf[band]!) leftOf[band] = x
    if (x > rightOf[band]!) rightOf[band] = x
  }
}
