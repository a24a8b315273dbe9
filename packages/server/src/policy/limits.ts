import { type Action, isShed } from './action.ts'
import { createPseudonyms, prefixesOf } from './address.ts'
import { type Bucket, createBuckets, halved, REFILL_SECONDS, REQUESTS_HALF_LIFE_MS } from './buckets.ts'

/** Rate limits of one process: token buckets by site and network. */
export interface Limits {
  /**
   * Rate limit: takes one token from the buckets of an address and of its network. Gives 0, or the seconds
   * until there is one again; nothing is taken then. `rate` is the limit of challenges a minute for one
   * address, 0 for no limit.
   */
  take(site: number, address: string, action: Action, rate: number, options?: TakeOptions): number
  /** Takes further tokens for a wrong response. */
  failed(site: number, address: string, rate: number): void
  /** Number of buckets in memory. */
  size(): number
}

/** Options of `take`. */
export interface TakeOptions {
  /**
   * Pressure of the event-loop lag: from 0 to 1, a growing share of each bucket is reserved; meanwhile and
   * for some seconds after, networks that flood are throttled. @default 0
   */
  pressure?: number
  /** Requests that this one counts as: no more than half of a full bucket has. @default 1 */
  count?: number
}

/** Options of `createLimits`. */
export interface LimitsOptions {
  /** The master secret, from which the networks' pseudonyms come. */
  secret: string
  /** Milliseconds since 1970. */
  now: () => number
  /** Number of workers that share the connections of one machine. @default 1 */
  processes?: number
  /** The most address buckets in memory, about 200 bytes each, and as many of networks. @default 100,000 */
  capacity?: number
}

/**
 * Tokens of a full bucket for each challenge a minute. A picture may be shown again, or heard, some back
 * ends check twice, and a page of v1 or RoCAPTCHA asks for one or two other things beside each challenge.
 */
const TOKENS_PER_CHALLENGE: Readonly<Record<Action, number>> = {
  issue: 1,
  worked: 1,
  show: 3,
  check: 2,
  other: 3,
}
/** Limit of a network (/24, /48), as a multiple of the limit of one address. */
const NETWORK_FACTOR = 4
/** Tokens that a wrong response costs beyond its own. */
const TOKENS_PER_FAILURE = 4
/** The smallest bucket, in tokens: a rate that is divided among workers leaves everybody a try. */
const MIN_BUCKET_TOKENS = 2

/**
 * The most that one request takes of a full bucket, whatever it counts as: a page of CaptchEtat v1 asks twice
 * before there is anything to see, and a rate may be low or divided among many workers.
 */
const MAX_COST_SHARE = 1 / 2

/** Rounding error of sums: sixty sixtieths are a little more than one. */
const ROUNDING_ERROR = 1e-9

/** Share of a bucket that is reserved at a pressure of 1, so that those wait who have asked for much. */
const RESERVED_SHARE = 0.9
/**
 * Recent requests of a network, refused ones too, above which it is throttled at a pressure of 1: ten times
 * as many at 0.1, a quarter at 2.
 */
const FLOOD_THRESHOLD = 12
/** Half-life of a past pressure, in milliseconds. */
const PRESSURE_HALF_LIFE_MS = 5000

/** Rate limits in the memory of this process. */
export function createLimits(options: LimitsOptions): Limits {
  const { secret, now, processes = 1, capacity = 100_000 } = options
  const pseudonyms = createPseudonyms(secret)
  let today = 0
  const narrow = createBuckets(capacity)
  // Separate: otherwise many new addresses of one network would evict it.
  const wide = createBuckets(capacity)
  /**
   * Peak of the pressure, which rises at once and decays slowly: otherwise a flood would be admitted as soon
   * as it is gone.
   */
  let peak = { pressure: 0, time: 0 }
  const decayedPressure = (time: number, pressure: number) => {
    peak = {
      pressure: Math.max(pressure, halved(peak.pressure, time - peak.time, PRESSURE_HALF_LIFE_MS)),
      time,
    }
    return peak.pressure
  }
  /**
   * The bucket of the network around an address, and a function for both buckets, which is not always needed.
   */
  const bucketsOf = (site: number, address: string, time: number) => {
    const day = pseudonyms.dayOf(time)
    if (day !== today) {
      today = day
      narrow.clear()
      wide.clear()
    }
    const prefixes = prefixesOf(address)
    const networkBucket = wide.of(pseudonyms.of(site, `${prefixes.wide}*`, day), time)
    return {
      networkBucket,
      both: () => [
        { bucket: narrow.of(pseudonyms.of(site, prefixes.narrow, day), time), times: 1 / processes },
        { bucket: networkBucket, times: NETWORK_FACTOR / processes },
      ],
    }
  }
  /** Seconds for which a network that floods is throttled during event-loop lag. */
  const floodDelay = (networkBucket: Bucket, time: number, pressure: number) => {
    const level = decayedPressure(time, pressure)
    // The first request is never throttled.
    const excess = (networkBucket.asked++ * level * Math.max(1, level)) / FLOOD_THRESHOLD
    if (excess <= 1) return 0
    return Math.min(REFILL_SECONDS, Math.ceil((Math.log2(excess) * REQUESTS_HALF_LIFE_MS) / 1000))
  }
  const full = (action: Action, rate: number, times: number) =>
    Math.max(MIN_BUCKET_TOKENS, rate * TOKENS_PER_CHALLENGE[action] * times)

  return {
    take(site, address, action, rate, { pressure = 0, count = 1 } = {}) {
      if (rate === 0) return 0
      const time = now()
      const { networkBucket, both: bothOf } = bucketsOf(site, address, time)
      const delay = isShed(action) ? floodDelay(networkBucket, time, pressure) : 0
      if (delay > 0) return delay
      const both = bothOf()
      const reserve = RESERVED_SHARE * Math.min(1, pressure)
      const cost = (times: number) => Math.min(MAX_COST_SHARE, count / full(action, rate, times))
      let wait = 0
      for (const { bucket, times } of both) {
        const over = bucket[action] + cost(times) - (1 - reserve)
        // A full bucket always gives one: otherwise a first request could be refused.
        if (over > ROUNDING_ERROR && bucket[action] > 0)
          wait = Math.max(wait, Math.ceil((over - ROUNDING_ERROR) * REFILL_SECONDS))
      }
      if (wait > 0) return wait
      for (const { bucket, times } of both) bucket[action] += cost(times)
      return 0
    },

    failed(site, address, rate) {
      if (rate === 0) return
      for (const { bucket, times } of bucketsOf(site, address, now()).both()) {
        // Also of new challenges: a network that fails gets fewer of them.
        for (const action of ['issue', 'worked', 'check'] as const) {
          bucket[action] = Math.min(1, bucket[action] + TOKENS_PER_FAILURE / full(action, rate, times))
        }
      }
    },

    size: () => narrow.size() + wide.size(),
  }
}
