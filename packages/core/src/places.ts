import { CaptchaError } from './errors.ts'

/** Places for work that is too expensive to do without bounds. */
export interface Places {
  /**
   * Runs something when a place is free, in the order of the calls.
   * @throws CaptchaError `overloaded` at once when too many wait
   */
  run<T>(work: () => Promise<T>): Promise<T>
}

/** Bounds of places. */
export interface PlacesOptions {
  /** How many run at a time. */
  running: number
  /** How many may wait. */
  waiting: number
}

/** Places of one process. */
export function createPlaces({ running, waiting }: PlacesOptions): Places {
  const queue: (() => void)[] = []
  let free = running

  return {
    async run(work) {
      if (free > 0) free--
      else if (queue.length >= waiting) throw new CaptchaError('overloaded')
      else await new Promise<void>(resolve => queue.push(resolve))
      try {
        return await work()
      } finally {
        // The place passes on, so that nobody who comes later takes it.
        const next = queue.shift()
        if (next) next()
        else free++
      }
    },
  }
}
