/**
 * The script of the hidden frame in which workers of the service run for pages of other origins, which cannot
 * start them. Any page may have it: it computes what a page could compute itself, and knows of no site.
 */
import { SOLVER, startWorker, type WorkerScript } from './workers.ts'

/** A worker that the page wants, with its port. */
export interface WorkerOrder {
  script: WorkerScript
}
/** What the frame says: that it listens, or that a worker could not be started. */
export type FrameReport = 'ready' | 'failed'

/** Workers of one page, at most. */
const MAX_WORKERS = 4

let started = 0
const tell = (report: FrameReport) => parent.postMessage(report, '*')

addEventListener('message', ({ data, source, ports: [port] }: MessageEvent<WorkerOrder>) => {
  if (source !== parent || !port || started === MAX_WORKERS) return
  const script = data.script === 'solver-scrypt.js' ? data.script : 'solver-worker.js'
  started++
  try {
    startWorker({ base: location.href.slice(0, -SOLVER.length), script }, port, () => tell('failed'))
  } catch {
    tell('failed')
  }
})
tell('ready')
