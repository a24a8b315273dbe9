import { keyedStream, type Stream } from '../random.ts'

/** Words of the seed, which is the key of a stream. */
const SEED_WORDS = 8
/** Words of a nonce, and of a salt: 128 bits. */
const SALT_WORDS = 4
const SALT_DIGITS = 8 * SALT_WORDS

/** The next words of a stream in hexadecimal digits, eight a word. */
export const hexOf = (stream: Stream, words: number): string =>
  Array.from({ length: words }, () => stream.uint32().toString(16).padStart(8, '0')).join('')

/** A salt of 128 bits: 32 hexadecimal digits. */
export const saltOf = (stream: Stream): string => hexOf(stream, SALT_WORDS)

/**
 * The secret of an id of work, in hexadecimal digits: a nonce, a salt, and a seed for all else that a puzzle
 * holds. A solution is not unique, so that it is no answer to compare with.
 */
export const drawSeed = (stream: Stream): string => hexOf(stream, 2 * SALT_WORDS + SEED_WORDS)

/** The nonce of an id, 32 hexadecimal digits. */
export const nonceIn = (answer: string): string => answer.slice(0, SALT_DIGITS)

/** The salt of an id, 32 hexadecimal digits. */
export const saltIn = (answer: string): string => answer.slice(SALT_DIGITS, 2 * SALT_DIGITS)

/** Numbers of an id beside those: the same for the same id. Making the cipher costs more than the rest. */
export const streamIn = (answer: string): Stream =>
  keyedStream(Buffer.from(answer.slice(2 * SALT_DIGITS), 'hex'))
