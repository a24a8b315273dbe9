import { type Action, isShed } from './action.ts'
import { createPseudonyms, prefixesOf } from './address.ts'
import { ASKED_HALF, type Bucket, createBuckets, FULL_AFTER, halved } from './buckets.ts'

/** Token buckets for each network that visitors of a site come from, in this process. */
export interface Limits {
  /**
   * Takes one token of each network an address is in; gives 0, or the seconds after which there is one again. Nothing is taken then.
   * `rate` is the challenges a minute that one address may ask for, 0 for any number. `pressure` is how far the process is behind: from
   * 0 to 1, more and more of a bucket has to stay in it; and while it lasts and for some seconds after, networks wait that keep asking.
   */
  take(site: number, address: string, action: Action, rate: number, pressure?: number): number
  /** Takes more for a wrong response: so many cost as much as one who types well never needs. */
  failed(site: number, address: string, rate: number): void
  /** Networks that are remembered now. */
  size(): number
}

/** What limits are made of. */
export interface LimitsOptions {
  /** The master secret, from which the networks' pseudonyms come. */
  secret: string
  /** Milliseconds since 1970. */
  now: () => number
  /** Processes among which the connections of one machine are shared out. @default 1 */
  processes?: number
  /** Households that are remembered at most, about 200 bytes each, and as many of the networks around them. @default 100,000 */
  capacity?: number
}

/**
 * Tokens of a full bucket for each challenge a minute. A picture may be looked at again, or heard, some back
 * ends check twice, and a page of v1 or RoCAPTCHA asks for one or two other things beside each challenge.
 */
const TOKENS: Readonly<Record<Action, number>> = { issue: 1, show: 3, check: 2, other: 3 }
/** How many times a household's rate its whole network has. */
const WIDE = 4
/** Tokens that a wrong response costs beyond its own. */
const FAILURE = 4
/** Smallest bucket, in tokens: a rate that is shared out must leave everybody a try. */
const SMALLEST = 2

/** Sixty sixtieths come to a little more than one. */
const ROUNDING = 1e-9

/** Share of its bucket that a visitor has to have left at a pressure of 1, so that those wait who have asked for much. */
const RESERVE = 0.9
/** Requests of a network around a household that are lately too many at a pressure of 1, also in vain: ten times as many at 0.1, a quarter at 2. */
const FLOOD_THRESHOLD = 12
/** Milliseconds after which half of a pressure that has gone is forgotten. */
const PRESSURE_HALF = 5000

/** Limits over a master secret. */
export function createLimits(options: LimitsOptions): Limits {
  const { secret, now, processes = 1, capacity = 100_000 } = options
  const pseudonyms = createPseudonyms(secret)
  let today = 0
  const narrow = createBuckets(capacity)
  // Apart, or those who come from ever new addresses of one network would push it out.
  const wide = createBuckets(capacity)
  /** The pressure, which rises at once and falls slowly: otherwise a flood would be admitted as soon as it is gone. */
  let felt = { pressure: 0, time: 0 }
  const strainAt = (time: number, pressure: number) => {
    felt = { pressure: Math.max(pressure, halved(felt.pressure, time - felt.time, PRESSURE_HALF)), time }
    return felt.pressure
  }
  /** The bucket of the network around an address, and what gives the address's own, which not everybody needs. */
  const bucketsOf = (site: number, address: string, time: number) => {
    const day = pseudonyms.dayOf(time)
    if (day !== today) {
      today = day
      narrow.clear()
      wide.clear()
    }
    const prefixes = prefixesOf(address)
    const around = wide.of(pseudonyms.of(site, `${prefixes.wide}*`, day), time)
    return {
      around,
      both: () => [
        { bucket: narrow.of(pseudonyms.of(site, prefixes.narrow, day), time), times: 1 / processes },
        { bucket: around, times: WIDE / processes },
      ],
    }
  }
  /** Seconds for which a network has to wait that keeps asking while the process is behind. */
  const eagerness = (around: Bucket, time: number, pressure: number) => {
    const strain = strainAt(time, pressure)
    // Nobody is eager who has not asked before.
    const eager = (around.asked++ * strain * Math.max(1, strain)) / FLOOD_THRESHOLD
    return eager > 1 ? Math.min(FULL_AFTER, Math.ceil((Math.log2(eager) * ASKED_HALF) / 1000)) : 0
  }
  const full = (action: Action, rate: number, times: number) =>
    Math.max(SMALLEST, rate * TOKENS[action] * times)

  return {
    take(site, address, action, rate, pressure = 0) {
      if (rate === 0) return 0
      const time = now()
      const { around, both: bothOf } = bucketsOf(site, address, time)
      const eager = isShed(action) ? eagerness(around, time, pressure) : 0
      if (eager > 0) return eager
      const both = bothOf()
      const reserve = RESERVE * Math.min(1, pressure)
      let wait = 0
      for (const { bucket, times } of both) {
        const over = bucket[action] + 1 / full(action, rate, times) - (1 - reserve)
        // A full bucket always gives one: else those would be refused who never asked before.
        if (over > ROUNDING && bucket[action] > 0)
          wait = Math.max(wait, Math.ceil((over - ROUNDING) * FULL_AFTER))
      }
      if (wait > 0) return wait
      for (const { bucket, times } of both) bucket[action] += 1 / full(action, rate, times)
      return 0
    },

    failed(site, address, rate) {
      if (rate === 0) return
      for (const { bucket, times } of bucketsOf(site, address, now()).both()) {
        // Also of new challenges: who fails is to ask for fewer of them.
        for (const action of ['issue', 'check'] as const) {
          bucket[action] = Math.min(1, bucket[action] + FAILURE / full(action, rate, times))
        }
      }
    },

    size: () => narrow.size() + wide.size(),
  }
}
