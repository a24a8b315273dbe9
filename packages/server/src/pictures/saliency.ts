/**
 * The box around what a picture shows, found without knowing animals: whatever no path leads to from the
 * picture's edge without crossing a contrast. The path to each place is the one that crosses the least of it
 * (minimum barrier distance, found by scanning the rows to and fro: Zhang et al., "Minimum barrier salient
 * object detection at 80 FPS", 2015).
 */
import { fitSubject, type Subject } from '@upright/core'
import { blocksOf } from './codec-blocks.ts'

/** Pixels on a side at which a picture is looked at: fur and grass are even at this size. */
const SIDE = 64
/** Passes over the rows, down and up in turn: a further one changes next to nothing. */
const PASSES = 4
/** Steps of brightness into which distances are sorted to find what separates subject and background. */
const LEVELS = 256
/** The share of the subject's pixels that may be outside its box on each side: a flower, another animal. */
const OUTSIDE = 0.02
/** Share of the side by which the box is wider than what was found, on each side. */
const MARGIN = 0.04
/** The least width and height of a box: what is found smaller is a part of an animal. */
const MIN_SIDE = 0.4

const CHANNELS = [
  (red: number) => red,
  (_red: number, green: number) => green,
  (_red: number, _green: number, blue: number) => blue,
]

/** The subject of a picture of `size` × `size` RGBA pixels, such that discs can hold it. */
export function subjectOf(rgba: Uint8ClampedArray, size: number): Subject {
  const distances = new Float64Array(SIDE * SIDE)
  for (const channel of CHANNELS) {
    const values = blocksOf(rgba, size, SIDE, channel)
    barrierDistances(values).forEach((distance, i) => {
      distances[i]! += distance
    })
  }
  const least = thresholdOf(distances)
  const columns = new Float64Array(SIDE)
  const rows = new Float64Array(SIDE)
  for (let i = 0; i < distances.length; i++) {
    if (distances[i]! < least) continue
    columns[i % SIDE]!++
    rows[Math.floor(i / SIDE)]!++
  }
  const [x, width] = extentOf(columns)
  const [y, height] = extentOf(rows)
  const thousandths = (share: number) => Math.round(1000 * share) / 1000
  const box = fitSubject({ x, y, width, height })
  return {
    x: thousandths(box.x),
    y: thousandths(box.y),
    width: thousandths(box.width),
    height: thousandths(box.height),
  }
}

/** For each pixel the difference between the lightest and the darkest on its best path from the edge. */
function barrierDistances(values: Float64Array): Float64Array {
  const lightest = values.slice()
  const darkest = values.slice()
  const distances = new Float64Array(values.length).fill(Number.POSITIVE_INFINITY)
  for (let i = 0; i < SIDE; i++) {
    for (const edge of [i, (SIDE - 1) * SIDE + i, i * SIDE, i * SIDE + SIDE - 1]) distances[edge] = 0
  }
  const reach = (at: number, from: number) => {
    const high = Math.max(lightest[from]!, values[at]!)
    const low = Math.min(darkest[from]!, values[at]!)
    if (high - low >= distances[at]!) return
    distances[at] = high - low
    lightest[at] = high
    darkest[at] = low
  }
  for (let pass = 0; pass < PASSES; pass++) {
    // Down and to the right, then back.
    const step = pass % 2 === 0 ? 1 : -1
    const first = step === 1 ? 1 : SIDE - 2
    for (let row = 1, y = first; row < SIDE - 1; row++, y += step) {
      for (let column = 1, x = first; column < SIDE - 1; column++, x += step) {
        const at = y * SIDE + x
        reach(at, at - step)
        reach(at, at - step * SIDE)
      }
    }
  }
  return distances
}

/** The threshold between subject and background: their means are as far apart as they can be (Otsu, 1979). */
function thresholdOf(distances: Float64Array): number {
  const most = Math.max(...distances)
  const counts = new Float64Array(LEVELS)
  for (const distance of distances) counts[Math.floor((distance / (most || 1)) * (LEVELS - 1))]!++
  const total = counts.reduce((sum, count, level) => sum + count * level)
  let [best, threshold, near, nearSum] = [0, 0, 0, 0]
  for (let level = 0; level < LEVELS; level++) {
    near += counts[level]!
    nearSum += counts[level]! * level
    const far = distances.length - near
    if (near === 0 || far === 0) continue
    const apart = near * far * (nearSum / near - (total - nearSum) / far) ** 2
    if (apart > best) [best, threshold] = [apart, level]
  }
  // Its level is still of the background.
  return ((threshold + 1) / (LEVELS - 1)) * most
}

/**
 * Where the subject begins along a side and how long it is, in shares of the side, by its pixels in each row
 * or column. A plain picture is all subject.
 */
function extentOf(counts: Float64Array): [start: number, length: number] {
  const outside = OUTSIDE * counts.reduce((sum, count) => sum + count, 0)
  const edge = (lengthwise: Float64Array) => {
    let sum = 0
    const at = lengthwise.findIndex(count => {
      sum += count
      return sum > outside
    })
    return Math.max(0, at / SIDE - MARGIN)
  }
  const start = edge(counts)
  const length = 1 - start - edge(counts.slice().reverse())
  if (length >= MIN_SIDE) return [start, length]
  return [Math.min(1 - MIN_SIDE, Math.max(0, start + (length - MIN_SIDE) / 2)), MIN_SIDE]
}
