/** What happens to a site, and what must come of it. */
import { pulses, ramp, steady } from './attackers.ts'
import { seeded } from './random.ts'
import { type Outcome, type Scenario, simulate } from './simulate.ts'
import { dailyTraffic, groupedTraffic, home, type Traffic } from './traffic.ts'

const MINUTE = 60
const HOUR = 3600
const DAY = 24 * HOUR

/** A scenario on a site of a size, and what is asserted of it. */
export interface Case {
  name: string
  /** Visitors an hour. */
  perHour: number
  scenario: Omit<Scenario, 'traffic' | 'seed'>
  /** What must be so, in words, and whether it is. */
  asserts: Record<string, (outcome: Outcome) => boolean>
  /** Whether a test runs it as well: it takes a fraction of a second. */
  quick?: boolean
}

export type Model = 'daily' | 'grouped'
export const MODELS: readonly Model[] = ['daily', 'grouped']

const trafficOf = (model: Model, perHour: number, seed: number): Traffic =>
  model === 'daily' ? dailyTraffic(perHour) : groupedTraffic(perHour, seeded(seed + 1))

export const run = ({ perHour, scenario }: Case, model: Model, seed: number): Promise<Outcome> =>
  simulate({ ...scenario, traffic: trafficOf(model, perHour, seed), seed })

const visitorsUpTo = (rung: number, share: number) => (o: Outcome) => o.share(o.visitors, rung) >= share
const attackersFirst = (rung: number, within: number) => (o: Outcome) =>
  (o.attackers.first[rung] ?? Infinity) <= within
const siteAtMost = (rung: number) => (o: Outcome) => o.highest <= rung

const NOBODY_SEES = { 'visitors notice nothing (rung 0 or 1)': visitorsUpTo(1, 1) }
const sizes = [1, 100, 10_000]
const each = (make: (perHour: number) => Case) => sizes.map(make)
const oneNetwork = () => home(172, 1)

export const cases: Case[] = [
  ...each(perHour => ({
    name: 'a normal week',
    perHour,
    // A morning of the large site has as many visitors as a month of the middle one.
    scenario: perHour > 1000 ? { seconds: 5 * HOUR, start: 7 * HOUR } : { seconds: 7 * DAY, start: 0 },
    asserts: {
      'at most 1 visitor in 20 is on rung 1, nobody above': o =>
        visitorsUpTo(0, 0.95)(o) && visitorsUpTo(1, 1)(o),
      'at most 4 changes a day': o => o.changes <= 28,
    },
    quick: perHour === 1,
  })),
  ...each(perHour => ({
    name: 'a newsletter, × 20 for 10 minutes',
    perHour,
    scenario: { seconds: HOUR, crowd: t => (t < 10 * MINUTE ? 20 : 1) },
    asserts: {
      ...NOBODY_SEES,
      'the carrier neither': o => o.share(o.carrier, 1) === 1,
    },
    quick: perHour < 1000,
  })),
  ...each(perHour => ({
    name: 'one noisy /24, 10 a second',
    perHour,
    scenario: { seconds: 20 * MINUTE, attackers: { ...steady(10, 20 * MINUTE, 1), address: oneNetwork } },
    asserts: {
      'it is on rung 2 within 30 s': attackersFirst(2, 30),
      'it lifts nobody else': visitorsUpTo(0, 0.99),
    },
    quick: perHour === 100,
  })),
  ...each(perHour => ({
    name: 'one noisy /24, 1 a second',
    perHour,
    scenario: { seconds: HOUR, attackers: { ...steady(1, HOUR, 1), address: oneNetwork } },
    asserts: {
      'it is on rung 1 within 5 minutes': attackersFirst(1, 5 * MINUTE),
      'it lifts nobody else': visitorsUpTo(0, 0.99),
    },
    quick: perHour === 100,
  })),
  ...each(perHour => ({
    name: '2,000 addresses, one answer each',
    perHour,
    scenario: { seconds: HOUR, attackers: steady(2000 / HOUR, HOUR, 65_536) },
    asserts: {
      ...NOBODY_SEES,
      'rung 1 within 2 minutes, but on a site that has five times as many visitors': o =>
        perHour > 1000 || attackersFirst(1, 2 * MINUTE)(o),
    },
    quick: perHour === 100,
  })),
  ...each(perHour => ({
    name: 'stuffing from 500 networks, 5 a second',
    perHour,
    scenario: { seconds: HOUR, attackers: steady(5, HOUR, 500) },
    asserts: {
      ...NOBODY_SEES,
      'rung 1 within 5 minutes': attackersFirst(1, 5 * MINUTE),
      '9 of 10 answers are on rung 1': o => o.share(o.attackers, 0) < 0.1,
    },
    quick: perHour === 100,
  })),
  ...each(perHour => ({
    name: 'the same stuffing, outcomes reported',
    perHour,
    scenario: { seconds: HOUR, attackers: steady(5, HOUR, 500), reports: true },
    asserts: {
      'rung 2 within 5 minutes': attackersFirst(2, 5 * MINUTE),
      'nobody is on rung 3': visitorsUpTo(2, 1),
    },
    quick: perHour === 100,
  })),
  ...each(perHour => ({
    name: 'an honest day, outcomes reported',
    perHour,
    scenario: { seconds: perHour > 1000 ? 5 * HOUR : DAY, start: 7 * HOUR, reports: true },
    asserts: { 'outcomes alone lift at most 1 in 20': visitorsUpTo(0, 0.95), ...NOBODY_SEES },
    quick: perHour === 100,
  })),
  ...each(perHour => ({
    name: 'a school of 300 behind one address, in 5 minutes',
    perHour,
    scenario: { seconds: 15 * MINUTE, school: { visitors: 300, seconds: 5 * MINUTE } },
    asserts: {
      'nobody in it is above rung 1': o => o.share(o.school, 1) === 1,
      'it lifts nobody else': visitorsUpTo(0, 0.99),
    },
    quick: perHour === 100,
  })),
  {
    name: 'a slow ramp to 50 times the usual, in a week',
    perHour: 100,
    scenario: { seconds: 7 * DAY, start: 0, attackers: ramp(5000, 7 * DAY, 65_536) },
    asserts: {
      'rung 1 before it is at 10 times the usual': attackersFirst(1, (7 * DAY * 1000) / 5000),
      ...NOBODY_SEES,
    },
  },
  ...each(perHour => ({
    name: 'a farm of people, 20 a minute from 300 networks',
    perHour,
    scenario: { seconds: HOUR, attackers: steady(1 / 3, HOUR, 300) },
    asserts: NOBODY_SEES,
    quick: perHour === 100,
  })),
  ...(['asked', 'wrong'] as const).map(
    (does): Case => ({
      name: does === 'asked' ? 'a competitor asks for challenges' : 'a competitor sends wrong answers',
      perHour: 100,
      scenario: { seconds: HOUR, attackers: steady(5, HOUR, 200, does) },
      asserts: { 'it lifts nobody else': visitorsUpTo(0, 0.99) },
      quick: true,
    }),
  ),
  ...[
    ['keeps its passes', steady(5, HOUR, 200, 'kept')],
    ['sends forms', steady(5, HOUR, 200)],
    ['sends forms in pulses', pulses(35, 10 * MINUTE, HOUR, 6)],
    ['sends as much as it can from one network', { ...steady(20, 10 * MINUTE, 1), address: oneNetwork }],
  ].map(
    ([does, attackers]): Case => ({
      name: `a competitor ${does}`,
      perHour: 100,
      scenario: { seconds: HOUR, attackers: attackers as NonNullable<Scenario['attackers']> },
      asserts: { ...NOBODY_SEES, 'the site is on rung 1 at most': siteAtMost(1) },
      // The others are as stuffing and the noisy network are.
      quick: does === 'keeps its passes' || does === 'sends forms in pulses',
    }),
  ),
  ...[1, -1].map(
    (hours): Case => ({
      name: `the clock jumps ${hours > 0 ? 'forward' : 'back'} an hour in a calm day`,
      perHour: 100,
      scenario: { seconds: DAY, start: 0, incidents: [{ at: 10 * HOUR, is: 'clock', hours }] },
      asserts: { 'at most 1 visitor in 20 is on rung 1': visitorsUpTo(0, 0.95), ...NOBODY_SEES },
      quick: true,
    }),
  ),
  {
    name: 'the clock jumps back in stuffing',
    perHour: 100,
    scenario: {
      seconds: HOUR,
      attackers: steady(5, HOUR, 500),
      incidents: [{ at: 20 * MINUTE, is: 'clock', hours: -1 }],
    },
    asserts: { '9 of 10 answers are on rung 1': o => o.share(o.attackers, 0) < 0.1, ...NOBODY_SEES },
    quick: true,
  },
  {
    name: 'a restart in stuffing',
    perHour: 100,
    scenario: {
      seconds: HOUR,
      attackers: steady(5, HOUR, 500),
      incidents: [{ at: 30 * MINUTE, is: 'restart' }],
    },
    asserts: { '9 of 10 answers are on rung 1': o => o.share(o.attackers, 0) < 0.1, ...NOBODY_SEES },
    quick: true,
  },
  ...[100, 10_000].map(
    (perHour): Case => ({
      name: 'one node of three dies in stuffing',
      perHour,
      scenario: {
        seconds: HOUR,
        nodes: 3,
        attackers: steady(5, HOUR, 500),
        incidents: [{ at: 30 * MINUTE, is: 'node dies' }],
      },
      asserts: { 'rung 1 within 5 minutes': attackersFirst(1, 5 * MINUTE), ...NOBODY_SEES },
    }),
  ),
  {
    name: 'one node of three dies in a calm day',
    perHour: 100,
    scenario: { seconds: DAY, start: 0, nodes: 3, incidents: [{ at: 9 * HOUR, is: 'node dies' }] },
    asserts: { 'at most 1 visitor in 20 is on rung 1': visitorsUpTo(0, 0.95), ...NOBODY_SEES },
  },
  {
    name: 'Redis is away for 20 minutes of stuffing, and comes back',
    perHour: 100,
    scenario: {
      seconds: HOUR,
      nodes: 3,
      attackers: steady(5, HOUR, 500),
      incidents: [
        { at: 10 * MINUTE, is: 'exchange away' },
        { at: 30 * MINUTE, is: 'exchange back' },
      ],
    },
    asserts: { '9 of 10 answers are on rung 1': o => o.share(o.attackers, 0) < 0.1, ...NOBODY_SEES },
    quick: true,
  },
  {
    name: 'stuffing that ends after 20 minutes, outcomes reported',
    perHour: 100,
    scenario: { seconds: 4 * HOUR, attackers: steady(5, 20 * MINUTE, 500), reports: true },
    asserts: {
      'rung 2 is over an hour later, and rung 1 three hours later': o =>
        o.minutes.visitors.slice(80).every(rung => Number.isNaN(rung) || rung <= 1) &&
        o.minutes.visitors.slice(200).every(rung => Number.isNaN(rung) || rung < 1),
    },
    quick: true,
  },
]
