import { triesOf } from '@upright/core'
import type { SiteWork } from '../registry/settings.ts'

/**
 * CPU seconds of one try in an attacker's own program, on one core of a server (Zen 4, with AVX-512 and the
 * instructions for SHA): measured natively in November 2026, scrypt with OpenSSL. Graphics cards are cheaper
 * for all but scrypt.
 */
const TRY_SECONDS: Readonly<Record<string, number>> = {
  sha256: 40e-9,
  pbkdf2: 0.19e-3,
  scrypt4: 12e-3,
  scrypt8: 25e-3,
  scrypt16: 48e-3,
}

/** CPU seconds that the work of one pass costs an attacker on average, at least. */
export const priceOf = ({ style, level }: SiteWork): number => triesOf(level) * (TRY_SECONDS[style] ?? 0)
