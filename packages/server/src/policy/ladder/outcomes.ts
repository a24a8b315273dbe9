import { halved } from '../buckets.ts'
import { badShare, HALF_LIFE_MS, MAX_OUTCOMES, type Outcomes } from './formula.ts'

/** The share of bad outcomes before any was seen, and the bounds of the usual one. */
const FIRST_USUAL_SHARE = 0.1
const USUAL_SHARE = { least: 0.02, most: 0.5 } as const

/** Good and bad outcomes that decay, and the usual share of bad ones. Times are monotonic milliseconds. */
export interface OutcomeCounts {
  at(time: number): Readonly<Outcomes>
  /** Adds outcomes; the usual share is learnt from them where `learns` says so of what they add up to. */
  add(
    time: number,
    outcomes: Pick<Outcomes, 'good' | 'bad'>,
    learns: (outcomes: Readonly<Outcomes>) => boolean,
  ): void
  /** Takes what is going on for usual, unless less is usual already. */
  adopt(time: number): void
}

/** Outcomes from a time on. */
export function createOutcomes(start: number, known: Partial<Outcomes> = {}): OutcomeCounts {
  const outcomes: Outcomes = { good: 0, bad: 0, usual: FIRST_USUAL_SHARE, ...known }
  let last = start
  let learnedAt = start

  const at = (time: number): Outcomes => {
    outcomes.good = halved(outcomes.good, time - last, HALF_LIFE_MS.outcome)
    outcomes.bad = halved(outcomes.bad, time - last, HALF_LIFE_MS.outcome)
    last = Math.max(last, time)
    return outcomes
  }

  return {
    at,

    add(time, { good, bad }, learns) {
      if (good === 0 && bad === 0) return
      at(time)
      outcomes.good += good
      outcomes.bad += bad
      const scale = Math.min(1, MAX_OUTCOMES / (outcomes.good + outcomes.bad))
      outcomes.good *= scale
      outcomes.bad *= scale
      if (learns(outcomes)) {
        const weight = 1 - halved(1, last - learnedAt, HALF_LIFE_MS.usualShare)
        const learned = outcomes.usual + weight * (badShare(outcomes) - outcomes.usual)
        outcomes.usual = Math.min(USUAL_SHARE.most, Math.max(USUAL_SHARE.least, learned))
      }
      learnedAt = last
    },

    adopt(time) {
      const { good, bad, usual } = at(time)
      if (good + bad === 0) return
      outcomes.usual = Math.min(USUAL_SHARE.most, Math.max(usual, bad / (good + bad)))
    },
  }
}
