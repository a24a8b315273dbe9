/**
 * SHA-256 over a memory of slots. A slot is one 32-bit word in each lane: a kernel hashes as many messages at
 * a time as it has lanes, and word `s` of lane `l` is `words[s * lanes + l]`. Functions take slots.
 */
export interface Kernel {
  readonly lanes: number
  readonly words: Int32Array
  /** Hashes the block of 16 slots at `block` onto the state of 8 slots at `state`, into the 8 at `out`. */
  compress(state: number, block: number, out: number): void
  /**
   * Hashes `BLOCKS` onto `MIDSTATE` into `OUT` for one group of tries after the other: the slots `at` and
   * `at + 1` are `a` and `b` with the pair of the group in `TABLE` put into them. `two`: both blocks.
   * @returns the first group with a lane whose first word, with `target` taken off by XOR, is at most `last`,
   * or -1
   */
  search(
    from: number,
    to: number,
    at: number,
    a: number,
    b: number,
    two: boolean,
    target: number,
    last: number,
  ): number
  /** Further iterations of PBKDF2 on `CHAIN`, each added to `SUM`. */
  iterate(times: number): void
}

/** Tries of one call of `search`: short enough to be stopped, long enough that a call costs nothing. */
export const MAX_TRIES = 1024

/** State after the blocks of a prefix that never change. */
export const MIDSTATE = 0
/** Digests of the last group. */
export const OUT = 8
/** The one block or two that the counter is in. */
export const BLOCKS = 16
/** States of an HMAC after the key. */
export const INNER = 48
export const OUTER = 56
/** The key of PBKDF2 so far. */
export const SUM = 64
/** The state that SHA-256 begins with. */
export const START = 72
/** A block whose first half is the digest before. */
export const CHAIN = 80
/** Pairs of what the low digits of a counter put into two words. */
export const TABLE = 96

/** Words of a kernel's memory: the table's pairs in each lane are all tries of a call. */
export const memoryWords = (lanes: number) => TABLE * lanes + 2 * MAX_TRIES

/** The first 32 bits of the fractional part of `root` of each of the first primes. */
function primeFractions(count: number, root: (n: number) => number): Int32Array {
  const found: number[] = []
  for (let n = 2; found.length < count; n++) {
    if (Array.from({ length: n - 2 }, (_, i) => i + 2).every(divisor => n % divisor !== 0)) found.push(n)
  }
  return Int32Array.from(found, prime => (root(prime) % 1) * 2 ** 32)
}

/** Constants of the rounds, and the state to begin with (FIPS 180-4, sections 4.2.2 and 5.3.3). */
export const ROUND_CONSTANTS = primeFractions(64, Math.cbrt)
export const INITIAL_STATE = primeFractions(8, Math.sqrt)

/** Sets a slot in all lanes. */
export function fill({ words, lanes }: Kernel, slot: number, word: number): void {
  words.fill(word, slot * lanes, (slot + 1) * lanes)
}
