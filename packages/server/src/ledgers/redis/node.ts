import { setTimeout as sleep } from 'node:timers/promises'
import type { Redis } from 'ioredis'
import type { Connection } from './connect.ts'
import { nameOf } from './url.ts'

/** Milliseconds after which a server that has not answered counts as away. */
const TIMEOUT_MS = 1000
/** Milliseconds that a replica has to confirm what was written. */
const CONFIRM = 700
/** Commands of one batch. */
const BATCH = 1000
/** Batches under way at once: while one is waited for, the next is on its way. */
const UNDER_WAY = 2
/** Commands that wait for their batch at most: about a second's work. */
const WAITING = 50_000
/** Milliseconds between two attempts to connect, the first and the longest. */
const PAUSE = { first: 50, longest: 1000 }
/**
 * Milliseconds for which a master that has just lost its last replica is not believed: the replica may have become master in its place,
 * and sentinels take up to 20 s until they tell the old one so.
 */
const REPLICA_LOSS_QUARANTINE_MS = 30_000

/** What a command takes. */
export type Argument = string | number

/** A command and its arguments; `asking` before it in a slot that moves. */
export interface Command {
  args: [name: string, ...Argument[]]
  asking?: boolean
}

/** What a node is made of. */
export interface NodeOptions {
  open: () => Promise<Connection>
  /** Whether `open` may lead to another server after a failover. @default false */
  moves?: boolean
  /** Milliseconds since 1970. */
  now: () => number
  /** Takes a line for the operator. */
  warn: (line: string) => void
  /** Is told what each server that was connected to says of itself. */
  met: (connection: Connection) => void
  /** The key that is read with each batch; undefined where none of the master's is known. */
  epochKey: () => string | undefined
  /** Takes what was read, before the batch is answered. */
  onEpoch: (key: string, text: string | null) => void
}

/** A master, and the one connection to it. */
export interface RedisNode {
  /** Resolves after the first attempt to connect; rejects with its error. Later ones follow in either case. */
  opened: Promise<void>
  /** The answer to a command. Rejects with the server's error, or with the reason why there is none. */
  send(command: Command): Promise<unknown>
  /** Finishes what was accepted and ends the connection. */
  close(): Promise<void>
}

interface Job {
  command: Command
  resolve(reply: unknown): void
  reject(error: unknown): void
}

/**
 * Commands of one turn of the event loop go in one batch, one round trip for all.
 *
 * Nothing is ever sent twice. When a connection is lost, what was on its way may have been written or not, and a claim that is sent
 * again would find its own first value there, or, after a failover, nothing. So it is rejected, whoever waits for it is refused, and
 * the id may be spent without having let anybody in: that is the harmless side.
 *
 * Redis answers before its replicas have a write, and forgets it when one of them becomes master. So each
 * batch ends with ROLE, which lists the replicas that the master is in touch with, and, where there are any,
 * WAIT until one of them has everything: only then is the batch answered. A master without replicas has
 * nobody to take its place, and is waited for no longer than that. Each batch also reads the epoch, behind
 * its commands: a server that forgot them before has another one, or none. WAIT holds up the whole
 * connection; that is why there is one for a batch, as the embedded ledger syncs once for a batch.
 */
export function createNode(options: NodeOptions): RedisNode {
  const { open, moves = false, now, warn, met, epochKey, onEpoch } = options
  let redis: Redis | undefined
  let away: unknown = new Error('there is no connection yet')
  let attempted = false
  let closed = false
  let where = ''
  let connected = 0
  /** Replicas that the master was in touch with the last time, and when there was one. */
  let replicas = 0
  let replicaSeen = Number.NEGATIVE_INFINITY
  const queue: Job[] = []
  const underWay = new Set<Job[]>()
  let due = false
  let drained: (() => void) | undefined

  const rejectAll = (error: unknown) => {
    for (const job of [...[...underWay].flat(), ...queue.splice(0)]) job.reject(error)
  }

  const lose = (from: Redis, error: unknown) => {
    if (redis !== from) return
    redis = undefined
    away = error
    from.disconnect()
    rejectAll(error)
    if (closed) drained?.()
    else connect(error)
  }

  const take = (connection: Connection) => {
    const name = nameOf(connection.address)
    if (name !== where) replicaSeen = Number.NEGATIVE_INFINITY
    where = name
    replicas = 0
    redis = connection.redis
    connected = performance.now()
    const lost = () => lose(connection.redis, new Error(`Redis at ${name} has ended the connection`))
    redis.once('close', lost)
    if (redis.status !== 'ready') lost()
  }

  /** Tries until there is a connection. Says so once, and once when it is there again. */
  const connect = async (lost?: unknown): Promise<void> => {
    let told = lost !== undefined
    if (told) warn(`${reasonOf(lost)}; connecting again`)
    for (let pause = PAUSE.first; !closed; pause = Math.min(2 * pause, PAUSE.longest)) {
      try {
        const connection = await open()
        if (closed) connection.redis.disconnect()
        else {
          take(connection)
          met(connection)
          if (told) warn(`connected to Redis at ${where} again`)
          if (queue.length > 0) schedule()
        }
        return
      } catch (error) {
        away = error
        if (!told) warn(`${reasonOf(error)}; connecting again`)
        told = true
        rejectAll(error)
        if (!attempted) fail(error)
      } finally {
        attempted = true
        settle()
      }
      await sleep(pause, undefined, { ref: false })
    }
  }

  const schedule = () => {
    if (due || underWay.size >= UNDER_WAY) return
    due = true
    setImmediate(flush)
  }

  const flush = async () => {
    due = false
    const to = redis
    const batch = queue.splice(0, to ? BATCH : 0)
    if (!to || batch.length === 0) return
    underWay.add(batch)
    if (queue.length > 0) schedule()
    const late = setTimeout(
      () => lose(to, new Error(`Redis at ${where} has not answered within ${TIMEOUT_MS} ms`)),
      TIMEOUT_MS,
    )
    try {
      const replies = await exchange(to, batch)
      batch.forEach((job, i) => {
        const [error, reply] = replies[i]!
        if (error) job.reject(error)
        else job.resolve(reply)
      })
    } catch (error) {
      for (const job of batch) job.reject(error)
    } finally {
      clearTimeout(late)
      underWay.delete(batch)
      if (queue.length > 0) schedule()
      else if (underWay.size === 0) drained?.()
    }
  }

  /** Sends a batch; resolves when what it wrote cannot be forgotten by a failover. */
  const exchange = async (to: Redis, batch: Job[]) => {
    const pipeline = to.pipeline()
    const wanted: boolean[] = []
    for (const { command } of batch) {
      if (command.asking) {
        pipeline.call('ASKING')
        wanted.push(false)
      }
      pipeline.call(...command.args)
      wanted.push(true)
    }
    const key = epochKey()
    if (key !== undefined) pipeline.get(key)
    pipeline.role()
    const waits = replicas > 0
    if (waits) pipeline.wait(1, CONFIRM)
    const replies = (await pipeline.exec())!
    const [waitError, confirmed] = waits ? replies.pop()! : [null, 0]
    const [roleError, role] = replies.pop()! as [Error | null, [string, number, unknown[]]]
    const failed = roleError ?? waitError
    if (failed) throw failed
    if (role[0] !== 'master') {
      const demoted = new Error(`READONLY: Redis at ${where} is a replica now`)
      lose(to, demoted)
      throw demoted
    }
    if (key !== undefined) {
      const [error, text] = replies.pop()! as [Error | null, string | null]
      // Its slot is in another master's hands now, as the map will tell.
      const elsewhere = error && /^(MOVED|ASK) /.test(error.message)
      if (error && !elsewhere) throw error
      if (!error) onEpoch(key, text)
    }
    replicas = role[2].length
    if (replicas > 0) replicaSeen = now()
    if (confirmed === 0) await confirm(to, waits)
    return replies.filter((_, i) => wanted[i])
  }

  /** What no replica has confirmed: has one come meanwhile, and if none is there, may the master be alone? */
  const confirm = async (to: Redis, waited: boolean) => {
    if (replicas > 0) {
      if (!waited && (await to.wait(1, CONFIRM)) > 0) return
      throw new Error(`no replica of Redis at ${where} has confirmed what was written`)
    }
    if (now() - replicaSeen < REPLICA_LOSS_QUARANTINE_MS) {
      const alone = new Error(
        `Redis at ${where} has lost its replicas less than ${REPLICA_LOSS_QUARANTINE_MS / 1000} s ago`,
      )
      // Whoever knows where the master is now is asked sooner than an old one is told.
      if (moves && performance.now() - connected > PAUSE.longest) lose(to, alone)
      throw alone
    }
  }

  let settle!: () => void
  let fail!: (error: unknown) => void
  const opened = new Promise<void>((resolve, reject) => {
    settle = resolve
    fail = reject
  })
  // Whoever does not wait for it is not stopped by it.
  opened.catch(() => {})
  connect()

  return {
    opened,
    send: command =>
      new Promise((resolve, reject) => {
        if (closed) reject(new Error('the ledger is closed'))
        else if (!redis && attempted) reject(away)
        else if (queue.length >= WAITING)
          reject(new Error(`Redis at ${where} is too slow for what is asked of it`))
        else {
          queue.push({ command, resolve, reject })
          if (redis) schedule()
        }
      }),
    async close() {
      closed = true
      if (redis && (queue.length > 0 || underWay.size > 0)) {
        await new Promise<void>(resolve => {
          drained = resolve
        })
      }
      rejectAll(new Error('the ledger is closed'))
      const last = redis
      redis = undefined
      last?.disconnect()
    },
  }
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
