import { expect, it } from 'vitest'
import { createLimits } from './limits.ts'

function setUp() {
  const clock = { time: 1_800_000_000_000 }
  const limits = createLimits({ secret: 's'.repeat(32), now: () => clock.time })
  /** What so many addresses of a network are told, one after the other. */
  const ask = (network: string, count: number, pressure: number) =>
    Array.from({ length: count }, (_, n) => limits.take(1, `${network}.${n}`, 'issue', 60, { pressure }))
  return { clock, ask }
}

it('a network has to wait from the fourteenth request in a row on at a pressure of 1, for whole seconds', () => {
  const { ask } = setUp()
  const waits = ask('192.0.2', 26, 1)
  expect(waits.slice(0, 13)).toEqual(Array(13).fill(0))
  // Until less is remembered of it than it may ask for: half of it goes in ten seconds.
  expect([waits[13], waits[24], waits[25]]).toEqual([2, 10, 11])
})

it('half of a pressure is felt five seconds after it has gone', () => {
  const { clock, ask } = setUp()
  ask('192.0.2', 40, 0)
  ask('198.51.100', 1, 1)
  clock.time += 5000
  expect(ask('192.0.2', 1, 0)).toEqual([3])
})
