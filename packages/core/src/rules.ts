import type { OutagePolicy } from './fallback.ts'

/** An expiry that a site had before a longer one. */
export interface PreviousExpiry {
  /** Seconds. */
  expiry: number
  /** Challenges that were issued up to this second since 1970 keep it. */
  until: number
}

/** Settings of a site for its challenges. */
export interface Rules {
  /**
   * Seconds a challenge can be answered. Where it is raised, the ones before it belong into
   * `previousExpiries`.
   */
  expiry: number
  /**
   * Shorter expiries that it had before. A challenge that was spent under one is forgotten when that one
   * ends, and would be fresh again under a longer one. @default none
   */
  previousExpiries?: readonly PreviousExpiry[] | undefined
  /** Wrong answers after which a challenge is spent. */
  attempts: number
  /** Whether a right answer can be asked about again for a short while, or once only. */
  revalidation: 'grace' | 'strict'
  /** Angular tolerance of discs in degrees. @default 10 */
  tolerance?: number | undefined
  /**
   * Outage policy: `refuse` fails closed; `accept` fails open, with replay protection in this process only.
   * @default 'refuse'
   */
  outage?: OutagePolicy | undefined
}

/**
 * Seconds for which a challenge issued at this second since 1970 can be answered: never longer than under any
 * rules that were in force since, so that what is spent is known for as long. A shorter expiry counts at
 * once, a longer one for what is issued under it.
 */
export function expiryOf({ expiry, previousExpiries }: Rules, issued: number): number {
  let shortest = expiry
  for (const previous of previousExpiries ?? []) {
    if (issued <= previous.until) shortest = Math.min(shortest, previous.expiry)
  }
  return shortest
}
