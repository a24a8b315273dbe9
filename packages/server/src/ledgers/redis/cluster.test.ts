import { CLOCK_SKEW_SECONDS, isLost, type Ledger } from '@upright/core'
import { ledgerContract } from '@upright/core/testing'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { claimAgain, claimWithoutPause } from '../../testing/claims.ts'
import { freePorts } from '../../testing/ports.ts'
import { startCluster, startRedis, type TestRedis } from '../../testing/redis.ts'
import { until } from '../../testing/until.ts'
import { redisLedger } from '../redis.ts'
import { slotOf } from './slot.ts'

const opened: Ledger[] = []
afterEach(async () => {
  for (const ledger of opened.splice(0)) await ledger.close()
})

/** Milliseconds by which the clock of this process is ahead. */
let ahead = 0
/** A ledger that knows some nodes of a cluster. */
async function open(...nodes: TestRedis[]): Promise<Ledger> {
  const url = `redis+cluster://${nodes.map(({ address }) => address).join(',')}`
  const ledger = await redisLedger({ url, now: () => Date.now() + ahead })
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
const idOf = async (node: TestRedis) => (await node.ask('CLUSTER', 'MYID')).trim()

describe('three masters', () => {
  let nodes: TestRedis[]
  beforeAll(async () => {
    nodes = await startCluster(3, 0)
  })
  afterAll(async () => {
    for (const node of nodes) await node.stop()
  })

  ledgerContract('a cluster of three', async () => {
    for (const node of nodes) await node.ask('FLUSHALL')
    return {
      ledger: await open(nodes[0]!),
      kept: CLOCK_SKEW_SECONDS,
      advance: async seconds => {
        for (const node of nodes) await node.age(seconds)
      },
      setClock: seconds => {
        ahead += seconds * 1000
      },
      lose: async () => {
        for (const node of nodes) await node.ask('FLUSHALL')
      },
    }
  })

  it('are not believed about what one of them has lost', async () => {
    const ledger = await open(nodes[0]!)
    const issued = Math.floor(Date.now() / 1000)
    const keys = Array.from({ length: 100 }, (_, i) => `of one ${i}`)
    for (const key of keys) expect(await ledger.claim(key, 60, 'x')).toBeUndefined()
    await nodes[1]!.ask('FLUSHALL')
    let believed = 0
    for (const key of keys) {
      if ((await ledger.claim(key, 60, 'y')) === undefined && !isLost(ledger, issued)) believed++
    }
    expect([believed, isLost(ledger, issued)]).toEqual([0, true])
  })

  it.each(['', 'a', '{b}c', 'c{}d', '{}', '}{', 'x{y', 'é{🐈}', '{a}{b}', 'k'.repeat(300)])(
    'have the key %j where Redis looks for it',
    async key => {
      expect(slotOf(key)).toBe(Number(await nodes[0]!.ask('CLUSTER', 'KEYSLOT', key)))
    },
  )

  it('are all used, and all pinged', async () => {
    for (const node of nodes) await node.ask('FLUSHALL')
    const ledger = await open(nodes[1]!)
    await ledger.ping()
    // An epoch and a ping in each.
    for (const node of nodes) expect(await node.ask('DBSIZE')).toBe('2')
    await Promise.all(Array.from({ length: 300 }, (_, i) => ledger.claim(`${i}`, 60, 'x')))
    for (const node of nodes) expect(Number(await node.ask('DBSIZE'))).toBeGreaterThan(50)
  })

  it('are found by any of the nodes that are named', async () => {
    const gone = { address: '127.0.0.1:1' } as TestRedis
    await works(await open(gone, nodes[2]!))
  })

  it('may be away at the start, which is told, and are found when they are there', async () => {
    const away = await startRedis({
      args: ['--cluster-enabled', 'yes', '--cluster-port', `${(await freePorts(1))[0]}`],
    })
    await away.kill()
    const warnings: string[] = []
    const url = `redis+cluster://${away.address}`
    const ledger = await redisLedger({ url, now: Date.now, warn: line => warnings.push(line) })
    opened.push(ledger)
    expect(warnings).toEqual([
      expect.stringMatching(`no node of the cluster .*${away.address}.*; asking again`),
    ])
    await expect(ledger.claim('a', 60, 'x')).rejects.toMatchObject({ code: 'unavailable' })
    await away.restart()
    await away.ask('CLUSTER', 'ADDSLOTSRANGE', '0', '16383')
    await works(ledger)
    expect(await ledger.claim('a', 60, 'x')).toBeUndefined()
    await away.stop()
  })

  it('let each id through once while their slots move', async () => {
    const [from, to] = [nodes[0]!, nodes[1]!]
    const [first, second] = [await open(from), await open(to)]
    const source = await idOf(from)
    const firsts = new Map<string, number>()
    let moving = true
    const claim = async (ledger: Ledger, key: string) => {
      if ((await ledger.claim(key, 600, 'x')) === undefined) firsts.set(key, (firsts.get(key) ?? 0) + 1)
    }
    const visitors = async (ledger: Ledger) => {
      for (let i = 0; moving; i++) {
        await Promise.all(Array.from({ length: 50 }, (_, n) => claim(ledger, `moving ${i} ${n}`)))
      }
    }
    const all = [visitors(first), visitors(second)]
    const args = [
      '--cluster-from',
      source,
      '--cluster-to',
      await idOf(to),
      '--cluster-slots',
      '600',
      '--cluster-yes',
    ]
    await from.cli('--cluster', 'reshard', from.address, ...args)
    moving = false
    await Promise.all(all)
    expect(firsts.size).toBeGreaterThan(500)
    await claimAgain([first, second], firsts.keys(), claim)
    expect(new Set(firsts.values())).toEqual(new Set([1]))
  })

  it('are refused where the URL names one server, and one server where it names a cluster', async () => {
    const [{ address }] = nodes as [TestRedis]
    await expect(redisLedger({ url: `redis://${address}`, now: Date.now })).rejects.toMatchObject({
      code: 'config_invalid',
      message: expect.stringContaining('it is a node of a cluster: write redis+cluster://'),
    })
    const single = await startRedis()
    await expect(open(single)).rejects.toMatchObject({
      code: 'config_invalid',
      message: expect.stringContaining('is no node of a cluster'),
    })
    await single.stop()
  })
})

describe('masters with a replica each', () => {
  let nodes: TestRedis[]
  beforeAll(async () => {
    nodes = await startCluster(3, 1)
  })
  afterAll(async () => {
    for (const node of nodes) await node.stop()
  })

  it('let no id through twice when masters are replaced, one by one, under load', async () => {
    const ledgers = [await open(...nodes), await open(...nodes)]
    const claims = claimWithoutPause(ledgers)
    await claims.goneOn()
    // One dies; one hands over to its replica, asked to.
    await nodes[0]!.kill()
    await until(async () => {
      const states = await Promise.all(nodes.slice(1).map(node => node.ask('CLUSTER', 'INFO')))
      return states.every(state => state.includes('cluster_state:ok'))
    })
    for (const ledger of ledgers) await works(ledger)
    const roles = await Promise.all(nodes.slice(3).map(node => node.ask('ROLE')))
    const replica = nodes[3 + roles.findIndex(role => role.startsWith('slave'))]!
    await replica.ask('CLUSTER', 'FAILOVER')
    await until(async () => (await replica.ask('ROLE')).startsWith('master'))
    for (const ledger of ledgers) await works(ledger)
    await claims.goneOn()
    const { told, refused } = await claims.stop()

    expect(refused).toBeGreaterThan(0)
    expect(told.size).toBeGreaterThan(100)
    expect(new Set(told.values())).toEqual(new Set([1]))
  })
})
