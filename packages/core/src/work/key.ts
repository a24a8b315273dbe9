import { createHash, pbkdf2, pbkdf2Sync, scrypt, scryptSync } from 'node:crypto'
import { promisify } from 'node:util'
import type { Derivation, Derive } from '../kind.ts'
import { SCRYPT_BLOCK_SIZE } from './settings.ts'

/** Bytes of a key. */
export const KEY_BYTES = 32
/** Most memory that a derivation may take, in bytes: the largest style takes 16 MiB and a little. */
const MAX_MEMORY_BYTES = 32 * 2 ** 20
/** Hashes that SHA-256 and PBKDF2 are defined for. */
export const HASHES = ['sha256', 'sha384', 'sha512'] as const
export type Hash = (typeof HASHES)[number]

const pbkdf2Key = promisify(pbkdf2)
const scryptKey = promisify<Uint8Array, Uint8Array, number, object, Uint8Array>(scrypt)

/** What a key is derived from. */
export interface KeyInput {
  password: Uint8Array
  salt: Uint8Array
  /** @default 'sha256' */
  hash?: Hash
}

/** The key of the quick function: rounds of a hash, the first over salt and password. */
export function hashKey({ password, salt, hash = 'sha256' }: KeyInput, rounds: number): Uint8Array {
  let key = createHash(hash).update(salt).update(password).digest()
  for (let round = 1; round < rounds; round++) key = createHash(hash).update(key).digest()
  return key.subarray(0, KEY_BYTES)
}

const scryptOptions = (N: number) => ({ N, r: SCRYPT_BLOCK_SIZE, p: 1, maxmem: MAX_MEMORY_BYTES })

/** The key of a slow function, derived in Node's thread pool. Rejects when there is no memory for it. */
export const slowKey: Derive = ({ function: name, password, salt, cost, hash = 'sha256' }) =>
  name === 'pbkdf2'
    ? pbkdf2Key(password, salt, cost, KEY_BYTES, hash)
    : scryptKey(password, salt, KEY_BYTES, scryptOptions(cost))

/** The same, derived by the calling thread, which it blocks. @throws Error without memory for it */
export const slowKeySync = ({
  function: name,
  password,
  salt,
  cost,
  hash = 'sha256',
}: Derivation): Uint8Array =>
  name === 'pbkdf2'
    ? pbkdf2Sync(password, salt, cost, KEY_BYTES, hash)
    : scryptSync(password, salt, KEY_BYTES, scryptOptions(cost))

/** A password: a nonce, and numbers of four bytes, the highest first. */
export function passwordOf(nonce: string, ...numbers: number[]): Uint8Array {
  const bytes = Buffer.alloc(4 * numbers.length)
  numbers.forEach((number, i) => {
    bytes.writeUInt32BE(number, 4 * i)
  })
  return Buffer.concat([Buffer.from(nonce, 'hex'), bytes])
}

/** The first 32 bits of a key. */
export const firstWord = (key: Uint8Array): number =>
  new DataView(key.buffer, key.byteOffset, key.byteLength).getUint32(0)

/** A key in hexadecimal digits. */
export const keyHex = (key: Uint8Array): string => Buffer.from(key).toString('hex')
