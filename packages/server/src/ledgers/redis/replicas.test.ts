import type { Ledger } from '@upright/core'
import { afterEach, describe, expect, it } from 'vitest'
import { claimWithoutPause } from '../../testing/claims.ts'
import { followed, startPair, startSentinels, type TestRedis } from '../../testing/redis.ts'
import { until } from '../../testing/until.ts'
import { redisLedger } from '../redis.ts'

const opened: Ledger[] = []
const started: TestRedis[] = []
afterEach(async () => {
  for (const ledger of opened.splice(0)) await ledger.close()
  for (const each of started.splice(0)) await each.stop()
})

const UNAVAILABLE = { code: 'unavailable', cause: expect.any(Error) }
const clock = { time: 1_800_000_000_000 }

async function open(url: string): Promise<Ledger> {
  const ledger = await redisLedger({ url, now: () => clock.time })
  opened.push(ledger)
  return ledger
}
const works = (ledger: Ledger) =>
  until(() =>
    ledger.ping().then(
      () => true,
      () => false,
    ),
  )
async function pair() {
  const both = await startPair()
  started.push(...both)
  return both
}

describe('a master with a replica', () => {
  it('has a claim answered only when the replica has it', async () => {
    const [master, replica] = await pair()
    const ledger = await open(`redis://${master.address}`)
    for (let i = 0; i < 20; i++) {
      await ledger.claim(`${i}`, 60, 'x')
      expect(await replica.ask('GET', `upright:s:${i}`)).toBe('x')
    }
    replica.freeze()
    await expect(ledger.claim('unseen', 60, 'x')).rejects.toMatchObject(UNAVAILABLE)
    await expect(ledger.ping()).rejects.toMatchObject(UNAVAILABLE)
    replica.thaw()
    await works(ledger)
    // It was written, and nobody was let in by it.
    expect(await ledger.claim('unseen', 60, 'y')).toBe('x')
  })

  it('is believed alone only when its replica has been gone for half a minute', async () => {
    const [master, replica] = await pair()
    const ledger = await open(`redis://${master.address}`)
    await ledger.claim('before', 60, 'x')
    await replica.kill()
    await until(async () => (await master.ask('INFO', 'replication')).includes('connected_slaves:0'))
    await expect(ledger.claim('alone', 60, 'x')).rejects.toMatchObject(UNAVAILABLE)
    clock.time += 29_000
    await expect(ledger.claim('alone', 60, 'x')).rejects.toMatchObject(UNAVAILABLE)
    clock.time += 2000
    expect(await ledger.claim('alone still', 60, 'x')).toBeUndefined()
    await replica.restart()
    await followed(master, replica)
    await works(ledger)
    expect(await ledger.claim('together', 60, 'x')).toBeUndefined()
    expect(await replica.ask('GET', 'upright:s:together')).toBe('x')
  })

  it('waits for a replica that came later, from its first claim on', async () => {
    const [master, replica] = await pair()
    await replica.ask('REPLICAOF', 'NO', 'ONE')
    await until(async () => (await master.ask('INFO', 'replication')).includes('connected_slaves:0'))
    const ledger = await open(`redis://${master.address}`)
    expect(await ledger.claim('alone', 60, 'x')).toBeUndefined()
    await replica.ask('REPLICAOF', '127.0.0.1', `${master.port}`)
    await followed(master, replica)
    replica.freeze()
    await expect(ledger.claim('unseen', 60, 'x')).rejects.toMatchObject(UNAVAILABLE)
    replica.thaw()
  })
})

describe('sentinels', () => {
  it('that know no such master are waited for, with a warning', async () => {
    const both = await pair()
    const sentinels = await startSentinels(both)
    started.push(...sentinels)
    const warnings: string[] = []
    const url = `redis+sentinel://${sentinels[0]!.address}/other`
    const ledger = await redisLedger({ url, now: Date.now, warn: line => warnings.push(line) })
    opened.push(ledger)
    expect(warnings).toEqual([expect.stringContaining('it knows no master called other')])
    await expect(ledger.claim('a', 60, 'x')).rejects.toMatchObject(UNAVAILABLE)
  })

  /** The master that sentinels name. */
  const named = (sentinel: TestRedis) => sentinel.ask('SENTINEL', 'GET-MASTER-ADDR-BY-NAME', 'mymaster')
  const REPLACED: [string, (both: TestRedis[], sentinels: TestRedis[]) => Promise<unknown>][] = [
    ['died', ([master]) => master!.kill()],
    // It goes on taking writes until it is told, which nobody may have believed.
    ['lives', (_, [sentinel]) => sentinel!.ask('SENTINEL', 'FAILOVER', 'mymaster')],
  ]

  it.each(REPLACED)(
    'lead to the next master when the old one %s, and no id is let through twice',
    async (_, replace) => {
      const both = await pair()
      const sentinels = await startSentinels(both)
      started.push(...sentinels)
      const url = `redis+sentinel://127.0.0.1:1,${sentinels.map(({ address }) => address).join(',')}/mymaster`
      const ledgers = [await open(url), await open(url)]
      const claims = claimWithoutPause(ledgers)
      await claims.goneOn()
      const before = await named(sentinels[0]!)
      await replace(both, sentinels)
      await until(async () => (await named(sentinels[0]!)) !== before)
      for (const ledger of ledgers) await works(ledger)
      await claims.goneOn()
      const { told, refused } = await claims.stop()

      expect(refused).toBeGreaterThan(0)
      expect(told.size).toBeGreaterThan(100)
      expect(new Set(told.values())).toEqual(new Set([1]))
    },
  )
})
