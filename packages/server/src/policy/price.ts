import { triesOf } from '@upright/core'
import type { SiteWork } from '../registry/settings.ts'

/**
 * CPU seconds of one try in an attacker's own program, on one core of a server: the fastest that was
 * published or measured. SHA-256: pow-buster 0.2, up to 100 million a second on one thread of a 2025 EPYC.
 * PBKDF2: 16 lanes of AVX-512, measured natively on Zen 4. scrypt: scrypt-opt, on each of the 16 cores of a
 * Ryzen 7950X, four times as fast as OpenSSL. Graphics cards are cheaper for all but scrypt.
 */
const TRY_SECONDS: Readonly<Record<string, number>> = {
  sha256: 10e-9,
  pbkdf2: 0.18e-3,
  scrypt4: 2.3e-3,
  scrypt8: 5.6e-3,
  scrypt16: 12e-3,
}

/** CPU seconds that the work of one pass costs an attacker on average, at least. */
export const priceOf = ({ style, level }: SiteWork): number => triesOf(level) * (TRY_SECONDS[style] ?? 0)
