import type { Work } from '../../../core/src/work/wire.ts'
import { type Place, type Route, type RouteOptions, routesTo, type Solvers } from './routes.ts'
import type { Order, Report } from './serve.ts'
import { expectedTries, type Path, type Task, taskOf } from './task.ts'

export interface Progress {
  /** Puzzles solved. */
  solved: number
  puzzles: number
  tries: number
  /** How many tries all puzzles take on average. */
  expected: number
}

export interface SolveOptions {
  /** Address of the service, without a slash at its end. */
  base: string
  /** What the page's policy allows. @default workers on the service's own origin, elsewhere the page alone */
  place?: Place
  /** Ends the search; what was promised is rejected with its reason. */
  signal?: AbortSignal
  /** Milliseconds after which the page wants to offer another way; while it is hidden they do not count. */
  budgetMs?: number
  onProgress?(progress: Progress): void
}

export type Outcome =
  | {
      status: 'solved'
      /** A counter for each puzzle. */
      solutions: number[]
      /** Which code ran, and where. */
      path: Path
      route: Route
      /** Milliseconds, those in which the page was hidden left out. */
      took: number
      tries: number
    }
  /** The time is over, and the search is paused. `resume` gives it as much time again, `stop` ends it. */
  | { status: 'timeout'; resume(): Promise<Outcome>; stop(): void }

/** More solvers than this gain little, and keep a phone from everything else. */
const MAX_SOLVERS = 4

/** All cores but one, which stays with the page. */
const solverCount = () => Math.min(Math.max((navigator.hardwareConcurrency ?? 1) - 1, 1), MAX_SOLVERS)

/** A promise, and what settles it. */
function promised() {
  let resolve!: (outcome: Outcome) => void
  let reject!: (reason: unknown) => void
  const promise = new Promise<Outcome>((...settle) => {
    ;[resolve, reject] = settle
  })
  return { promise, resolve, reject }
}

/** Solves work in the background, as fast as the browser can. */
export const solve = (work: Work, options: SolveOptions): Promise<Outcome> => solveTask(taskOf(work), options)

/** Solves a task. It is one closure, as every part of it reads and changes how far the search is. */
export function solveTask(
  task: Task,
  { base, place, signal, budgetMs, onProgress }: SolveOptions,
): Promise<Outcome> {
  const puzzles = task.puzzles.length
  const solutions = new Map<number, number>()
  const routes = routesTo(base, place)
  const expected = expectedTries(task)
  let route: Route
  let path: Path = 'plain'
  let solvers: Solvers | undefined
  let tries = 0
  let waiting = promised()

  /** Milliseconds that were spent until `since`, from when the search has been going on, or is paused. */
  let spent = 0
  let since: number | undefined
  let limit = budgetMs
  let timer: ReturnType<typeof setTimeout> | undefined
  const took = () => spent + (since === undefined ? 0 : performance.now() - since)

  const send = (order: Order) => {
    for (const port of solvers?.ports ?? []) port.postMessage(order)
  }
  const pause = (paused: boolean) => {
    spent = took()
    since = paused ? undefined : performance.now()
    clearTimeout(timer)
    if (!paused && limit !== undefined) timer = setTimeout(timeOut, limit - spent)
    send({ type: 'pause', paused })
  }
  const followPage = () => pause(document.hidden)
  const stop = () => {
    pause(true)
    solvers?.stop()
    document.removeEventListener('visibilitychange', followPage)
    signal?.removeEventListener('abort', abort)
  }
  const abort = () => {
    stop()
    waiting.reject(signal?.reason)
  }
  const timeOut = () => {
    pause(true)
    document.removeEventListener('visibilitychange', followPage)
    const resume = () => {
      limit = spent + budgetMs!
      waiting = promised()
      go()
      return waiting.promise
    }
    waiting.resolve({ status: 'timeout', resume, stop })
  }
  const go = () => {
    document.addEventListener('visibilitychange', followPage)
    followPage()
  }

  const solved = (index: number, counter: number) => {
    if (solutions.has(index)) return
    solutions.set(index, counter)
    send({ type: 'solved', indices: [index] })
    if (solutions.size < puzzles) return
    const all = Array.from({ length: puzzles }, (_, i) => solutions.get(i)!)
    stop()
    waiting.resolve({ status: 'solved', solutions: all, path, route, took: took(), tries })
  }
  const read = (report: Report) => {
    if (report.type === 'path') path = report.path
    else if (report.type === 'tries') tries += report.tries
    else if (report.type === 'solved') solved(report.index, report.counter)
    else next()
    onProgress?.({ solved: solutions.size, puzzles, tries, expected })
  }

  /** Begins on the next route, with what was solved on the one before. */
  const next = () => {
    solvers?.stop()
    const following = routes.shift()
    if (!following) {
      stop()
      return waiting.reject(new Error('This browser cannot solve work'))
    }
    const [name, open] = following
    route = name
    const options: RouteOptions = {
      base,
      script: task.function === 'scrypt' ? 'solver-scrypt.js' : 'solver-worker.js',
      count: solverCount(),
      // Several solvers may fail, and the first one's failure is the route's.
      failed: () => solvers === opened && next(),
    }
    const opened = open(options)
    solvers = opened
    opened.ports.forEach((port, start) => {
      port.onmessage = ({ data }: MessageEvent<Report>) => {
        if (solvers === opened) read(data)
      }
      const orders: Order[] = [
        { type: 'pause', paused: since === undefined },
        { type: 'start', task, start, stride: opened.ports.length },
        { type: 'solved', indices: [...solutions.keys()] },
      ]
      for (const order of orders) port.postMessage(order)
    })
  }

  if (signal?.aborted) return Promise.reject(signal.reason)
  signal?.addEventListener('abort', abort)
  next()
  go()
  return waiting.promise
}
