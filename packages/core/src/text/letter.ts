import type { Stream } from '../random.ts'
import type { Difficulty } from './difficulty.ts'
import type { Face } from './fonts.ts'
import { reserve, type Shapes } from './shapes.ts'

/** Placement of a letter in its row. */
export interface Place {
  /** Slope of the line it stands on, as a tangent. */
  slope: number
  /** How far down it stands. */
  down: number
  /** Its size, about 1. */
  size: number
}

/** A letter that was added: its size, and its leftmost and rightmost point. */
export interface Letter {
  size: number
  left: number
  right: number
}

const either = (stream: Stream, most: number) => stream.between(-most, most)

/** Small letters are drawn this much larger than their font has them. */
const SMALL_LETTER_SCALE = 1.15

/** Adds one letter, deformed as a whole, with its middle at 0. */
export function addLetter(
  face: Face,
  place: Place,
  parameters: Difficulty,
  stream: Stream,
  shapes: Shapes,
): Letter {
  const small = stream.unit() < parameters.small ? face.small : undefined
  const glyph = small ?? face.capital
  const size = stream.between(...parameters.size) * place.size * (small ? SMALL_LETTER_SCALE : 1)
  const wide = size * stream.between(...parameters.width)
  const tilt = either(stream, parameters.tilt) + place.slope
  const slant = either(stream, parameters.slant)
  const bend = 4 * either(stream, parameters.bend)
  const taper = 2 * either(stream, parameters.taper)
  const shift = 0.5 + either(stream, parameters.shift) + place.down
  const weight = stream.between(...parameters.weight)
  const outline = stream.unit() < parameters.outlined ? stream.between(...parameters.outline) : 0
  const cosine = 1 / Math.sqrt(1 + tilt * tilt)
  const { points: corners, ends, away } = glyph
  const middle = glyph.width / 2
  const height = (glyph.top + glyph.bottom) / 2

  let [left, right] = [Infinity, -Infinity]
  /** Adds the letter's outline, so far away from its ink. */
  const add = (distance: number, step: 1 | -1) => {
    reserve(shapes, corners.length)
    const { points } = shapes
    let from = 0
    for (const to of ends) {
      let at = shapes.length + (step === 1 ? from : to - 2)
      for (let i = from; i < to; i += 2, at += 2 * step) {
        const v = corners[i + 1]! + distance * away[i + 1]! - height
        const u =
          (corners[i]! + distance * away[i]! - middle) * wide * (1 + taper * v) +
          bend * (v * v - 0.08) -
          slant * v
        const w = v * size
        const x = cosine * (u - tilt * w)
        points[at] = x
        points[at + 1] = cosine * (w + tilt * u) + shift
        if (x < left) left = x
        if (x > right) right = x
      }
      shapes.ends.push(shapes.length + to)
      from = to
    }
    shapes.length += corners.length
  }
  if (outline === 0) add(weight, 1)
  else {
    // What is added backwards is taken away.
    const middleOfIt = Math.max(0, weight)
    add(middleOfIt + outline / 2, 1)
    add(middleOfIt - outline / 2, -1)
  }
  return { size, left, right }
}
