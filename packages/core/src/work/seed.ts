import { keyedStream, type Stream } from '../random.ts'

/** Bytes of the seed, which is the key of a stream. */
const SEED_WORDS = 8
/** Words of a nonce, and of a salt: 128 bits. */
const SALT_WORDS = 4

/** The next words of a stream in hexadecimal digits, eight a word. */
export const hexOf = (stream: Stream, words: number): string =>
  Array.from({ length: words }, () => stream.uint32().toString(16).padStart(8, '0')).join('')

/** A salt of 128 bits: 32 hexadecimal digits. */
export const saltOf = (stream: Stream): string => hexOf(stream, SALT_WORDS)

/**
 * The secret of an id of work: a seed in hexadecimal digits. A solution is not unique, so that it is no
 * answer to compare with; everything that a puzzle holds is derived from the seed.
 */
export const drawSeed = (stream: Stream): string => hexOf(stream, SEED_WORDS)

/** What puzzles of an id hold. */
export interface Seeded {
  nonce: string
  salt: string
  /** Numbers behind those two: for what a dialect hides, or has more of. */
  stream: Stream
}

/** Opens a seed: the same seed gives the same numbers. */
export function seeded(seed: string): Seeded {
  const stream = keyedStream(Buffer.from(seed, 'hex'))
  return { nonce: saltOf(stream), salt: saltOf(stream), stream }
}
