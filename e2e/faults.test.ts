/**
 * What breaks while visitors come, played short: the same scenarios as `npm run load -- --faults`, with real
 * processes on free ports.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { playAll } from '../bench/load/faults.ts'
import { flood } from '../bench/load/flood.ts'
import { challengeOf, createInvariantChecker, wordOf } from '../bench/load/invariant-checker.ts'
import { type Fleet, startFleet } from '../bench/load/nodes.ts'
import { type Backends, SCENARIOS, type Scenario, SETUPS } from '../bench/load/scenarios.ts'
import { replayStorm } from '../bench/load/storm.ts'
import { CLI } from './server.ts'

/** Visitors a second, and seconds that things stay broken. */
const OPTIONS = { rate: 10, quiet: 1, broken: { redis: 3, postgres: 3, disk: 3, clock: 2 }, cli: CLI }
/** Milliseconds in which a fleet starts, and a scenario is played, on a busy machine. */
const TIMEOUT_MS = 400_000
const VALIDATIONS = 3000

describe('the invariant checker', () => {
  it('tells what should never have been said', () => {
    const checker = createInvariantChecker()
    expect(checker.right('a', 'CODE', 'true')).toBe(true)
    expect(checker.right('a', 'CODE', 'false')).toBe(false)
    expect(checker.right('b', 'CODE', 'true')).toBe(true)
    checker.wrong('false')
    expect([...checker.violations]).toEqual([])
    expect(checker.right('a', 'CODE', 'true')).toBe(false)
    checker.wrong('true')
    expect([...checker.violations]).toEqual([
      ['a challenge was accepted 2 times', 1],
      ['a wrong code was accepted', 1],
    ])
  })

  it('knows what is said in the dialect from what is not', () => {
    const answer = (status: number, body: string) => ({ status, headers: {}, body: Buffer.from(body) })
    const spring = { timestamp: '2026-11-21T00:00:00.000+00:00', status: 503, error: 'x', path: '/' }
    expect(wordOf(answer(200, 'true'))).toBe('true')
    for (const other of [answer(503, 'false'), answer(200, '"true"'), answer(200, '')]) {
      expect(wordOf(other)).toBeUndefined()
    }
    expect(challengeOf(answer(503, JSON.stringify(spring)))).toEqual({ refused: 503 })
    for (const other of [answer(500, JSON.stringify(spring)), answer(503, '<html>'), answer(200, '{}')]) {
      expect(challengeOf(other)).toBeUndefined()
    }
  })
})

describe('nodes', () => {
  let overRedis: Fleet
  beforeAll(async () => {
    overRedis = await startFleet({ ...SETUPS.redis, cli: CLI })
  }, TIMEOUT_MS)
  afterAll(() => overRedis?.stop())

  it('let a pair pass in a storm of replays at all of them as often as it may', async () => {
    for (const [revalidation, allowed] of [
      ['strict', 1],
      ['grace', 3],
    ] as const) {
      const storm = await replayStorm(overRedis, revalidation, VALIDATIONS)
      expect([storm.true, storm.false, storm.other]).toEqual([allowed, VALIDATIONS - allowed, 0])
    }
  }, 120_000)

  it.each(Object.keys(SETUPS) as Backends[])(
    'let nobody in twice while visitors come, whatever breaks (%s), tell it in the dialect, and recover',
    async backends => {
      const skipped: Scenario[] = []
      const scenarios = SCENARIOS.filter(scenario => scenario.backends === backends)
      const outcomes = await playAll(scenarios, {
        ...OPTIONS,
        fleets: { redis: overRedis },
        onSkipped: scenario => skipped.push(scenario),
      })
      // A disk to fill needs the right to mount one.
      expect(skipped.every(scenario => scenario.backends === 'disk')).toBe(true)
      expect(outcomes.length + skipped.length).toBe(scenarios.length)
      for (const { scenario, violations, passed, replayed } of outcomes) {
        expect([...violations], scenario.name).toEqual([])
        expect(passed, scenario.name).toBeGreaterThan(0)
        expect(replayed, scenario.name).toBeGreaterThan(0)
      }
      // What takes the ledger away keeps visitors out meanwhile: else nothing was broken.
      for (const { scenario, refused } of outcomes) {
        if (['freeze-redis', 'disk'].includes(scenario.name)) {
          expect(refused, scenario.name).toBeGreaterThan(0)
        }
      }
    },
    TIMEOUT_MS,
  )
})

describe('a flood from a thousand networks', () => {
  it('keeps out nobody from other ones', async () => {
    const { honest, answers } = await flood({ times: 20, seconds: 12, rate: 5, cli: CLI })
    const kept = [...honest.errors.values()].reduce((sum, count) => sum + count, 0)
    // One that a busy machine made wait does not count; with limits alone nearly all have to.
    expect(kept).toBeLessThan(honest.whole / 4)
    // Most of it was told to wait.
    expect(answers['429']).toBeGreaterThan(answers['200'] ?? 0)
  }, 120_000)
})
