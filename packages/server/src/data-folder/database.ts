import { statSync } from 'node:fs'
import { basename } from 'node:path'
import { CaptchaError } from '@upright/core'
import Database from 'libsql'
import type { FileIdentity } from './file-identity.ts'

/**
 * Milliseconds a statement waits for another process's lock before it fails with SQLITE_BUSY, while the file
 * is opened.
 */
const BUSY_TIMEOUT_MS = 10_000
/** Files up to this many bytes are checked whole when they are opened: about half a second. */
const MAX_CHECKED_BYTES = 64 * 2 ** 20
/**
 * Tries, 10 ms apart, to switch to the write-ahead log: that one switch does not wait for a lock by itself.
 */
const MAX_WAL_TRIES = 300

/** The code SQLite gave an error (`SQLITE_FULL`, `SQLITE_IOERR_WRITE`, …), or an empty string. */
export function sqliteCode(error: unknown): string {
  if (!(error instanceof Error)) return ''
  if ('code' in error && typeof error.code === 'string') return error.code
  // libsql has no code for a file it cannot open, only SQLite's number 14 in its words.
  const { message } = error
  return message.includes('ConnectionFailed(') && message.endsWith(': 14")') ? 'SQLITE_CANTOPEN' : ''
}

/** An error of SQLite in the words of the error table, with the file it is about. */
export function databaseError(file: string, error: unknown): CaptchaError {
  if (error instanceof CaptchaError) return error
  const code = sqliteCode(error)
  const reason = error instanceof Error ? error.message : String(error)
  if (/^SQLITE_(NOTADB|CORRUPT)/.test(code)) {
    return new CaptchaError(
      'database_corrupt',
      `${file} (${reason}); nothing was changed: stop the service first, then put back a copy, or move the file ` +
        `away to start without it, in both cases with ${basename(file)}-wal and ${basename(file)}-shm moved away too`,
      { cause: error },
    )
  }
  if (code.startsWith('SQLITE_BUSY')) {
    return new CaptchaError('unavailable', `${file} is locked by another process`, { cause: error })
  }
  const why = code === 'SQLITE_CANTOPEN' ? 'it cannot be opened: check its owner and permissions' : reason
  return new CaptchaError('data_unusable', `${file}: ${why}`, { cause: error })
}

/**
 * Opens a database file, or makes it: write-ahead log, every commit synced to the disk, foreign keys
 * enforced.
 * @throws CaptchaError `database_corrupt`, `data_unusable`, `unavailable`; the file is then as it was
 */
export function openDatabase(file: string, busyTimeout = BUSY_TIMEOUT_MS): Database.Database {
  let database: Database.Database | undefined
  try {
    // SQLite would wait for ever for the first byte of a pipe.
    if (statSync(file, { throwIfNoEntry: false })?.isFile() === false) throw new Error('it is not a file')
    database = new Database(file)
    database.pragma(`busy_timeout = ${busyTimeout}`)
    // Before anything that might write: a damaged file must stay as it was found.
    if (statSync(file).size <= MAX_CHECKED_BYTES) checkDatabase(database)
    switchToWal(database)
    // FULL, so that what was committed survives a power cut as well as a killed process.
    database.pragma('synchronous = FULL')
    database.pragma('foreign_keys = ON')
    return database
  } catch (error) {
    database?.close()
    throw databaseError(file, error)
  }
}

/**
 * Reads a whole database and compares its structures.
 * @throws an error with code `SQLITE_CORRUPT` or `SQLITE_NOTADB`
 */
function checkDatabase(database: Database.Database): void {
  const rows = database.prepare('PRAGMA quick_check(1)').all() as { quick_check: string }[]
  const finding = rows[0]?.quick_check
  if (finding !== 'ok') throw Object.assign(new Error(finding), { code: 'SQLITE_CORRUPT' })
}

/**
 * Closes a database with everything folded from its log into the file itself, so that a copy of the file is a
 * whole backup. While others use it that is left to them; what was replaced is left as it is, since another
 * file's log may be there now.
 */
export function closeDatabase(database: Database.Database, files?: FileIdentity): void {
  files?.stop()
  files?.look()
  try {
    if (files?.lost()) return
    database.pragma('busy_timeout = 0')
    database.pragma('wal_checkpoint(TRUNCATE)')
  } catch {
    // Everything is safe in the log; the next to open it folds it in.
  } finally {
    database.close()
  }
}

/**
 * Checks a database file whole, however large.
 * @throws CaptchaError `database_corrupt`, `data_unusable`, `unavailable`
 */
export function checkDatabaseFile(file: string): void {
  const database = openDatabase(file)
  try {
    checkDatabase(database)
  } catch (error) {
    throw databaseError(file, error)
  } finally {
    closeDatabase(database)
  }
}

function switchToWal(database: Database.Database): void {
  for (let left = MAX_WAL_TRIES; ; left--) {
    try {
      database.pragma('journal_mode = WAL')
      return
    } catch (error) {
      if (!sqliteCode(error).startsWith('SQLITE_BUSY') || left === 0) throw error
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10)
    }
  }
}
