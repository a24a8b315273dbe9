import { CaptchaError } from '@upright/core'
import {
  type DatabaseConnection,
  type Dialect,
  SelectQueryNode,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely'
import type Database from 'libsql'
import { whenUnlocked } from '../data-folder/busy.ts'
import { closeDatabase } from '../data-folder/database.ts'
import type { FileIdentity } from '../data-folder/file-identity.ts'

/** Options of the connection. */
export interface SqliteDialectOptions {
  files: FileIdentity
  /** Milliseconds that a statement waits for another process's lock. */
  busyTimeout: number
}

/**
 * SQLite for the query library, without blocking the event loop while another process holds the lock: a write
 * tries again and again, and reads are answered meanwhile. Nothing waits inside SQLite, whose own busy
 * timeout is off from here on.
 *
 * Each write is a transaction, begun with the lock: libsql loses what `INSERT … RETURNING` wrote when the
 * statement itself meets a lock. A transaction is over before another statement starts, so statements need
 * no turns. Failures are told in the words of the error table; the reason is in the cause, for the log.
 */
export function sqliteDialect(
  database: Database.Database,
  { files, busyTimeout }: SqliteDialectOptions,
): Dialect {
  database.pragma('busy_timeout = 0')
  let closed = false
  const connection: DatabaseConnection = {
    async executeQuery({ sql, parameters, query }) {
      const run = () => {
        // libsql answers from a closed database as if it were empty.
        if (closed) throw new Error('the registry is closed')
        files.ensure()
        const rows = () => rowsOf(database, sql, parameters)
        return { rows: SelectQueryNode.is(query) ? rows() : written(database, rows) }
      }
      try {
        return await whenUnlocked(run, busyTimeout)
      } catch (cause) {
        throw new CaptchaError('unavailable', 'the registry cannot be read or written', { cause })
      }
    },
    streamQuery() {
      throw new Error('no query of the registry is streamed')
    },
  }
  const refuse = async () => {
    throw new Error('no transaction of the registry spans statements')
  }
  return {
    createAdapter: () => new SqliteAdapter(),
    createIntrospector: db => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
    createDriver: () => ({
      init: async () => {},
      acquireConnection: async () => connection,
      releaseConnection: async () => {},
      beginTransaction: refuse,
      commitTransaction: refuse,
      rollbackTransaction: refuse,
      async destroy() {
        closed = true
        closeDatabase(database, files)
      },
    }),
  }
}

/** What a statement returns: nothing, where it does not say so. */
function rowsOf(database: Database.Database, text: string, parameters: readonly unknown[]): never[] {
  const statement = database.prepare(text)
  if (statement.reader) return statement.all(parameters) as never[]
  statement.run(parameters)
  return []
}

/** Writes in a transaction of its own. @throws what the work throws, and SQLITE_BUSY before it has begun */
function written<T>(database: Database.Database, work: () => T): T {
  database.exec('BEGIN IMMEDIATE')
  try {
    const result = work()
    database.exec('COMMIT')
    return result
  } catch (error) {
    // SQLite may have given it up already.
    if (database.inTransaction) database.exec('ROLLBACK')
    throw error
  }
}
