import { hkdfSync } from 'node:crypto'
import { CaptchaError } from './errors.ts'
import type { OptionRules } from './options.ts'

/** Shortest master secret accepted, in characters: 32 hexadecimal digits hold 128 bits. */
const MIN_SECRET_LENGTH = 32

/**
 * A key of `length` bytes for one purpose, by HKDF-SHA-256. Keys with different labels are independent.
 * @throws CaptchaError `bad_secret` when the secret is shorter than 32 characters
 */
export function deriveKey(secret: string, label: string, length: number): Uint8Array {
  if (secret.length < MIN_SECRET_LENGTH) throw new CaptchaError('bad_secret')
  return Buffer.from(hkdfSync('sha256', secret, '', `upright/1/${label}`, length))
}

/** Master secrets, at least 32 characters each. */
export interface Secrets {
  /** The one that everything new is made under. */
  secret: string
  /**
   * Others, older or newer, under which things are accepted while one secret replaces another. Three rolling
   * restarts do that unseen: accept the new one everywhere, then make with it, then drop the old one.
   * @default none
   */
  accepted?: readonly string[] | undefined
}

const isText = (value: unknown) => typeof value === 'string'

/** What the options of `Secrets` may be. A secret that is too short is `bad_secret`. */
export const SECRET_RULES: OptionRules<Secrets> = {
  secret: { accepts: isText, words: 'a text', required: true, secret: true },
  accepted: {
    accepts: value => Array.isArray(value) && value.every(isText),
    words: 'an array of texts',
    secret: true,
  },
}

/** The keys of one label: the first makes, and each of them is accepted. */
export type KeyRing = readonly [Uint8Array, ...Uint8Array[]]

/** The keys of `length` bytes that master secrets have for one purpose. @throws CaptchaError `bad_secret` */
export function keyRing({ secret, accepted = [] }: Secrets, label: string, length: number): KeyRing {
  const keyOf = (master: string) => deriveKey(master, label, length)
  return [keyOf(secret), ...accepted.map(keyOf)]
}
