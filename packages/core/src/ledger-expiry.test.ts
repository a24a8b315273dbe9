import { describe, expect, it } from 'vitest'
import { CLOCK_SKEW_SECONDS } from './clock-skew.ts'
import { memoryLedger } from './ledger.ts'

function setUp() {
  const clock = { time: 1_800_000_000_000 }
  return { clock, ledger: memoryLedger(() => clock.time) }
}

describe('the memory ledger', () => {
  it('restarts a counter in the second after its window', async () => {
    const { clock, ledger } = setUp()
    await ledger.count('n', 60)
    clock.time += 60_999
    expect(await ledger.count('n', 60)).toBe(2)
    expect(await ledger.counted('n')).toBe(2)
    clock.time += 1
    expect(await ledger.counted('n')).toBe(0)
    expect(await ledger.count('n', 60)).toBe(1)
  })

  it('takes nothing for there that has expired and is not swept yet', async () => {
    const { clock, ledger } = setUp()
    for (let i = 0; i < 100; i++) {
      await ledger.claim(`claim ${i}`, 60, 'x')
      await ledger.count(`counter ${i}`, 60)
    }
    clock.time += 61_000
    expect(await ledger.counted('counter 98')).toBe(0)
    clock.time += 7200_000
    expect(await ledger.claimed('claim 99')).toBeUndefined()
    expect(await ledger.claim('claim 99', 60, 'y')).toBeUndefined()
    expect(await ledger.counted('counter 99')).toBe(0)
    expect(await ledger.count('counter 99', 60)).toBe(1)
    expect(ledger.size()).toBeGreaterThan(150)
  })

  it('gives how many entries it holds, and drops them when clocks can no longer disagree about them', async () => {
    const { clock, ledger } = setUp()
    expect(ledger.size()).toBe(0)
    await ledger.claim('claim', 7200, 'x')
    for (let i = 0; i < 3; i++) await ledger.count(`counter ${i}`, 60)
    expect(ledger.size()).toBe(4)
    clock.time += (60 + CLOCK_SKEW_SECONDS) * 1000
    for (let i = 0; i < 3; i++) await ledger.count('other', 60)
    expect(ledger.size()).toBe(5)
    clock.time += 1000
    for (let i = 0; i < 3; i++) await ledger.count('other', 60)
    expect(ledger.size()).toBe(2)
  })
})
