import { CaptchaError } from '@upright/core'
import type { Alarms } from './alarms.ts'
import type { Backend, Metrics } from './metrics.ts'
import type { Traces } from './traces.ts'

/** Observers of the calls of a backend. */
export interface Observers {
  alarms: Alarms
  metrics?: Metrics | undefined
  traces?: Traces | undefined
}

/** Whether an error says that a backend cannot be reached: an error about misuse is an answer. */
const isOutage = (error: unknown) => !(error instanceof CaptchaError) || error.code === 'unavailable'

/** Operations that call no backend, or close it: not observed. */
const UNOBSERVED = ['close', 'loss', 'notes']

/**
 * A ledger or a registry whose calls are timed, traced and, when they fail, logged. What it does is the same.
 */
export function instrumentStore<T extends object>(name: Backend, backend: T, observers: Observers): T {
  const { alarms, metrics, traces } = observers
  const observe = (operation: string, call: () => unknown) => {
    const start = performance.now()
    const result = traces ? traces.within(`${name}.${operation}`, 3, call) : call()
    // What is answered at once is asked of nobody.
    if (!(result instanceof Promise)) return result
    const tell = (failed: boolean, error?: unknown) => {
      if (failed) alarms.failed(name, error)
      else alarms.answered(name)
      metrics?.called(name, operation, (performance.now() - start) / 1000, failed)
    }
    return result.then(
      value => {
        tell(false)
        return value
      },
      error => {
        tell(isOutage(error), error)
        throw error
      },
    )
  }
  return Object.fromEntries(
    Object.entries(backend).map(([operation, method]) => [
      operation,
      typeof method === 'function' && !UNOBSERVED.includes(operation)
        ? (...args: unknown[]) => observe(operation, () => method.apply(backend, args))
        : method,
    ]),
  ) as T
}
