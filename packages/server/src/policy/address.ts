import { createHmac } from 'node:crypto'
import { isIP } from 'node:net'
import { deriveKey } from '@upright/core'

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

/**
 * The numbers of an address, also of one with a port: the 4 bytes of IPv4, also where it is written as IPv6,
 * or the 8 groups of IPv6. Undefined for a text that is no address.
 */
export function addressOf(text: string): number[] | undefined {
  let bare = text
  let version = isIP(bare)
  if (version === 0) {
    bare = withoutPort(text)
    version = isIP(bare)
  }
  if (version === 4) return bytesOf(bare)
  if (version !== 6) return undefined
  const groups = groupsOf(bare)
  const isMapped = groups.slice(0, 5).every(group => group === 0) && groups[5] === 0xffff
  return isMapped ? groups.slice(6).flatMap(group => [group >> 8, group & 255]) : groups
}

const withoutPort = (text: string): string =>
  text.replace(/^\[(.*)\](?::\d+)?$/, '$1').replace(/^(\d+(?:\.\d+){3}):\d+$/, '$1')

/** The four numbers of an IPv4 address that is one; without texts in between, for it is every request's. */
function bytesOf(address: string): number[] {
  const bytes = [0, 0, 0, 0]
  let byte = 0
  for (let i = 0; i < address.length; i++) {
    const digit = address.charCodeAt(i) - 48
    // Below the digits is the point.
    if (digit < 0) byte++
    else bytes[byte] = bytes[byte]! * 10 + digit
  }
  return bytes
}

/** The eight numbers of an IPv6 address that is one. */
function groupsOf(address: string): number[] {
  const numbers = (part: string) =>
    part === ''
      ? []
      : part.split(':').flatMap(group => {
          if (!group.includes('.')) return Number.parseInt(group, 16)
          const [a, b, c, d] = group.split('.').map(Number) as [number, number, number, number]
          return [a * 256 + b, c * 256 + d]
        })
  // A zone names an interface of the machine that wrote it.
  const [head = '', tail] = address.split('%', 1)[0]!.split('::')
  if (tail === undefined) return numbers(head)
  const [before, after] = [numbers(head), numbers(tail)]
  return [...before, ...Array<number>(8 - before.length - after.length).fill(0), ...after]
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
