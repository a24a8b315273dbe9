import type { Kind } from '../../kind.ts'

/** Two numbers to add, in writing: a kind for tests, written as any other. Its level is the least sum. */
export const sum: Kind<{ sign: string }, 'writing'> = {
  draw: ({ level = 0 }, stream) => String(level + stream.below(1000)),
  forms: {
    writing({ settings: { sign }, answer }, stream) {
      const first = stream.below(Number(answer) + 1)
      const text = `${first} ${sign} ${Number(answer) - first}`
      return { type: 'text/plain; charset=utf-8', bytes: Buffer.from(text) }
    },
  },
  accepts: ({ answer }, response, { tolerance = 0 }) =>
    /^\d{1,4}$/.test(response) && Math.abs(Number(response) - Number(answer)) <= tolerance,
}
