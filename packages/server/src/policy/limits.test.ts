import { beforeEach, describe, expect, it } from 'vitest'
import type { Action } from './action.ts'
import { createLimits, type Limits, type LimitsOptions } from './limits.ts'

let time: number
beforeEach(() => {
  time = 1_800_000_000_000
})
const create = (options: Partial<LimitsOptions> = {}) =>
  createLimits({ secret: 's'.repeat(32), now: () => time, ...options })
/** How many of `tries` requests in a row are let in. */
const admitted = (
  limits: Limits,
  address: string,
  action: Action,
  rate: number,
  tries = 1000,
  pressure = 0,
) =>
  Array.from({ length: tries }, () => limits.take(1, address, action, rate, { pressure })).filter(
    wait => wait === 0,
  ).length

describe('limits', () => {
  it('let an address have its rate at once, and then as much as comes in again', () => {
    const limits = create()
    expect(admitted(limits, '192.0.2.7', 'issue', 60)).toBe(60)
    expect(limits.take(1, '192.0.2.7', 'issue', 60)).toBe(1)
    time += 10_000
    expect(admitted(limits, '192.0.2.7', 'issue', 60)).toBe(10)
    time += 3600_000
    expect(admitted(limits, '192.0.2.7', 'issue', 60)).toBe(60)
  })

  it('say for how long to wait', () => {
    const limits = create()
    expect(admitted(limits, '192.0.2.7', 'issue', 6)).toBe(6)
    expect(limits.take(1, '192.0.2.7', 'issue', 6)).toBe(10)
    time += 9_000
    expect(limits.take(1, '192.0.2.7', 'issue', 6)).toBe(1)
    time += 1_000
    expect(limits.take(1, '192.0.2.7', 'issue', 6)).toBe(0)
  })

  it('keep issue, worked, show, check and the rest apart, and sites, and a household', () => {
    const limits = create()
    expect(admitted(limits, '2001:db8:1:2::1', 'issue', 10)).toBe(10)
    expect(admitted(limits, '2001:db8:1:2:ffff::2', 'issue', 10)).toBe(0)
    expect(admitted(limits, '2001:db8:1:3::1', 'issue', 10)).toBe(10)
    expect(admitted(limits, '2001:db8:1:2::1', 'worked', 10)).toBe(10)
    expect(admitted(limits, '2001:db8:1:2::1', 'show', 10)).toBe(30)
    expect(admitted(limits, '2001:db8:1:2::1', 'check', 10)).toBe(20)
    expect(limits.take(2, '2001:db8:1:2::1', 'issue', 10)).toBe(0)
  })

  it.each([
    ['IPv4', (n: number) => `192.0.2.${n}`, '192.0.3.1'],
    ['IPv6', (n: number) => `2001:db8:1:${n}::1`, '2001:db8:2::1'],
  ])('let a whole network of %s have four times as much', (_, address, elsewhere) => {
    const limits = create()
    const total = Array.from({ length: 200 }, (_, n) => admitted(limits, address(n), 'issue', 10, 20))
    expect(total.reduce((sum, n) => sum + n)).toBe(40)
    expect(admitted(limits, elsewhere, 'issue', 10)).toBe(10)
  })

  it('take more for wrong responses, of challenges too', () => {
    const limits = create()
    for (let i = 0; i < 5; i++) limits.failed(1, '192.0.2.7', 60)
    expect(admitted(limits, '192.0.2.7', 'check', 60)).toBe(100)
    expect(admitted(limits, '192.0.2.7', 'issue', 60)).toBe(40)
    expect(admitted(limits, '192.0.2.7', 'worked', 60)).toBe(40)
    expect(admitted(limits, '192.0.2.7', 'show', 60)).toBe(180)
    for (let i = 0; i < 1000; i++) limits.failed(1, '192.0.2.8', 60)
    time += 60_000
    expect(admitted(limits, '192.0.2.8', 'issue', 60)).toBe(60)
  })

  it('keep a reserve for those who have asked for little', () => {
    const limits = create()
    expect(admitted(limits, '192.0.2.7', 'issue', 60, 6, 0.9)).toBe(6)
    expect(admitted(limits, '192.0.2.7', 'issue', 60, 1000, 0.9)).toBeLessThan(6)
    expect(admitted(create(), '192.0.2.7', 'issue', 60, 1000, 0.01)).toBe(59)
    expect(admitted(create(), '198.51.100.1', 'issue', 1, 1000, 0.9)).toBe(1)
  })

  it('throttle networks that keep asking during event-loop lag, and for a while after it', () => {
    const limits = create()
    // Two hundred addresses of one network, each of which asks for little.
    const flood = (pressure: number) =>
      Array.from({ length: 200 }, (_, n) => limits.take(1, `192.0.2.${n}`, 'issue', 60, { pressure }))
    expect(flood(0).filter(wait => wait > 0)).toEqual([])
    for (const wait of flood(0.5)) expect(wait).toBeGreaterThan(0)
    time += 5000
    for (const wait of flood(0)) expect(wait).toBeGreaterThan(0)
    // Other networks are admitted, and a check from anywhere.
    expect(limits.take(1, '198.51.100.1', 'issue', 60, { pressure: 3 })).toBe(0)
    expect(limits.take(1, '192.0.2.7', 'check', 60, { pressure: 3 })).toBe(0)
    const wait = limits.take(1, '192.0.2.7', 'issue', 60, { pressure: 0 })
    expect(wait).toBeLessThanOrEqual(60)
    time += wait * 1000
    expect(limits.take(1, '192.0.2.7', 'issue', 60, { pressure: 0 })).toBe(0)
  })

  it('have none where a site wants none', () => {
    const limits = create()
    expect(admitted(limits, '192.0.2.7', 'issue', 0, 10_000)).toBe(10_000)
    limits.failed(1, '192.0.2.7', 0)
    expect(limits.size()).toBe(0)
  })

  it('share a rate out among processes', () => {
    expect(admitted(create({ processes: 4 }), '192.0.2.7', 'issue', 60)).toBe(15)
    expect(admitted(create({ processes: 64 }), '192.0.2.7', 'issue', 60)).toBe(2)
  })

  it('fill nothing when the clock is set back, and lock nobody out when it was ahead', () => {
    const limits = create()
    time += 3600_000
    expect(admitted(limits, '192.0.2.7', 'issue', 60)).toBe(60)
    time -= 3600_000
    expect(admitted(limits, '192.0.2.7', 'issue', 60)).toBe(0)
    time += 1000
    expect(admitted(limits, '192.0.2.7', 'issue', 60)).toBe(1)
  })

  it('count for a network whatever number of its addresses are forgotten', () => {
    const limits = create({ capacity: 100 })
    const all = Array.from({ length: 5000 }, (_, n) => `2001:db8:1:${n.toString(16)}::1`)
    const total = all.map(address => admitted(limits, address, 'issue', 10, 1))
    expect(total.reduce((sum, n) => sum + n)).toBe(40)
  })

  it('remember no more networks than they may, and forget those that are quiet', () => {
    const limits = create({ capacity: 1000 })
    for (let i = 0; i < 5000; i++) limits.take(1, `10.${i >> 8}.${i & 255}.1`, 'issue', 60)
    // 5,000 households of as many networks: 1,000 of each.
    expect(limits.size()).toBe(2000)
    time += 120_000
    for (let i = 0; i < 1000; i++) limits.take(1, `172.16.${i & 255}.1`, 'issue', 60)
    expect(limits.size()).toBeLessThan(1600)
    time += 24 * 3600_000
    limits.take(1, '192.0.2.7', 'issue', 60)
    expect(limits.size()).toBe(2)
  })
})
