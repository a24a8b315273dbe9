import cluster, { type Worker } from 'node:cluster'
import { hostname } from 'node:os'
import type { Config } from '../../config.ts'
import { createSwitchboard } from '../../policy/ladder/sharing.ts'
import { lineStart } from '../../telemetry/log-line.ts'
import { announce, type DemoKeys } from './announce.ts'
import { createHeartbeats, type HeartbeatTimes } from './heartbeats.ts'
import { showMetrics } from './listen.ts'
import { GRACE_MS, stopOnSignal } from './stop.ts'
import type { Heard, Told } from './worker.ts'

/** Milliseconds a worker must have lived for the next to be started at once. */
const STEADY_AFTER_MS = 10_000
/** Milliseconds before a worker that did not live so long is replaced: twice as many each time in a row. */
const RESTART_DELAY_MS = { first: 100, most: 5000 }
/**
 * Workers in a row that end before they listen, while no other serves, after which there is no use in trying.
 */
const MAX_FAILED_STARTS = 5
/** Milliseconds beyond all others after which a worker that does not stop is ended. */
const STOP_MARGIN_MS = 5000

/**
 * `upright serve` with several workers: this process serves nothing and loads next to nothing, but starts
 * them, kills those that hang, replaces those that end, and stops them. The first makes what is missing in
 * the data folder, and the others start when it listens.
 *
 * All take connections from the one socket by themselves, so that none waits for this process, and a busy or
 * frozen worker takes none. It is one closure: starting, replacing and stopping share which workers there are
 * and what is expected of them. Resolves with the exit status when no worker could start. @throws Error when
 * later on none can start any more
 */
export async function watch(
  config: Config,
  json: boolean | undefined,
  times: HeartbeatTimes,
): Promise<number> {
  cluster.schedulingPolicy = cluster.SCHED_NONE
  // Loaded where it is wanted: this process is to stay small.
  const collect = config.metrics && (await import('../../telemetry/metrics.ts')).clusterMetrics()
  const metrics = collect && (await showMetrics(config, collect))
  const all = new Set<Worker>()
  const serving = new Set<Worker>()
  const heartbeats = createHeartbeats<Worker>(times)
  const switchboard = createSwitchboard<Worker>()
  let demo: DemoKeys | undefined
  let url: string | undefined
  let announced = false
  let stopping = false
  /** Workers in a row that did not live long, and that did not come to listen. */
  let hasty = 0
  let failed = 0

  const tell = () => {
    announced = true
    announce({
      url: serving.size > 0 ? url : undefined,
      metrics: metrics?.url,
      data: config.data,
      pages: config.demo,
      demo,
      json,
    })
  }
  // The demo site's secret is known now and never again.
  const tellDemo = () => {
    if (!announced && demo) tell()
  }
  const killAll = () => {
    for (const worker of all) worker.process.kill('SIGKILL')
  }
  const warn = (msg: string) => {
    if (['fatal', 'error', 'silent'].includes(config.logLevel)) return
    // A line as the workers' log has them.
    const line = { ...lineStart(config, 40), pid: process.pid, hostname: hostname(), msg }
    process.stderr.write(`${JSON.stringify(line)}\n`)
  }

  const killSilent = (worker: Worker) => {
    const seconds = times.timeout / 1000
    warn(`worker ${worker.process.pid} is killed: its event loop has not answered for ${seconds} s`)
    worker.process.kill('SIGKILL')
  }

  return new Promise<number>((resolve, reject) => {
    const start = () => {
      if (stopping) return
      const worker = cluster.fork()
      const started = Date.now()
      all.add(worker)
      worker.on('message', (told: Told | { type: string }) => {
        // Metrics, which somebody else has asked for.
        if ('type' in told) return
        if ('demo' in told) {
          demo = told.demo
          return
        }
        if ('counted' in told) {
          const exchanged = switchboard.exchange(worker, told.counted)
          // Who has gone need not hear it.
          worker.send({ exchanged } satisfies Heard, () => {})
          return
        }
        heartbeats.heard(worker)
        if ('heartbeat' in told) return
        serving.add(worker)
        failed = 0
        if (url === undefined) for (let more = config.workers - 1; more > 0; more--) start()
        url = told.url
        if (!announced && serving.size === config.workers) tell()
      })
      worker.on('exit', (code, signal) => {
        all.delete(worker)
        heartbeats.forget(worker)
        switchboard.forget(worker)
        const served = serving.delete(worker)
        if (stopping) return
        if (url === undefined) {
          tellDemo()
          if (signal) reject(new Error(`the first worker was ended by ${signal} before it could serve`))
          // By itself it ends with a word on stderr.
          else resolve(code)
          return
        }
        failed = served ? 0 : failed + 1
        hasty = Date.now() - started < STEADY_AFTER_MS ? hasty + 1 : 0
        if (failed >= MAX_FAILED_STARTS && serving.size === 0) {
          stopping = true
          killAll()
          reject(
            new Error(
              `${failed} workers in a row have ended before they could serve: the lines above say why`,
            ),
          )
          return
        }
        const wait =
          hasty === 0 ? 0 : Math.min(RESTART_DELAY_MS.first * 2 ** (hasty - 1), RESTART_DELAY_MS.most)
        warn(`worker ${worker.process.pid} ended (${signal ?? code}): another takes its place in ${wait} ms`)
        setTimeout(start, wait)
      })
    }

    const stop = async () => {
      stopping = true
      const late = setTimeout(killAll, config.drainSeconds * 1000 + GRACE_MS + STOP_MARGIN_MS)
      await Promise.all([...all].map(stopped))
      clearTimeout(late)
      tellDemo()
    }
    setInterval(() => {
      // A worker that stops has a time of its own for that.
      if (!stopping) for (const worker of heartbeats.tick()) killSilent(worker)
    }, times.interval).unref()
    stopOnSignal(stop)
    // At a second signal none is left behind, a frozen one neither.
    process.on('exit', killAll)
    start()
  }).finally(() => metrics?.close())
}

/** Asks a worker to stop, and resolves when it is gone. */
function stopped(worker: Worker): Promise<void> {
  return new Promise(resolve => {
    worker.once('exit', () => resolve())
    // One that ends in this moment cannot be told any more, and need not be.
    if (worker.isConnected()) worker.send('stop', () => {})
  })
}
