import { CaptchaError } from './errors.ts'
import { type Ledger, memoryLedger } from './ledger.ts'

/** What a site has ordered for the time in which the ledger is out of reach: nobody passes, or right responses do. */
export type OutagePolicy = 'refuse' | 'accept'

/** Something that was to be decided while the ledger was out of reach. */
export interface Outage {
  site: number
  policy: OutagePolicy
  /** What the ledger said. */
  error: unknown
}

/** The ledger, with something to fall back on. */
export interface Fallback {
  /**
   * Decides something with the ledger; while that is out of reach with what this process remembers by itself, for sites that would rather
   * let somebody in twice than nobody at all. @throws CaptchaError `unavailable` for all others
   */
  decide<T>(site: number, policy: OutagePolicy, work: (ledger: Ledger) => Promise<T>): Promise<T>
  /** What this process has decided of a claim by itself: it stays so when the ledger is back. */
  decided(key: string): Promise<string | undefined> | undefined
}

/** Stands by for a ledger; `now` gives milliseconds since 1970. */
export function createFallback(
  ledger: Ledger,
  now: () => number,
  onOutage?: (outage: Outage) => void,
): Fallback {
  const memory = memoryLedger(now)

  return {
    async decide(site, policy, work) {
      try {
        return await work(ledger)
      } catch (error) {
        onOutage?.({ site, policy, error })
        if (policy === 'refuse') throw new CaptchaError('unavailable', undefined, { cause: error })
        return work(memory)
      }
    },
    decided: key => (memory.size() === 0 ? undefined : memory.claimed(key)),
  }
}
