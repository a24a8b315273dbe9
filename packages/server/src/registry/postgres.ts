import { CaptchaError } from '@upright/core'
import { sql } from 'kysely'
import type { Repeat } from '../data-folder/repeat.ts'
import type { RegistryTables } from './driver.ts'
import { migrate } from './migrations.ts'
import { type Database, openPool, placeOf, reasonOf } from './pool.ts'
import type { Registry } from './registry.ts'
import { type Changes, replicaRegistry } from './replica.ts'
import { sqlRegistry } from './sql.ts'
import type { SqlRegistryOptions } from './tables.ts'

/** The database, beside what the queries need. */
export interface PostgresRegistryOptions extends SqlRegistryOptions {
  /** `postgres://user:password@host:port/database?sslmode=verify-full` */
  url: string
  /** Logs a warning. */
  warn: (line: string) => void
  /** Wraps the registry below the replica, to observe its calls. @default no wrapper */
  observe?: ((registry: Registry) => Registry) | undefined
  /** Does something again and again until the function it gives is called. @default every second */
  repeat?: Repeat | undefined
  /** Sites held in memory at most. @default 10000 */
  most?: number | undefined
}

/**
 * Milliseconds that a step from older tables to newer ones may take, the wait for other nodes that do the
 * same included.
 */
const MIGRATION_TIMEOUT_MS = 60_000

/**
 * The registry of many nodes: one PostgreSQL database. Sites and pictures are held in memory, and answered
 * from there while it is away; what cannot be answered rejects with CaptchaError `unavailable` within five
 * seconds.
 * @throws CaptchaError `unavailable` when it cannot be reached, saying where; `data_unusable` when a newer
 * version has used it
 */
export async function postgresRegistry(options: PostgresRegistryOptions): Promise<Registry> {
  const { url, now, random, warn, repeat, most, observe = registry => registry } = options
  const opened: Database[] = []
  const open = async (timeoutMs?: number) => {
    const database = await openPool(url, timeoutMs)
    opened.push(database)
    return database
  }
  try {
    const { db, close } = await open()
    // First with a short timeout: a server that is away stops the start at once.
    await db.selectNoFrom(({ val }) => val(1).as('one')).execute()
    const migrating = await open(MIGRATION_TIMEOUT_MS)
    await migrate(migrating.db)
    await migrating.close()
    const changes = async (): Promise<Changes> => {
      const rows = await db.selectFrom('change').selectAll().execute()
      const { site = 0, picture = 0 } = Object.fromEntries(rows.map(({ what, version }) => [what, version]))
      return { sites: site, pictures: picture }
    }
    const registry = { ...sqlRegistry(db, { now, random }), close }
    return await replicaRegistry(observe(registry), { changes, warn, now, repeat, most })
  } catch (error) {
    await Promise.all(opened.map(each => each.close()))
    throw startError(url, error)
  }
}

/**
 * The tables of a database, which are made when they are missing.
 * @throws CaptchaError `unavailable` when it cannot be reached, saying where; `data_unusable` when a newer
 * version has used it
 */
export async function postgresTables(url: string): Promise<RegistryTables> {
  const { db, close } = await openPool(url, MIGRATION_TIMEOUT_MS)
  try {
    await migrate(db)
  } catch (error) {
    await close()
    throw startError(url, error)
  }
  return {
    place: `PostgreSQL at ${placeOf(url)}`,
    read: work =>
      db.transaction().setIsolationLevel('repeatable read').setAccessMode('read only').execute(work),
    write: work =>
      db.transaction().execute(async transaction => {
        // Others may read meanwhile.
        await sql`lock table site, event, picture, operator, font, ledger_note in exclusive mode`.execute(
          transaction,
        )
        return work(transaction)
      }),
    async lastNumber(db, table) {
      const found = sql<{ last: number | null }>`
        select pg_sequence_last_value(pg_get_serial_sequence(${table}, 'id')::regclass) as last
      `
      return (await found.execute(db)).rows[0]?.last ?? 0
    },
    async setLastNumber(db, table, number) {
      await sql`select setval(pg_get_serial_sequence(${table}, 'id')::regclass, ${number})`.execute(db)
    },
    withNumbers: sql`overriding system value`,
    close,
  }
}

/** A failure at the start, with the place it is about and never the password. */
export function startError(url: string, error: unknown): CaptchaError {
  const code = error instanceof CaptchaError ? error.code : 'unavailable'
  const reason = error instanceof CaptchaError && !error.cause ? error.detail : reasonOf(error)
  return new CaptchaError(code, `PostgreSQL at ${placeOf(url)}: ${reason}`, { cause: error })
}
