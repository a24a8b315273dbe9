import type { Work, WorkFunction } from '../../../core/src/work/wire.ts'

/** A puzzle. A counter solves it when the first word of its key, XOR `target`, is at most `last`. */
export interface Puzzle {
  /** Bytes before the counter: of a message for `sha256`, of a password of at most 64 bytes otherwise. */
  prefix: Uint8Array
  target: number
  last: number
}

/** What a solver searches. It is wider than `Work`, so that work of other clients can be written as one. */
export interface Task {
  function: WorkFunction
  puzzles: readonly Puzzle[]
  /** Rounds of `sha256`, iterations of `pbkdf2`, N of `scrypt`. */
  cost: number
  /** Salt of `pbkdf2` and `scrypt`. */
  salt: Uint8Array
  /** r of `scrypt`. */
  memory: number
  /** Whether a counter is written in decimal digits, and not as four bytes; for `sha256` alone. */
  decimal: boolean
}

/** A search gives up here: counters have 32 bits. */
export const MAX_COUNTER = 2 ** 32 - 1

/**
 * A search for one puzzle. It can be left at every `yield`, which comes after a millisecond or so, and gives
 * how many counters were tried since the last one, at once or later. It returns the counter, or nothing when
 * all were tried.
 */
export type Search = Generator<number | Promise<number>, number | undefined>

/** The code that searches: WebAssembly with SIMD, `crypto.subtle`, or plain JavaScript. */
export type Path = 'simd' | 'subtle' | 'plain'

/** A way to search: puzzle `index` of a task, in every `stride`-th piece of its counters from `start` on. */
export interface Searcher {
  path: Path
  search(index: number, start: number, stride: number): Search
}

const fromHex = (hex: string) =>
  Uint8Array.from(hex.match(/../g) ?? [], digits => Number.parseInt(digits, 16))

/** An unsigned number as four bytes, the highest first. */
export const uint32 = (n: number) => [24, 16, 8, 0].map(shift => (n >>> shift) & 0xff)

/** The task of work as the service sends it. */
export function taskOf({ function: name, nonce, salt, cost, memory = 8, puzzles, limit }: Work): Task {
  const prefix = fromHex(name === 'sha256' ? salt + nonce : nonce)
  return {
    function: name,
    puzzles: Array.from({ length: puzzles }, (_, i) => ({
      prefix: Uint8Array.of(...prefix, ...uint32(i)),
      target: 0,
      last: limit - 1,
    })),
    cost,
    salt: fromHex(salt),
    memory,
    decimal: false,
  }
}

/** How many counters are tried until all puzzles of a task are solved, on average. */
export const expectedTries = ({ puzzles }: Task) =>
  puzzles.reduce((sum, { last }) => sum + 2 ** 32 / (last + 1), 0)
