import { ACTIONS, type Action } from './action.ts'

/** Seconds in which an empty bucket is full again. */
export const REFILL_SECONDS = 60
/** Half-life of the count of a network's requests, in milliseconds. */
export const REQUESTS_HALF_LIFE_MS = 10_000

/**
 * Shares that were taken out, by action, and what was asked for lately, also in vain, as they were at `time`,
 * in milliseconds since 1970.
 */
export type Bucket = Record<Action, number> & { asked: number; time: number }

/** Buckets by the names of networks, of which no more than `capacity` are remembered. */
export function createBuckets(capacity: number) {
  const buckets = new Map<string, Bucket>()
  let round = buckets.entries()
  // Kept, because a new one has to step over everything that was ever deleted at the front.
  let eldest = buckets.keys()
  /** Forgets a step further round what is full again: nobody can tell it from what was never touched. */
  const sweep = (time: number) => {
    for (let i = 0; i < 2; i++) {
      const { done, value } = round.next()
      if (done) round = buckets.entries()
      else if (Math.abs(time - value[1].time) > REFILL_SECONDS * 1000) buckets.delete(value[0])
    }
  }
  return {
    /** The bucket of a network as it is at a time. */
    of(name: string, time: number): Bucket {
      const known = buckets.get(name)
      if (known) {
        // A clock that was set back fills nothing.
        const passed = Math.max(0, time - known.time)
        for (const action of ACTIONS)
          known[action] = Math.max(0, known[action] - passed / 1000 / REFILL_SECONDS)
        known.asked = halved(known.asked, passed, REQUESTS_HALF_LIFE_MS)
        known.time = time
        return known
      }
      sweep(time)
      if (buckets.size >= capacity) buckets.delete(eldest.next().value!)
      const bucket = { issue: 0, worked: 0, show: 0, check: 0, other: 0, asked: 0, time }
      buckets.set(name, bucket)
      return bucket
    },
    clear() {
      buckets.clear()
      round = buckets.entries()
      eldest = buckets.keys()
    },
    size: () => buckets.size,
  }
}

/** Exponential decay of a value after some milliseconds, with half-life `half`. */
export const halved = (value: number, passed: number, half: number) =>
  passed > 0 ? value * 0.5 ** (passed / half) : value
