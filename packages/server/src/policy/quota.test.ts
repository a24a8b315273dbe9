import { memoryLedger } from '@upright/core'
import { describe, expect, it } from 'vitest'
import { createQuota, createSharedQuota } from './quota.ts'

describe('a quota', () => {
  it('counts each site by itself and restarts with the minute, whichever way the clock goes', () => {
    let time = 90_000
    const quota = createQuota(() => time)
    const take = (site: number, limit: number, times: number) =>
      Array.from({ length: times }, () => quota.take(site, limit))
    expect(take(1, 2, 3)).toEqual([0, 0, 30])
    expect(take(2, 1, 2)).toEqual([0, 30])
    expect(take(3, 0, 100).every(wait => wait === 0)).toBe(true)
    time = 119_999
    expect(quota.take(1, 2)).toBe(1)
    time = 120_000
    expect(take(1, 2, 3)).toEqual([0, 0, 60])
    time = 30_000
    expect(take(1, 2, 3)).toEqual([0, 0, 30])
  })
})

describe('a quota of several processes', () => {
  let time: number
  const now = () => time
  const shared = (workers: number, ledger = memoryLedger(now)) =>
    Array.from({ length: workers }, () => createSharedQuota({ now, ledger, workers }))
  /** How many of so many requests pass, sent to one process after the other, ten at once. */
  const passed = async (quotas: ReturnType<typeof shared>, limit: number, times: number) => {
    const waits: number[] = []
    for (let i = 0; i < times; i += 10) {
      const ten = Array.from({ length: 10 }, (_, j) => quotas[(i + j) % quotas.length]!.take(1, limit))
      waits.push(...(await Promise.all(ten)))
    }
    return waits.filter(wait => wait === 0).length
  }

  it.each([1, 7, 30, 100, 1000, 1001])('of %i is reached and never exceeded', async limit => {
    for (const workers of [2, 3, 8]) {
      time = 90_000
      const quotas = shared(workers)
      expect(await passed(quotas, limit, 3000)).toBe(limit)
      expect(await quotas[0]!.take(1, limit)).toBe(30)
      time = 120_000
      expect(await passed(quotas, limit, 3000)).toBe(limit)
      expect(await quotas[0]!.take(1, 0)).toBe(0)
    }
  })

  it('is there for a client of one process alone', async () => {
    time = 90_000
    const [first] = shared(8)
    expect(await passed([first!], 100, 200)).toBe(100)
  })

  it('asks the ledger for portions, once for all who wait', async () => {
    time = 90_000
    const ledger = memoryLedger(now)
    const quotas = shared(2, ledger)
    await passed(quotas, 1024, 1020)
    expect(await ledger.counted('quota.1.1')).toBe(32)
  })

  it('asks it no more when the last portion is taken, however many ask', async () => {
    time = 90_000
    const ledger = memoryLedger(now)
    const quotas = shared(1, ledger)
    expect(await passed(quotas, 160, 1000)).toBe(160)
    expect(await ledger.counted('quota.1.1')).toBe(16)
  })

  it('lets each process take its even part while the ledger is away', async () => {
    time = 90_000
    const count = () => Promise.reject(new Error('away'))
    const quotas = Array.from({ length: 3 }, () => createSharedQuota({ now, ledger: { count }, workers: 3 }))
    expect(await passed(quotas, 100, 300)).toBe(3 * 34)
  })
})
