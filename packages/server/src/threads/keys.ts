import { availableParallelism } from 'node:os'
import type { Derivation, Derive } from '@upright/core'
import { createThread } from './thread.ts'

/** Keys of memory-hard work, derived in threads of their own. */
export interface Keys {
  derive: Derive
  close(): Promise<void>
}

/** Threads: as many as the captcha derives keys at a time, where there are cores for them. */
const MAX_THREADS = 2

/**
 * Derives keys in threads of lower priority: a flood of junk solutions takes the time that requests leave.
 * Node's thread pool has the priority of the event loop, which would then get a third of two cores. A thread
 * starts with its first key.
 */
export function createKeys(): Keys {
  const threads = Array.from({ length: Math.min(MAX_THREADS, availableParallelism()) }, () => ({
    thread: createThread<Derivation, Uint8Array>('threads/key-worker.js'),
    waiting: 0,
  }))
  return {
    async derive(derivation) {
      const least = threads.reduce((a, b) => (b.waiting < a.waiting ? b : a))
      least.waiting++
      try {
        return await least.thread.ask(derivation)
      } finally {
        least.waiting--
      }
    },
    async close() {
      await Promise.all(threads.map(({ thread }) => thread.close()))
    },
  }
}
