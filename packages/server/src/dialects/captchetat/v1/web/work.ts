import { MAX_MESSAGE_BYTES, sha1 } from './sha1.ts'

/**
 * What is asked for: the number from `start` on whose decimal digits and `id` together have the SHA-1 `hash`.
 */
export interface Task {
  id: string
  /** 40 hexadecimal digits. */
  hash: string
  start: number
}

/** The greatest distance of the result from the start. */
const DISTANCE = 1_400_000
/** Milliseconds of work at a time: the least, and those where a browser cannot tell how long it is idle. */
const [MIN_SLICE_MS, SLICE_MS] = [4, 16]
/**
 * Milliseconds after which a browser that is never idle works all the same; and the pause where it cannot
 * tell.
 */
const [BUSY, PAUSE] = [1000, 50]

/**
 * The next time the page has nothing better to do; resolves with the milliseconds for which that is so. A
 * browser is idle for 50 at a time at most, so that typing and scrolling go on.
 */
export const idle = () =>
  new Promise<number>(done => {
    // Safari has no such call.
    if ('requestIdleCallback' in window) {
      // Some browsers and stand-ins say 0 where there is time: the work goes on all the same.
      requestIdleCallback(deadline => done(Math.max(MIN_SLICE_MS, deadline.timeRemaining())), {
        timeout: BUSY,
      })
    } else setTimeout(done, PAUSE, SLICE_MS)
  })

/**
 * Searches in slices while the page is idle; undefined when there is no result, or nobody wants it any more.
 */
export async function solve({ id, hash, start }: Task, wanted: () => boolean): Promise<number | undefined> {
  const target = hash.match(/.{8}/g)?.map(word => Number.parseInt(word, 16) | 0) ?? []
  const end = start + DISTANCE
  if (`${end}${id}`.length > MAX_MESSAGE_BYTES) return
  for (let p = start; p < end; ) {
    const until = (await idle()) + performance.now()
    if (!wanted()) return
    for (; p < end && performance.now() < until; p++) {
      if (sha1(p + id).every((word, i) => word === target[i])) return p
    }
  }
}
