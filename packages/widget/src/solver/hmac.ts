import { BLOCKS, CHAIN, INNER, type Kernel, OUTER, START, SUM } from './kernel.ts'
import { absorb, copy, finish, prepareDigestBlock } from './message.ts'

/** Bytes of a key, which is padded to a block. */
const KEY_BYTES = 64
const INNER_PAD = 0x36
const OUTER_PAD = 0x5c

/** Sets the states of HMAC-SHA-256 after its key: one of at most 64 bytes for each lane. */
export function setKeys(kernel: Kernel, keys: readonly ArrayLike<number>[]): void {
  const { words, lanes } = kernel
  for (const [state, pad] of [
    [INNER, INNER_PAD],
    [OUTER, OUTER_PAD],
  ] as const) {
    keys.forEach((key, lane) => {
      const block = new Uint8Array(KEY_BYTES)
      block.set(key)
      const view = new DataView(block.map(byte => byte ^ pad).buffer)
      for (let i = 0; i < 16; i++) words[(BLOCKS + i) * lanes + lane] = view.getInt32(4 * i)
    })
    copy(kernel, START, state)
    kernel.compress(state, BLOCKS, state)
  }
}

/**
 * The HMAC of a message under the keys that were set, into `SUM` and `CHAIN`: the first iteration of PBKDF2,
 * after which the kernel can do the others.
 */
export function hmac(kernel: Kernel, message: Uint8Array): void {
  copy(kernel, INNER, SUM)
  const whole = absorb(kernel, SUM, BLOCKS, message)
  finish(kernel, SUM, BLOCKS, message.subarray(whole), KEY_BYTES + whole)
  prepareDigestBlock(kernel, CHAIN, KEY_BYTES)
  copy(kernel, SUM, CHAIN)
  kernel.compress(OUTER, CHAIN, CHAIN)
  copy(kernel, CHAIN, SUM)
}
