import { closeSync, fdatasync, openSync } from 'node:fs'
import { CaptchaError, type Loss } from '@upright/core'
import type Database from 'libsql'
import { whenUnlocked } from '../data-folder/busy.ts'
import { closeDatabase, databaseError, openDatabase } from '../data-folder/database.ts'
import { type FileWatch, fileIdentity } from '../data-folder/file-identity.ts'
import { type EpochNote, lossLine, type NotedLedger, ONLY_EPOCH, openEpoch, setLoss } from './epoch.ts'
import { EXPIRED_RETENTION_SECONDS, prepareStatements, type Statements } from './statements.ts'

/** Options of the ledger in SQLite. */
export interface SqliteLedgerOptions extends FileWatch {
  /** The database file, made when it is missing. */
  file: string
  /** Milliseconds since 1970. */
  now: () => number
  /** Logs a warning. @default no log */
  warn?: ((line: string) => void) | undefined
  /** Notes from before this start. @default none, so that no loss is detected */
  notes?: readonly EpochNote[] | undefined
  /** Milliseconds that a call waits for another process's lock. @default 10000 */
  busyTimeout?: number | undefined
}

/** A ledger in a file, with what `doctor` and the health page want to know of it. */
export interface SqliteLedger extends NotedLedger {
  /** Entries in the file, expired ones that are not swept yet included. */
  size(): number
  /** The last time that was written down before this opening, in seconds since 1970; 0 for a new file. */
  seenBefore: number
}

/** Seconds by which the clock may step back without a word: time servers do that. */
const MAX_STEP_SECONDS = 60
/** Seconds between two notes of the time. */
const NOTE_INTERVAL_SECONDS = 10
/**
 * Entries that one commit looks at for expiry, at least; two for every new one, so that garbage never piles
 * up.
 */
const SWEPT_ENTRIES = 100
/**
 * KiB of the file kept in memory: ids fall all over it, and with SQLite's own 2 MB pages come and go too
 * often.
 */
const CACHE_KIB = 16_000
/** Pages that the write-ahead log gathers before they are folded into the file: 16 MB. */
const CHECKPOINT_PAGES = 4000
/**
 * Milliseconds that claims and counters wait for another process's lock: as long as clients wait for an
 * answer.
 */
const BUSY_TIMEOUT_MS = 10_000
/** Milliseconds that closing waits for another process's lock. */
const CLOSE_TIMEOUT_MS = 2000
/** Requests of one commit: about 15 ms, after which others get their turn. */
const MAX_BATCH_REQUESTS = 1000

interface Job {
  run(statements: Statements, time: number, swept: number): unknown
  resolve(result: never): void
  reject(error: Error): void
}

/**
 * The embedded ledger: one SQLite file, shared by every process that opens it.
 *
 * Whatever arrives while a batch is on its way to the disk makes the next batch, and promises resolve when
 * their batch has reached the disk: what was answered survives `kill -9` and a power cut. One sync serves a
 * whole batch, and happens beside the event loop, which goes on with other requests; `npm run bench` prints
 * the figures.
 *
 * Times are whole seconds: an id's deadline is then the same number whenever it is claimed, which is what
 * lets the `swept` mark refuse it after its row is gone. Keys and values are blobs, for libsql cuts text at a
 * NUL.
 *
 * It is one closure, since the queue, the batch under way and the clock's marks belong to one transaction.
 * @throws CaptchaError `database_corrupt`, `data_unusable`, `unavailable`
 */
export function sqliteLedger(options: SqliteLedgerOptions): SqliteLedger {
  const { file, now, warn, notes, busyTimeout = BUSY_TIMEOUT_MS } = options
  const files = fileIdentity(file, options)
  const database = openDatabase(file, options.busyTimeout)
  let statements: Statements
  let seenBefore: number
  let loss: Loss | undefined
  let log: number
  try {
    // Every batch is synced below, by a thread of the pool: SQLite would hold up the event loop for it.
    database.pragma('synchronous = NORMAL')
    database.pragma(`wal_autocheckpoint = ${CHECKPOINT_PAGES}`)
    database.pragma(`cache_size = -${CACHE_KIB}`)
    database.exec('BEGIN IMMEDIATE')
    statements = prepareStatements(database)
    const { mark } = statements
    seenBefore = mark('seen')
    const known = notes?.find(({ name }) => name === ONLY_EPOCH)
    const why = openEpoch(statements, known, now())
    if (mark('lost') > 0) loss = { before: mark('lost'), alarming: mark('alarming') === 1 }
    database.exec('COMMIT')
    files.watch()
    if (why && loss) warn?.(lossLine(why, loss.before))
    // The write-ahead log, which SQLite keeps for as long as a connection is open.
    log = openSync(`${file}-wal`, 'r+')
    // From now on nothing waits inside SQLite, where it would block the event loop: see `commit`.
    database.pragma('busy_timeout = 0')
  } catch (error) {
    files.stop()
    database.close()
    throw databaseError(file, error)
  }
  const seconds = () => Math.floor(now() / 1000)
  let seen = statements.mark('seen')
  let noted = 0
  const queue: Job[] = []
  /** Whether a batch is being committed or synced, or is about to be. */
  let busy = false
  let closed = false
  let last: EpochNote[] = []

  /** Notes the time that has been reached; says so once when the clock has gone back. */
  const watch = (time: number) => {
    if (seen - time > MAX_STEP_SECONDS) {
      warn?.(
        `the clock was set back by ${seen - time} s, to ${new Date(time * 1000).toISOString()}: ` +
          'what is spent stays spent, but challenges live longer or are refused until it is right again; look at the time service',
      )
      seen = noted = time
      statements.note(time)
      // Opened by a clock that was ahead: what is issued from now on is no part of what it may have lost.
      if (loss && !loss.alarming && loss.before > time)
        loss = setLoss(statements.setMark, { ...loss, before: time })
    }
    seen = Math.max(seen, time)
    if (seen - noted >= NOTE_INTERVAL_SECONDS) {
      noted = seen
      statements.note(seen)
    }
  }

  /** One transaction for all requests of a batch. */
  const write = (batch: readonly Job[]): unknown[] => {
    const before = { seen, noted }
    try {
      files.ensure()
      database.exec('BEGIN IMMEDIATE')
      const time = seconds()
      watch(time)
      const swept = statements.mark('swept')
      const results = batch.map(job => job.run(statements, time, swept))
      statements.sweep(time - EXPIRED_RETENTION_SECONDS, Math.max(SWEPT_ENTRIES, 2 * batch.length))
      database.exec('COMMIT')
      return results
    } catch (error) {
      ;({ seen, noted } = before)
      if (database.inTransaction) rollBack(database)
      throw error
    }
  }

  /**
   * When another process's lock was first waited for since the last commit; a longer lock is waited for once.
   */
  let lockedSince: number | undefined
  const commit = async () => {
    const batch = queue.splice(0, MAX_BATCH_REQUESTS)
    let results: unknown[]
    try {
      lockedSince ??= performance.now()
      results = await whenUnlocked(() => write(batch), lockedSince + busyTimeout - performance.now())
      lockedSince = undefined
    } catch (error) {
      // The file and SQLite's words are for the log, in the cause: this message may reach a visitor.
      const refused = new CaptchaError('unavailable', 'the ledger cannot be written', { cause: error })
      settle(() => {
        for (const job of batch) job.reject(refused)
      })
      return
    }
    fdatasync(log, error => {
      settle(() => {
        const cause = error ?? files.lost()
        const refused = cause && new CaptchaError('unavailable', 'the ledger cannot be synced', { cause })
        batch.forEach((job, i) => {
          if (refused) job.reject(refused)
          else job.resolve(results[i] as never)
        })
      })
    })
  }

  /** Answers a batch, then goes on with what has come in meanwhile. */
  const settle = (answer: () => void) => {
    answer()
    busy = queue.length > 0
    if (busy) setImmediate(commit)
  }

  /** Statements of reads; they see committed batches only. */
  const open = () => {
    // libsql answers from a closed database as if it were empty.
    if (closed) throw new CaptchaError('unavailable', 'the ledger is closed')
    files.ensure()
    return statements
  }

  const enqueue = <T>(run: (statements: Statements, time: number, swept: number) => T) =>
    new Promise<T>((resolve, reject) => {
      if (closed) reject(new CaptchaError('unavailable', 'the ledger is closed'))
      else {
        queue.push({ run, resolve, reject })
        if (!busy) setImmediate(commit)
        busy = true
      }
    })

  return {
    seenBefore,

    claim(key, ttl, value) {
      const name = Buffer.from(key)
      const until = seconds() + Math.ceil(ttl)
      return enqueue(({ claim }, time, swept) => claim(name, until, value, time, swept))
    },

    claimed: key => whenUnlocked(() => open().claimed(Buffer.from(key), seconds()), busyTimeout),

    count(key, window) {
      const name = Buffer.from(key)
      const until = seconds() + Math.ceil(window)
      return enqueue(({ count }, time) => count(name, until, time))
    },

    counted: key => whenUnlocked(() => open().counted(Buffer.from(key), seconds()), busyTimeout),

    ping() {
      files.look()
      // A write, because a full disk still reads well.
      return enqueue(({ note }, time) => note(time))
    },

    loss: () => loss,

    // The note of a file that was replaced is not that of the one at its path.
    notes: () => (closed ? last : files.lost() ? [] : noteOf(statements)),

    size: () => statements.size(),

    async close() {
      if (closed) return
      closed = true
      while (busy) await new Promise(resolve => setImmediate(resolve))
      // The last note must not be written into the log of a file that has taken this one's place.
      files.look()
      if (!files.lost()) {
        const note = () => noteEnd(database, statements, Math.max(seen, seconds()))
        last = await whenUnlocked(note, CLOSE_TIMEOUT_MS).catch(() => [])
      }
      closeSync(log)
      closeDatabase(database, files)
    },
  }
}

const noteOf = ({ mark }: Statements): EpochNote[] => [
  { name: ONLY_EPOCH, epoch: mark('epoch'), beats: mark('beats'), clock: mark('seen') },
]

/** Notes the time at which it is closed. @throws SQLite's error where that cannot be written */
function noteEnd(database: Database.Database, statements: Statements, time: number): EpochNote[] {
  try {
    database.exec('BEGIN IMMEDIATE')
    statements.note(time)
    database.exec('COMMIT')
    return noteOf(statements)
  } catch (error) {
    if (database.inTransaction) rollBack(database)
    throw error
  }
}

/** Gives up a transaction that failed; SQLite may have done so already. */
function rollBack(database: Database.Database): void {
  try {
    database.exec('ROLLBACK')
  } catch {
    // The failure that led here is the one to report.
  }
}
