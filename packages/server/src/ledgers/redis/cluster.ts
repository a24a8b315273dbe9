import { setTimeout as sleep } from 'node:timers/promises'
import { CaptchaError } from '@upright/core'
import { EPOCH } from '../epoch.ts'
import { type Connector, firstOf, within } from './connect.ts'
import { createNode, type NodeOptions, type RedisNode } from './node.ts'
import { keyWith, type Router } from './router.ts'
import { SLOTS, slotOf } from './slot.ts'
import { type Address, addressOf, nameOf } from './url.ts'

/** Times that a command follows where nodes send it. */
const MAX_REDIRECTS = 5
/** Nodes asked at once for the map; the first answer counts. */
const MAP_NODES = 3
/** Milliseconds between two looks at the map at least. */
const MIN_MAP_INTERVAL_MS = 200

/** Options of a cluster. */
export interface ClusterOptions extends Omit<NodeOptions, 'open' | 'epochKey'> {
  connector: Connector
  seeds: Address[]
}

/**
 * `CLUSTER SLOTS`: ranges, each with its master and then its replicas; a node without a name is the one that
 * was asked.
 */
type Ranges = [first: number, last: number, ...nodes: [host: string | null, port: number, ...unknown[]][]][]

/** A range of slots, and the names of its nodes, the master's first. */
interface Range {
  first: number
  last: number
  nodes: string[]
}

/**
 * The map of a cluster as some of its nodes know it; the first answer counts.
 * @throws CaptchaError `config_invalid` when they are in no cluster; else what was wrong with the last of
 * them
 */
export async function readMap(connector: Connector, names: string[]): Promise<Range[]> {
  const ask = async (name: string): Promise<Range[]> => {
    const { host, port } = addressOf(name, name)
    const redis = await connector.open({ host, port })
    try {
      const ranges = (await within(redis.cluster('SLOTS'))) as Ranges
      if (ranges.length === 0) throw new Error(`Redis at ${name} knows of no slots`)
      return ranges.map(([first, last, ...nodes]) => ({
        first,
        last,
        nodes: nodes.map(([at, port]) => nameOf({ host: at || host, port })),
      }))
    } catch (error) {
      if (!/cluster support disabled/.test(String(error))) throw error
      throw new CaptchaError('config_invalid', `REDIS_URL: Redis at ${name} is no node of a cluster`)
    } finally {
      redis.disconnect()
    }
  }
  const left = [...names]
  for (;;) {
    const some = Array.from({ length: Math.min(MAP_NODES, left.length) }, () =>
      left.splice(Math.floor(Math.random() * left.length), 1),
    ).flat()
    try {
      return await firstOf(some.map(ask))
    } catch (error) {
      if (left.length === 0) throw error
    }
  }
}

/**
 * The masters of a cluster, and which of them has which slot. The map is looked at again when a node sends a
 * command elsewhere, or fails: a command that was sent elsewhere was not executed and is safe to send there,
 * any other that failed is not sent again. One closure: sending reads the map of slots, and what a node
 * answers corrects it.
 */
export function createCluster({ connector, seeds, ...options }: ClusterOptions): Router {
  const owners: (string | undefined)[] = new Array(SLOTS)
  const nodes = new Map<string, RedisNode>()
  /** Every node of the last map, replicas too: any of them can tell the next one. */
  let known: string[] = []
  let closed = false

  let counted: Map<string | undefined, number> | undefined
  /**
   * For each master the first number whose keys it has; slots that nobody has are in it too. A cluster of n
   * masters needs some n tries.
   */
  const numbers = () => {
    if (counted) return counted
    const left = new Set(owners)
    counted = new Map()
    for (let i = 0; left.size > 0; i++) {
      const owner = owners[slotOf(keyWith('', i))]
      if (left.delete(owner)) counted.set(owner, i)
    }
    return counted
  }

  const nodeAt = (name: string): RedisNode => {
    let node = nodes.get(name)
    if (!node) {
      const address = addressOf(name, name)
      node = createNode({
        ...options,
        open: () => connector.master(address),
        epochKey: () => {
          const number = numbers().get(name)
          return number === undefined ? undefined : keyWith(EPOCH, number)
        },
      })
      nodes.set(name, node)
    }
    return node
  }

  const look = async (): Promise<void> => {
    const ranges = await readMap(connector, [...new Set([...known, ...seeds.map(nameOf)])])
    if (closed) return
    owners.fill(undefined)
    for (const { first, last, nodes } of ranges) owners.fill(nodes[0], first, last + 1)
    counted = undefined
    known = ranges.flatMap(range => range.nodes)
    const masters = new Set(ranges.map(range => range.nodes[0]!))
    const gone = [...nodes].filter(([name]) => !masters.has(name))
    for (const [name] of gone) nodes.delete(name)
    await Promise.all([
      ...gone.map(([, node]) => node.close()),
      ...[...masters].map(name => nodeAt(name).opened.catch(() => {})),
    ])
  }

  let underWay: Promise<void> | undefined
  /** Refreshes the map of slots, unless that is in progress or was just done. */
  const refresh = () => {
    if (closed || underWay) return
    underWay = look()
      .catch(() => {})
      .then(() => sleep(MIN_MAP_INTERVAL_MS, undefined, { ref: false }))
      .finally(() => {
        underWay = undefined
      })
  }

  const send: Router['send'] = async (key, args) => {
    const slot = slotOf(key)
    let to = owners[slot]
    let asking = false
    for (let hop = 0; ; hop++) {
      if (to === undefined || closed) {
        refresh()
        throw new Error(
          closed ? 'the ledger is closed' : `no node of the cluster is known to have slot ${slot}`,
        )
      }
      try {
        return await nodeAt(to).send({ args, asking })
      } catch (error) {
        refresh()
        const [word, , elsewhere] = error instanceof Error ? error.message.split(' ') : []
        asking = word === 'ASK'
        if ((word !== 'MOVED' && !asking) || !elsewhere || hop === MAX_REDIRECTS) throw error
        to = nameOf(addressOf(elsewhere, addressOf(to, to).host))
        if (!asking) {
          owners[slot] = to
          counted = undefined
        }
      }
    }
  }

  return {
    opened: look().catch(error => {
      options.warn(`no node of the cluster tells its slots (${error}); asking again`)
      throw error
    }),
    send,
    keys: prefix => [...numbers().values()].map(number => keyWith(prefix, number)),
    async close() {
      closed = true
      await Promise.all([...nodes.values()].map(node => node.close()))
    },
  }
}
