import { CaptchaError } from './errors.ts'
import { type Ledger, memoryLedger } from './ledger.ts'

/** Outage policy of a site while the ledger is away: `refuse` fails closed, `accept` fails open. */
export type OutagePolicy = 'refuse' | 'accept'

/** A decision while the ledger was away. */
export interface Outage {
  site: number
  policy: OutagePolicy
  /** The error of the ledger. */
  error: unknown
}

/** The ledger, with something to fall back on. */
export interface Fallback {
  /**
   * Decides something with the ledger; while that is out of reach with what this process remembers by itself,
   * for sites that would rather let somebody in twice than nobody at all. @throws CaptchaError `unavailable`
   * for all others
   */
  decide<T>(site: number, policy: OutagePolicy, work: (ledger: Ledger) => Promise<T>): Promise<T>
  /** The claim that this process decided by itself: it stays valid when the ledger is back. */
  decided(key: string): Promise<string | undefined> | undefined
}

/** A fallback for a ledger; `now` gives milliseconds since 1970. */
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
