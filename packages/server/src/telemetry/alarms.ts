import type { FastifyBaseLogger } from 'fastify'
import type { Part } from './metrics.ts'

/** Tells when a part stops answering and when it answers again: once each, however many requests notice. */
export interface Alarms {
  /** A call of the part failed, and why. */
  failed(part: Part, error: unknown): void
  /** A call of the part was answered. */
  answered(part: Part): void
  /** Where lines go from now on; what is amiss already is told there at once. */
  tell(log: Pick<FastifyBaseLogger, 'error' | 'warn'>): void
}

/** `now` gives milliseconds since 1970. */
export function createAlarms(now: () => number): Alarms {
  const down = new Map<Part, { since: number; err: unknown }>()
  let log: Pick<FastifyBaseLogger, 'error' | 'warn'> | undefined
  const alarm = (part: Part, err: unknown) => log?.error({ part, err }, `the ${part} does not answer`)

  return {
    failed(part, err) {
      if (down.has(part)) return
      down.set(part, { since: now(), err })
      alarm(part, err)
    },
    answered(part) {
      const trouble = down.get(part)
      if (!trouble) return
      down.delete(part)
      const seconds = Math.round((now() - trouble.since) / 1000)
      log?.warn({ part, seconds }, `the ${part} answers again`)
    },
    tell(to) {
      log = to
      for (const [part, { err }] of down) alarm(part, err)
    },
  }
}
