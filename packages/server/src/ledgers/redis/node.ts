import { setTimeout as sleep } from 'node:timers/promises'
import type { Redis } from 'ioredis'
import type { Connection } from './connect.ts'
import { type Command, createExchange, type Exchange } from './exchange.ts'
import { ANSWER_TIMEOUT_MS } from './timeouts.ts'
import { nameOf } from './url.ts'

/** Commands of one batch. */
const MAX_BATCH_COMMANDS = 1000
/** Batches under way at once: while one is waited for, the next is on its way. */
const MAX_CONCURRENT_BATCHES = 2
/** Commands that wait for their batch at most: about a second's work. */
const MAX_QUEUED_COMMANDS = 50_000
/** Milliseconds between two attempts to connect, the first and the longest. */
const RECONNECT_DELAY_MS = { first: 50, longest: 1000 }

/** Options of a node. */
export interface NodeOptions {
  open: () => Promise<Connection>
  /** Whether `open` may lead to another server after a failover. @default false */
  moves?: boolean
  /** Milliseconds since 1970. */
  now: () => number
  /** Logs a warning. */
  warn: (line: string) => void
  /** Called with the facts about each server after connecting. */
  met: (connection: Connection) => void
  /** The key that is read with each batch; undefined where none of the master's is known. */
  epochKey: () => string | undefined
  /** Called with the epoch that was read, before the batch is answered. */
  onEpoch: (key: string, text: string | null) => void
}

/** A master, and the one connection to it. */
export interface RedisNode {
  /**
   * Resolves after the first attempt to connect; rejects with its error. Later ones follow in either case.
   */
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
 * Nothing is ever sent twice. When a connection is lost, what was on its way may have been written or not,
 * and a claim that is sent again would find its own first value there, or, after a failover, nothing. So it
 * is rejected, the requests that wait for it are refused, and the id may be spent without having let anybody
 * in: that is the harmless side.
 *
 * The state of the connection and its queue is one closure: each of its steps reads what another sets.
 */
export function createNode(options: NodeOptions): RedisNode {
  const { open, moves = false, now, warn, met, epochKey, onEpoch } = options
  let redis: Redis | undefined
  /** Over the connection in use, or the last one. */
  let exchange: Exchange | undefined
  let away: unknown = new Error('there is no connection yet')
  let attempted = false
  let closed = false
  let where = ''
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
    const replicaSeen = name === where && exchange ? exchange.replicaSeen() : Number.NEGATIVE_INFINITY
    where = name
    const to = connection.redis
    redis = to
    exchange = createExchange({
      ...{ redis: to, where, moves, now, epochKey, onEpoch, replicaSeen },
      lose: error => lose(to, error),
    })
    const lost = () => lose(to, new Error(`Redis at ${name} has ended the connection`))
    to.once('close', lost)
    if (to.status !== 'ready') lost()
  }

  /** Tries until there is a connection. Says so once, and once when it is there again. */
  const connect = async (lost?: unknown): Promise<void> => {
    let told = lost !== undefined
    if (told) warn(`${reasonOf(lost)}; connecting again`)
    for (
      let pause = RECONNECT_DELAY_MS.first;
      !closed;
      pause = Math.min(2 * pause, RECONNECT_DELAY_MS.longest)
    ) {
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
    if (due || underWay.size >= MAX_CONCURRENT_BATCHES) return
    due = true
    setImmediate(flush)
  }

  const flush = async () => {
    due = false
    const to = redis
    const batch = queue.splice(0, to ? MAX_BATCH_COMMANDS : 0)
    if (!to || batch.length === 0) return
    underWay.add(batch)
    if (queue.length > 0) schedule()
    const late = setTimeout(
      () => lose(to, new Error(`Redis at ${where} has not answered within ${ANSWER_TIMEOUT_MS} ms`)),
      ANSWER_TIMEOUT_MS,
    )
    try {
      const replies = await exchange!.send(batch.map(({ command }) => command))
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

  let settle!: () => void
  let fail!: (error: unknown) => void
  const opened = new Promise<void>((resolve, reject) => {
    settle = resolve
    fail = reject
  })
  // It must not keep a process alive that does not wait for it.
  opened.catch(() => {})
  connect()

  return {
    opened,
    send: command =>
      new Promise((resolve, reject) => {
        if (closed) reject(new Error('the ledger is closed'))
        else if (!redis && attempted) reject(away)
        else if (queue.length >= MAX_QUEUED_COMMANDS)
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
