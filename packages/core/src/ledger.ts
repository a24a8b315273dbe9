/**
 * What is written down at all: which ids are spent, and how often something was tried. One implementation a file;
 * all pass the contract suite in `testing/`.
 */
export interface Ledger {
  /**
   * Writes `value` under `key` for `ttl` seconds unless something is there already: atomic, across every process
   * that shares the ledger. Resolves with `undefined` for the first claim, else with the value that was there.
   */
  claim(key: string, ttl: number, value: string): Promise<string | undefined>
  /** The value under a key that was claimed and has not expired, or undefined. Claims nothing. */
  claimed(key: string): Promise<string | undefined>
  /** Adds one to a counter that starts anew `window` seconds after its first use; resolves with the new count. */
  count(key: string, window: number): Promise<number>
  /** What a counter stands at, 0 when nothing was counted in its window. Counts nothing. */
  counted(key: string): Promise<number>
  /** Resolves when the ledger can answer; rejects with the reason when it cannot. */
  ping(): Promise<void>
  /** Finishes what was accepted and lets go of every resource. */
  close(): Promise<void>
}

/**
 * The ledger of one process, in memory: for library users and tests. What it knew is gone with the process.
 * `now` gives milliseconds since 1970; `size` tells how many entries are held.
 */
export function memoryLedger(now: () => number = Date.now): Ledger & { size(): number } {
  const claims = expiringMap<string>(now)
  const counters = expiringMap<number>(now)
  return {
    async claim(key, ttl, value) {
      const entry = claims.get(key)
      if (entry) return entry.value
      claims.set(key, ttl, value)
      return undefined
    },
    async count(key, window) {
      const entry = counters.get(key)
      if (entry) return ++entry.value
      counters.set(key, window, 1)
      return 1
    },
    claimed: async key => claims.get(key)?.value,
    counted: async key => counters.get(key)?.value ?? 0,
    size: () => claims.size() + counters.size(),
    async ping() {},
    async close() {},
  }
}

/** Entries that one call looks at for expiry: two for every new one, so that garbage never piles up. */
const SWEEP_STEP = 2

/** A map whose entries live for some seconds; every call sweeps a step further round, and none stalls. */
function expiringMap<T>(now: () => number) {
  const entries = new Map<string, { until: number; value: T }>()
  let round = entries.entries()

  const sweep = (time: number) => {
    for (let i = 0; i < SWEEP_STEP; i++) {
      const { done, value } = round.next()
      if (done) round = entries.entries()
      else if (value[1].until <= time) entries.delete(value[0])
    }
  }
  return {
    get(key: string) {
      const time = now()
      sweep(time)
      const entry = entries.get(key)
      return entry && entry.until > time ? entry : undefined
    },
    set(key: string, seconds: number, value: T) {
      entries.set(key, { until: now() + seconds * 1000, value })
    },
    size: () => entries.size,
  }
}
