import { describe, expect, it } from 'vitest'
import { networksOf } from './network-hash.ts'
import { createNetworks } from './networks.ts'

/** Bytes that are another number each time. */
function counting() {
  let count = 1
  return (n: number) => {
    const bytes = Buffer.alloc(n, count++)
    return bytes
  }
}
const network = (i: number) => networksOf(`10.${(i >> 8) & 255}.${i & 255}.1`)[0]
const DAY = 24 * 3_600_000

describe('networks', () => {
  it('count answers that decay by half in a minute and in an hour', () => {
    const networks = createNetworks(counting(), 64)
    networks.answered(1, network(1), 0, 8)
    expect(networks.answers(1, network(1), 60_000)).toEqual({ minute: 4, hour: expect.closeTo(7.908, 2) })
    networks.answered(1, network(1), 60_000, 1)
    expect(networks.answers(1, network(1), 120_000).minute).toBeCloseTo(2.5)
    expect(networks.answers(1, network(1), 3_600_000).hour).toBeCloseTo(4.5, 1)
    // Another site and another network know nothing of it.
    expect(networks.answers(2, network(1), 0)).toEqual({ minute: 0, hour: 0 })
    expect(networks.answers(1, network(2), 0)).toEqual({ minute: 0, hour: 0 })
  })

  it('never count more for a clock that goes back', () => {
    const networks = createNetworks(counting(), 64)
    networks.answered(1, network(1), 60_000, 8)
    expect(networks.answers(1, network(1), 0).minute).toBe(8)
    networks.answered(1, network(1), 0, 1)
    expect(networks.answers(1, network(1), 60_000).minute).toBe(9)
  })

  it('have room for 12 passes a minute, 96 an hour and 6 reports, which comes back', () => {
    const networks = createNetworks(counting(), 64)
    const whole = { minute: 1, hour: 1, report: true }
    const rooms = Array.from({ length: 100 }, () => {
      const room = networks.room(1, network(1), 0)
      networks.hold(1, network(1), 0, room)
      return room
    })
    expect(rooms[5]).toEqual(whole)
    expect(rooms[6]).toEqual({ ...whole, report: false })
    expect(rooms[12]).toEqual({ minute: 0, hour: 1, report: false })
    expect(rooms[96]).toEqual({ minute: 0, hour: 0, report: false })
    expect(networks.room(1, network(1), 600_000)).toMatchObject({ minute: 1, report: true })
    expect(networks.room(1, network(2), 0)).toEqual(whole)
  })

  it('forget everything after a day, under another key', () => {
    const networks = createNetworks(counting(), 64)
    networks.answered(1, network(1), 5, 1000)
    expect(networks.answers(1, network(1), DAY + 4).hour).toBeGreaterThan(0)
    expect(networks.answers(1, network(1), DAY + 5).hour).toBe(0)
  })

  it('keep the busy ones when more come than there is room for', () => {
    const networks = createNetworks(counting(), 1024)
    for (let i = 0; i < 100; i++) networks.answered(1, network(i), 0, 50)
    for (let i = 1000; i < 21_000; i++) networks.answered(1, network(i), 1000, 1)
    const kept = Array.from({ length: 100 }, (_, i) => networks.answers(1, network(i), 1000).hour)
    expect(kept.filter(hour => hour > 49)).toHaveLength(100)
  })
})
