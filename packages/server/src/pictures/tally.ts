/**
 * How people answer a picture. Who is a person nobody knows, for the widget shows one picture and no other
 * can vouch for its visitor. But people's answers bunch, and guesses spread evenly: the directions that
 * fewest answers fall into tell how many guesses are below all of them, and those are taken away.
 */
import { signedDegrees } from '@upright/core'
import { BIN_DEGREES, BINS, type PictureUse } from '../registry/picture.ts'

/** Bins on either side that agree with one: 12.5°, about as far as visitors are let in. */
const AGREEING_BINS = 2
/** Bins on either side of a bunch's middle that its mean is taken from: 22.5°. */
const CLUSTER_BINS = 4
/** Bins from a bunch's middle from which on directions are not its own: 57.5°. */
const OUTSIDE_BINS = 11

/** Answers that tell something: people who spread by 6° then give their mean within 1°. */
export const ENOUGH = 40

/** Consensus of the answers of a picture. */
export interface Consensus {
  /** How many there are. */
  answers: number
  /** The share of them that are no guesses, 0 … 1. */
  people: number
  /** The share of those that agrees, 0 … 1. */
  agree: number
  /** Degrees by which they find the picture, as it is stored, leaning clockwise, −180 … 180. */
  mean: number
  /** The standard deviation of the same, in degrees. */
  spread: number
  /** The standard error of the mean, in degrees. */
  error: number
}

/** The bin, 0 … `BINS` − 1, of an answer that finds a picture leaning clockwise by so many degrees. */
export const binOf = (lean: number): number => Math.floor((signedDegrees(lean) + 180) / BIN_DEGREES)

const middleOf = (bin: number) => (bin + 0.5) * BIN_DEGREES - 180

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)

/** Some bins around one, so many on either side. */
const around = (bins: readonly number[], bin: number, reach: number) =>
  Array.from({ length: 2 * reach + 1 }, (_, i) => bins[(bin - reach + i + BINS) % BINS]!)

/** Each bin with all that agree with it. */
function gather(bins: readonly number[]): number[] {
  return bins.map((_, bin) => {
    let together = 0
    for (let i = -AGREEING_BINS; i <= AGREEING_BINS; i++) together += bins[(bin + i + BINS) % BINS]!
    return together
  })
}

/** How many answers a tally has. */
export const answersOf = ({ answers }: PictureUse): number => sum(answers)

/** Reads a tally; undefined while there are too few answers. */
export function consensusOf(use: PictureUse): Consensus | undefined {
  const { answers } = use
  const total = answersOf(use)
  if (total < ENOUGH) return undefined
  const agreeing = gather(answers)
  // Gathered twice, nearer ones weigh more: the middle of the bunch wins, and not any window that holds it
  // all.
  const heights = gather(agreeing)
  const top = heights.indexOf(Math.max(...heights))

  // Where it is calm there are guesses alone; elsewhere there may be people who take another side for what is
  // up.
  const calm = around(agreeing, top + BINS / 2, BINS / 2 - OUTSIDE_BINS).toSorted((a, b) => a - b)
  const guesses = calm[calm.length >> 2]! / (2 * AGREEING_BINS + 1)
  const people = Math.max(1, total - BINS * guesses)
  const agree = Math.max(0, agreeing[top]! - (2 * AGREEING_BINS + 1) * guesses)

  const all = around(answers, top, CLUSTER_BINS)
  const bunch = all.map(count => count - guesses)
  const size = Math.max(1, sum(bunch))
  // Within so few degrees the mean along the line is the mean along the circle.
  const mean = (BIN_DEGREES * sum(bunch.map((count, i) => count * (i - CLUSTER_BINS)))) / size
  const squares = (counts: readonly number[]) =>
    sum(counts.map((count, i) => count * (BIN_DEGREES * (i - CLUSTER_BINS) - mean) ** 2))
  return {
    answers: total,
    people: people / total,
    agree: Math.min(1, agree / people),
    mean: signedDegrees(middleOf(top) + mean),
    spread: Math.sqrt(Math.max(0, squares(bunch)) / size),
    // Guesses among them were taken away on the whole, but make the mean less sure all the same.
    error: Math.sqrt(squares(all)) / size,
  }
}

/** Consensus of too few answers. */
const NO_CONSENSUS = { people: null, agree: null, mean: null, spread: null }

/** A picture's use as operators are shown it: with what its answers say, where they are enough. */
export function usage(use: PictureUse = { shown: 0, answers: [] }) {
  const { people, agree, mean, spread } = consensusOf(use) ?? NO_CONSENSUS
  return { shown: use.shown, answers: answersOf(use), people, agree, mean, spread }
}
