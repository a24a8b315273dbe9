import { Kysely, type SqliteDatabase, SqliteDialect, sql } from 'kysely'
import type Database from 'libsql'
import { isBusy } from '../data-folder/busy.ts'
import { closeDatabase, databaseError, openDatabase } from '../data-folder/database.ts'
import { type FileWatch, fileIdentity } from '../data-folder/file-identity.ts'
import { cachedRegistry } from './cached.ts'
import type { RegistryTables } from './driver.ts'
import { migrate } from './migrations.ts'
import type { Registry } from './registry.ts'
import { sqlRegistry } from './sql.ts'
import { sqliteDialect } from './sqlite-dialect.ts'
import type { SqlRegistryOptions, Tables } from './tables.ts'

/** The file, beside what the queries need. */
export interface SqliteRegistryOptions extends SqlRegistryOptions, FileWatch {
  /** The database file, made when it is missing. */
  file: string
  /** Milliseconds that a statement waits for another process's lock. @default 10000 */
  busyTimeout?: number | undefined
  /**
   * Puts itself around what is asked of the file, which is less than what is asked of the registry.
   * @default nothing does
   */
  observe?: ((registry: Registry) => Registry) | undefined
}

/** Milliseconds that a statement waits for another process's lock, unless a test says otherwise. */
const BUSY_TIMEOUT_MS = 10_000
/** Milliseconds that a statement waits for it once the registry is open. */
const STATEMENT_TIMEOUT_MS = 2000

/**
 * The embedded registry: one SQLite file, shared by every process that opens it, hot sites in memory.
 * Its calls reject with CaptchaError `unavailable` while the file cannot be read or written.
 * @throws CaptchaError `database_corrupt`, `data_unusable`, `unavailable`
 */
export async function sqliteRegistry({
  file,
  now,
  random,
  busyTimeout = BUSY_TIMEOUT_MS,
  observe = registry => registry,
  onLost,
  repeat,
}: SqliteRegistryOptions): Promise<Registry> {
  const files = fileIdentity(file, { onLost, repeat })
  const database = openDatabase(file, busyTimeout)
  try {
    await inTurn(() => migrateLocked(database))
    files.watch()
    const timeout = Math.min(busyTimeout, STATEMENT_TIMEOUT_MS)
    const db = new Kysely<Tables>({ dialect: sqliteDialect(database, { files, busyTimeout: timeout }) })
    // Another connection's commit changes this number; our own go through the cache.
    const statement = database.prepare('PRAGMA data_version').raw()
    let version = 0
    return cachedRegistry(observe(sqlRegistry(db, { now, random })), {
      now,
      version() {
        files.ensure()
        try {
          version = (statement.get([]) as [number])[0]
        } catch (error) {
          // Reads meet a lock only while another process opens or closes the file; the next look finds out.
          if (!isBusy(error)) throw error
        }
        return version
      },
    })
  } catch (error) {
    files.stop()
    database.close()
    throw databaseError(file, error)
  }
}

/**
 * The tables of a registry file, which is made when it is missing.
 * @throws CaptchaError `database_corrupt`, `data_unusable`, `unavailable`
 */
export async function sqliteTables(file: string): Promise<RegistryTables> {
  const database = openDatabase(file)
  const db = kyselyOver(database)
  const transaction = async <T>(begin: string, work: (db: Kysely<Tables>) => Promise<T>): Promise<T> => {
    try {
      database.exec(begin)
      const result = await work(db)
      database.exec('COMMIT')
      return result
    } catch (error) {
      if (database.inTransaction) database.exec('ROLLBACK')
      throw databaseError(file, error)
    }
  }
  try {
    await inTurn(() => migrateLocked(database))
  } catch (error) {
    database.close()
    throw databaseError(file, error)
  }
  return {
    place: file,
    read: work => transaction('BEGIN', work),
    write: work => transaction('BEGIN IMMEDIATE', work),
    async lastNumber(db, table) {
      const found = sql<{ seq: number }>`select seq from sqlite_sequence where name = ${table}`
      return (await found.execute(db)).rows[0]?.seq ?? 0
    },
    async setLastNumber(db, table, number) {
      // A table that never had a row has no entry, and entries are not unique to SQLite.
      await sql`delete from sqlite_sequence where name = ${table}`.execute(db)
      await sql`insert into sqlite_sequence (name, seq) values (${table}, ${number})`.execute(db)
    },
    withNumbers: sql``,
    close: async () => closeDatabase(database),
  }
}

/**
 * One lock around all steps, so that of two processes starting at once one migrates and the other finds it
 * done.
 */
async function migrateLocked(database: Database.Database): Promise<void> {
  database.exec('BEGIN IMMEDIATE')
  await migrate(kyselyOver(database))
  database.exec('COMMIT')
}

/**
 * Work that holds a lock while it waits: within this process one piece after the other, or they would block
 * each other.
 */
let turn: Promise<unknown> = Promise.resolve()
const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
  const mine = turn.then(work)
  turn = mine.catch(() => {})
  return mine
}

// libsql's types say `all(...parameters)`; at run time it takes kysely's `all(parameters)` as well.
const kyselyOver = (database: Database.Database) =>
  new Kysely<Tables>({ dialect: new SqliteDialect({ database: database as SqliteDatabase }) })
