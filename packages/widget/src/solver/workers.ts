import { trusted } from '../parts/trusted.ts'

/** Where the service has what solvers need, below its own address. */
export const SOLVER = '/upright/v1/solver'
/** What a script of a worker is called there. */
export type WorkerScript = 'solver-worker.js' | 'solver-scrypt.js'

/**
 * Starts a worker of a service on this page's origin, and gives it the port of those who want work done.
 * `failed` is called when its script could not be had.
 * @throws where a policy of the page forbids workers
 */
export function startWorker(
  { base, script }: { base: string; script: WorkerScript },
  port: MessagePort,
  failed: () => void,
): Worker {
  const worker = new Worker(trusted(`${base}/upright/v1/${script}`))
  worker.onerror = event => {
    event.preventDefault()
    failed()
  }
  worker.postMessage(null, [port])
  return worker
}
