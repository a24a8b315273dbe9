import { describe, expect, it } from 'vitest'
import { type Baseline, createBaseline } from './baseline.ts'

const WEEK = 168
/** Learns whole weeks of `count` an hour, from an hour on. */
function learn(baseline: Baseline, from: number, weeks: number, count: (hour: number) => number) {
  for (let hour = from; hour < from + weeks * WEEK; hour++) baseline.learn(hour, count(hour))
  return from + weeks * WEEK
}
const busyAt = (top: number) => (hour: number) => (hour % 24 === 10 ? top : 10)

describe('the baseline', () => {
  it('knows a site after a week, and each hour of the week by itself', () => {
    const baseline = createBaseline()
    expect([baseline.usual(0), baseline.isKnown()]).toEqual([0, false])
    const end = learn(baseline, 0, 1, busyAt(100))
    expect(baseline.isKnown()).toBe(true)
    // Half by its own cell, half by the mean of all; the hour before and after count as much.
    const mean = (100 + 23 * 10) / 24
    expect(baseline.usual(10)).toBeCloseTo((100 + mean) / 2)
    expect(baseline.usual(11)).toBeCloseTo((100 + mean) / 2)
    expect(baseline.usual(12)).toBeCloseTo((10 + mean) / 2)
    learn(baseline, end, 8, busyAt(100))
    expect(baseline.usual(10)).toBeCloseTo((8 * 100 + mean) / 9)
  })

  it('follows a site that grows', () => {
    const baseline = createBaseline()
    const calm = learn(baseline, 0, 9, () => 100)
    learn(baseline, calm, 5, () => 200)
    expect(baseline.usual(0)).toBeGreaterThan(170)
  })

  it('learns a quarter of twice the usual from one hour of a flood', () => {
    const baseline = createBaseline()
    const calm = learn(baseline, 0, 9, () => 100)
    baseline.learn(calm, 1_000_000)
    expect(baseline.usual(0)).toBeLessThan(130)
  })

  it('is lifted five times in half a year by a patient attacker, and not without end', () => {
    const baseline = createBaseline()
    let hour = learn(baseline, 0, 9, () => 100)
    for (let week = 0; week < 26; week++) {
      hour = learn(baseline, hour, 1, at => 2 * baseline.usual(at) + 12)
    }
    expect(baseline.usual(hour) / 100).toBeGreaterThan(4)
    expect(baseline.usual(hour) / 100).toBeLessThan(5.5)
  })

  it('takes the last day for usual when an operator says so', () => {
    const baseline = createBaseline()
    const calm = learn(baseline, 0, 9, () => 100)
    for (let hour = calm; hour < calm + 24; hour++) baseline.learn(hour, 900)
    baseline.adopt(calm + 24, 0)
    expect(baseline.usual(calm + 50)).toBeCloseTo(900)
    const fresh = createBaseline()
    fresh.adopt(5, 700)
    expect(fresh.usual(5)).toBeCloseTo(700)
  })

  it('goes on from what was stored', () => {
    const baseline = createBaseline()
    learn(baseline, 3, 3, hour => 1000 / ((hour % 7) + 3))
    const again = createBaseline(JSON.parse(JSON.stringify(baseline.stored())))
    for (const hour of [0, 1, 77, 167]) expect(again.usual(hour)).toBeCloseTo(baseline.usual(hour), 1)
    expect(again.stored()).toEqual(baseline.stored())
  })
})
