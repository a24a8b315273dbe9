import { performance } from 'node:perf_hooks'

/** How far a process is behind with its work. */
export interface Pressure {
  /** 0 while it keeps up, 1 when what waits begins to be felt, and more the longer it waits. */
  level(): number
  stop(): void
}

/** Milliseconds between two looks at the clock. */
const TICK = 20
/** Milliseconds behind from which on it counts, and at which the level is 1. */
const FROM = 50
const TO = 250
/** How much of what was measured counts at the next look: half is gone after five. */
const MEMORY = 0.87

/**
 * Measures how late a timer comes, which is as long as a request waits before anything looks at it. A timer that is overdue counts at once:
 * under a flood everything that has arrived is answered before timers get their turn.
 */
export function createPressure(clock: () => number = () => performance.now()): Pressure {
  let due = clock() + TICK
  let behind = 0
  const timer = setInterval(() => {
    const time = clock()
    behind = Math.max(time - due, behind * MEMORY)
    due = time + TICK
  }, TICK).unref()

  return {
    level: () => Math.max(0, (Math.max(behind, clock() - due) - FROM) / (TO - FROM)),
    stop: () => clearInterval(timer),
  }
}
