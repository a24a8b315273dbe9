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
  /** Adds one to a counter that starts anew `window` seconds after its first use; resolves with the new count. */
  count(key: string, window: number): Promise<number>
  /** Resolves when the ledger can answer; rejects with the reason when it cannot. */
  ping(): Promise<void>
  /** Finishes what was accepted and lets go of every resource. */
  close(): Promise<void>
}

/** Expired entries looked at by one call at the most: sweeping never stalls a request. */
const SWEEP_STEP = 64

/**
 * The ledger of one process, in memory: for library users and tests. What it knew is gone with the process.
 * `now` gives milliseconds since 1970; `size` tells how many entries are held.
 */
export function memoryLedger(now: () => number = Date.now): Ledger & { size(): number } {
  const entries = new Map<string, { until: number; value: string; count: number }>()
  /** Keys by the minute in which they expire, so that a sweep touches only what is due. */
  const due = new Map<number, string[]>()
  const minuteOf = (ms: number) => Math.floor(ms / 60_000)
  let swept = minuteOf(now())

  const sweep = (time: number) => {
    if (swept >= minuteOf(time)) return
    const keys = due.get(swept)
    if (!keys) {
      swept++
      return
    }
    for (let i = 0; i < SWEEP_STEP && keys.length > 0; i++) {
      const key = keys.pop()!
      const entry = entries.get(key)
      if (entry && entry.until <= time) entries.delete(key)
    }
    if (keys.length === 0) due.delete(swept)
  }
  const put = (key: string, until: number, value: string) => {
    entries.set(key, { until, value, count: 1 })
    // An entry never joins a minute that the sweep has left behind.
    const minute = Math.max(minuteOf(until), swept)
    const keys = due.get(minute)
    if (keys) keys.push(key)
    else due.set(minute, [key])
  }
  const live = (key: string, time: number) => {
    const entry = entries.get(key)
    return entry && entry.until > time ? entry : undefined
  }

  return {
    async claim(key, ttl, value) {
      const time = now()
      sweep(time)
      const entry = live(`=${key}`, time)
      if (entry) return entry.value
      put(`=${key}`, time + ttl * 1000, value)
      return undefined
    },
    async count(key, window) {
      const time = now()
      sweep(time)
      const entry = live(`#${key}`, time)
      if (entry) return ++entry.count
      put(`#${key}`, time + window * 1000, '')
      return 1
    },
    size: () => entries.size,
    async ping() {},
    async close() {
      entries.clear()
      due.clear()
    },
  }
}
