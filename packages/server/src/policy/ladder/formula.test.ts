import { describe, expect, it } from 'vitest'
import {
  badShare,
  isExcess,
  maxHour,
  networkRung,
  REPORT_EXCESS,
  siteRung,
  steadySums,
  volumeOf,
} from './formula.ts'

const CALM = { good: 0, bad: 0, usual: 0.1 }

describe('the volume of a site', () => {
  it('is 0 at the usual rate, whatever that is', () => {
    for (const rate of [0, 1, 100, 10_000]) expect(volumeOf(steadySums(rate), rate)).toBeCloseTo(0)
  })

  it('is 1 at twice the usual of the minute and the floor, and at four times that of the hour', () => {
    const { minute, hour } = steadySums(100)
    expect(volumeOf({ minute: 2 * (minute + 16) - 16, hour }, 100)).toBeCloseTo(1)
    expect(volumeOf({ minute, hour: 4 * (hour + 48) - 48 }, 100)).toBeCloseTo(1)
    expect(volumeOf({ minute: 64 * (minute + 16) - 16, hour }, 100)).toBeCloseTo(6)
  })

  it('stays below 2.2 by the hour alone, so that no past asks for rung 2', () => {
    for (const rate of [0, 100, 10_000]) {
      expect(volumeOf({ ...steadySums(rate), hour: maxHour(rate) }, rate)).toBeLessThan(2.2)
    }
  })
})

describe('the rung of a site', () => {
  it('is a question of volume, of extreme volume and of outcomes', () => {
    const bad = { good: 0, bad: 40, usual: 0.1 }
    expect(siteRung(0.99, CALM)).toEqual({ rung: 0, reasons: [] })
    expect(siteRung(1, CALM)).toEqual({ rung: 1, reasons: ['site-volume'] })
    expect(siteRung(6, CALM)).toEqual({ rung: 2, reasons: ['site-volume', 'site-volume-extreme'] })
    expect(siteRung(0, bad)).toEqual({ rung: 1, reasons: ['outcomes'] })
    expect(siteRung(6, bad).rung).toBe(3)
  })

  it('needs a tenth more bad outcomes than usual, and a handful of them', () => {
    expect(badShare(CALM)).toBeCloseTo(0.1)
    expect(isExcess({ good: 0, bad: 4, usual: 0.1 }, REPORT_EXCESS)).toBe(false)
    expect(isExcess({ good: 0, bad: 5, usual: 0.1 }, REPORT_EXCESS)).toBe(true)
    expect(isExcess({ good: 88, bad: 12, usual: 0.12 }, REPORT_EXCESS)).toBe(false)
    expect(isExcess({ good: 60, bad: 40, usual: 0.12 }, REPORT_EXCESS)).toBe(true)
  })
})

describe('the rung of a network', () => {
  const nobody = { minute: 0, hour: 0 }

  it.each([
    [39, 0],
    [40, 1],
    [120, 2],
    [480, 3],
  ])('after %d answers in a minute is %d', (minute, rung) => {
    expect(networkRung({ minute, hour: 0 }, nobody, 1).rung).toBe(rung)
    expect(networkRung({ minute: minute * 4, hour: 0 }, nobody, 4).rung).toBe(rung)
  })

  it('leaves a network its share of a busy site, and names the sum that asks for more', () => {
    expect(networkRung({ minute: 100, hour: 0 }, { minute: 1000, hour: 0 }, 1).rung).toBe(0)
    expect(networkRung({ minute: 40, hour: 40 }, nobody, 1).reason).toBe('network-minute')
    expect(networkRung({ minute: 4, hour: 300 }, nobody, 1)).toEqual({ rung: 1, reason: 'network-hour' })
  })
})
