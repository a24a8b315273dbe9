import { describe, expect, it } from 'vitest'
import { memoryLedger } from './ledger.ts'
import { ledgerContract } from './testing/ledger.ts'

ledgerContract('memory', () => {
  let time = 1_800_000_000_000
  const ledger = memoryLedger(() => time)
  return {
    ledger,
    size: ledger.size,
    advance: seconds => {
      time += seconds * 1000
    },
  }
})

describe('the memory ledger', () => {
  it('lets go of what has expired while it is used, and of nothing else', async () => {
    let time = 1_800_000_000_000
    const ledger = memoryLedger(() => time)
    await ledger.claim('keep', 7200, 'kept')
    for (let i = 0; i < 100_000; i++) await ledger.claim(`old ${i}`, 60, 'x'.repeat(1000) + i)
    time += 3_600_000
    for (let i = 0; i < 110_000; i++) await ledger.claim(`new ${i}`, 60, 'x')
    expect(ledger.size()).toBe(110_001)
    expect(await ledger.claim('keep', 60, 'y')).toBe('kept')
  })
})
