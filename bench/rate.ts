import { performance } from 'node:perf_hooks'

/** Calls a second of a function, measured for about `seconds` after a warm-up of a fifth of that. */
export function rate(call: () => unknown, seconds = 1): number {
  measure(call, seconds / 5)
  return measure(call, seconds)
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
