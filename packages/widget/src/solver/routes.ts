import type { FrameReport, WorkerOrder } from './frame.ts'
import { plainKernel } from './plain-kernel.ts'
import { plainMixer } from './plain-mixer.ts'
import { hashSearcher, scryptSearcher } from './searchers.ts'
import { serve } from './serve.ts'
import { SOLVER, startWorker, type WorkerScript } from './workers.ts'

/** Where solvers run. */
export type Route = 'worker' | 'frame' | 'page'

/** What a page says of itself: `frame` where its policy lets the service in, `page` where nothing is. */
export type Place = Exclude<Route, 'worker'>

export interface RouteOptions {
  /** Address of the service, without a slash at its end. */
  base: string
  script: WorkerScript
  /** How many solvers are started. */
  count: number
  /** Called once or more when they cannot run. */
  failed(): void
}

/** Solvers that run, each behind its port. */
export interface Solvers {
  ports: MessagePort[]
  stop(): void
}

/** Milliseconds in which a frame must say that it listens. */
const FRAME_TIMEOUT_MS = 5000
/** The same once something has loaded in it: a page in place of one that is blocked says nothing. */
const LOADED_TIMEOUT_MS = 300

/** Origins of services whose frame the page's policy has blocked: the browser reports each attempt. */
const blockedOrigins = new Set<string>()

const channels = (count: number) => Array.from({ length: count }, () => new MessageChannel())

function openWorkers({ base, script, count, failed }: RouteOptions): Solvers {
  const pairs = channels(count)
  const workers: Worker[] = []
  try {
    for (const { port2 } of pairs) workers.push(startWorker({ base, script }, port2, failed))
  } catch {
    queueMicrotask(failed)
  }
  return {
    ports: pairs.map(({ port1 }) => port1),
    stop() {
      for (const worker of workers) worker.terminate()
    },
  }
}

/** Starts the workers in a hidden frame of the service. Ports keep what is sent until the frame listens. */
function openFrame({ base, script, count, failed }: RouteOptions): Solvers {
  const pairs = channels(count)
  const { origin } = new URL(base)
  const frame = document.createElement('iframe')
  frame.hidden = true
  frame.src = base + SOLVER
  let timer = setTimeout(failed, FRAME_TIMEOUT_MS)
  frame.onload = () => {
    clearTimeout(timer)
    timer = setTimeout(failed, LOADED_TIMEOUT_MS)
  }
  const listen = ({ data, source, origin: from }: MessageEvent<FrameReport>) => {
    const target = frame.contentWindow
    if (!target || source !== target || from !== origin) return
    if (data === 'failed') return failed()
    clearTimeout(timer)
    frame.onload = null
    const order: WorkerOrder = { script }
    for (const { port2 } of pairs) target.postMessage(order, origin, [port2])
  }
  const blocked = ({ blockedURI }: SecurityPolicyViolationEvent) => {
    if (!blockedURI.startsWith(origin)) return
    blockedOrigins.add(origin)
    failed()
  }
  addEventListener('message', listen)
  document.addEventListener('securitypolicyviolation', blocked)
  document.documentElement.append(frame)
  return {
    ports: pairs.map(({ port1 }) => port1),
    stop() {
      clearTimeout(timer)
      removeEventListener('message', listen)
      document.removeEventListener('securitypolicyviolation', blocked)
      frame.remove()
    },
  }
}

/** Runs one solver on the page itself, in plain JavaScript: WebAssembly under its policy is not tried. */
function openPage(): Solvers {
  const { port1, port2 } = new MessageChannel()
  serve(port2, task =>
    task.function === 'scrypt'
      ? scryptSearcher(task, plainMixer(task.cost, task.memory), 'plain')
      : hashSearcher(task, plainKernel(), 'plain'),
  )
  return { ports: [port1], stop: () => port1.postMessage({ type: 'stop' }) }
}

/**
 * Ways to run solvers, the best first. No script can read what a policy in a header forbids, and browsers
 * report every attempt as an error. So a frame is opened only where the page says that it may be, and a
 * worker is started only on the service's own origin. A sandboxed page of an opaque origin has neither.
 */
export function routesTo(base: string, place?: Place): [Route, (options: RouteOptions) => Solvers][] {
  const service = new URL(base).origin
  const routes: [Route, (options: RouteOptions) => Solvers][] = [['page', openPage]]
  if (place === 'page' || origin === 'null') return routes
  if (service === origin) routes.unshift(['worker', openWorkers])
  else if (place === 'frame' && !blockedOrigins.has(service)) routes.unshift(['frame', openFrame])
  return routes
}
