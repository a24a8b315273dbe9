import { cpSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { codeStyles, isLost, type Rules } from '@upright/core'
import { afterEach, describe, expect, it } from 'vitest'
import { createApp } from '../app.ts'
import { readConfig } from '../config.ts'
import { openService } from '../open.ts'
import type { Service } from '../service.ts'
import { freshFolder } from '../testing/folder.ts'
import { startRedis, type TestRedis } from '../testing/redis.ts'
import { until } from '../testing/until.ts'
import { redisLedger } from './redis.ts'

const SECRET = 's'.repeat(32)
const RULES: Rules = { expiry: 1200, attempts: 1, revalidation: 'strict' }
const STYLE = codeStyles[0]!
const EMPTIED = 'it is empty, or another one than before'
const LOST =
  /^the ledger has lost what was spent \((.*)\): challenges issued until (.*Z) are refused, for nobody knows/

const opened: { close(): Promise<unknown> }[] = []
const servers: TestRedis[] = []
afterEach(async () => {
  for (const each of opened.splice(0).reverse()) await each.close()
  for (const each of servers.splice(0)) await each.stop()
})

/** Nodes of one clock, each with a folder of its own, or one with a folder that is named. */
function createNodes(environment: Record<string, string>) {
  const clock = { time: 1_800_000_000_000 }
  const warnings: string[] = []
  const start = async (data = join(freshFolder(), 'data')) => {
    const service = await openService(readConfig(data, { UPRIGHT_SECRET: SECRET, ...environment }), {
      now: () => clock.time,
      starter: async () => [],
      warn: line => warnings.push(line),
    })
    opened.push(service)
    return service
  }
  const pass = (seconds: number) => {
    clock.time += seconds * 1000
  }
  /** The losses that were reported, with their reasons. */
  const losses = () => warnings.flatMap(line => LOST.exec(line)?.[1] ?? [])
  return { start, pass, clock, losses }
}

const issue = ({ captcha }: Service) => captcha.issue(1, STYLE)
const check = ({ captcha }: Service, id: string, rules = RULES) =>
  captcha.check({ id: 1, settings: rules }, id, captcha.open(id)!.answer)

async function redisNodes(...args: string[]) {
  // So that nothing is lost when it is killed.
  const redis = await startRedis({ args: ['--appendfsync', 'always', ...args] })
  servers.push(redis)
  return { redis, ...createNodes({ REDIS_URL: `redis://${redis.address}`, UPRIGHT_METRICS: '9464' }) }
}

/** Runs something while it is away. */
const whileAway = async (redis: TestRedis, work: () => void) => {
  await redis.kill()
  work()
  await redis.restart()
}
const works = ({ ledger }: Pick<Service, 'ledger'>) =>
  until(() =>
    ledger.ping().then(
      () => true,
      () => false,
    ),
  )

describe('a Redis that is emptied', () => {
  it('between pass and replay lets nothing through twice, on any node, and new challenges soon', async () => {
    const { redis, start, pass, losses } = await redisNodes()
    const [one, two] = [await start(), await start()]
    const ids = Array.from({ length: 20 }, () => issue(one))
    for (const id of ids) expect(await check(one, id)).toBe('passed')
    await redis.ask('FLUSHALL')
    const replays = await Promise.all(ids.flatMap(id => [check(one, id), check(two, id)]))
    expect(new Set(replays)).toEqual(new Set(['expired']))
    expect(losses()).toEqual([EMPTIED, EMPTIED])
    const later = issue(two)
    expect([await check(one, later), await check(two, later)]).toEqual(['passed', 'spent'])
    pass(5)
    expect([await check(two, issue(two)), await check(one, issue(one))]).toEqual(['passed', 'passed'])
    expect(losses()).toHaveLength(2)
  })

  it('lets nothing through where the site accepts answers in an outage', async () => {
    const { redis, start } = await redisNodes()
    const node = await start()
    const id = issue(node)
    const accept: Rules = { ...RULES, outage: 'accept' }
    expect(await check(node, id, accept)).toBe('passed')
    await redis.ask('FLUSHALL')
    expect(await check(node, id, accept)).toBe('expired')
    await redis.kill()
    expect(await check(node, id, accept)).toBe('expired')
  })

  it('while no node runs is noticed at the next start, and stays so after the one behind it', async () => {
    const { redis, start, pass, losses } = await redisNodes()
    const data = join(freshFolder(), 'data')
    const before = await start(data)
    const id = issue(before)
    expect(await check(before, id)).toBe('passed')
    await before.close()
    await redis.ask('FLUSHALL')
    pass(60)
    for (const _ of ['first', 'second']) {
      const after = await start(data)
      expect(await check(after, id)).toBe('expired')
      await after.close()
      pass(5)
    }
    expect(losses()).toEqual([EMPTIED])
    // A node that was never there hears of it from the ledger.
    expect(await check(await start(), id)).toBe('expired')
  })

  it('refuses what came from a node whose clock is ahead', async () => {
    const { redis, clock } = await redisNodes()
    const url = `redis://${redis.address}`
    opened.push(await redisLedger({ url, now: () => clock.time + 300_000 }))
    let beat: () => unknown = () => {}
    const repeat = (work: () => unknown) => {
      beat = work
      return () => {}
    }
    const watching = await redisLedger({ url, now: () => clock.time, repeat })
    opened.push(watching)
    await beat()
    await redis.ask('FLUSHALL')
    await beat()
    expect(watching.loss()).toEqual({ before: clock.time / 1000 + 302, alarming: true })
  })

  it('because it writes nothing to its disk lets nothing through twice after a restart', async () => {
    const { redis, start, losses } = await redisNodes('--appendonly', 'no')
    const node = await start()
    const id = issue(node)
    expect(await check(node, id)).toBe('passed')
    await whileAway(redis, () => {})
    await works(node)
    expect(await check(node, id)).toBe('expired')
    expect(losses()).toEqual([EMPTIED])
  })

  it('is degraded for as long as something issued before could be open, and says why', async () => {
    const { redis, start, clock, pass } = await redisNodes()
    const node = await start()
    const app = createApp(node, { log: { write: () => {} } })
    opened.push(app)
    const ready = async () => (await app.inject('/readyz')).json()
    expect(await ready()).toEqual({
      status: 'ready',
      checks: { disk: true, ledger: true, registry: true, secret: true },
    })
    const until = new Date(clock.time + 2000).toISOString()
    await redis.ask('FLUSHALL')
    await ready()
    const reason = `challenges issued until ${until} are refused: the ledger lost what was spent`
    const checks = { disk: true, ledger: true, registry: true, secret: true }
    expect(await ready()).toEqual({ status: 'degraded', reason, checks })
    expect(await node.metrics!.render()).toMatch(/^upright_ledger_lost 1$/m)
    pass(1202)
    expect(await ready()).toMatchObject({ status: 'degraded' })
    pass(1)
    expect(await ready()).toEqual({ status: 'ready', checks })
    expect(await node.metrics!.render()).toMatch(/^upright_ledger_lost 0$/m)
  })
})

describe('a Redis that an older copy was put back into', () => {
  const swap = (redis: TestRedis, copy: string) => {
    rmSync(redis.folder, { recursive: true })
    cpSync(copy, redis.folder, { recursive: true })
  }

  it('lets nothing through twice on a node that starts', async () => {
    const { redis, start, losses, pass } = await redisNodes()
    const [data, copy] = [join(freshFolder(), 'data'), join(freshFolder(), 'copy')]
    const node = await start(data)
    const id = issue(node)
    await whileAway(redis, () => cpSync(redis.folder, copy, { recursive: true }))
    await works(node)
    expect(await check(node, id)).toBe('passed')
    await node.close()
    await whileAway(redis, () => swap(redis, copy))
    pass(5)
    const after = await start(data)
    expect(await check(after, id)).toBe('expired')
    expect(losses()).toEqual(['it is an older copy of itself'])
  })

  it('lets nothing through twice on nodes that run', async () => {
    const { redis, clock } = await redisNodes()
    const copy = join(freshFolder(), 'copy')
    const beats: (() => unknown)[] = []
    const repeat = (work: () => unknown) => {
      beats.push(work)
      return () => {}
    }
    const open = async () => {
      const ledger = await redisLedger({ url: `redis://${redis.address}`, now: () => clock.time, repeat })
      opened.push(ledger)
      return ledger
    }
    const [one, two] = [await open(), await open()]
    const issued = clock.time / 1000
    await whileAway(redis, () => cpSync(redis.folder, copy, { recursive: true }))
    for (const ledger of [one, two]) await works({ ledger })
    expect(await one.claim('a', 600, 'x')).toBeUndefined()
    for (const beat of beats) await beat()
    await whileAway(redis, () => swap(redis, copy))
    for (const ledger of [one, two]) {
      await works({ ledger })
      await ledger.claim('a', 600, 'y')
      expect(isLost(ledger, issued)).toBe(true)
    }
    clock.time += 5000
    expect(await two.claim('b', 600, 'x')).toBeUndefined()
    expect(isLost(two, clock.time / 1000)).toBe(false)
  })

  it('is not one that was restarted with all that it had', async () => {
    const { redis, start, losses } = await redisNodes()
    const data = join(freshFolder(), 'data')
    const node = await start(data)
    const id = issue(node)
    expect(await check(node, id)).toBe('passed')
    for (let i = 0; i < 3; i++) {
      await whileAway(redis, () => {})
      await works(node)
    }
    expect(await check(node, id)).toBe('spent')
    await node.close()
    const after = await start(data)
    expect(await check(after, id)).toBe('spent')
    expect(losses()).toEqual([])
  })
})

describe('a ledger in a file', () => {
  const ledgerOf = (data: string) => join(data, 'ledger.db')
  const stopped = async (work: (node: Service) => Promise<unknown>, start: () => Promise<Service>) => {
    const node = await start()
    const result = await work(node)
    await node.close()
    return result
  }

  it.each<[string, string, (data: string, copy: string) => void]>([
    [
      'an older copy was put back',
      'it is an older copy of itself',
      (data, copy) => cpSync(copy, ledgerOf(data)),
    ],
    ['it was removed', EMPTIED, data => rmSync(ledgerOf(data))],
  ])('lets nothing through twice when %s between two starts', async (_, why, lose) => {
    const { start, pass, losses } = createNodes({})
    const data = join(freshFolder(), 'data')
    const copy = join(freshFolder(), 'copy.db')
    const open = () => start(data)
    const id = (await stopped(async node => issue(node), open)) as string
    cpSync(ledgerOf(data), copy)
    expect(await stopped(node => check(node, id), open)).toBe('passed')
    lose(data, copy)
    pass(5)
    for (const _ of ['first', 'second']) {
      expect(await stopped(node => check(node, id), open)).toBe('expired')
    }
    expect(losses()).toEqual([why])
    pass(1)
    const node = await start(data)
    const later = issue(node)
    expect([await check(node, later), await check(node, later)]).toEqual(['passed', 'spent'])
  })

  it('refuses what was issued after the copy of the whole folder that was put back', async () => {
    const { start, pass, losses } = createNodes({})
    const [data, copy] = [join(freshFolder(), 'data'), join(freshFolder(), 'copy')]
    await stopped(
      async () => {},
      () => start(data),
    )
    cpSync(data, copy, { recursive: true })
    pass(3600)
    const running = await start(data)
    const id = issue(running)
    expect(await check(running, id)).toBe('passed')
    await running.close()
    rmSync(data, { recursive: true })
    cpSync(copy, data, { recursive: true })
    pass(60)
    const node = await start(data)
    expect(await check(node, id)).toBe('expired')
    expect(node.ledger.loss!()).toMatchObject({ alarming: false })
    // Nobody can tell it from a long stop.
    expect(losses()).toEqual([])
    const later = issue(node)
    expect(await check(node, later)).toBe('passed')
  })

  it('goes on with what was open after a stop, and after one whose clock was ahead', async () => {
    const { start, pass, losses } = createNodes({})
    const data = join(freshFolder(), 'data')
    const open = () => start(data)
    const [spent, left] = (await stopped(async node => {
      const ids = [issue(node), issue(node)]
      expect(await check(node, ids[0]!)).toBe('passed')
      return ids
    }, open)) as [string, string]
    pass(590)
    const node = await start(data)
    expect([await check(node, spent), await check(node, left)]).toEqual(['spent', 'passed'])
    await node.close()
    pass(7200)
    const ahead = await start(data)
    pass(-7190)
    await ahead.ledger.ping()
    await ahead.ledger.claim('any', 60, 'x')
    pass(1)
    expect(await check(ahead, issue(ahead))).toBe('passed')
    expect(losses()).toEqual([])
  })
})
