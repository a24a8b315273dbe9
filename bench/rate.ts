import { performance } from 'node:perf_hooks'

/** Rounds of one measurement. */
const ROUNDS = 6

/**
 * Calls a second of a function on a core of its own: after a warm-up, the best of some rounds that take
 * `seconds` together. Whatever else runs on the machine can only slow a round down.
 */
export function rate(call: () => unknown, seconds = 1.5): number {
  const round = () => measure(call, seconds / ROUNDS)
  round()
  return Math.max(...Array.from({ length: ROUNDS }, round))
}

function measure(call: () => unknown, seconds: number): number {
  const start = performance.now()
  const end = start + seconds * 1000
  let calls = 0
  let now = start
  // The clock is read once in a while only: it costs as much as opening an id.
  for (let batch = 1; now < end; batch = Math.min(batch * 2, 256)) {
    for (let i = 0; i < batch; i++) call()
    calls += batch
    now = performance.now()
  }
  return calls / ((now - start) / 1000)
}

/** Calls a second of an asynchronous function with `parallel` calls under way at any time. */
export async function parallelRate(call: (n: number) => Promise<unknown>, parallel: number, total: number) {
  const start = performance.now()
  let next = 0
  await Promise.all(
    Array.from({ length: parallel }, async () => {
      while (next < total) await call(next++)
    }),
  )
  return total / ((performance.now() - start) / 1000)
}

/** The middle one of some figures. */
export function median(figures: number[]): number {
  return figures.sort((a, b) => a - b)[figures.length >> 1]!
}
