import { performance } from 'node:perf_hooks'

/** Event-loop lag of a process, as a pressure on its rate limits. */
export interface Pressure {
  /** 0 without lag, 1 at `FULL_LAG_MS`, and more above it. */
  level(): number
  stop(): void
}

/** Interval of the timer whose lateness is measured, in milliseconds. */
const INTERVAL_MS = 20
/** Event-loop lag in milliseconds that counts as pressure, and at which the level is 1. */
const MIN_LAG_MS = 50
const FULL_LAG_MS = 250
/** Factor by which a measured lag decays at each interval: half is gone after five. */
const DECAY = 0.87

/**
 * Measures event-loop lag, the lateness of a timer: a new request waits as long. A timer that is overdue
 * counts at once: under a flood everything that has arrived is answered before timers get their turn.
 */
export function createPressure(clock: () => number = () => performance.now()): Pressure {
  let due = clock() + INTERVAL_MS
  let lag = 0
  const timer = setInterval(() => {
    const time = clock()
    lag = Math.max(time - due, lag * DECAY)
    due = time + INTERVAL_MS
  }, INTERVAL_MS).unref()

  return {
    level: () => Math.max(0, (Math.max(lag, clock() - due) - MIN_LAG_MS) / (FULL_LAG_MS - MIN_LAG_MS)),
    stop: () => clearInterval(timer),
  }
}
