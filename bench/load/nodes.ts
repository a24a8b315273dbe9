import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { endWithUs, firstLine } from '../../packages/server/src/testing/child.ts'
import { runCommand } from '../../packages/server/src/testing/command.ts'
import { freePorts } from '../../packages/server/src/testing/ports.ts'
import { type PostgresServer, startPostgres } from '../../packages/server/src/testing/postgres.ts'
import { startCluster, startRedis, type TestRedis } from '../../packages/server/src/testing/redis.ts'
import type { SiteKeys } from './journeys.ts'

const CLI = fileURLToPath(new URL('../../packages/server/dist/cli.js', import.meta.url))
/** Milliseconds in which a node must be ready, and between two looks at it. */
const START = 60_000
const LOOK = 20
/** Characters of what a node said that are kept, to be shown should it not start. */
const MAX_OUTPUT_LENGTH = 4000

/** A node in a process of its own. */
export interface Node {
  url: string
  child: ChildProcess
  /** Ends it as the kernel does when memory runs out. */
  kill(): Promise<void>
  /** Asks it to stop, and waits until it has. */
  stop(): Promise<void>
  /** Starts it again at the same address; resolves when it is ready. */
  start(): Promise<void>
}

/** What nodes stand on. */
export interface Setup {
  nodes: number
  ledger: 'sqlite' | 'redis' | 'cluster'
  registry: 'sqlite' | 'postgres'
  workers: string
  /** Replicas of each master of the cluster. @default 0 */
  replicas?: number
  /** Settings for every node beyond these. */
  env?: Record<string, string>
  /** The data folder of all nodes. @default a new one */
  folder?: string
  /** What Node is given to run the command line of nodes. @default the built one */
  cli?: readonly string[]
}

/** Nodes with what they stand on. */
export interface Fleet {
  nodes: Node[]
  /** Empty unless the ledger is Redis; masters first. */
  redis: TestRedis[]
  postgres: PostgresServer | undefined
  /** The master secret. */
  secret: string
  /** Runs the command line on the nodes' data; what it prints as JSON. */
  upright(...args: string[]): Promise<unknown>
  /** Adds a site, with settings as flags of `upright site add`. */
  addSite(...flags: string[]): Promise<SiteKeys>
  /** Starts one more node, with settings of its own. */
  addNode(env?: Record<string, string>): Promise<Node>
  /** Stops a node for good. */
  removeNode(node: Node): Promise<void>
  stop(): Promise<void>
}

/** Starts nodes on free ports of this machine, over servers of their own. */
export async function startFleet(setup: Setup): Promise<Fleet> {
  const { nodes: count, ledger, registry, workers, replicas = 0, env: more = {}, cli = [CLI] } = setup
  const folder = setup.folder ?? mkdtempSync(join(tmpdir(), 'upright-load-'))
  const secret = randomBytes(32).toString('hex')
  const [redis, postgres] = await Promise.all([
    startLedger(ledger, replicas),
    registry === 'postgres' ? startPostgres() : undefined,
  ])
  const env: Record<string, string> = {
    LOG_LEVEL: 'error',
    UPRIGHT_SECRET: secret,
    UPRIGHT_DATA: folder,
    UPRIGHT_WORKERS: workers,
    // All clients have the address of this machine.
    UPRIGHT_MAX_CONNECTIONS_PER_ADDRESS: '0',
    ...(redis.length > 0 && { REDIS_URL: addressOf(redis) }),
    ...(postgres && { DATABASE_URL: await postgres.freshDatabase() }),
    ...more,
  }
  const nodes: Node[] = []
  const addNode: Fleet['addNode'] = async (own = {}) => {
    const [port] = await freePorts(1)
    const node = createNode(port!, cli, { ...env, ...own })
    nodes.push(node)
    await node.start()
    return node
  }
  const stop = async () => {
    await Promise.all(nodes.map(node => node.stop()))
    await Promise.all([...redis.map(server => server.stop()), postgres?.remove()])
    if (setup.folder === undefined) rmSync(folder, { recursive: true, force: true })
  }
  try {
    // The first one makes what the others find.
    if (count > 0) await addNode()
    const others = await Promise.allSettled(Array.from({ length: count - 1 }, () => addNode()))
    for (const other of others) if (other.status === 'rejected') throw other.reason
  } catch (error) {
    await stop()
    throw error
  }
  const upright: Fleet['upright'] = async (...args) => {
    const { code, stdout, stderr } = await runCommand([...args, '--json'], env)
    if (code !== 0) throw new Error(stderr)
    return JSON.parse(stdout)
  }
  return {
    nodes,
    redis,
    postgres,
    secret,
    addNode,
    async removeNode(node) {
      nodes.splice(nodes.indexOf(node), 1)
      await node.stop()
    },
    upright,
    addSite: (...flags) => upright('site', 'add', '--name', 'Load', ...flags) as Promise<SiteKeys>,
    stop,
  }
}

async function startLedger(ledger: Setup['ledger'], replicas: number): Promise<TestRedis[]> {
  if (ledger === 'sqlite') return []
  return ledger === 'redis' ? [await startRedis()] : startCluster(3, replicas)
}

const addressOf = (redis: TestRedis[]) =>
  redis.length === 1
    ? `redis://${redis[0]!.address}`
    : `redis+cluster://${redis.map(({ address }) => address).join(',')}`

function createNode(port: number, cli: readonly string[], env: Record<string, string>): Node {
  const url = `http://127.0.0.1:${port}`
  let child: ChildProcess
  let said = ''
  const ended = () =>
    child.exitCode !== null || child.signalCode !== null
      ? Promise.resolve()
      : new Promise<void>(resolve => child.once('exit', () => resolve()))
  const node: Node = {
    url,
    get child() {
      return child
    },
    async start() {
      child = spawn(process.execPath, [...cli, 'serve', '--port', `${port}`], {
        env,
        stdio: ['ignore', 'pipe', 'pipe'],
      })
      endWithUs(child)
      child.stderr!.setEncoding('utf8').on('data', text => {
        said = (said + text).slice(-MAX_OUTPUT_LENGTH)
      })
      await ready(url, child).catch(error => {
        throw new Error(`${error.message}; it said:\n${said}`)
      })
    },
    async kill() {
      const gone = ended()
      child.kill('SIGKILL')
      await gone
    },
    async stop() {
      const gone = ended()
      child.kill('SIGTERM')
      await gone
    },
  }
  return node
}

/** Waits until a node says that it can do its work, which it is not asked before it says that it listens. */
async function ready(url: string, child: ChildProcess): Promise<void> {
  const until = Date.now() + START
  await Promise.race([firstLine(child), sleep(START, undefined, { ref: false })])
  for (;;) {
    const answer = await fetch(`${url}/readyz`).catch(() => undefined)
    await answer?.arrayBuffer()
    if (answer?.ok) return
    if (child.exitCode !== null) throw new Error(`a node ended with ${child.exitCode}`)
    if (Date.now() > until) throw new Error(`${url} was not ready within ${START} ms`)
    await sleep(LOOK)
  }
}
