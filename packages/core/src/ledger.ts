import { CLOCK_SKEW_SECONDS } from './clock-skew.ts'
import type { OptionRule } from './options.ts'

/** A loss of claims. */
export interface Loss {
  /** Whether something issued up to this second since 1970 is spent, nobody knows. */
  before: number
  /**
   * Whether an operator should hear of it; not after a stop so long that hardly anything can be answered
   * still.
   */
  alarming: boolean
}

/**
 * What is written down at all: which ids are spent, and how often something was tried. One implementation a
 * file; all pass the contract suite in `testing/`.
 */
export interface Ledger {
  /**
   * Writes `value` under `key` for `ttl` seconds unless something is there already: atomic, across every
   * process that shares the ledger. Resolves with `undefined` for the first claim, else with the value that
   * was there.
   */
  claim(key: string, ttl: number, value: string): Promise<string | undefined>
  /** The value under a key that was claimed and has not expired, or undefined. Claims nothing. */
  claimed(key: string): Promise<string | undefined>
  /** Increments a counter that restarts `window` seconds after its first use; resolves with the new count. */
  count(key: string, window: number): Promise<number>
  /** The value of a counter, 0 when nothing was counted in its window. Does not increment it. */
  counted(key: string): Promise<number>
  /**
   * What it has lost, where it notices such things: at the latest when an answer shows it. What was lost once
   * stays lost.
   * @default nothing, ever
   */
  loss?(): Loss | undefined
  /** Resolves when the ledger can answer; rejects with the reason when it cannot. */
  ping(): Promise<void>
  /** Finishes what was accepted and lets go of every resource. */
  close(): Promise<void>
}

/**
 * Whether something of this issue time is to be refused, because nobody knows if it is spent. To be asked
 * after its claim was answered: no claim that was made after a loss is believed.
 */
export const isLost = ({ loss }: Pick<Ledger, 'loss'>, issued: number): boolean =>
  issued <= (loss?.()?.before ?? Number.NEGATIVE_INFINITY)

/** What an option that is a ledger may be. */
export const LEDGER_RULE: OptionRule = {
  accepts: value => typeof (value as Partial<Ledger> | null)?.claim === 'function',
  words: 'a ledger, such as memoryLedger()',
  required: true,
}

/**
 * The ledger of one process, in memory: for library users and tests. What it knew is gone with the process.
 * `now` gives milliseconds since 1970; `size` tells how many entries are held.
 *
 * Times are whole seconds, so that an id's deadline is the same number whenever it is claimed: what was swept
 * is refused by that number.
 */
export function memoryLedger(now: () => number = Date.now): Ledger & { size(): number } {
  const claims = expiringMap<string>()
  const counters = expiringMap<number>()
  const seconds = () => Math.floor(now() / 1000)
  return {
    async claim(key, ttl, value) {
      const time = seconds()
      const until = time + Math.ceil(ttl)
      claims.sweep(time)
      const entry = claims.get(key, time)
      if (entry) return entry.value
      // The clock was set far back: a claim up to this deadline may be gone already, and none can be called
      // the first.
      if (until <= claims.swept()) return 'swept'
      claims.set(key, until, value)
      return undefined
    },
    async count(key, window) {
      const time = seconds()
      const until = time + Math.ceil(window)
      counters.sweep(time)
      const entry = counters.get(key, time)
      // A window that ends later than any can was begun by a clock far ahead: nobody is to be locked out
      // until then.
      if (entry && entry.until <= until + CLOCK_SKEW_SECONDS) return ++entry.value
      counters.set(key, until, 1)
      return 1
    },
    claimed: async key => claims.get(key, seconds())?.value,
    counted: async key => counters.get(key, seconds())?.value ?? 0,
    size: () => claims.size() + counters.size(),
    async ping() {},
    async close() {},
  }
}

/** Entries that one call looks at for expiry: two for every new one, so that garbage never piles up. */
const SWEPT_ENTRIES = 2

/**
 * A map whose entries live until a second and are kept for some time after it; sweeping goes a step further
 * round with each call.
 */
function expiringMap<T>() {
  const entries = new Map<string, { until: number; value: T }>()
  let round = entries.entries()
  let swept = 0

  return {
    /** The entry, unless it has expired at this time. */
    get(key: string, time: number) {
      const entry = entries.get(key)
      return entry && entry.until >= time ? entry : undefined
    },
    set(key: string, until: number, value: T) {
      entries.set(key, { until, value })
    },
    sweep(time: number) {
      for (let i = 0; i < SWEPT_ENTRIES; i++) {
        const { done, value } = round.next()
        if (done) round = entries.entries()
        else if (value[1].until < time - CLOCK_SKEW_SECONDS) {
          swept = Math.max(swept, value[1].until)
          entries.delete(value[0])
        }
      }
    },
    /** The last second that an entry lived until that was swept. */
    swept: () => swept,
    size: () => entries.size,
  }
}
