import { keyedStream } from '@upright/core'
import { describe, expect, it } from 'vitest'
import { createSlider, FORMS, hearLargestGroup } from './sound-forms.ts'
import { playThings } from './things.ts'

const stream = (seed: number) => keyedStream(new Uint8Array(32).fill(seed))

describe.each(FORMS)('$name', ({ draw, answer, guess, worth }) => {
  it('is guessed as often as it says', () => {
    const random = stream(1)
    const draws = 20_000
    const hits = Array.from({ length: draws }, () => answer(draw(random))).filter(right => right === guess)
    expect(Math.abs(hits.length - worth * draws)).toBeLessThan(4 * Math.sqrt(worth * draws) + 1)
  })
})

it('a thing is counted among two others as often as it is there, named or not', () => {
  const { draw, answer } = FORMS.find(({ name }) => name === 'how often a thing is heard')!
  const round = draw(stream(2))
  expect(new Set(round.row).size).toBeLessThanOrEqual(3)
  expect(answer({ row: 'abcab', wanted: 'a' })).toBe('2')
  expect(answer({ row: '???', wanted: 'a' })).toBe('3')
})

it('an attacker with renditions of things names four of them in a row', () => {
  expect(createSlider(4)(playThings('ecgb', stream(3)), 4)).toBe('ecgb')
})

it('an attacker without any takes what is most frequent for what is asked for', () => {
  const beeps = [800, 2500, 800, 800, 2500].map(hz => (i: number) => {
    return 5000 * (i < 4800 ? Math.sin((2 * Math.PI * hz * i) / 16_000) : 0) + 20 * Math.sin(i * i)
  })
  const sound = beeps.flatMap(beep => Array.from({ length: 16_000 }, (_, i) => beep(i)))
  expect(hearLargestGroup(sound, 5)).toBe('???')
  expect(hearLargestGroup(new Float32Array(16_000), 5)).toBe('')
})
