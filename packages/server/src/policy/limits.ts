import { createPseudonyms, prefixesOf } from './address.ts'

/** What a visitor's browser asks for: a challenge, its picture or sound, or whether a response is right. */
export type Action = 'issue' | 'show' | 'check'

/** Token buckets for each network that visitors of a site come from, in this process. */
export interface Limits {
  /**
   * Takes one token of each network an address lies in; gives 0, or the seconds after which there is one again. Nothing is taken then.
   * `rate` is the challenges a minute that one address may ask for, 0 for any number; `reserve`, 0 … 1, is the share of a
   * bucket that has to stay in it: the busier the process, the more.
   */
  take(site: number, address: string, action: Action, rate: number, reserve?: number): number
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
  /** Networks that are remembered at most, about 200 bytes each. @default 100,000 */
  capacity?: number
}

/** Tokens of a full bucket for each challenge a minute. A picture may be looked at again, or heard, and some back ends check twice. */
const TOKENS: Readonly<Record<Action, number>> = { issue: 1, show: 3, check: 2 }
const ACTIONS = Object.keys(TOKENS) as Action[]
/** How many times a household's rate its whole network has. */
const WIDE = 4
/** Tokens that a wrong response costs beyond its own. */
const FAILURE = 4
/** Seconds in which an empty bucket is full again. */
const FULL_AFTER = 60
/** Smallest bucket, in tokens: a rate that is shared out must leave everybody a try. */
const SMALLEST = 2

/** Sixty sixtieths come to a little more than one. */
const ROUNDING = 1e-9

/** Shares of full buckets that were taken out, by action, and when that was so, in milliseconds since 1970. */
type Taken = Record<Action, number> & { time: number }

/** Limits over a master secret. */
export function createLimits(options: LimitsOptions): Limits {
  const { secret, now, processes = 1, capacity = 100_000 } = options
  const pseudonyms = createPseudonyms(secret)
  let today = 0
  let buckets = new Map<string, Taken>()
  let round = buckets.entries()

  /** Forgets a step further round what is full again: nobody can tell it from what was never touched. */
  const sweep = (time: number) => {
    for (let i = 0; i < 2; i++) {
      const { done, value } = round.next()
      if (done) round = buckets.entries()
      else if (Math.abs(time - value[1].time) > FULL_AFTER * 1000) buckets.delete(value[0])
    }
  }
  const bucketOf = (name: string, time: number): Taken => {
    const known = buckets.get(name)
    if (known) {
      // A clock that was set back fills nothing.
      const filled = Math.max(0, time - known.time) / 1000 / FULL_AFTER
      for (const action of ACTIONS) known[action] = Math.max(0, known[action] - filled)
      known.time = time
      return known
    }
    sweep(time)
    if (buckets.size >= capacity) buckets.delete(buckets.keys().next().value!)
    const bucket = { issue: 0, show: 0, check: 0, time }
    buckets.set(name, bucket)
    return bucket
  }
  /** The buckets of an address's two networks, with the tokens that a full one has for each challenge a minute. */
  const bucketsOf = (site: number, address: string) => {
    const time = now()
    const day = pseudonyms.dayOf(time)
    if (day !== today) {
      today = day
      buckets = new Map()
      round = buckets.entries()
    }
    const { narrow, wide } = prefixesOf(address)
    return [
      { bucket: bucketOf(pseudonyms.of(site, narrow, day), time), times: 1 / processes },
      { bucket: bucketOf(pseudonyms.of(site, `${wide}*`, day), time), times: WIDE / processes },
    ]
  }
  const full = (action: Action, rate: number, times: number) =>
    Math.max(SMALLEST, rate * TOKENS[action] * times)

  return {
    take(site, address, action, rate, reserve = 0) {
      if (rate === 0) return 0
      const both = bucketsOf(site, address)
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
      for (const { bucket, times } of bucketsOf(site, address)) {
        // Also of new challenges: who fails is to ask for fewer of them.
        for (const action of ['issue', 'check'] as const) {
          bucket[action] = Math.min(1, bucket[action] + FAILURE / full(action, rate, times))
        }
      }
    },

    size: () => buckets.size,
  }
}
