import { CLOCK_SKEW_SECONDS, keyRing, type Ledger, type Secrets } from '@upright/core'

/** Seconds for which a ledger is asked to remember a fingerprint. Nodes note theirs more often. */
const LIFETIME_SECONDS = 300
/** Minutes for which a shared ledger remembers it: claims are kept longer by what clocks may differ. */
export const FINGERPRINT_MINUTES = (LIFETIME_SECONDS + CLOCK_SKEW_SECONDS) / 60
/** Different secrets that are noted at the same time at most. */
const MAX_FINGERPRINTS = 8
const BYTES = 8

const keyOf = (i: number) => `secret ${i}`

/** Fingerprints of secrets, the one in force first: they say whether two are the same and nothing else. */
export const fingerprintsOf = (secrets: Secrets): string[] =>
  keyRing(secrets, 'fingerprint', BYTES).map(key => Buffer.from(key).toString('hex'))

/**
 * Notes in a shared ledger that a node uses the secret of this fingerprint. @throws CaptchaError
 * `unavailable`
 */
export async function noteFingerprint(ledger: Ledger, own: string): Promise<void> {
  for (let i = 0; i < MAX_FINGERPRINTS; i++) {
    const before = await ledger.claim(keyOf(i), LIFETIME_SECONDS, own)
    if (before === undefined || before === own) return
  }
}

/**
 * Fingerprints of the secrets that nodes have used in the last minutes and that none of `known` is:
 * challenges made with them are refused here. @throws CaptchaError `unavailable`
 */
export async function foreignFingerprints(ledger: Ledger, known: readonly string[]): Promise<string[]> {
  const keys = Array.from({ length: MAX_FINGERPRINTS }, (_, i) => keyOf(i))
  const found = await Promise.all(keys.map(key => ledger.claimed(key)))
  return [...new Set(found)].filter(each => each !== undefined && !known.includes(each)) as string[]
}
