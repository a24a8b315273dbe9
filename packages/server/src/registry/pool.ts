import { Socket } from 'node:net'
import { CaptchaError } from '@upright/core'
import { Kysely, PostgresDialect, type PostgresPoolClient } from 'kysely'
import type { Tables } from './tables.ts'

/** Connections of one process at most: the registry is asked for little, and a database serves many nodes. */
const MAX_CONNECTIONS = 5
/** Milliseconds to wait for a connection, a new one or one that others use. */
const CONNECT_TIMEOUT_MS = 2000
/** Milliseconds that a statement may take before the server ends it. */
const STATEMENT_TIMEOUT_MS = 2500
/**
 * Milliseconds after which a server that is frozen or cut off is waited for no longer: a little later, so
 * that the server speaks first.
 */
const QUERY_TIMEOUT_MS = 3000
/** Seconds after which a connection is replaced: a name may lead to another server by then. */
const CONNECTION_LIFETIME_SECONDS = 600
/** Milliseconds that closing waits for the server to say goodbye. */
const CLOSE_TIMEOUT_MS = 1000
/** Tries of a statement that got into the way of another one. */
const MAX_TRIES = 3
/**
 * Serialisation failure, deadlock, and a row that went while another was written that speaks of it: nothing
 * was done, and next time it goes well.
 */
const RETRIED_ERRORS = ['40001', '40P01', '23503']
/**
 * The type of 64-bit numbers, by PostgreSQL's own number. Ours are counts and times, which a double holds.
 */
const INT8 = 20

/** A database, and how to leave it. */
export interface Database {
  db: Kysely<Tables>
  /** Ends all connections, also those of a server that does not answer. */
  close(): Promise<void>
}

/**
 * A pool of connections to PostgreSQL, made when they are needed. Its statements reject with CaptchaError
 * `unavailable`, the reason in the cause, after at most five seconds. `timeoutMs` replaces the timeout of
 * statements, for migrations; these are not retried.
 */
export async function openPool(url: string, timeoutMs?: number): Promise<Database> {
  // Loaded only when PostgreSQL is used.
  const { Pool, types } = await import('pg')
  const sockets = new Set<Socket>()
  const pool = new Pool({
    connectionString: asInLibpq(url),
    application_name: 'upright',
    max: MAX_CONNECTIONS,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: timeoutMs ?? STATEMENT_TIMEOUT_MS,
    query_timeout: timeoutMs ?? QUERY_TIMEOUT_MS,
    maxLifetimeSeconds: CONNECTION_LIFETIME_SECONDS,
    keepAlive: true,
    types: {
      getTypeParser: ((oid: number, format: 'text') =>
        oid === INT8 ? Number : types.getTypeParser(oid, format)) as typeof types.getTypeParser,
    },
    stream: () => {
      const socket = new Socket()
      sockets.add(socket)
      return socket.once('close', () => sockets.delete(socket))
    },
  })
  // An idle connection failed: the next statement reports it.
  pool.on('error', () => {})
  pool.on('connect', client => client.on('error', () => {}))

  const connect = async (): Promise<PostgresPoolClient> => {
    const client = await pool.connect().catch(explain)
    let failed = false
    const query = async (text: string, values: readonly unknown[]) => {
      for (let left = timeoutMs === undefined ? MAX_TRIES : 1; ; ) {
        try {
          return await client.query(text, values as unknown[])
        } catch (error) {
          left--
          if (left > 0 && RETRIED_ERRORS.includes(codeOf(error))) continue
          failed = true
          explain(error)
        }
      }
    }
    return {
      query: query as unknown as PostgresPoolClient['query'],
      // One that failed is not used again: it may still be waiting, or lead to a server that may only be
      // read.
      release: () => client.release(failed),
    }
  }
  const end = async () => {
    const late = setTimeout(() => {
      for (const socket of sockets) socket.destroy()
    }, CLOSE_TIMEOUT_MS)
    await pool.end()
    clearTimeout(late)
  }
  const db = new Kysely<Tables>({
    dialect: new PostgresDialect({ pool: { connect, end } }),
  })
  let ending: Promise<void> | undefined

  return {
    db,
    // Not kysely's own way, which ends nothing when nothing has been asked yet.
    close() {
      ending ??= end()
      return ending
    },
  }
}

function explain(cause: unknown): never {
  throw new CaptchaError('unavailable', 'the registry cannot be read or written', { cause })
}

const codeOf = (error: unknown) => (error as { code?: string } | undefined)?.code ?? ''

/** `sslmode` is to mean what it means to PostgreSQL's own programs, not what the driver took it for. */
const asInLibpq = (url: string) => (/[?&]sslmode=/.test(url) ? `${url}&uselibpqcompat=true` : url)

/** The reason of a failure in the driver's words, which never hold the password. */
export function reasonOf(error: unknown): string {
  const cause = error instanceof CaptchaError && error.cause ? error.cause : error
  // A name of several addresses fails with an error for each and no word of its own.
  if (cause instanceof AggregateError && !cause.message) return reasonOf(cause.errors[0])
  return cause instanceof Error ? cause.message : String(cause)
}

/** Address of a database without user and password: `db.example.org:5432/upright`. */
export function placeOf(url: string): string {
  const { host, pathname, searchParams } = new URL(url)
  return `${searchParams.get('host') ?? (host || 'localhost')}${pathname}`
}
