import { createHash } from 'node:crypto'
import { plainKernel } from './plain-kernel.ts'
import { simdKernel } from './simd-kernel.ts'
import type { Search } from './task.ts'

/** Makes the kernels of SHA-256. */
export const kernels = { plain: plainKernel, simd: simdKernel }

/** Tries after which a search that should have ended has failed. */
const MAX_TRIES = 2 ** 20

/** Runs a search to its end: the counter, and how many were tried before. */
export async function finishSearch(search: Search): Promise<{ counter: number | undefined; tries: number }> {
  let tries = 0
  while (tries < MAX_TRIES) {
    const { done, value } = search.next()
    if (done) return { counter: value, tries }
    tries += await value!
  }
  throw new Error(`No counter was found in ${tries} tries`)
}

/** Bytes that are the same in every run. */
export const bytesOf = (label: string, length: number): Uint8Array => {
  const blocks = Array.from({ length: Math.ceil(length / 32) }, (_, i) =>
    createHash('sha256').update(`${label} ${i}`).digest(),
  )
  return Uint8Array.from(Buffer.concat(blocks).subarray(0, length))
}
