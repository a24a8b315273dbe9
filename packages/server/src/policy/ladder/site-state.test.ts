import { describe, expect, it } from 'vitest'
import { countsOf, createSiteState, type SiteState } from './site-state.ts'

const EXPECTED = 60
const NOTHING = countsOf(() => 0)
const SECOND = 1000
const HOUR = 3_600_000
/** A Monday at midnight. */
const START = 496_000 * HOUR

/** A site whose clocks a test moves on. */
function setUp(state?: SiteState) {
  const at = { time: 0, wall: START }
  const site = state ?? createSiteState(at)
  const pass = (ms: number) => {
    at.time += ms
    at.wall += ms
  }
  const add = (passes: number, more = {}) =>
    site.add({ ...at }, { ...NOTHING, minute: passes, hour: passes, ...more }, EXPECTED)
  const rung = () => site.rung({ ...at }, EXPECTED).rung
  /** Lives through weeks of so many passes an hour. */
  const live = (weeks: number, perHour: number) => {
    for (let i = 0; i < weeks * 168 * 6; i++) {
      add(perHour / 6)
      pass(HOUR / 6)
    }
  }
  return { at, site, pass, add, rung, live }
}

describe('the rung of a site', () => {
  it('goes up at once and down by one after its time', () => {
    const { pass, add, rung, live } = setUp()
    live(2, 60)
    add(5000)
    expect(rung()).toBe(2)
    pass(9 * 60 * SECOND)
    // The volume has gone below 64 times the usual after some seconds, and is held for two minutes.
    expect(rung()).toBe(1)
    pass(3 * HOUR)
    expect(rung()).toBe(0)
  })

  it('holds rung 1 for ten minutes after the volume was last near it', () => {
    const { pass, add, rung, live } = setUp()
    live(2, 60)
    add(40)
    expect(rung()).toBe(1)
    for (let minute = 0; minute < 12; minute++) {
      pass(60 * SECOND)
      expect(rung()).toBe(minute < 10 ? 1 : 0)
    }
  })

  it('is 1 at most in the first week, and what was expected of the site is its usual', () => {
    const { add, rung } = setUp()
    add(15)
    expect(rung()).toBe(0)
    add(1_000_000)
    expect(rung()).toBe(1)
  })

  it('rises with outcomes that are worse than usual, and comes down without them', () => {
    const { pass, add, rung, live, site, at } = setUp()
    live(2, 60)
    add(0, { good: 20, bad: 3 })
    expect(rung()).toBe(0)
    add(0, { bad: 40 })
    expect(site.rung(at, EXPECTED)).toMatchObject({ rung: 1, reasons: ['outcomes'] })
    pass(2 * HOUR)
    expect(rung()).toBe(0)
  })

  it('remembers a hundred outcomes at most, so that a flood of good ones hides nothing for long', () => {
    const { add, rung, live } = setUp()
    live(2, 60)
    add(0, { good: 100_000 })
    for (let i = 0; i < 60; i++) add(0, { bad: 1 })
    expect(rung()).toBe(1)
  })

  it('learns which share of bad outcomes is usual', () => {
    const { pass, add, rung, live, site, at } = setUp()
    live(1, 60)
    for (let i = 0; i < 4 * 168; i++) {
      add(0, { good: 7, bad: 3 })
      pass(HOUR)
    }
    expect(site.stored(at).usualShare).toBeGreaterThan(0.15)
    add(0, { good: 7, bad: 3 })
    expect(rung()).toBe(0)
  })

  it('forgets an attack: the hour stands at eight times the usual at most', () => {
    const { pass, add, rung, live } = setUp()
    live(2, 60)
    for (let i = 0; i < 600; i++) {
      add(600)
      pass(6 * SECOND)
    }
    expect(rung()).toBe(2)
    pass(3 * HOUR)
    expect(rung()).toBe(0)
  })
})

describe('the hours of a site', () => {
  it('are learnt when they were seen whole, also those without a visitor', () => {
    const { pass, add, site, at } = setUp()
    pass(HOUR / 2)
    add(30)
    pass(HOUR)
    add(50)
    pass(5 * HOUR)
    add(1)
    const { baseline } = site.stored(at)
    // The first was not seen from its beginning.
    expect(baseline.hours).toBe(5)
    expect(baseline.recent.filter(count => count !== null)).toEqual([50, 0, 0, 0, 0])
  })

  it.each([
    ['forward', HOUR],
    ['back', -HOUR],
  ])('are not learnt when the clock is set %s, which changes no rung', (_, jump) => {
    const { pass, add, site, at, rung, live } = setUp()
    live(2, 60)
    add(300)
    const { hours } = site.stored({ ...at }).baseline
    expect(rung()).toBe(1)
    at.wall += jump
    expect(rung()).toBe(1)
    pass(SECOND)
    add(1)
    expect(site.stored({ ...at }).baseline.hours).toBe(hours)
  })

  it('are usual from now on when an operator says so, once each time', () => {
    const { pass, add, site, at, rung, live } = setUp()
    live(2, 60)
    for (let i = 0; i < 24 * 60; i++) {
      add(15)
      pass(60 * SECOND)
    }
    expect(rung()).toBe(1)
    site.adopt({ ...at }, 5)
    expect(rung()).toBe(0)
    for (let i = 0; i < 60; i++) {
      add(15)
      pass(60 * SECOND)
      expect(rung()).toBe(0)
    }
    add(2000)
    site.adopt({ ...at }, 5)
    expect(rung()).toBe(1)
  })
})

describe('a site that is stored', () => {
  it('goes on where it was, as far as the clock says', () => {
    const before = setUp()
    before.live(2, 60)
    before.add(3000)
    expect(before.rung()).toBe(2)
    const stored = JSON.parse(JSON.stringify(before.site.stored({ ...before.at })))
    const start = { time: 7, wall: before.at.wall + 30 * SECOND }
    const again = createSiteState(start, { stored })
    expect(again.rung(start, EXPECTED).rung).toBe(2)
    expect(again.sums(start).minute).toBeCloseTo(before.site.sums({ ...before.at }).minute / Math.SQRT2)
    const later = { time: 7, wall: before.at.wall + 24 * HOUR }
    expect(createSiteState(later, { stored }).rung(later, EXPECTED).rung).toBe(0)
  })
})
