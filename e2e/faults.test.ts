/** What breaks while visitors come, played short: the same scenes as `npm run load -- --faults`, with real processes on free ports. */
import { afterAll, describe, expect, it } from 'vitest'
import { playAll } from '../bench/load/faults.ts'
import { flood } from '../bench/load/flood.ts'
import { type Fleet, startFleet } from '../bench/load/nodes.ts'
import { GROUNDS, type Ground, SCENES, type Scene } from '../bench/load/scenes.ts'
import { replayStorm } from '../bench/load/storm.ts'
import { challengeOf, createInvariantChecker, wordOf } from '../bench/load/witness.ts'
import { CLI } from './server.ts'

/** Visitors a second, and seconds that things stay broken. */
const OPTIONS = { rate: 10, quiet: 1, broken: { redis: 3, postgres: 3, disk: 3, clock: 2 }, cli: CLI }
/** Milliseconds in which a fleet starts, and a scene is played, on a busy machine. */
const TIMEOUT_MS = 400_000
const VALIDATIONS = 3000

describe('a witness', () => {
  it('tells what should never have been said', () => {
    const witness = createInvariantChecker()
    expect(witness.right('a', 'CODE', 'true')).toBe(true)
    expect(witness.right('a', 'CODE', 'false')).toBe(false)
    expect(witness.right('b', 'CODE', 'true')).toBe(true)
    witness.wrong('false')
    expect([...witness.offences]).toEqual([])
    expect(witness.right('a', 'CODE', 'true')).toBe(false)
    witness.wrong('true')
    expect([...witness.offences]).toEqual([
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

describe('while visitors come', () => {
  it.each(Object.keys(GROUNDS) as Ground[])(
    'whatever breaks (%s) lets nobody in twice, is told in the dialect, and fixes itself',
    async ground => {
      const skipped: Scene[] = []
      const scenes = SCENES.filter(scene => scene.ground === ground)
      const outcomes = await playAll(scenes, { ...OPTIONS, onSkipped: scene => skipped.push(scene) })
      // A disk to fill needs the right to mount one.
      expect(skipped.every(scene => scene.ground === 'disk')).toBe(true)
      expect(outcomes.length + skipped.length).toBe(scenes.length)
      for (const { scene, offences, passed, replayed } of outcomes) {
        expect([...offences], scene.name).toEqual([])
        expect(passed, scene.name).toBeGreaterThan(0)
        expect(replayed, scene.name).toBeGreaterThan(0)
      }
      // What takes the ledger away keeps visitors out meanwhile: else nothing was broken.
      for (const { scene, refused } of outcomes) {
        if (['freeze-redis', 'disk'].includes(scene.name)) {
          expect(refused, scene.name).toBeGreaterThan(0)
        }
      }
    },
    TIMEOUT_MS,
  )
})

describe('a storm of replays', () => {
  let fleet: Fleet | undefined
  afterAll(() => fleet?.stop())

  it('at three nodes at once passes as often as it may', async () => {
    fleet = await startFleet({ ...GROUNDS.redis, cli: CLI })
    for (const [revalidation, allowed] of [
      ['strict', 1],
      ['grace', 3],
    ] as const) {
      const storm = await replayStorm(fleet, revalidation, VALIDATIONS)
      expect([storm.true, storm.false, storm.other]).toEqual([allowed, VALIDATIONS - allowed, 0])
    }
  }, 120_000)
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
