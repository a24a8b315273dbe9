import {
  BLOCKS,
  CHAIN,
  INITIAL_STATE,
  INNER,
  type Kernel,
  MIDSTATE,
  memoryWords,
  OUT,
  OUTER,
  ROUND_CONSTANTS,
  START,
  SUM,
  TABLE,
} from './kernel.ts'

/**
 * SHA-256 in plain JavaScript, one message at a time. Its rounds are a loop: with all 64 of them spelt out,
 * Firefox is slow to optimise it.
 */
export function plainKernel(): Kernel {
  const words = new Int32Array(memoryWords(1))
  words.set(INITIAL_STATE, START)
  const k = ROUND_CONSTANTS
  const w = new Int32Array(64)

  const compress = (state: number, block: number, out: number) => {
    for (let i = 0; i < 16; i++) w[i] = words[block + i]!
    for (let i = 16; i < 64; i++) {
      const x = w[i - 15]!
      const y = w[i - 2]!
      const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3)
      const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10)
      w[i] = (w[i - 16]! + s0 + w[i - 7]! + s1) | 0
    }
    let a = words[state]!
    let b = words[state + 1]!
    let c = words[state + 2]!
    let d = words[state + 3]!
    let e = words[state + 4]!
    let f = words[state + 5]!
    let g = words[state + 6]!
    let h = words[state + 7]!
    for (let i = 0; i < 64; i++) {
      const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7))
      const t = (h + s1 + (g ^ (e & (f ^ g))) + k[i]! + w[i]!) | 0
      const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10))
      h = g
      g = f
      f = e
      e = (d + t) | 0
      d = c
      const majority = (a & b) ^ (c & (a ^ b))
      c = b
      b = a
      a = (t + s0 + majority) | 0
    }
    words[out] = words[state]! + a
    words[out + 1] = words[state + 1]! + b
    words[out + 2] = words[state + 2]! + c
    words[out + 3] = words[state + 3]! + d
    words[out + 4] = words[state + 4]! + e
    words[out + 5] = words[state + 5]! + f
    words[out + 6] = words[state + 6]! + g
    words[out + 7] = words[state + 7]! + h
  }

  return {
    lanes: 1,
    words,
    compress,
    search(from, to, at, a, b, two, target, last) {
      for (let group = from; group < to; group++) {
        words[at] = a | words[TABLE + 2 * group]!
        words[at + 1] = b | words[TABLE + 2 * group + 1]!
        compress(MIDSTATE, BLOCKS, OUT)
        if (two) compress(OUT, BLOCKS + 16, OUT)
        if ((words[OUT]! ^ target) >>> 0 <= last) return group
      }
      return -1
    },
    iterate(times) {
      for (let i = 0; i < times; i++) {
        compress(INNER, CHAIN, CHAIN)
        compress(OUTER, CHAIN, CHAIN)
        for (let word = 0; word < 8; word++) words[SUM + word]! ^= words[CHAIN + word]!
      }
    },
  }
}
