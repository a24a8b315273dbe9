/** Does something again and again until the function it gives is called. */
export type Repeat = (work: () => unknown) => () => void

/** Milliseconds between two times: what others have changed is noticed after so long at the latest. */
const INTERVAL_MS = 1000

/** Repeats every second, and keeps no process from ending. */
export const everySecond: Repeat = work => {
  const timer = setInterval(work, INTERVAL_MS).unref()
  return () => clearInterval(timer)
}
