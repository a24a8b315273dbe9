import { hmac, setKeys } from './hmac.ts'
import { CHAIN, type Kernel } from './kernel.ts'
import { MAX_COUNTER, type Puzzle, type Search, uint32 } from './task.ts'

/**
 * Mixes blocks of scrypt in a memory of words. Functions take the first words of blocks, each of which has
 * 32 · r of them.
 */
export interface Mixer {
  readonly words: Int32Array
  /** Where each of 16 words is kept. */
  readonly order: readonly number[]
  /** scryptBlockMix (RFC 7914, section 4) of the block at `from`, into the block at `to`. */
  mix(from: number, to: number): void
  /** The same of two blocks, joined by XOR. */
  mixBoth(from: number, other: number, to: number): void
}

/** Words of 64 bytes, which Salsa20/8 turns into others. */
export const SALSA_WORDS = 16

/** Words of a block. */
export const blockWords = (r: number) => 2 * SALSA_WORDS * r

/** Words of a mixer's memory: N blocks, and two to work in. */
export const mixerWords = (n: number, r: number) => (n + 2) * blockWords(r)

/** Blocks that are mixed between two pauses: some tenths of a millisecond without WebAssembly. */
const BLOCKS_AT_A_TIME = 64

export interface ScryptOptions {
  salt: Uint8Array
  /** N, a power of two. */
  cost: number
  /** r. */
  memory: number
  start: number
  stride: number
}

/** PBKDF2 with one iteration, of the key that was set, as scrypt begins and ends with it. */
function derive(kernel: Kernel, salt: Uint8Array, bytes: number): DataView<ArrayBuffer> {
  const derived = new DataView(new ArrayBuffer(bytes))
  for (let block = 0; 32 * block < bytes; block++) {
    hmac(kernel, Uint8Array.of(...salt, ...uint32(block + 1)))
    for (let i = 0; i < 8; i++) derived.setInt32(32 * block + 4 * i, kernel.words[CHAIN + i]!)
  }
  return derived
}

/** scrypt with p = 1, whose passwords are hashed by a kernel of one lane. */
export function* scryptSearch(
  kernel: Kernel,
  mixer: Mixer,
  { prefix, target, last }: Puzzle,
  { salt, cost, memory, start, stride }: ScryptOptions,
): Search {
  const { words, order } = mixer
  const length = blockWords(memory)
  const place = (i: number) => i - (i % SALSA_WORDS) + order[i % SALSA_WORDS]!
  for (let counter = start; counter <= MAX_COUNTER; counter += stride) {
    setKeys(kernel, [[...prefix, ...uint32(counter)]])
    const block = derive(kernel, salt, 4 * length)
    for (let i = 0; i < length; i++) words[place(i)] = block.getInt32(4 * i, true)
    for (let i = 0; i < cost; i++) {
      mixer.mix(i * length, (i + 1) * length)
      if (i % BLOCKS_AT_A_TIME === 0) yield 0
    }
    let [x, y] = [cost * length, (cost + 1) * length]
    for (let i = 0; i < cost; i++) {
      const chosen = words[x + length - SALSA_WORDS]! & (cost - 1)
      mixer.mixBoth(x, chosen * length, y)
      ;[x, y] = [y, x]
      if (i % BLOCKS_AT_A_TIME === 0) yield 0
    }
    for (let i = 0; i < length; i++) block.setInt32(4 * i, words[x + place(i)]!, true)
    const key = derive(kernel, new Uint8Array(block.buffer), 32).getUint32(0)
    if ((key ^ target) >>> 0 <= last) return counter
    yield 1
  }
  return undefined
}
