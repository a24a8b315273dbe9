import { hkdfSync } from 'node:crypto'
import { CaptchaError } from './errors.ts'

/** Shortest master secret accepted, in characters: 32 hexadecimal digits hold 128 bits. */
const SHORTEST_SECRET = 32

/**
 * A key of `length` bytes for one purpose, by HKDF-SHA-256. Keys with different labels are independent.
 * @throws CaptchaError `bad_secret` when the secret is shorter than 32 characters
 */
export function deriveKey(secret: string, label: string, length: number): Buffer {
  if (secret.length < SHORTEST_SECRET) throw new CaptchaError('bad_secret')
  return Buffer.from(hkdfSync('sha256', secret, '', `upright/1/${label}`, length))
}
