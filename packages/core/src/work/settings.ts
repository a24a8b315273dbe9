import type { WorkFunction } from './wire.ts'

/** Settings of a style of work: what one try costs. How many tries are expected is the level of an id. */
export interface WorkSettings {
  function: WorkFunction
  /** Iterations of `pbkdf2`, N of `scrypt`; 1 for `sha256`. */
  cost: number
  /** The lowest and the highest level. */
  levels: readonly [lowest: number, highest: number]
}

/** The block size r of scrypt: a try takes 128 · N · r bytes. */
export const SCRYPT_BLOCK_SIZE = 8

/** Expected tries of a level, in all puzzles of an id together: a level is half a bit. */
export const triesOf = (level: number): number => 2 ** (level / 2)

/** The lowest level whose expected tries are at least so many. */
export const levelOf = (tries: number): number => Math.ceil(2 * Math.log2(tries))
