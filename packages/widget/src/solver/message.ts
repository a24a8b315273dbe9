import { fill, type Kernel } from './kernel.ts'

const BLOCK_BYTES = 64
/** Bytes that end a message: a bit, and its length as 64 bits. */
const END_BYTES = 9

/** Puts 64 bytes into the block at a slot, the same in all lanes. */
export function fillBlock(kernel: Kernel, block: number, bytes: ArrayLike<number>): void {
  for (let i = 0; i < 16; i++) {
    const [a, b, c, d] = [0, 1, 2, 3].map(n => bytes[4 * i + n]!) as [number, number, number, number]
    fill(kernel, block + i, (a << 24) | (b << 16) | (c << 8) | d)
  }
}

/** The end of a message as one block or two, after as many bytes of whole blocks as `before`. */
export function padded(rest: ArrayLike<number>, before: number): Uint8Array {
  const blocks = Math.ceil((rest.length + END_BYTES) / BLOCK_BYTES)
  const bytes = new Uint8Array(blocks * BLOCK_BYTES)
  bytes.set(rest)
  bytes[rest.length] = 0x80
  new DataView(bytes.buffer).setUint32(bytes.length - 4, (before + rest.length) * 8)
  return bytes
}

/** Hashes the whole blocks of a message onto a state, by way of a block; how many bytes these were. */
export function absorb(kernel: Kernel, state: number, block: number, message: Uint8Array): number {
  const end = message.length - (message.length % BLOCK_BYTES)
  for (let at = 0; at < end; at += BLOCK_BYTES) {
    fillBlock(kernel, block, message.subarray(at, at + BLOCK_BYTES))
    kernel.compress(state, block, state)
  }
  return end
}

/** Hashes the rest of a message onto a state, after as many bytes as `before`. */
export function finish(
  kernel: Kernel,
  state: number,
  block: number,
  rest: ArrayLike<number>,
  before: number,
): void {
  absorb(kernel, state, block, padded(rest, before))
}

/** Prepares a block for digests in its first half, which come after as many bytes as `before`. */
export function prepareDigestBlock(kernel: Kernel, block: number, before: number): void {
  fillBlock(kernel, block, padded(new Uint8Array(32), before))
}

/** Copies a state in all lanes. */
export function copy({ words, lanes }: Kernel, from: number, to: number): void {
  words.copyWithin(to * lanes, from * lanes, (from + 8) * lanes)
}

/** The first lane whose word in a slot solves a puzzle, or -1. */
export function solvingLane(
  { words, lanes }: Kernel,
  slot: number,
  { target, last }: { target: number; last: number },
): number {
  return words.subarray(slot * lanes, (slot + 1) * lanes).findIndex(word => (word ^ target) >>> 0 <= last)
}
