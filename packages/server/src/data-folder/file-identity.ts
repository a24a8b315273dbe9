import { closeSync, openSync, statSync } from 'node:fs'
import { CaptchaError } from '@upright/core'
import { everySecond, type Repeat } from './repeat.ts'

/**
 * What SQLite puts beside a database file that is open: the write-ahead log, and the locks and the index of
 * it.
 */
const COMPANION_SUFFIXES = ['-wal', '-shm']

/** Options of the detection of replaced files. */
export interface FileWatch {
  /** Takes the reason when a path no longer names its file, once each time. @default nobody does */
  onLost?: ((reason: CaptchaError) => void) | undefined
  /** @default every second */
  repeat?: Repeat | undefined
}

/**
 * Whether the paths of an open database still name its files. A file that is removed or replaced stays open
 * here and is another one to every process that opens it later: each would accept a challenge that the other
 * has spent.
 */
export interface FileIdentity {
  /**
   * Compares from now on: call this when the database is open. @throws CaptchaError `unavailable` when it was
   * replaced meanwhile
   */
  watch(): void
  /** Compares now. */
  look(): void
  /**
   * Why the database must not be used, as of the last look. It may be used again when the same files are put
   * back.
   */
  lost(): CaptchaError | undefined
  /** @throws CaptchaError `unavailable` when there is such a reason */
  ensure(): void
  stop(): void
}

/**
 * The identity of a database file that is about to be opened; it is made, empty, when it is missing, so that
 * it has one. Files are compared by their paths alone: closing a file of a database takes away the locks that
 * SQLite has on it in this process.
 */
export function fileIdentity(file: string, { onLost, repeat = everySecond }: FileWatch = {}): FileIdentity {
  makeFile(file)
  const known = new Map([[file, identityOf(file)]])
  let reason: CaptchaError | undefined
  let stop = () => {}

  const look = () => {
    const other = [...known].find(([path, identity]) => identityOf(path) !== identity)
    const found = reason
    if (!other) reason = undefined
    else reason ??= lostFile(other[0])
    if (reason && !found) onLost?.(reason)
  }

  const ensure = () => {
    if (reason) throw reason
  }

  return {
    watch() {
      for (const path of COMPANION_SUFFIXES.map(end => file + end)) known.set(path, identityOf(path))
      look()
      ensure()
      stop = repeat(look)
    },
    look,
    lost: () => reason,
    ensure,
    stop: () => stop(),
  }
}

/** The file that a path names, by device and inode, or undefined when it names none. */
function identityOf(path: string): string | undefined {
  try {
    const { dev, ino } = statSync(path, { bigint: true })
    return `${dev} ${ino}`
  } catch {
    return undefined
  }
}

function makeFile(file: string): void {
  try {
    closeSync(openSync(file, 'wx', 0o600))
  } catch {
    // It is there already; or it cannot be made, which SQLite is about to say with the reason.
  }
}

/** The path is for the log, in the cause: the message may reach a visitor. */
function lostFile(path: string): CaptchaError {
  const found = identityOf(path) === undefined ? 'was removed' : 'was replaced'
  const cause = new Error(
    `${path} ${found} while it was in use: nothing is read or written until the same file is put back; ` +
      'if it cannot be, restart the service. Stop the service before you replace a file of its data folder',
  )
  return new CaptchaError('unavailable', 'a database file is not the one that was opened', { cause })
}
