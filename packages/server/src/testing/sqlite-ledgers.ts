import { join } from 'node:path'
import { type SqliteLedger, sqliteLedger } from '../ledgers/sqlite.ts'
import { freshFolder } from './folder.ts'
import { repeats } from './repeats.ts'

/** The time at which ledgers are opened, unless a test says otherwise. */
export const START = 1_800_000_000_000

/** Where a ledger can be made. */
export const freshFile = (): string => join(freshFolder(), 'ledger.db')

const opened: SqliteLedger[] = []

/** A ledger over a clock and a timer in the test's hands, which waits so many milliseconds for a lock. */
export function openAt(file = freshFile(), start = START, busyTimeout = 0) {
  const warnings: string[] = []
  const clock = { time: start }
  const { repeat, pass } = repeats()
  const lost: unknown[] = []
  const ledger = sqliteLedger({
    file,
    now: () => clock.time,
    warn: line => warnings.push(line),
    busyTimeout,
    repeat,
    onLost: reason => lost.push(reason),
  })
  opened.push(ledger)
  return {
    ledger,
    warnings,
    lost,
    /** Lets the second pass after which it looks at its files again. */
    pass,
    advance: (seconds: number) => {
      clock.time += seconds * 1000
    },
  }
}

/** Closes every ledger that was opened. */
export async function closeLedgers(): Promise<void> {
  for (const ledger of opened.splice(0)) await ledger.close()
}
