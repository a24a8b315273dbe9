import { describe, expect, it } from 'vitest'
import { createQuota } from './quota.ts'

describe('a quota', () => {
  it('counts each site by itself and starts anew with the minute, whichever way the clock goes', () => {
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
