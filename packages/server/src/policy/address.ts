import { createHmac } from 'node:crypto'
import { deriveKey } from '@upright/core'
import { addressOf } from '../network/address.ts'

/** The two networks that an address is in: that of one household, and that of many. */
export interface Prefixes {
  /** IPv4 /32, IPv6 /64. */
  narrow: string
  /** IPv4 /24, IPv6 /48. */
  wide: string
}

/** Prefixes of invalid addresses: a proxy may pass on any text. */
const NO_ADDRESS: Prefixes = { narrow: 'none', wide: 'none' }

/** The networks of an address as text, also of one with a port, or of IPv4 written as IPv6. */
export function prefixesOf(text: string): Prefixes {
  const parts = addressOf(text)
  if (!parts) return NO_ADDRESS
  if (parts.length === 4) return { narrow: parts.join('.'), wide: parts.slice(0, 3).join('.') }
  const name = (count: number) =>
    parts
      .slice(0, count)
      .map(group => group.toString(16))
      .join(':')
  return { narrow: name(4), wide: name(3) }
}

/** Milliseconds of a day. */
const DAY = 24 * 3600 * 1000

/**
 * Names for networks that tell nothing of them: a keyed hash whose key is another one each day. The address
 * itself is kept nowhere.
 * @throws CaptchaError `bad_secret`
 */
export function createPseudonyms(secret: string) {
  const key = deriveKey(secret, 'address', 32)
  return {
    /** The day of a time in milliseconds since 1970, by UTC. */
    dayOf: (time: number) => Math.floor(time / DAY),
    /** The name of a network at a site on a day. */
    of: (site: number, network: string, day: number) =>
      createHmac('sha256', key).update(`${day} ${site} ${network}`).digest('base64url'),
  }
}
