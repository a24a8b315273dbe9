import { createHash, timingSafeEqual } from 'node:crypto'

/**
 * The hash under which a site's secret and an operator's token are known: SHA-256, 64 hexadecimal characters.
 * They are random, so no salt is needed.
 */
export const hashSecret = (secret: string): string => createHash('sha256').update(secret).digest('hex')

/**
 * Whether a row that was found by a hash has that hash. The index compared hashes, which tell nothing of the
 * secret; this comparison does not depend on its collation.
 */
export const sameHash = (found: string, hash: string): boolean =>
  timingSafeEqual(Buffer.from(found), Buffer.from(hash))
