import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { freshFolder } from '../testing/folder.ts'
import { type SqliteLedger, sqliteLedger } from './sqlite.ts'

const START = 1_800_000_000
const opened: SqliteLedger[] = []
afterEach(async () => {
  for (const ledger of opened.splice(0)) await ledger.close()
})

function setUp(file = join(freshFolder(), 'ledger.db')) {
  const clock = { time: START * 1000 }
  const warnings: string[] = []
  const ledger = sqliteLedger({ file, now: () => clock.time, warn: line => warnings.push(line) })
  opened.push(ledger)
  const pass = (seconds: number) => {
    clock.time += seconds * 1000
  }
  return { file, ledger, warnings, pass }
}

describe('a claim in a file', () => {
  it('is held through its last second, and told through it', async () => {
    const { ledger, pass } = setUp()
    await ledger.claim('a', 60, 'x')
    pass(60)
    expect(await ledger.claimed('a')).toBe('x')
    expect(await ledger.claim('a', 60, 'y')).toBe('x')
    pass(1)
    expect(await ledger.claimed('a')).toBeUndefined()
    expect(await ledger.claim('a', 60, 'y')).toBeUndefined()
  })

  it('is held for no less than what was asked for, in whole seconds that have passed', async () => {
    const { ledger, pass } = setUp()
    pass(0.999)
    await ledger.claim('a', 0.5, 'x')
    await ledger.count('n', 0.5)
    pass(0.501)
    expect(await ledger.claimed('a')).toBe('x')
    expect(await ledger.count('n', 1)).toBe(2)
    pass(0.499)
    expect(await ledger.counted('n')).toBe(2)
    pass(0.001)
    expect(await ledger.counted('n')).toBe(0)
  })

  it('that is not swept yet is told as it was when the clock is set back, and what was swept as that', async () => {
    const { ledger, pass } = setUp()
    const keys = Array.from({ length: 150 }, (_, i) => `key ${i}`)
    await Promise.all(keys.map(key => ledger.claim(key, 600, 'x')))
    pass(600 + 3600 + 1)
    await ledger.claim('other', 600, 'y')
    expect(ledger.size()).toBe(51)
    pass(-(600 + 3600 + 1))
    const told = await Promise.all(keys.map(key => ledger.claim(key, 600, 'z')))
    expect(told.filter(value => value === 'x')).toHaveLength(50)
    expect(told.filter(value => value === 'swept')).toHaveLength(100)
    // Through its last second, and no longer.
    const held = keys[told.indexOf('x')]!
    pass(600)
    expect(await ledger.claim(held, 0, 'z')).toBe('x')
    pass(1)
    expect(await ledger.claim(held, -1, 'z')).toBe('swept')
  })
})

describe('sweeping a file', () => {
  it('goes on where it has stopped, so that what lives still hides nothing that has expired', async () => {
    const { ledger, pass } = setUp()
    const claims = (name: string, ttl: number) =>
      Promise.all(Array.from({ length: 150 }, (_, i) => ledger.claim(`${name} ${i}`, ttl, 'x')))
    await claims('a alive', 24 * 3600)
    await claims('b dead', 60)
    await claims('c alive', 24 * 3600)
    pass(2 * 3600)
    // A hundred of them with each commit, in the order of their keys.
    const sizes: number[] = []
    for (let i = 0; i < 10; i++) {
      await ledger.claim('a claim', 60, 'x')
      sizes.push(ledger.size())
    }
    expect(sizes.slice(0, 5)).toEqual([451, 402, 302, 301, 301])
    await claims('b dead', 60)
    pass(2 * 3600)
    for (let i = 0; i < 10; i++) await ledger.claim('a claim', 60, 'x')
    expect(ledger.size()).toBe(301)
  })

  it('lets go of counters too, and of none that runs still', async () => {
    const { ledger, pass } = setUp()
    await Promise.all(Array.from({ length: 250 }, (_, i) => ledger.count(`old ${i}`, 60)))
    await ledger.count('running', 24 * 3600)
    pass(2 * 3600)
    for (let i = 0; i < 3; i++) await ledger.count('running', 24 * 3600)
    expect(ledger.size()).toBe(1)
    expect(await ledger.counted('running')).toBe(4)
  })
})

describe('the time in a file', () => {
  it('may step back by a minute without a word', async () => {
    const { ledger, warnings, pass } = setUp()
    await ledger.claim('a', 60, 'x')
    pass(-60)
    await ledger.claim('b', 60, 'x')
    expect(warnings).toEqual([])
    pass(-1)
    await ledger.claim('c', 60, 'x')
    expect(warnings).toEqual([expect.stringContaining('set back by 61 s, to 2027-01-15T07:58:59.000Z: ')])
  })

  it('is written down every ten seconds, and with a ping', async () => {
    const { file, ledger, pass } = setUp()
    await ledger.claim('a', 60, 'x')
    for (const [seconds, seen] of [
      [0, 0],
      [9, 0],
      [1, 10],
      [5, 10],
      [4, 10],
      [1, 20],
    ] as const) {
      pass(seconds)
      await ledger.claim('b', 60, 'x')
      expect(setUp(file).ledger.seenBefore).toBe(START + seen)
    }
    pass(3)
    await ledger.ping()
    expect(setUp(file).ledger.seenBefore).toBe(START + 23)
  })

  it('is written down at once when it was set back, so that the next process says nothing of it', async () => {
    const { file, ledger, pass } = setUp()
    await ledger.claim('a', 60, 'x')
    pass(-3600)
    await ledger.claim('b', 60, 'x')
    expect(setUp(file).ledger.seenBefore).toBe(START - 3600)
  })
})
