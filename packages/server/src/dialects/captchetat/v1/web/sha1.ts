/** The characters that fit into the one block hashed here, beside the padding and the length. */
export const MAX_MESSAGE_BYTES = 55

const block = new Int32Array(80)

const turn = (word: number, bits: number) => (word << bits) | (word >>> (32 - bits))

/**
 * SHA-1 of a short ASCII text, as five words. The browser's own answers later and only on https; this one
 * does half a million a second, anywhere.
 */
export function sha1(text: string): readonly number[] {
  block.fill(0, 0, 16)
  for (let i = 0; i < text.length; i++) block[i >> 2]! |= text.charCodeAt(i) << (24 - (i & 3) * 8)
  block[text.length >> 2]! |= 0x80 << (24 - (text.length & 3) * 8)
  block[15] = text.length * 8
  for (let t = 16; t < 80; t++) {
    block[t] = turn(block[t - 3]! ^ block[t - 8]! ^ block[t - 14]! ^ block[t - 16]!, 1)
  }

  const start = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0] as const
  let [a, b, c, d, e]: [number, number, number, number, number] = [...start]
  for (let t = 0; t < 80; t++) {
    const mixed =
      t < 20
        ? ((b & c) | (~b & d)) + 0x5a827999
        : t < 40
          ? (b ^ c ^ d) + 0x6ed9eba1
          : t < 60
            ? ((b & c) | (b & d) | (c & d)) + 0x8f1bbcdc
            : (b ^ c ^ d) + 0xca62c1d6
    const next = (turn(a, 5) + mixed + e + block[t]!) | 0
    e = d
    d = c
    c = turn(b, 30)
    b = a
    a = next
  }
  return [a, b, c, d, e].map((word, i) => (word + start[i]!) | 0)
}
