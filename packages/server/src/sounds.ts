import { Worker } from 'node:worker_threads'
import { CaptchaError, type Rendition, type Rules } from '@upright/core'
import type { Answer, Question, Secrets } from './sound-worker.ts'

/** Sounds of challenges, made in a thread of their own: one takes as long as a dozen pictures. */
export interface Sounds {
  /**
   * A challenge's sound: the same id and generation, the same bytes.
   * @throws CaptchaError `unknown_challenge`, `form_unavailable`, `asset_corrupt`; `unavailable` when too many wait
   */
  show(id: string, site: number, rules: Rules, time: number, generation?: number): Promise<Rendition>
  close(): Promise<void>
}

/** The built thread, also where the service itself runs from source: Node 20 starts none from TypeScript. */
const THREAD = new URL('../dist/sound-worker.js', import.meta.url)
/** Sounds that may wait to be made: more would be stale, and would fill the memory, before their turn comes. */
const MOST_WAITING = 256

/** Sounds under a service's secrets. The thread starts with the first of them. */
export function createSounds(secrets: Secrets): Sounds {
  const waiting = new Map<number, { resolve: (sound: Rendition) => void; reject: (error: Error) => void }>()
  let thread: Worker | undefined
  let questions = 0

  const start = () => {
    const worker = new Worker(THREAD, { workerData: secrets, execArgv: [] })
    worker.on('message', (answer: Answer) => {
      const { resolve, reject } = waiting.get(answer.number)!
      waiting.delete(answer.number)
      // A quiet thread must not keep a process alive that has nothing else to do.
      if (waiting.size === 0) worker.unref()
      if ('bytes' in answer) resolve({ type: answer.type, bytes: answer.bytes })
      else reject(new CaptchaError(answer.code, answer.detail))
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
    show(id, site, rules, time, generation = 0) {
      if (waiting.size >= MOST_WAITING) return Promise.reject(new CaptchaError('unavailable'))
      thread ??= start()
      thread.ref()
      const number = questions++
      return new Promise((resolve, reject) => {
        waiting.set(number, { resolve, reject })
        const { expiry, attempts, revalidation } = rules
        thread!.postMessage({
          number,
          id,
          site,
          rules: { expiry, attempts, revalidation },
          time,
          generation,
        } satisfies Question)
      })
    },
    async close() {
      await thread?.terminate()
    },
  }
}
