import { blockWords, type Mixer, mixerWords, SALSA_WORDS } from './scrypt.ts'

const rotate = (x: number, n: number) => (x << n) | (x >>> (32 - n))

/** scryptBlockMix in plain JavaScript, for N and r of scrypt. */
export function plainMixer(n: number, r: number): Mixer {
  const length = blockWords(r)
  /** A block of zeros comes last, for XOR with nothing. */
  const zeros = mixerWords(n, r)
  const words = new Int32Array(zeros + length)
  const x = new Int32Array(SALSA_WORDS)

  /** Salsa20/8 of what it gave before, joined with words of two blocks by XOR. */
  const salsa = (from: number, other: number, to: number) => {
    const y0 = x[0]! ^ words[from]! ^ words[other]!
    const y1 = x[1]! ^ words[from + 1]! ^ words[other + 1]!
    const y2 = x[2]! ^ words[from + 2]! ^ words[other + 2]!
    const y3 = x[3]! ^ words[from + 3]! ^ words[other + 3]!
    const y4 = x[4]! ^ words[from + 4]! ^ words[other + 4]!
    const y5 = x[5]! ^ words[from + 5]! ^ words[other + 5]!
    const y6 = x[6]! ^ words[from + 6]! ^ words[other + 6]!
    const y7 = x[7]! ^ words[from + 7]! ^ words[other + 7]!
    const y8 = x[8]! ^ words[from + 8]! ^ words[other + 8]!
    const y9 = x[9]! ^ words[from + 9]! ^ words[other + 9]!
    const y10 = x[10]! ^ words[from + 10]! ^ words[other + 10]!
    const y11 = x[11]! ^ words[from + 11]! ^ words[other + 11]!
    const y12 = x[12]! ^ words[from + 12]! ^ words[other + 12]!
    const y13 = x[13]! ^ words[from + 13]! ^ words[other + 13]!
    const y14 = x[14]! ^ words[from + 14]! ^ words[other + 14]!
    const y15 = x[15]! ^ words[from + 15]! ^ words[other + 15]!
    let x0 = y0
    let x1 = y1
    let x2 = y2
    let x3 = y3
    let x4 = y4
    let x5 = y5
    let x6 = y6
    let x7 = y7
    let x8 = y8
    let x9 = y9
    let x10 = y10
    let x11 = y11
    let x12 = y12
    let x13 = y13
    let x14 = y14
    let x15 = y15
    for (let round = 0; round < 8; round += 2) {
      x4 ^= rotate((x0 + x12) | 0, 7)
      x9 ^= rotate((x5 + x1) | 0, 7)
      x14 ^= rotate((x10 + x6) | 0, 7)
      x3 ^= rotate((x15 + x11) | 0, 7)
      x8 ^= rotate((x4 + x0) | 0, 9)
      x13 ^= rotate((x9 + x5) | 0, 9)
      x2 ^= rotate((x14 + x10) | 0, 9)
      x7 ^= rotate((x3 + x15) | 0, 9)
      x12 ^= rotate((x8 + x4) | 0, 13)
      x1 ^= rotate((x13 + x9) | 0, 13)
      x6 ^= rotate((x2 + x14) | 0, 13)
      x11 ^= rotate((x7 + x3) | 0, 13)
      x0 ^= rotate((x12 + x8) | 0, 18)
      x5 ^= rotate((x1 + x13) | 0, 18)
      x10 ^= rotate((x6 + x2) | 0, 18)
      x15 ^= rotate((x11 + x7) | 0, 18)
      x1 ^= rotate((x0 + x3) | 0, 7)
      x6 ^= rotate((x5 + x4) | 0, 7)
      x11 ^= rotate((x10 + x9) | 0, 7)
      x12 ^= rotate((x15 + x14) | 0, 7)
      x2 ^= rotate((x1 + x0) | 0, 9)
      x7 ^= rotate((x6 + x5) | 0, 9)
      x8 ^= rotate((x11 + x10) | 0, 9)
      x13 ^= rotate((x12 + x15) | 0, 9)
      x3 ^= rotate((x2 + x1) | 0, 13)
      x4 ^= rotate((x7 + x6) | 0, 13)
      x9 ^= rotate((x8 + x11) | 0, 13)
      x14 ^= rotate((x13 + x12) | 0, 13)
      x0 ^= rotate((x3 + x2) | 0, 18)
      x5 ^= rotate((x4 + x7) | 0, 18)
      x10 ^= rotate((x9 + x8) | 0, 18)
      x15 ^= rotate((x14 + x13) | 0, 18)
    }
    words[to] = x[0] = (y0 + x0) | 0
    words[to + 1] = x[1] = (y1 + x1) | 0
    words[to + 2] = x[2] = (y2 + x2) | 0
    words[to + 3] = x[3] = (y3 + x3) | 0
    words[to + 4] = x[4] = (y4 + x4) | 0
    words[to + 5] = x[5] = (y5 + x5) | 0
    words[to + 6] = x[6] = (y6 + x6) | 0
    words[to + 7] = x[7] = (y7 + x7) | 0
    words[to + 8] = x[8] = (y8 + x8) | 0
    words[to + 9] = x[9] = (y9 + x9) | 0
    words[to + 10] = x[10] = (y10 + x10) | 0
    words[to + 11] = x[11] = (y11 + x11) | 0
    words[to + 12] = x[12] = (y12 + x12) | 0
    words[to + 13] = x[13] = (y13 + x13) | 0
    words[to + 14] = x[14] = (y14 + x14) | 0
    words[to + 15] = x[15] = (y15 + x15) | 0
  }

  const mixBoth = (from: number, other: number, to: number) => {
    const last = length - SALSA_WORDS
    for (let i = 0; i < SALSA_WORDS; i++) x[i] = words[from + last + i]! ^ words[other + last + i]!
    for (let at = 0; at < length; at += 2 * SALSA_WORDS) {
      // Even pieces go to the first half of the block, odd ones to the second.
      salsa(from + at, other + at, to + at / 2)
      salsa(from + at + SALSA_WORDS, other + at + SALSA_WORDS, to + (length + at) / 2)
    }
  }

  return {
    words,
    order: [...x.keys()],
    mix: (from, to) => mixBoth(from, zeros, to),
    mixBoth,
  }
}
