import type { Redis } from 'ioredis'
import { CONFIRM_TIMEOUT_MS } from './timeouts.ts'

/**
 * Milliseconds for which a master that has just lost its last replica is not believed: the replica may have
 * become master in its place, and sentinels take up to 20 s until they tell the old one so.
 */
const REPLICA_LOSS_QUARANTINE_MS = 30_000
/** Milliseconds that a connection has lasted before sentinels are asked again where the master is. */
const MIN_CONNECTION_MS = 1000

/** Arguments of a command. */
export type Argument = string | number

/** A command and its arguments; `asking` before it in a slot that moves. */
export interface Command {
  args: [name: string, ...Argument[]]
  asking?: boolean
}

/** Options of an exchange of batches. */
export interface ExchangeOptions {
  redis: Redis
  /** Host and port of the server, for messages. */
  where: string
  /** Whether a new connection may lead to another server after a failover. */
  moves: boolean
  /** Milliseconds since 1970. */
  now: () => number
  /** The key that is read with each batch; undefined where none of the master's is known. */
  epochKey: () => string | undefined
  /** Called with the epoch that was read, before the batch is answered. */
  onEpoch: (key: string, text: string | null) => void
  /** When the server had a replica over an earlier connection, in milliseconds since 1970. */
  replicaSeen: number
  /** Gives the connection up. */
  lose: (error: Error) => void
}

/** Batches over one connection to a master. */
export interface Exchange {
  /** Sends a batch; resolves when what it wrote cannot be forgotten by a failover. */
  send(batch: readonly Command[]): Promise<[error: Error | null, reply: unknown][]>
  /** When the master had a replica the last time, in milliseconds since 1970. */
  replicaSeen(): number
}

/**
 * Batches and their confirmation by replicas.
 *
 * Redis answers before its replicas have a write, and forgets it when one of them becomes master. So each
 * batch ends with ROLE, which lists the replicas that the master is in touch with, and, where there are any,
 * WAIT until one of them has everything: only then is the batch answered. A master without replicas has
 * nobody to take its place, and is waited for no longer than that. Each batch also reads the epoch, behind
 * its commands: a server that forgot them before has another one, or none. WAIT holds up the whole
 * connection; that is why there is one for a batch, as the embedded ledger syncs once for a batch.
 */
export function createExchange(options: ExchangeOptions): Exchange {
  const { redis, where, moves, now, epochKey, onEpoch, lose } = options
  const connected = performance.now()
  /** Replicas that the master was in touch with the last time. */
  let replicas = 0
  let { replicaSeen } = options

  const send: Exchange['send'] = async batch => {
    const pipeline = redis.pipeline()
    const wanted: boolean[] = []
    for (const { args, asking } of batch) {
      if (asking) {
        pipeline.call('ASKING')
        wanted.push(false)
      }
      pipeline.call(...args)
      wanted.push(true)
    }
    const key = epochKey()
    if (key !== undefined) pipeline.get(key)
    pipeline.role()
    const waits = replicas > 0
    if (waits) pipeline.wait(1, CONFIRM_TIMEOUT_MS)
    const replies = (await pipeline.exec())!
    const [waitError, confirmed] = waits ? replies.pop()! : [null, 0]
    const [roleError, role] = replies.pop()! as [Error | null, [string, number, unknown[]]]
    const failed = roleError ?? waitError
    if (failed) throw failed
    if (role[0] !== 'master') {
      const demoted = new Error(`READONLY: Redis at ${where} is a replica now`)
      lose(demoted)
      throw demoted
    }
    if (key !== undefined) readEpoch(key, replies.pop()! as [Error | null, string | null])
    replicas = role[2].length
    if (replicas > 0) replicaSeen = now()
    if (confirmed === 0) await confirm(waits)
    return replies.filter((_, i) => wanted[i])
  }

  const readEpoch = (key: string, [error, text]: [Error | null, string | null]) => {
    // Its slot is in another master's hands now, as the map will tell.
    const elsewhere = error && /^(MOVED|ASK) /.test(error.message)
    if (error && !elsewhere) throw error
    if (!error) onEpoch(key, text)
  }

  /** What no replica has confirmed: has one come meanwhile, and if none is there, may the master be alone? */
  const confirm = async (waited: boolean) => {
    if (replicas > 0) {
      if (!waited && (await redis.wait(1, CONFIRM_TIMEOUT_MS)) > 0) return
      throw new Error(`no replica of Redis at ${where} has confirmed what was written`)
    }
    if (now() - replicaSeen < REPLICA_LOSS_QUARANTINE_MS) {
      const alone = new Error(
        `Redis at ${where} has lost its replicas less than ${REPLICA_LOSS_QUARANTINE_MS / 1000} s ago`,
      )
      // Sentinels know where the master is now before an old one does.
      if (moves && performance.now() - connected > MIN_CONNECTION_MS) lose(alone)
      throw alone
    }
  }

  return { send, replicaSeen: () => replicaSeen }
}
