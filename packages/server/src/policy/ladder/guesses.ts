import { GUESS_EXCESS, isExcess } from './formula.ts'
import { createOutcomes } from './outcomes.ts'

/** Kinds whose answers can be guessed. */
export const GUESSED_KINDS = ['text', 'speech', 'rotate'] as const
export type GuessedKind = (typeof GUESSED_KINDS)[number]

/** Milliseconds for which a kind still counts as guessed: at the edge it would come and go. */
const HOLD_MS = 600_000

/** Whether the answers of a kind are guessed at a site: more of them are wrong than is usual there. */
export interface Guesses {
  /** Adds answers that were judged. `time` is in monotonic milliseconds. */
  add(time: number, answers: { right: number; wrong: number }): void
  isGuessed(time: number): boolean
  /** Takes what is going on for usual. */
  adopt(time: number): void
}

/** The guesses of a kind from a time on; `onChanged` is called when they begin and when they have ended. */
export function createGuesses(start: number, onChanged?: (guessed: boolean) => void): Guesses {
  const answers = createOutcomes(start)
  let guessed = false
  let until = start

  const isGuessed = (time: number): boolean => {
    if (isExcess(answers.at(time), GUESS_EXCESS)) until = time + HOLD_MS
    if (guessed !== time < until) {
      guessed = !guessed
      onChanged?.(guessed)
    }
    return guessed
  }

  return {
    isGuessed,
    add(time, { right, wrong }) {
      answers.add(time, { good: right, bad: wrong }, () => !isGuessed(time))
    },
    adopt(time) {
      answers.adopt(time)
      until = time
      isGuessed(time)
    },
  }
}
