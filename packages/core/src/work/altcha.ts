import type { Drawn, ExpensiveCheck } from '../kind.ts'
import { readCounter } from './counters.ts'
import { HASHES, type Hash, hashKey, KEY_BYTES, keyHex, passwordOf, slowKey } from './key.ts'
import { saltIn, streamIn } from './seed.ts'
import { SCRYPT_BLOCK_SIZE, triesOf, type WorkSettings } from './settings.ts'

/** The number that ALTCHA's first protocol hides: browsers find it by trying all from 0 to the highest. */
export interface AltchaNumber {
  number: number
  maxNumber: number
}

/** The parameters of ALTCHA's second protocol that a style and a level decide. */
export interface AltchaParameters {
  algorithm: string
  /** 16 bytes in hexadecimal digits. */
  salt: string
  cost: number
  /** Bytes. */
  keyLength: number
  /** Hexadecimal digits that a key starts with. */
  keyPrefix: string
  memoryCost?: number
  parallelism?: number
}

/** Half bits of one hexadecimal digit. */
const LEVELS_PER_DIGIT = 8
/** SHA-384 and SHA-512 are variants of the styles with SHA-256. */
const HASH_NAMES: Readonly<Record<Hash, string>> = { sha256: 'SHA-256', sha384: 'SHA-384', sha512: 'SHA-512' }

/** The hash of a name such as `SHA-256`, or undefined. */
export const altchaHash = (name: string): Hash | undefined => HASHES.find(hash => HASH_NAMES[hash] === name)

/** The secret number of an id and the highest one that it could be: half of those are tried on average. */
export function altchaNumber({ level = 0, answer }: Drawn<WorkSettings>): AltchaNumber {
  const maxNumber = Math.ceil(2 * triesOf(level))
  return { number: streamIn(answer).below(maxNumber + 1), maxNumber }
}

/**
 * The parameters of an id. A prefix has whole digits: what a level has beyond them is more rounds of each
 * try. scrypt has no rounds, so that its digits are rounded up.
 */
export function altchaParameters(
  { settings, level = 0, answer }: Drawn<WorkSettings>,
  hash: Hash = 'sha256',
): AltchaParameters {
  const memoryHard = settings.function === 'scrypt'
  const whole = level / LEVELS_PER_DIGIT
  const digits = memoryHard ? Math.max(1, Math.ceil(whole)) : Math.floor(whole)
  const algorithm = { sha256: HASH_NAMES[hash], pbkdf2: `PBKDF2/${HASH_NAMES[hash]}`, scrypt: 'SCRYPT' }
  return {
    algorithm: algorithm[settings.function],
    salt: saltIn(answer),
    cost: memoryHard ? settings.cost : Math.ceil(settings.cost * triesOf(level % LEVELS_PER_DIGIT)),
    keyLength: KEY_BYTES,
    keyPrefix: '0'.repeat(digits),
    ...(memoryHard && { memoryCost: SCRYPT_BLOCK_SIZE, parallelism: 1 }),
  }
}

/** Whether a number is the secret one of an id. */
export const acceptsAltchaNumber = (drawn: Drawn<WorkSettings>, response: string): boolean =>
  drawn.settings.function === 'sha256' && readCounter(response) === altchaNumber(drawn).number

/**
 * Whether the key of a counter starts with the prefix of an id. The response is the hash, the nonce in
 * hexadecimal digits and the counter, separated by spaces.
 */
export function acceptsAltchaKey(drawn: Drawn<WorkSettings>, response: string): boolean | ExpensiveCheck {
  const [, hashName, nonce, digits] = /^(SHA-\d{3}) ([0-9a-f]{32}) (\d{1,10})$/.exec(response) ?? []
  const hash = altchaHash(hashName ?? '')
  const counter = readCounter(digits ?? '')
  if (hash === undefined || nonce === undefined || counter === undefined) return false
  const { salt, cost, keyPrefix } = altchaParameters(drawn, hash)
  const input = { password: passwordOf(nonce, counter), salt: Buffer.from(salt, 'hex'), hash }
  const isGood = (key: Uint8Array) => keyHex(key).startsWith(keyPrefix)
  const { function: name } = drawn.settings
  if (name === 'sha256') return isGood(hashKey(input, cost))
  return async (derive = slowKey) => isGood(await derive({ function: name, cost, ...input }))
}
