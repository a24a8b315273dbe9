import type { Rules } from './rules.ts'

/** Under `grace`: seconds in which a right answer is accepted again, and how many times. */
export const REVALIDATION = { seconds: 120, times: 2 }

/** The first word in the claim of a right answer. */
const PASSED = 'passed '

/** Whether a claim in the ledger is that of a right answer. */
export const isPassed = (claim: string): boolean => claim.startsWith(PASSED)

/**
 * The claim of a right answer that is given at `now`, in seconds. Under `strict` its time is long ago: no
 * later change of the rules accepts it again.
 */
export const passedClaim = ({ revalidation }: Rules, now: number): string =>
  PASSED + (revalidation === 'grace' ? now : 0)

/** Whether the right answer that made a claim is accepted again at `now`, in seconds, if times are left. */
export const isRepeatable = ({ revalidation }: Rules, claim: string, now: number): boolean =>
  revalidation !== 'strict' &&
  isPassed(claim) &&
  now - Number(claim.slice(PASSED.length)) <= REVALIDATION.seconds
