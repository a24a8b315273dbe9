import type { FastifyBaseLogger } from 'fastify'
import type { GuessedKind } from '../policy/ladder/guesses.ts'
import type { Step } from '../policy/ladder/ladder.ts'
import type { Backend } from './metrics.ts'

/**
 * Logs when a backend stops answering and when it answers again, once each, however many requests notice; and
 * when the ladder asks for more or for less, or a kind is guessed.
 */
export interface Alarms {
  /** A call of the backend failed, and why. */
  failed(backend: Backend, error: unknown): void
  /** A call of the backend was answered. */
  answered(backend: Backend): void
  /** What visitors of a site are asked for changed, and why; also where that is only watched. */
  ladder(site: number, step: Step): void
  /** Answers of a kind began to be guessed at a site, or that has ended; also where that is only watched. */
  guessed(site: number, kind: GuessedKind, guessed: boolean): void
  /** Sets the logger; backends that are down already are logged at once. */
  setLogger(log: Pick<FastifyBaseLogger, 'error' | 'warn'>): void
}

/** `now` gives milliseconds since 1970. */
export function createAlarms(now: () => number): Alarms {
  const down = new Map<Backend, { since: number; err: unknown }>()
  let log: Pick<FastifyBaseLogger, 'error' | 'warn'> | undefined
  const alarm = (backend: Backend, err: unknown) =>
    log?.error({ backend, err }, `the ${backend} does not answer`)

  return {
    failed(backend, err) {
      if (down.has(backend)) return
      down.set(backend, { since: now(), err })
      alarm(backend, err)
    },
    answered(backend) {
      const trouble = down.get(backend)
      if (!trouble) return
      down.delete(backend)
      const seconds = Math.round((now() - trouble.since) / 1000)
      log?.warn({ backend, seconds }, `the ${backend} answers again`)
    },
    ladder(site, { rung, reasons }) {
      log?.warn({ site, rung, reasons }, `the ladder of site ${site} is on rung ${rung}`)
    },
    guessed(site, kind, guessed) {
      log?.warn(
        { site, kind, guessed },
        `answers to ${kind} of site ${site} are ${guessed ? '' : 'no longer '}guessed`,
      )
    },
    setLogger(to) {
      log = to
      for (const [backend, { err }] of down) alarm(backend, err)
    },
  }
}
