import { createCipheriv, createHmac } from 'node:crypto'

/** What a stream is for. Streams of one id with different purposes tell nothing about one another. */
export type Purpose = 'answer' | 'picture' | 'sound'

/**
 * An endless row of numbers that depends on its key alone: the same key gives the same numbers on every
 * machine. Drawn from AES-256 in counter mode, so that nobody can work back from what a picture shows.
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

const BLOCK = Buffer.alloc(2048)

/** The stream of a 32-byte key. */
export function keyedStream(key: Uint8Array): Stream {
  const cipher = createCipheriv('aes-256-ctr', key, BLOCK.subarray(0, 16))
  let bytes = cipher.update(BLOCK)
  let at = 0

  const uint32 = () => {
    if (at === bytes.length) {
      bytes = cipher.update(BLOCK)
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

/** The stream that belongs to one challenge and one purpose, under a key that only the service holds. */
export function purposeStream(key: Uint8Array, purpose: Purpose, id: Uint8Array): Stream {
  return keyedStream(createHmac('sha256', key).update(purpose).update('\0').update(id).digest())
}
