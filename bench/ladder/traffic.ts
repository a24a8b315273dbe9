/**
 * Two models of the visitors of a site, made independently of one another: what the ladder must not do, it
 * must not do under either.
 */
import type { Random } from './random.ts'

/** Visitors of a site. */
export interface Traffic {
  name: string
  /** Visitors an hour that are expected at a time in seconds since a Monday at midnight. */
  rate(time: number): number
  /** Seconds until the next visitor after a time, while there are `factor` times as many. */
  next(time: number, factor: number, random: Random): number
  /** The address of a visitor, and whether many share its network. */
  address(random: Random): { address: string; shared: boolean }
}

const HOUR = 3600
const DAY = 24 * HOUR

/** Address n of a range of 2²⁴ networks of IPv4. */
export const home = (first: number, n: number) => `${first}.${(n >> 8) & 255}.${n & 255}.${1 + (n % 250)}`
/** All visitors of one carrier. */
export const CARRIER = '100.64.0.1'

/**
 * Visitors who come by themselves: Poisson, with peaks at 10:30, 15:30 and 20:30, few at night and fewer at
 * weekends. 70 % are alone in their network, 25 % in 50 that are shared, 5 % behind one carrier.
 */
export function dailyTraffic(perHour: number): Traffic {
  const bump = (hour: number, peak: number, width: number) => Math.exp(-(((hour - peak) / width) ** 2))
  const shape = (time: number) => {
    const hour = (time % DAY) / HOUR
    const day = Math.floor(time / DAY) % 7
    const curve = 0.15 + bump(hour, 10.5, 2.5) + 0.8 * bump(hour, 15.5, 2.5) + 0.9 * bump(hour, 20.5, 2)
    return curve * (day >= 5 ? 0.6 : 1)
  }
  let sum = 0
  for (let hour = 0; hour < 168; hour++) sum += shape((hour + 0.5) * HOUR)
  const scale = (perHour * 168) / sum
  const highest = scale * 1.4
  let visitors = 0
  return {
    name: 'daily',
    rate: time => scale * shape(time),
    next(time, factor, random) {
      let at = time
      // Thinning: as many as at the highest rate, of whom the share of the moment comes.
      for (;;) {
        at += random.gap((highest * factor) / HOUR)
        if (random.next() * highest < scale * shape(at)) return at - time
      }
    },
    address(random) {
      const kind = random.next()
      if (kind < 0.05) return { address: CARRIER, shared: true }
      if (kind < 0.3) return { address: `198.51.${Math.floor(50 * random.next() ** 2)}.9`, shared: false }
      return { address: home(10, visitors++ % 65_536), shared: false }
    },
  }
}

/** Visitors of a group on average, and seconds after which another of them comes. */
const MEAN_GROUP = 2.25
const READING_SECONDS = 120

/**
 * Visitors who come in groups: a page is passed on, and its readers come within minutes. Groups have a heavy
 * tail, days differ by a factor, there is one long peak a day, and half of all have IPv6, whose homes are 16
 * to a /48.
 */
export function groupedTraffic(perHour: number, random: Random): Traffic {
  const days = Array.from({ length: 70 }, () => Math.exp(0.25 * random.normal()))
  const shape = (time: number) => {
    const hour = (time % DAY) / HOUR
    return (hour > 7 && hour < 23 ? 1.35 : 0.3) * days[Math.floor(time / DAY) % days.length]!
  }
  /** When those come whose group has begun, the last first; and when the next group begins. */
  const coming: number[] = []
  let group: number | undefined
  let visitors = 0
  const join = (at: number) => {
    let i = coming.length
    while (i > 0 && coming[i - 1]! < at) i--
    coming.splice(i, 0, at)
  }
  return {
    name: 'grouped',
    rate: time => perHour * shape(time),
    next(time, factor, random) {
      const gap = (at: number) => random.gap((perHour * factor * shape(at)) / MEAN_GROUP / HOUR)
      group ??= time + gap(time)
      while (coming.length === 0 || group <= coming.at(-1)!) {
        // Pareto with an exponent of 1.5, cut at 30.
        const members = Math.min(30, Math.floor((1 - random.next()) ** (-1 / 1.5)))
        for (let member = 0; member < members; member++) {
          join(group + (member === 0 ? 0 : random.gap(1 / READING_SECONDS)))
        }
        group += gap(group)
      }
      return Math.max(0, coming.pop()! - time)
    },
    address(random) {
      if (random.next() < 0.04) return { address: CARRIER, shared: true }
      const n = visitors++ % 65_536
      if (random.next() < 0.5)
        return { address: `2001:db8:${(n >> 4).toString(16)}:${(n & 15).toString(16)}00::1`, shared: false }
      return { address: home(11, Math.floor(65_536 * random.next() ** 3)), shared: false }
    },
  }
}
