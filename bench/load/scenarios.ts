import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { TestRedis } from '../../packages/server/src/testing/redis.ts'
import { until } from '../../packages/server/src/testing/until.ts'
import type { Fleet, Node, Setup } from './nodes.ts'

/** What a scenario is played on. */
export interface ScenarioContext {
  fleet: Fleet
  /** The data folder, where the disk is what breaks. */
  folder: string | undefined
  /** Seconds that some things stay broken. */
  broken: { redis: number; postgres: number; disk: number; clock: number }
  /** What was broken is whole again: what fails from now on is our own fault. */
  fixed(): void
  /** This node may take requests along. */
  markKillable(node: Node): void
}

/** What nodes stand on in some scenarios. */
export type Backends = 'cluster' | 'redis' | 'disk'

/** Something that breaks while visitors come. */
export interface Scenario {
  name: string
  what: string
  backends: Backends
  /** Breaks and fixes; resolves when nothing is missing any more. */
  play(context: ScenarioContext): Promise<void>
}

const NODES = { nodes: 3, workers: '1' }
/**
 * Seconds for which a node that was asked to stop says so before it takes no more connections: balancers must
 * notice.
 */
const DRAIN = { UPRIGHT_DRAIN_SECONDS: '1' }

/** The fleets that scenarios are played on. */
export const SETUPS: Readonly<Record<Backends, Setup>> = {
  cluster: { ...NODES, ledger: 'cluster', registry: 'postgres', replicas: 1, env: DRAIN },
  redis: { ...NODES, ledger: 'redis', registry: 'sqlite' },
  disk: { nodes: 1, workers: '2', ledger: 'sqlite', registry: 'sqlite' },
}

/** Slots that change their master, of 16,384. */
const MOVED_SLOTS = 500
/** Loaded into a node, this sets its clock ten minutes ahead. */
const AHEAD_MODULE = new URL('ahead.mjs', import.meta.url).href
/**
 * Seconds that claims are made older, as if so much time had gone by: less than a challenge can be answered,
 * but more than a node whose clock is ten minutes ahead believes.
 */
const AGED = 1100

export const SCENARIOS: readonly Scenario[] = [
  {
    name: 'kill-node',
    what: 'kill -9 one of three nodes, and start it again',
    backends: 'cluster',
    async play({ fleet, markKillable, fixed }) {
      const node = fleet.nodes[1]!
      markKillable(node)
      await node.kill()
      await node.start()
      fixed()
    },
  },
  {
    name: 'stop-node',
    what: 'SIGTERM one of three nodes, and start it again',
    backends: 'cluster',
    async play({ fleet, fixed }) {
      const node = fleet.nodes[2]!
      await node.stop()
      await node.start()
      fixed()
    },
  },
  {
    name: 'clock',
    what: 'a fourth node, its clock ten minutes ahead',
    backends: 'cluster',
    async play({ fleet, broken, fixed }) {
      const node = await fleet.addNode({ NODE_OPTIONS: `--import ${AHEAD_MODULE}` })
      await sleep(broken.clock * 1000)
      await fleet.removeNode(node)
      for (const server of await masters(fleet.redis)) await server.age(AGED)
      fixed()
    },
  },
  {
    name: 'freeze-master',
    what: 'freeze a master of the cluster, which its replica takes over from',
    backends: 'cluster',
    async play({ fleet, broken, fixed }) {
      const [server] = await masters(fleet.redis)
      await freeze(server!, broken.redis)
      fixed()
      await whole(fleet.redis)
    },
  },
  {
    name: 'kill-master',
    what: 'kill -9 a master of the cluster, and start it again after its replica took over',
    backends: 'cluster',
    async play({ fleet, fixed }) {
      const [server] = await masters(fleet.redis)
      const others = fleet.redis.filter(other => other !== server)
      await server!.kill()
      await until(async () => (await masters(others)).length === 3)
      await server!.restart()
      fixed()
      await whole(fleet.redis)
    },
  },
  {
    name: 'restart-master',
    what: 'kill -9 a master of the cluster, and start it again at once',
    backends: 'cluster',
    async play({ fleet, fixed }) {
      const [server] = await masters(fleet.redis)
      await restart(server!)
      fixed()
      await whole(fleet.redis)
    },
  },
  {
    name: 'failover',
    what: 'have a replica of the cluster take over from its master',
    backends: 'cluster',
    async play({ fleet, fixed }) {
      const before = await masters(fleet.redis)
      const replica = fleet.redis.find(server => !before.includes(server))!
      await replica.ask('CLUSTER', 'FAILOVER')
      await until(async () => (await masters([replica])).length === 1)
      fixed()
      await whole(fleet.redis)
    },
  },
  {
    name: 'slots',
    what: `move ${MOVED_SLOTS} slots of the cluster from one master to another`,
    backends: 'cluster',
    async play({ fleet, fixed }) {
      const [from, to] = await masters(fleet.redis)
      const [source, target] = await Promise.all([from!.ask('CLUSTER', 'MYID'), to!.ask('CLUSTER', 'MYID')])
      const move = ['--cluster-from', source, '--cluster-to', target, '--cluster-slots', `${MOVED_SLOTS}`]
      await from!.cli('--cluster', 'reshard', from!.address, ...move, '--cluster-yes')
      fixed()
      await whole(fleet.redis)
    },
  },
  {
    name: 'postgres',
    what: 'stop PostgreSQL',
    backends: 'cluster',
    async play({ fleet, broken, fixed }) {
      await fleet.postgres!.stop()
      await sleep(broken.postgres * 1000)
      await fleet.postgres!.start()
      fixed()
    },
  },
  {
    name: 'restart-redis',
    what: 'kill -9 the only Redis, and start it again at once',
    backends: 'redis',
    async play({ fleet, fixed }) {
      await restart(fleet.redis[0]!)
      fixed()
    },
  },
  {
    name: 'freeze-redis',
    what: 'freeze the only Redis',
    backends: 'redis',
    async play({ fleet, broken, fixed }) {
      await freeze(fleet.redis[0]!, broken.redis)
      fixed()
    },
  },
  {
    name: 'disk',
    what: 'fill the disk of the data folder (two processes, embedded ledger)',
    backends: 'disk',
    async play({ folder, broken, fixed }) {
      const file = join(folder!, 'filler')
      fill(file)
      await sleep(broken.disk * 1000)
      rmSync(file)
      fixed()
    },
  },
]

/** Holds a server up for so many seconds, its connections open. */
async function freeze(server: TestRedis, seconds: number): Promise<void> {
  server.freeze()
  await sleep(seconds * 1000)
  server.thaw()
}

/** Kills a server and starts it again at once. */
async function restart(server: TestRedis): Promise<void> {
  await server.kill()
  await server.restart()
}

/** Writes until nothing more fits. */
function fill(file: string): void {
  for (const size of [1 << 20, 1 << 12]) {
    try {
      for (;;) writeFileSync(file, Buffer.alloc(size), { flag: 'a' })
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
    }
  }
}

const roleOf = async (server: TestRedis) => (await server.ask('ROLE').catch(() => '')).split('\n')

/** Those that are masters now. */
async function masters(servers: readonly TestRedis[]): Promise<TestRedis[]> {
  const roles = await Promise.all(servers.map(roleOf))
  return servers.filter((_, i) => roles[i]![0] === 'master')
}

/**
 * Waits until a cluster has three masters that all know of each other, and each replica has what its master
 * has.
 */
export const whole = (servers: readonly TestRedis[]): Promise<void> =>
  until(async () => {
    const roles = await Promise.all(servers.map(roleOf))
    const count = roles.filter(([role]) => role === 'master').length
    const connected = roles.filter(([role, , , state]) => role === 'slave' && state === 'connected').length
    const infos = await Promise.all(servers.map(server => server.ask('CLUSTER', 'INFO').catch(() => '')))
    return (
      count === 3 && count + connected === servers.length && infos.every(info => info.includes('state:ok'))
    )
  })
