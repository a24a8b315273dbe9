import type { OutagePolicy } from './fallback.ts'

/** What a site decides about its challenges. */
export interface Rules {
  /** Seconds a challenge can be answered. */
  expiry: number
  /** Wrong answers after which a challenge is spent. */
  attempts: number
  /** Whether a right answer can be asked about again for a short while, or once only. */
  revalidation: 'grace' | 'strict'
  /** Angular tolerance of discs in degrees. @default 10 */
  tolerance?: number | undefined
  /**
   * What becomes of responses while the ledger is out of reach: nobody passes, or right ones do, as far as this process alone knows of
   * them. @default 'refuse'
   */
  outage?: OutagePolicy | undefined
}
