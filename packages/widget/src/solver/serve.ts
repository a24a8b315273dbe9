import type { Path, Search, Searcher, Task } from './task.ts'

/** What a solver is told over its port. */
export type Order =
  | { type: 'start'; task: Task; start: number; stride: number }
  /** Puzzles that others have solved. */
  | { type: 'solved'; indices: readonly number[] }
  | { type: 'pause'; paused: boolean }
  | { type: 'stop' }

/** What it reports. */
export type Report =
  | { type: 'path'; path: Path }
  /** Counters tried since the last report. */
  | { type: 'tries'; tries: number }
  | { type: 'solved'; index: number; counter: number }
  /** It cannot go on: there is no memory, say. */
  | { type: 'failed' }

/** Milliseconds of work between two looks at what came in: half of what a page has for a frame. */
const SLICE_MS = 8
/** Milliseconds between two reports of how many counters were tried. */
const REPORT_MS = 100

/**
 * Searches on the orders of a port, in slices, so that it can be paused and stopped, and a page that has no
 * worker stays alive. Solvers search all puzzles of a task, and each begins with another one: whichever is
 * solved first is solved for all.
 */
export function serve(port: MessagePort, prepare: (task: Task) => Searcher): void {
  let paused = false
  let resume = () => {}
  const unsolved = new Set<number>()
  const report = (message: Report) => port.postMessage(message)

  /** Lets messages in. No timer is as quick: those of browsers wait 4 ms at least, once they are nested. */
  const { port1, port2 } = new MessageChannel()
  const nextTurn = () =>
    new Promise(resolve => {
      port1.onmessage = resolve
      port2.postMessage(null)
    })

  let tries = 0
  let reported = 0
  const reportTries = () => {
    report({ type: 'tries', tries })
    tries = 0
    reported = performance.now()
  }

  /** A slice of a search; whether it has ended. */
  const slice = async (index: number, search: Search) => {
    const end = performance.now() + SLICE_MS
    while (performance.now() < end) {
      const { done, value } = search.next()
      if (!done) {
        tries += await value
        continue
      }
      if (value !== undefined) report({ type: 'solved', index, counter: value })
      return true
    }
    return false
  }

  const searchFor = async (index: number, search: Search) => {
    while (unsolved.has(index)) {
      if (paused) {
        await new Promise<void>(resolve => {
          resume = resolve
        })
        continue
      }
      const done = await slice(index, search)
      if (done || performance.now() - reported > REPORT_MS) reportTries()
      if (done) return
      await nextTurn()
    }
  }

  const begin = async ({ task, start, stride }: Extract<Order, { type: 'start' }>) => {
    const { path, search } = prepare(task)
    report({ type: 'path', path })
    const count = task.puzzles.length
    const first = Math.floor((start * count) / stride)
    for (let i = 0; i < count; i++) unsolved.add(i)
    for (let i = 0; i < count; i++) {
      const index = (first + i) % count
      await searchFor(index, search(index, start, stride))
      unsolved.delete(index)
    }
  }

  port.onmessage = ({ data }: MessageEvent<Order>) => {
    if (data.type === 'start') begin(data).catch(() => report({ type: 'failed' }))
    else if (data.type === 'solved') for (const index of data.indices) unsolved.delete(index)
    else if (data.type === 'stop') unsolved.clear()
    else paused = data.paused
    if (!paused) resume()
  }
}

/** Makes a worker of this script: its first message brings the port. */
export function serveWorker(prepare: (task: Task) => Searcher): void {
  addEventListener('message', ({ ports: [port] }) => port && serve(port, prepare), { once: true })
}
