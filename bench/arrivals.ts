import { performance } from 'node:perf_hooks'

/**
 * Has something begin at an even rate, however long each takes: waiting for a slow one before the next begins
 * would hide what visitors feel. Each is told when it was due, by `performance.now()`. Gives the milliseconds
 * by which the latest began late: this program's own fault.
 */
export async function arrive(
  one: (due: number) => Promise<void>,
  rate: number,
  seconds: number,
): Promise<number> {
  const start = performance.now()
  const underWay: Promise<void>[] = []
  let late = 0
  for (let i = 0; i < rate * seconds; i++) {
    const due = start + (1000 * i) / rate
    const wait = due - performance.now()
    if (wait > 1) await new Promise(resolve => setTimeout(resolve, wait))
    late = Math.max(late, performance.now() - due)
    underWay.push(one(due))
  }
  await Promise.all(underWay)
  return late
}
