import { isIP } from 'node:net'

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
