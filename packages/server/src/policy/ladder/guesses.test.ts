import { describe, expect, it } from 'vitest'
import { createGuesses } from './guesses.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
/** Answers of people an hour. */
const RATES = [1, 100, 10_000]

/** Numbers of a seed, 0 … 1 without 1. */
function seeded(seed: number) {
  let state = seed
  const next = () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) / 2 ** 32
  }
  const exponential = () => -Math.log(1 - next())
  const normal = () => Math.sqrt(2 * exponential()) * Math.cos(2 * Math.PI * next())
  return { next, exponential, normal }
}

/** A kind at a site, with the changes that were told. */
function setUp() {
  const changes: [minutes: number, guessed: boolean][] = []
  let time = 0
  const guesses = createGuesses(0, guessed => changes.push([time / MINUTE, guessed]))
  /**
   * Lets people answer until a time, and who guesses beside them. One answer in ten of people is wrong: some
   * try again and again, and in some ten minutes there are two or three times as many.
   */
  const live = (end: number, perHour: number, { guesser = 0, seed = 1 } = {}) => {
    const { next, exponential, normal } = seeded(seed)
    let [failing, until] = [0, 0]
    for (;;) {
      time += (exponential() * HOUR) / (perHour + guesser)
      if (time >= end) break
      if (time >= until) {
        failing = 0.06 * Math.exp(0.35 * normal())
        until = time + 10 * MINUTE
      }
      if (next() * (perHour + guesser) < guesser) {
        const right = next() < 0.06
        guesses.add(time, { right: Number(right), wrong: Number(!right) })
      } else {
        for (let wrong = next() < failing; wrong; wrong = next() < 0.4)
          guesses.add(time, { right: 0, wrong: 1 })
        guesses.add(time, { right: 1, wrong: 0 })
      }
    }
    time = end
    return guesses.isGuessed(time)
  }
  return { guesses, changes, live }
}

describe('a kind whose answers are judged', () => {
  it.each(RATES)('is not taken for guessed by lumpy failures of people, %d answers an hour', perHour => {
    for (const seed of [1, 2, 3]) {
      const { changes, live } = setUp()
      live(Math.max(24, 20_000 / perHour) * HOUR, perHour, { seed })
      expect(changes).toEqual([])
    }
  })

  it.each([
    [1, 120, 20],
    [100, 200, 15],
    [10_000, 20_000, 2],
  ])(
    'is found to be guessed beside %d answers an hour, and no longer after that',
    (perHour, guesser, within) => {
      const { changes, live } = setUp()
      live(24 * HOUR, perHour)
      expect(live(25 * HOUR, perHour, { guesser })).toBe(true)
      expect(live(48 * HOUR, perHour)).toBe(false)
      expect(changes.map(([, guessed]) => guessed)).toEqual([true, false])
      expect(changes[0]![0]).toBeLessThan(24 * 60 + within)
    },
  )

  it('needs sixteen wrong answers in a row, however few there are', () => {
    const { guesses } = setUp()
    for (let i = 0; i < 15; i++) guesses.add(0, { right: 0, wrong: 1 })
    expect(guesses.isGuessed(0)).toBe(false)
    guesses.add(0, { right: 0, wrong: 1 })
    expect(guesses.isGuessed(0)).toBe(true)
  })

  it('is guessed for ten minutes after the last time that it looked so', () => {
    const { guesses } = setUp()
    guesses.add(0, { right: 0, wrong: 16 })
    guesses.add(0, { right: 40, wrong: 0 })
    expect(guesses.isGuessed(10 * MINUTE - 1)).toBe(true)
    expect(guesses.isGuessed(10 * MINUTE)).toBe(false)
  })

  it('learns what is usual while it is not guessed, and nothing from who guesses', () => {
    const { guesses } = setUp()
    let time = 0
    const answer = (hours: number, right: number, wrong: number, to = guesses) => {
      for (let hour = 0; hour < hours; hour++) {
        time += HOUR
        to.add(time, { right, wrong })
      }
      return to.isGuessed(time)
    }
    expect(answer(1, 45, 55, setUp().guesses)).toBe(true)
    expect(answer(8 * 168, 65, 35)).toBe(false)
    expect(answer(1, 45, 55)).toBe(false)
    expect(answer(4 * 168, 5, 95)).toBe(true)
    expect(answer(1, 20, 80)).toBe(true)
  })

  it('is not guessed any more when an operator says that it is usual', () => {
    const { guesses, changes } = setUp()
    guesses.add(0, { right: 60, wrong: 40 })
    expect(guesses.isGuessed(0)).toBe(false)
    guesses.add(0, { right: 10, wrong: 40 })
    expect(guesses.isGuessed(0)).toBe(true)
    guesses.adopt(0)
    expect(changes.map(([, guessed]) => guessed)).toEqual([true, false])
    expect(guesses.isGuessed(0)).toBe(false)
  })
})
