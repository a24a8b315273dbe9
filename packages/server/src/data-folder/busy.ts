import { setTimeout as sleep } from 'node:timers/promises'
import { sqliteCode } from './database.ts'

/**
 * Milliseconds before each next try; the last one repeats. SQLite's own waiting would block the event loop.
 */
const RETRY_DELAYS_MS = [1, 2, 5, 10, 20]

/** Whether SQLite failed because another process has locked the file. */
export function isBusy(error: unknown): boolean {
  const causes = error instanceof Error ? [error, error.cause] : [error]
  return causes.some(each => sqliteCode(each).startsWith('SQLITE_BUSY'))
}

/**
 * Does some work in SQLite as soon as no other process has locked the file. Between two tries the event loop
 * goes on with other requests. @throws what the work throws, and SQLITE_BUSY after so many milliseconds
 */
export async function whenUnlocked<T>(work: () => T | Promise<T>, timeoutMs: number): Promise<T> {
  const started = performance.now()
  for (let tries = 0; ; tries++) {
    try {
      return await work()
    } catch (error) {
      if (!isBusy(error) || performance.now() - started >= timeoutMs) throw error
    }
    await sleep(RETRY_DELAYS_MS[Math.min(tries, RETRY_DELAYS_MS.length - 1)])
  }
}
