import { describe, expect, it } from 'vitest'
import { DEFAULT_SETTINGS, type SiteSettings } from '../../registry/settings.ts'
import { createLadder, type Ladder, type LadderOptions, type LadderSite } from './ladder.ts'
import { createNetworks } from './networks.ts'

const HOME = '192.0.2.1'
const random = (n: number) => Buffer.alloc(n, 7)
const siteWith = (settings: Partial<SiteSettings> = {}, id = 1): LadderSite => ({
  id,
  settings: { ...DEFAULT_SETTINGS, ...settings },
})

/** A ladder with one clock, and visitors of it. */
function setUp(options: Pick<Partial<LadderOptions>, 'processes' | 'onChanged'> = {}) {
  const clock = { time: 1_800_000_000_000 }
  const now = () => clock.time
  const networks = createNetworks(random, 4096)
  const told: unknown[] = []
  const onGuessed = (...change: unknown[]) => told.push(change)
  const ladder = createLadder({ now, monotonic: now, random, networks, onGuessed, ...options })
  /** Wrong answers to discs, and to everything else right ones. */
  const guess = ({ id }: LadderSite) => {
    for (let i = 0; i < 30; i++) {
      ladder.judged(id, 'rotate', false)
      ladder.judged(id, 'text', true)
      ladder.judged(id, 'work', false)
    }
  }
  return { clock, ladder, told, guess, ...visitors(ladder) }
}
function visitors(ladder: Ladder) {
  /** Passes that are earned and redeemed at once. */
  const pass = (site: LadderSite, address: string, count = 1) => {
    for (let i = 0; i < count; i++) {
      const weights = ladder.weigh(site, address)
      ladder.earned(site, address, weights)
      ladder.redeemed(site, weights)
    }
  }
  const crowd = (site: LadderSite, count: number) => {
    for (let i = 0; i < count; i++) pass(site, `10.${i >> 8}.${i & 255}.1`)
  }
  return { pass, crowd }
}

describe('the ladder', () => {
  it('asks a calm site for nothing that costs a visitor', () => {
    const { ladder } = setUp()
    const computed = { rung: 0, reasons: [] }
    expect(ladder.decide(siteWith(), HOME)).toEqual({ ...computed, computed })
  })

  it('lifts a network that sends much, and nobody else', () => {
    const { ladder, pass } = setUp()
    const site = siteWith()
    pass(site, HOME, 500)
    expect(ladder.decide(site, '192.0.2.99')).toMatchObject({ rung: 3, reasons: ['network-minute'] })
    expect(ladder.decide(site, '192.0.3.1').rung).toBe(0)
    expect(ladder.decide(siteWith({}, 2), HOME).rung).toBe(0)
  })

  it('counts tickets of a lower rung for two minutes, whatever the site is on by then', () => {
    const { clock, ladder, crowd } = setUp()
    const site = siteWith()
    const ticket = { rung: 0, time: clock.time / 1000 }
    crowd(site, 60)
    expect(ladder.isOutdated(site, HOME, ticket)).toBe(false)
    expect(ladder.isOutdated(site, undefined, ticket)).toBe(false)
    clock.time += 121_000
    crowd(site, 60)
    expect(ladder.isOutdated(site, HOME, ticket)).toBe(true)
    expect(ladder.isOutdated(site, undefined, ticket)).toBe(true)
    expect(ladder.isOutdated(site, HOME, { ...ticket, rung: 1 })).toBe(false)
    expect(ladder.isOutdated(siteWith({ ladder: 'shadow' }), HOME, ticket)).toBe(false)
  })

  it('counts no ticket that another network asked for when the one that answers is two rungs above it', () => {
    const { clock, ladder, pass } = setUp()
    const site = siteWith()
    const ticket = { rung: 0, time: clock.time / 1000 }
    pass(site, HOME, 50)
    expect(ladder.decide(site, HOME).rung).toBe(1)
    expect(ladder.isOutdated(site, HOME, ticket)).toBe(false)
    pass(site, HOME, 150)
    expect(ladder.decide(site, HOME).rung).toBe(2)
    expect(ladder.isOutdated(site, HOME, ticket)).toBe(true)
    expect(ladder.isOutdated(site, HOME, { ...ticket, rung: 1 })).toBe(false)
    expect(ladder.isOutdated(site, '198.51.100.1', ticket)).toBe(false)
    for (const settings of [{ ladder: 'shadow' }, { ladder: 'off' }, { ceiling: 1 }] as const) {
      expect(ladder.isOutdated(siteWith(settings), HOME, ticket)).toBe(false)
    }
  })

  it('lifts everybody to rung 1 when many networks send, whatever one network does', () => {
    const { ladder, crowd } = setUp()
    const site = siteWith()
    crowd(site, 60)
    expect(ladder.decide(site, HOME)).toMatchObject({ rung: 1, reasons: ['site-volume'] })
  })

  it('counts answers that are wrong for their own network alone', () => {
    const { ladder } = setUp()
    const site = siteWith()
    for (let i = 0; i < 39; i++) ladder.failed(site, HOME, { worked: false })
    expect(ladder.decide(site, HOME).rung).toBe(0)
    ladder.failed(site, HOME, { worked: false })
    expect(ladder.decide(site, HOME).rung).toBe(1)
    // With right work they count double.
    for (let i = 0; i < 220; i++) ladder.failed(site, HOME, { worked: true })
    expect(ladder.decide(site, HOME).rung).toBe(3)
    expect(ladder.decide(site, '192.0.3.1').rung).toBe(0)
    expect(ladder.takeReports()).toEqual([])
  })

  it('gives a quarter of a pass when it is earned and the rest when it is redeemed', () => {
    const { ladder } = setUp()
    const site = siteWith()
    const weights = ladder.weigh(site, HOME)
    expect(weights).toEqual({ minute: 0.75, hour: 0.75, report: true })
    ladder.earned(site, HOME, weights)
    expect(ladder.takeReports()).toMatchObject([{ site: 1, minute: 0.25, hour: 0.25 }])
    ladder.redeemed(site, weights)
    ladder.checked(site)
    expect(ladder.takeReports()).toMatchObject([{ site: 1, minute: 1.75, hour: 1.75 }])
  })

  it('counts an answer of a dialect without passes as one that is earned and redeemed at once', () => {
    const { ladder } = setUp()
    const site = siteWith()
    for (let i = 0; i < 41; i++) ladder.checked(site, HOME)
    expect(ladder.takeReports()).toMatchObject([{ site: 1, minute: 12, hour: 41 }])
    expect(ladder.decide(site, HOME)).toMatchObject({ rung: 1, reasons: ['network-minute'] })
    // A back end asks for many networks.
    for (let i = 0; i < 5; i++) ladder.checked(site)
    expect(ladder.takeReports()).toMatchObject([{ site: 1, minute: 5, hour: 5 }])
  })

  it('seals into a pass that its network may hold no more', () => {
    const { ladder, pass } = setUp()
    const site = siteWith()
    pass(site, HOME, 12)
    expect(ladder.weigh(site, HOME)).toEqual({ minute: 0, hour: 0.75, report: false })
    // Homes of one /48 hold twice as much together as one of them, and no more.
    for (let home = 0; home < 24; home++) pass(site, `2001:db8:0:${home}00::1`)
    expect(ladder.weigh(site, '2001:db8:0:ff00::1').minute).toBe(0)
    expect(ladder.weigh(site, '2001:db8:1:ff00::1').minute).toBe(0.75)
  })

  it('counts a report of a pass whose network may still report', () => {
    const { ladder } = setUp()
    const site = siteWith()
    const weights = { minute: 0, hour: 0, report: true }
    ladder.reported(site, { ...weights, report: false }, 'bad')
    expect(ladder.takeReports()).toEqual([])
    for (let i = 0; i < 30; i++) ladder.reported(site, weights, 'bad')
    expect(ladder.decide(site, HOME)).toMatchObject({ rung: 1, reasons: ['outcomes'] })
  })

  it('stays within the bounds of the operator, and says so', () => {
    const { ladder, pass } = setUp()
    pass(siteWith(), HOME, 500)
    expect(ladder.decide(siteWith({ rung: 2 }), '192.0.3.1')).toMatchObject({
      rung: 2,
      reasons: ['operator'],
    })
    expect(ladder.decide(siteWith({ ceiling: 1 }), HOME)).toMatchObject({
      rung: 1,
      reasons: ['network-minute', 'operator'],
      computed: { rung: 3 },
    })
    expect(ladder.decide(siteWith({ rung: 2, ceiling: 1 }), HOME).rung).toBe(2)
    expect(ladder.decide(siteWith({ ceiling: 0 }), HOME)).toMatchObject({ rung: 0, reasons: [] })
  })

  it('computes and asks for the floor alone in shadow, and does nothing when it is off', () => {
    const { ladder, pass } = setUp()
    pass(siteWith(), HOME, 500)
    const shadow = ladder.decide(siteWith({ ladder: 'shadow', rung: 1 }), HOME)
    expect(shadow).toMatchObject({ rung: 1, reasons: ['operator'], computed: { rung: 3 } })
    const off = siteWith({ ladder: 'off' }, 2)
    pass(off, HOME, 500)
    expect(ladder.decide(off, HOME)).toMatchObject({ rung: 0, computed: { rung: 0 } })
    expect(ladder.takeReports().map(({ site }) => site)).toEqual([1])
  })

  it('allows the networks of an operator more', () => {
    const { ladder, pass } = setUp()
    const site = siteWith({ allowances: { '192.0.2.0/25': 20, '2001:db8::/32': 2 } })
    pass(site, HOME, 500)
    expect(ladder.decide(site, HOME).rung).toBe(0)
    expect(ladder.decide(site, '192.0.2.128').rung).toBe(3)
  })

  it('divides what a network may send among the workers', () => {
    const { ladder, pass } = setUp({ processes: 4 })
    const site = siteWith()
    pass(site, HOME, 11)
    expect(ladder.decide(site, HOME).rung).toBe(1)
    expect(ladder.weigh(site, HOME).minute).toBe(0)
  })

  it('agrees with another process that is told what was counted', () => {
    const { ladder, crowd } = setUp()
    const other = setUp()
    const site = siteWith()
    other.ladder.decide(site, HOME)
    crowd(site, 60)
    other.ladder.addReports(ladder.takeReports())
    expect(other.ladder.decide(site, HOME).rung).toBe(1)
    expect(other.ladder.takeReports()).toEqual([])
    expect(other.ladder.figures()).toEqual(ladder.figures())
  })

  it('tells operators what is usual by the settings with which a site was last seen', () => {
    const { ladder } = setUp()
    ladder.decide(siteWith({ expect: 500 }), HOME)
    expect(ladder.figures()).toMatchObject([{ usualPerHour: 500 }])
  })

  it('takes what is going on for usual once an operator says so', () => {
    const { clock, ladder, crowd } = setUp()
    crowd(siteWith(), 60)
    clock.time += 300_000
    expect(ladder.decide(siteWith(), HOME).rung).toBe(1)
    expect(ladder.decide(siteWith({ usualAt: clock.time }), HOME).rung).toBe(0)
  })

  it('has a kind that is guessed get stricter, where it is enforced, and lifts no rung', () => {
    const { ladder, guess, told } = setUp()
    const site = siteWith()
    // Also where nobody was asked for anything: a back end has its answers checked elsewhere.
    guess(site)
    expect(ladder.guessed(site, 'rotate')).toBe(true)
    expect(ladder.guessed(site, 'text')).toBe(false)
    expect(ladder.guessed(siteWith({ ladder: 'shadow' }), 'rotate')).toBe(false)
    expect(ladder.decide(site, HOME)).toMatchObject({ rung: 0, computed: { rung: 0 } })
    expect(ladder.figures()).toMatchObject([{ site: 1, guessed: ['rotate'] }])
    expect(told).toEqual([[1, 'rotate', true]])
    const off = siteWith({ ladder: 'off' }, 2)
    ladder.decide(off, HOME)
    guess(off)
    expect(ladder.guessed({ ...siteWith(), id: 2 }, 'rotate')).toBe(false)
  })

  it('knows what is guessed from other processes', () => {
    const { ladder, guess } = setUp()
    const other = setUp().ladder
    ladder.decide(siteWith(), HOME)
    guess(siteWith())
    other.addReports(ladder.takeReports())
    expect(other.guessed(siteWith(), 'rotate')).toBe(true)
  })

  it('finds nothing unusual in what others count for a site that nobody has asked for here', () => {
    const told: unknown[] = []
    const { ladder, crowd } = setUp()
    const site = siteWith({ expect: 10_000 })
    crowd(site, 60)
    const { clock, ladder: other } = setUp({ onChanged: (...step) => told.push(step) })
    other.addReports(ladder.takeReports())
    clock.time += 1000
    expect(told).toEqual([])
    expect(other.figures()).toEqual([])
    expect(other.decide(site, HOME).rung).toBe(0)
    expect(other.decide(siteWith(), HOME).rung).toBe(1)
  })

  it('takes up what was stored, and forgets sites that are gone', () => {
    const { ladder, crowd } = setUp()
    const site = siteWith()
    crowd(site, 60)
    const again = setUp()
    again.ladder.restore(ladder.stored())
    expect(again.ladder.stored()).toEqual(ladder.stored())
    expect(again.ladder.decide(site, HOME).rung).toBe(1)
    again.ladder.keep(new Set())
    expect(again.ladder.stored().size).toBe(0)
    expect(again.ladder.decide(site, HOME).rung).toBe(0)
  })
})
