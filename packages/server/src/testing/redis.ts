/**
 * Real Redis servers on free ports of this machine, in fresh folders, without a trace once they are stopped.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { Redis } from 'ioredis'
import { endWithUs, killChild } from './child.ts'
import { freshFolder } from './folder.ts'
import { freePorts } from './ports.ts'
import { until } from './until.ts'

/** A server, or a sentinel. */
export interface TestRedis {
  port: number
  /** `127.0.0.1:port` */
  address: string
  /** Where it keeps what it knows. */
  folder: string
  /** The process that runs now. */
  pid(): number
  /**
   * Its answer to a command, each element of a list on a line of its own.
   * @throws Error when it refuses the command, or when there is no answer
   */
  ask(...words: string[]): Promise<string>
  /** Output of `redis-cli`, for what that does beyond a command. */
  cli(...args: string[]): Promise<string>
  /** Ends it as `kill -9` does. */
  kill(): Promise<void>
  /** Starts it again, on the same port and folder. */
  restart(): Promise<void>
  /** Stops it from doing anything, while its connections stay. */
  freeze(): void
  thaw(): void
  /** Takes so many seconds off the life of every key. */
  age(seconds: number): Promise<void>
  /** Ends it and removes its folder. */
  stop(): Promise<void>
}

const AGE = `for _, key in ipairs(redis.call('KEYS', '*')) do
  redis.call('PEXPIRE', key, redis.call('PTTL', key) - ARGV[1])
end`

/** A replica that comes is not made to wait for others, nor to be heard. */
const SYNC = ['--repl-diskless-sync-delay', '0', '--repl-ping-replica-period', '1']

/** Options of a server. */
interface RedisOptions {
  /** @default one that is free */
  port?: number
  /** Settings, as on the command line of `redis-server`. */
  args?: string[]
  /** What `args` protect it with. */
  password?: string
}

/** A server with `appendonly` on, unless `args` say something else. */
export const startRedis = ({ args = [], ...options }: RedisOptions = {}): Promise<TestRedis> =>
  launch(options, folder => ['--dir', folder, '--save', '', '--appendonly', 'yes', ...args])

async function launch(
  { port: wanted, password }: RedisOptions,
  settings: (folder: string) => string[],
): Promise<TestRedis> {
  const port = wanted ?? (await freePorts(1))[0]!
  const folder = freshFolder()
  const command = [...settings(folder), '--port', `${port}`, '--bind', '127.0.0.1']
  let child: ChildProcess
  const start = async () => {
    child = spawn('redis-server', command)
    endWithUs(child)
    await ready(child)
  }
  await start()
  const ask = (...words: string[]) => askAt(port, password, words)
  return {
    port,
    folder,
    address: `127.0.0.1:${port}`,
    pid: () => child.pid!,
    ask,
    async cli(...args) {
      const { stdout } = await promisify(execFile)('redis-cli', ['-p', `${port}`, ...args])
      return stdout.trim()
    },
    kill: () => killChild(child),
    restart: start,
    freeze: () => child.kill('SIGSTOP'),
    thaw: () => child.kill('SIGCONT'),
    async age(seconds) {
      await ask('EVAL', AGE, '0', `${seconds * 1000}`)
    },
    async stop() {
      if (child.exitCode === null && child.signalCode === null) await killChild(child)
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/**
 * Asks a server over a connection of its own, which a server that was killed or held up meanwhile cannot have
 * spoilt.
 */
async function askAt(
  port: number,
  password: string | undefined,
  [command, ...args]: string[],
): Promise<string> {
  const redis = new Redis({
    port,
    ...(password !== undefined && { password }),
    protocol: 2,
    disableClientInfo: true,
    lazyConnect: true,
    // A sentinel has none, and a server that is loading says so by itself.
    enableReadyCheck: false,
    retryStrategy: null,
  })
  // What is wrong with the connection is told by the command as well.
  redis.on('error', () => {})
  try {
    await redis.connect()
    return textOf(await redis.call(command!, ...args)).trim()
  } finally {
    redis.disconnect()
  }
}

/** An answer as `redis-cli` prints it for a program. */
const textOf = (answer: unknown): string =>
  Array.isArray(answer) ? answer.map(textOf).join('\n') : String(answer ?? '')

/** A cluster of masters with so many replicas each. The first ones are the masters. */
export async function startCluster(masters: number, replicas: number): Promise<TestRedis[]> {
  const count = masters * (1 + replicas)
  const ports = await freePorts(2 * count)
  const nodes = await Promise.all(
    Array.from({ length: count }, (_, i) => {
      const [port, bus] = [ports[2 * i]!, ports[2 * i + 1]!]
      const args = ['--cluster-enabled', 'yes', '--cluster-port', `${bus}`, '--cluster-node-timeout', '1000']
      return startRedis({ port, args: [...args, ...SYNC] })
    }),
  )
  const addresses = nodes.map(({ address }) => address)
  const [first] = nodes
  await first!.cli('--cluster', 'create', ...addresses, '--cluster-replicas', `${replicas}`, '--cluster-yes')
  for (const node of nodes) await until(async () => (await node.ask('CLUSTER', 'INFO')).includes('state:ok'))
  for (const node of nodes.slice(masters)) {
    await until(async () => (await node.ask('INFO', 'replication')).includes('master_link_status:up'))
  }
  return nodes
}

/** A master, and a replica that follows it. */
export async function startPair(): Promise<[master: TestRedis, replica: TestRedis]> {
  const [port = 0, second = 0] = await freePorts(2)
  const master = await startRedis({ port, args: SYNC })
  const replica = await startRedis({ port: second, args: [...SYNC, '--replicaof', `127.0.0.1 ${port}`] })
  await followed(master, replica)
  return [master, replica]
}

/** Three sentinels that watch a pair. */
export async function startSentinels([master]: [TestRedis, TestRedis]): Promise<TestRedis[]> {
  const ports = await freePorts(3)
  const sentinels = await Promise.all(ports.map(port => startSentinel(port, master.port)))
  for (const sentinel of sentinels) {
    await until(async () => {
      const told = await sentinel.ask('SENTINEL', 'MASTER', 'mymaster')
      return /num-slaves\s1\s/.test(told) && /num-other-sentinels\s2\s/.test(told)
    })
  }
  return sentinels
}

/**
 * Waits until a master has heard from a replica that it has everything so far: up to a second after it came.
 */
export const followed = (master: TestRedis, replica: TestRedis): Promise<void> => {
  return until(async () => {
    const told = await master.ask('INFO', 'replication')
    const caughtUp = told.matchAll(/port=(\d+),state=online,offset=[1-9]/g)
    return [...caughtUp].some(([, port]) => Number(port) === replica.port)
  })
}

const startSentinel = (port: number, master: number): Promise<TestRedis> =>
  launch({ port }, folder => {
    const file = join(folder, 'sentinel.conf')
    const watch = ['monitor mymaster 127.0.0.1 MASTER 2', 'down-after-milliseconds mymaster 1000']
    const lines = [...watch, 'failover-timeout mymaster 5000'].map(line => `sentinel ${line}\n`)
    writeFileSync(file, lines.join('').replace('MASTER', `${master}`))
    return [file, '--sentinel']
  })

/** Resolves when a server says that it takes connections; rejects with what it said when it ends before. */
function ready(child: ChildProcess): Promise<void> {
  let said = ''
  return new Promise((resolve, reject) => {
    createInterface({ input: child.stdout! }).on('line', line => {
      said += `${line}\n`
      if (/Ready to accept connections|Sentinel ID is/.test(line)) resolve()
    })
    child.once('error', reject)
    child.once('exit', () => reject(new Error(`the server did not start:\n${said}`)))
  })
}
