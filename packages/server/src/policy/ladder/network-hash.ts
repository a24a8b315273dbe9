import { addressOf } from '../../network/address.ts'

/** A network as three words of 32 bits: which prefix it is, and its first 64 bits. */
export type Network = readonly [prefix: number, high: number, low: number]

/** The network of texts that are no address: a proxy may pass on any text. */
const NO_NETWORK: Network = [0, 0, 0]

/** The networks whose answers are counted together: IPv4 /24; IPv6 /56 and the /48 around it. */
export function networksOf(address: string): readonly [Network, wider?: Network] {
  const parts = addressOf(address)
  if (!parts) return [NO_NETWORK]
  if (parts.length === 4) return [[24, (parts[0]! << 16) | (parts[1]! << 8) | parts[2]!, 0]]
  const high = (parts[0]! << 16) | parts[1]!
  return [
    [56, high, (parts[2]! << 16) | (parts[3]! & 0xff00)],
    [48, high, parts[2]! << 16],
  ]
}

const rotl = (x: number, bits: number) => (x << bits) | (x >>> (32 - bits))

/** State of the hash that is being made; not a local one, so that a call makes nothing that is collected. */
const v = new Int32Array(4)

/** So many rounds of SipHash in words of 32 bits. */
function rounds(count: number): void {
  let [v0, v1, v2, v3] = [v[0]!, v[1]!, v[2]!, v[3]!]
  for (let i = 0; i < count; i++) {
    v0 = (v0 + v1) | 0
    v1 = rotl(v1, 5) ^ v0
    v0 = rotl(v0, 16)
    v2 = (v2 + v3) | 0
    v3 = rotl(v3, 8) ^ v2
    v0 = (v0 + v3) | 0
    v3 = rotl(v3, 7) ^ v0
    v2 = (v2 + v1) | 0
    v1 = rotl(v1, 13) ^ v2
    v2 = rotl(v2, 16)
  }
  v[0] = v0
  v[1] = v1
  v[2] = v2
  v[3] = v3
}

function absorb(word: number): void {
  v[3]! ^= word
  rounds(2)
  v[0]! ^= word
}

/**
 * HalfSipHash-2-4 of whole words under a key of two words: a keyed hash for tables, whose slots nobody can
 * aim at without the key. The 64 bits of the result are written to `out`.
 */
export function halfSipHash(words: readonly number[], key: Uint32Array, out: Uint32Array): void {
  v[0] = key[0]!
  v[1] = key[1]! ^ 0xee
  v[2] = 0x6c796765 ^ key[0]!
  v[3] = 0x74656462 ^ key[1]!
  for (let i = 0; i < words.length; i++) absorb(words[i]!)
  // The last block holds the length in bytes.
  absorb((words.length * 4) << 24)
  v[2]! ^= 0xee
  rounds(4)
  out[0] = v[1]! ^ v[3]!
  v[1]! ^= 0xdd
  rounds(4)
  out[1] = v[1]! ^ v[3]!
}
