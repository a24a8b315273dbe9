import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { isLost, type Ledger } from '../ledger.ts'

/** A ledger under test. */
export interface LedgerUnderTest {
  ledger: Ledger
  /** Moves the ledger's clock on by this many seconds; negative sets it back. */
  advance(seconds: number): void | Promise<void>
  /**
   * Sets the clock of this process, as a time server does, where the ledger counts its time by another one.
   * @default `advance`
   */
  setClock?(seconds: number): void
  /** Seconds for which claims are kept beyond their time to live. @default 0 */
  kept?: number
  /** Has all be forgotten behind the back of an open ledger, where it notices that. */
  lose?(): Promise<void>
  /** Number of entries in the ledger, expired ones included. */
  size?(): number | Promise<number>
}

/** The contract every ledger keeps. `open` gives a fresh, empty ledger; the suite closes it. */
export function ledgerContract(name: string, open: () => LedgerUnderTest | Promise<LedgerUnderTest>): void {
  describe(`the ledger contract: ${name}`, () => {
    let test: LedgerUnderTest
    beforeEach(async () => {
      test = await open()
    })
    afterEach(() => test.ledger.close())

    it('gives the first claim nothing and every later one the first value', async () => {
      expect(await test.ledger.claim('a', 60, 'one')).toBeUndefined()
      expect(await test.ledger.claim('a', 60, 'two')).toBe('one')
      expect(await test.ledger.claim('a', 60, 'three')).toBe('one')
      expect(await test.ledger.claim('b', 60, 'four')).toBeUndefined()
    })

    it('lets exactly one of ten thousand parallel claims through', async () => {
      const claims = Array.from({ length: 10_000 }, (_, i) => test.ledger.claim('race', 60, `${i}`))
      const results = await Promise.all(claims)
      const winner = results.indexOf(undefined)
      expect(results.filter(result => result === undefined)).toHaveLength(1)
      expect(new Set(results)).toEqual(new Set([undefined, `${winner}`]))
    })

    it('holds a claim for its time to live and what it is kept beyond, and no longer', async () => {
      await test.ledger.claim('short', 60, 'first')
      await test.advance(59)
      expect(await test.ledger.claim('short', 60, 'second')).toBe('first')
      await test.advance(2 + (test.kept ?? 0))
      expect(await test.ledger.claim('short', 60, 'third')).toBeUndefined()
    })

    it('still holds a claim when the clock is set back', async () => {
      await test.ledger.claim('back', 60, 'first')
      await test.advance(-600)
      expect(await test.ledger.claim('back', 660, 'second')).toBe('first')
    })

    it.each([600, 1800, 7200, 86_400])(
      'revives nothing when the clock jumps %d s ahead and back, and goes on with what is new',
      async jump => {
        const setClock = test.setClock ?? test.advance
        await test.ledger.claim('jumped', 60, 'first')
        await setClock(jump)
        for (let i = 0; i < 10; i++) await test.ledger.claim(`ahead ${i}`, 60, 'x')
        await setClock(-jump)
        // The deadline is what it was: the same clock, the same time to live.
        expect(await test.ledger.claim('jumped', 60, 'second')).toBeDefined()
        expect(await test.ledger.claim('new', 120, 'x')).toBeUndefined()
        expect(await test.ledger.claim('new', 120, 'y')).toBe('x')
      },
    )

    it('goes on counting when the clock jumps ahead and back, and locks nobody out', async () => {
      const setClock = test.setClock ?? test.advance
      await test.ledger.count('n', 60)
      await setClock(600)
      for (let i = 0; i < 10; i++) await test.ledger.count(`ahead ${i}`, 60)
      await setClock(-600)
      expect(await test.ledger.count('n', 60)).toBe(2)
      await setClock(86_400)
      await test.ledger.count('far ahead', 60)
      await setClock(-86_400)
      await test.advance(61)
      expect(await test.ledger.count('far ahead', 60)).toBe(1)
    })

    it('counts up, in parallel too, and restarts after the window', async () => {
      const counts = await Promise.all(Array.from({ length: 100 }, () => test.ledger.count('n', 60)))
      expect(counts.sort((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, i) => i + 1))
      await test.advance(59)
      expect(await test.ledger.count('n', 60)).toBe(101)
      await test.advance(2)
      expect(await test.ledger.count('n', 60)).toBe(1)
    })

    it('tells what was claimed and counted without claiming or counting', async () => {
      expect(await test.ledger.claimed('c')).toBeUndefined()
      expect(await test.ledger.counted('n')).toBe(0)
      await test.ledger.claim('c', 60, 'value')
      for (let i = 0; i < 3; i++) await test.ledger.count('n', 60)
      for (let i = 0; i < 3; i++) {
        expect(await test.ledger.claimed('c')).toBe('value')
        expect(await test.ledger.counted('n')).toBe(3)
      }
      expect(await test.ledger.claimed('n')).toBeUndefined()
      expect(await test.ledger.counted('c')).toBe(0)
      await test.advance(61 + (test.kept ?? 0))
      expect(await test.ledger.claimed('c')).toBeUndefined()
      expect(await test.ledger.counted('n')).toBe(0)
    })

    it('keeps claims and counters apart', async () => {
      await test.ledger.count('same', 60)
      expect(await test.ledger.claim('same', 60, 'value')).toBeUndefined()
      expect(await test.ledger.count('same', 60)).toBe(2)
    })

    it('keeps any text as key and value', async () => {
      const key = `'"; \u0000 é 🐈 ${'k'.repeat(200)}`
      expect(await test.ledger.claim(key, 60, '🐕 \n')).toBeUndefined()
      expect(await test.ledger.claim(key, 60, 'x')).toBe('🐕 \n')
    })

    it('has lost nothing that it was not made to lose', async () => {
      await test.ledger.claim('kept', 60, 'x')
      await test.ledger.ping()
      expect(test.ledger.loss?.()?.alarming ?? false).toBe(false)
    })

    it('believes no claim that was made after it lost what was spent', async () => {
      if (!test.lose) return
      const issued = Math.floor(Date.now() / 1000)
      const keys = Array.from({ length: 100 }, (_, i) => `lost ${i}`)
      for (const key of keys) await test.ledger.claim(key, 60, 'x')
      await test.lose()
      await Promise.all(
        keys.map(async key => {
          await test.ledger.claim(key, 60, 'y')
          expect(isLost(test.ledger, issued)).toBe(true)
        }),
      )
      expect(isLost(test.ledger, issued + 3600)).toBe(false)
      expect(await test.ledger.claim('later', 60, 'x')).toBeUndefined()
      expect(await test.ledger.claim('later', 60, 'y')).toBe('x')
    })

    it('sweeps what has expired while it is used', async () => {
      if (!test.size) return
      await Promise.all(Array.from({ length: 500 }, (_, i) => test.ledger.claim(`old ${i}`, 60, 'x')))
      await test.advance(3 * 3600)
      for (let i = 0; i < 1000; i++) await test.ledger.claim(`new ${i % 10}`, 60, 'x')
      expect(await test.size()).toBeLessThan(100)
    })

    it('answers a ping', async () => {
      await expect(test.ledger.ping()).resolves.toBeUndefined()
    })
  })
}
