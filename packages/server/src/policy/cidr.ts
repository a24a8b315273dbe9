import { addressOf } from './address.ts'

/** A range of addresses: numbers as of `addressOf`, and how many leading bits count. */
export interface Cidr {
  parts: readonly number[]
  bits: number
}

/** Reads `192.0.2.0/24`, `2001:db8::/32` or a single address; undefined for any other text. */
export function cidrOf(text: string): Cidr | undefined {
  const [, address = '', suffix] = /^([0-9a-fA-F.:]+)(?:\/(\d{1,3}))?$/.exec(text) ?? []
  const parts = addressOf(address)
  if (!parts) return undefined
  const total = parts.length === 4 ? 32 : 128
  const bits = suffix === undefined ? total : Number(suffix)
  // IPv4 that is written as IPv6 has the prefix of IPv4.
  if (bits > total || (parts.length === 4 && address.includes(':'))) return undefined
  return { parts, bits }
}

/** Whether an address, as numbers of `addressOf`, is in a range. */
export function isInCidr(address: readonly number[], { parts, bits }: Cidr): boolean {
  if (address.length !== parts.length) return false
  const width = parts.length === 4 ? 8 : 16
  for (let i = 0, left = bits; left > 0; i++, left -= width) {
    const ignored = Math.max(0, width - left)
    if (address[i]! >> ignored !== parts[i]! >> ignored) return false
  }
  return true
}
