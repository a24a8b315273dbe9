import { parentPort, Worker } from 'node:worker_threads'
import { CaptchaError, type ErrorCode } from '@upright/core'
import { PACKAGE_FOLDER } from '../package-folder.ts'

/**
 * A thread for work that would keep the event loop from answering. It answers questions of type `Q`, each
 * with an `A`.
 */
export interface Thread<Q, A> {
  /** @throws CaptchaError what the thread refused with; `unavailable` when it ended before it had answered */
  ask(question: Q): Promise<A>
  close(): Promise<void>
}

interface Asked<Q> {
  number: number
  question: Q
}

/** The answer to the question of the same number, or why there is none. */
type Answered<A> = { number: number } & ({ answer: A } | { code: ErrorCode; detail: string | undefined })

/**
 * The folder of the built threads, also when the service itself runs from source: Node 20 starts none from
 * TypeScript.
 */
const BUILT = new URL('dist/', PACKAGE_FOLDER)

/** A thread that runs a built file, started with the first question; `data` is its `workerData`. */
export function createThread<Q, A>(file: string, data?: unknown): Thread<Q, A> {
  const waiting = new Map<number, { resolve: (answer: A) => void; reject: (error: Error) => void }>()
  let thread: Worker | undefined
  let questions = 0

  const start = () => {
    const worker = new Worker(new URL(file, BUILT), { workerData: data, execArgv: [] })
    worker.on('message', (answered: Answered<A>) => {
      const { resolve, reject } = waiting.get(answered.number)!
      waiting.delete(answered.number)
      // A quiet thread must not keep a process alive that has nothing else to do.
      if (waiting.size === 0) worker.unref()
      if ('answer' in answered) resolve(answered.answer)
      else reject(new CaptchaError(answered.code, answered.detail))
    })
    // Whatever ends the thread, those who wait are told, and the next question starts another.
    let cause: unknown
    worker.on('error', error => {
      cause = error
    })
    worker.on('exit', () => {
      if (thread === worker) thread = undefined
      for (const { reject } of waiting.values()) reject(new CaptchaError('unavailable', undefined, { cause }))
      waiting.clear()
    })
    return worker
  }

  return {
    ask(question) {
      thread ??= start()
      thread.ref()
      const number = questions++
      return new Promise((resolve, reject) => {
        waiting.set(number, { resolve, reject })
        thread!.postMessage({ number, question } satisfies Asked<Q>)
      })
    },
    async close() {
      await thread?.terminate()
    },
  }
}

/**
 * Within a thread: answers whatever is asked. What is thrown is told by its code; what nobody foresaw is
 * `internal`.
 */
export function answerWith<Q, A>(work: (question: Q) => A | Promise<A>): void {
  const tell = (answered: Answered<A>) => parentPort!.postMessage(answered)
  parentPort!.on('message', async ({ number, question }: Asked<Q>) => {
    try {
      tell({ number, answer: await work(question) })
    } catch (error) {
      if (error instanceof CaptchaError) tell({ number, code: error.code, detail: error.detail })
      else tell({ number, code: 'internal', detail: String(error) })
    }
  })
}
