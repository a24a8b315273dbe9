import { blockWords, type Mixer, mixerWords, SALSA_WORDS } from './scrypt.ts'

const rotate = (x: number, n: number) => (x << n) | (x >>> (32 - n))

/** scryptBlockMix in plain JavaScript, for N and r of scrypt. */
export function plainMixer(n: number, r: number): Mixer {
  const words = new Int32Array(mixerWords(n, r))
  const length = blockWords(r)
  const x = new Int32Array(SALSA_WORDS)

  /** Salsa20/8 of `x`. */
  const salsa = () => {
    let x0 = x[0]!
    let x1 = x[1]!
    let x2 = x[2]!
    let x3 = x[3]!
    let x4 = x[4]!
    let x5 = x[5]!
    let x6 = x[6]!
    let x7 = x[7]!
    let x8 = x[8]!
    let x9 = x[9]!
    let x10 = x[10]!
    let x11 = x[11]!
    let x12 = x[12]!
    let x13 = x[13]!
    let x14 = x[14]!
    let x15 = x[15]!
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
    x[0]! += x0
    x[1]! += x1
    x[2]! += x2
    x[3]! += x3
    x[4]! += x4
    x[5]! += x5
    x[6]! += x6
    x[7]! += x7
    x[8]! += x8
    x[9]! += x9
    x[10]! += x10
    x[11]! += x11
    x[12]! += x12
    x[13]! += x13
    x[14]! += x14
    x[15]! += x15
  }

  const mixBoth = (from: number, other: number, to: number) => {
    const end = from + length - SALSA_WORDS
    for (let i = 0; i < SALSA_WORDS; i++)
      x[i] = words[end + i]! ^ (other < 0 ? 0 : words[other + length - SALSA_WORDS + i]!)
    for (let piece = 0; piece < 2 * r; piece++) {
      const at = piece * SALSA_WORDS
      for (let i = 0; i < SALSA_WORDS; i++) x[i]! ^= words[from + at + i]!
      if (other >= 0) for (let i = 0; i < SALSA_WORDS; i++) x[i]! ^= words[other + at + i]!
      salsa()
      // Even pieces come first, odd ones after them.
      words.set(x, to + ((piece >> 1) + (piece & 1) * r) * SALSA_WORDS)
    }
  }

  return {
    words,
    order: Array.from(x.keys()),
    mix: (from, to) => mixBoth(from, -1, to),
    mixBoth,
  }
}
