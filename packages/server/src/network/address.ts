import { isIPv4, isIPv6 } from 'node:net'

/**
 * The numbers of an address, also of one with a port: the 4 bytes of IPv4, also where it is written as IPv6,
 * or the 8 groups of IPv6. Undefined for a text that is no address.
 */
export function addressOf(text: string): number[] | undefined {
  const bare = text.replace(/^\[(.*)\](?::\d+)?$/, '$1').replace(/^(\d+(?:\.\d+){3}):\d+$/, '$1')
  if (isIPv4(bare)) return bare.split('.').map(Number)
  if (!isIPv6(bare)) return undefined
  const groups = groupsOf(bare)
  const isMapped = groups.slice(0, 5).every(group => group === 0) && groups[5] === 0xffff
  return isMapped ? groups.slice(6).flatMap(group => [group >> 8, group & 255]) : groups
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
