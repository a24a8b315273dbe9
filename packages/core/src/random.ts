import { type Cipher, createCipheriv, hkdfSync } from 'node:crypto'

/**
 * An endless row of numbers that depends on its key alone: the same key gives the same numbers on every
 * machine. Drawn from AES-256, so that nobody can work back from what a picture shows.
 */
export interface Stream {
  /** The next integer, 0 … 2³² − 1. */
  uint32(): number
  /** A fair integer, 0 … `n` − 1, for 1 ≤ `n` ≤ 2³². */
  below(n: number): number
  /** A number with 32 random bits, 0 ≤ x < 1. */
  unit(): number
  /** A number, `low` ≤ x < `high`. */
  between(low: number, high: number): number
  /** One item of a list that is not empty. */
  pick<T>(items: readonly T[]): T
}

/** Bytes drawn first: as many as an answer takes; and with every further turn: as many as a picture takes. */
const FIRST_BYTES = 64
const NEXT_BYTES = 2048
const BLOCK = 16
const ZEROS = Buffer.alloc(NEXT_BYTES)

/** A stream over a source that gives its next n random bytes. */
function streamOf(source: (n: number) => Buffer): Stream {
  let bytes = source(FIRST_BYTES)
  let at = 0
  const uint32 = () => {
    if (at === bytes.length) {
      bytes = source(NEXT_BYTES)
      at = 0
    }
    const value = bytes.readUInt32LE(at)
    at += 4
    return value
  }
  const below = (n: number) => {
    const fair = 2 ** 32 - (2 ** 32 % n)
    let value = uint32()
    while (value >= fair) value = uint32()
    return value % n
  }
  const unit = () => uint32() / 2 ** 32
  return {
    uint32,
    below,
    unit,
    between: (low, high) => low + (high - low) * unit(),
    pick: items => items[below(items.length)]!,
  }
}

/** The stream of a 32-byte key: AES-256 in counter mode. */
export function keyedStream(key: Uint8Array): Stream {
  const cipher = createCipheriv('aes-256-ctr', key, ZEROS.subarray(0, BLOCK))
  return streamOf(n => cipher.update(ZEROS.subarray(0, n)))
}

/**
 * The stream for a purpose, which is any label, a 16-byte id and one of its generations, 0 … 2³² − 1. Streams
 * of one id with different purposes reveal nothing about one another.
 */
export type PurposeStreams = (purpose: string, id: Uint8Array, generation?: number) => Stream

/**
 * The streams of challenges, under a 32-byte key that only the service holds. The id is encrypted into a
 * secret start, a later generation encrypts that start once more with its number, and the start with a
 * counter gives the numbers. Both ciphers of a purpose are kept once they are made: making new ones would
 * cost more than an answer takes.
 */
export function purposeStreams(key: Uint8Array): PurposeStreams {
  const cipher = (label: string) => {
    const derived = Buffer.from(hkdfSync('sha256', key, '', `stream/${label}`, 32))
    // In this mode a block depends on nothing before it.
    return createCipheriv('aes-256-ecb', derived, null).setAutoPadding(false)
  }
  const made = new Map<string, { start: Cipher; numbers: Cipher }>()
  const ciphersOf = (purpose: string) => {
    let pair = made.get(purpose)
    if (!pair) {
      pair = { start: cipher(`${purpose}/start`), numbers: cipher(`${purpose}/numbers`) }
      made.set(purpose, pair)
    }
    return pair
  }

  return (purpose, id, generation = 0) => {
    const { start, numbers } = ciphersOf(purpose)
    let block = start.update(id)
    if (generation > 0) {
      block.writeUInt32LE((block.readUInt32LE(0) ^ generation) >>> 0, 0)
      block = start.update(block)
    }
    const first = block.readUInt32LE(0)
    let turn = 0
    return streamOf(n => {
      const blocks = Buffer.allocUnsafe(n)
      for (let at = 0; at < n; at += BLOCK) {
        block.writeUInt32LE((first ^ turn++) >>> 0, 0)
        block.copy(blocks, at)
      }
      return numbers.update(blocks)
    })
  }
}
