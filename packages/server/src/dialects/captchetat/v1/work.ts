import { createHash, createHmac } from 'node:crypto'
import { type KeyRing, parseId } from '@upright/core'

/**
 * A little work for a browser: the number p ≥ `start` for which SHA-1 of its decimal digits and the id is
 * `hash`.
 */
export interface Task {
  start: number
  /** 40 hexadecimal digits. */
  hash: string
}

/** The distance of p from the start: as in the original, some hundredths of a second of hashing. */
const NEAREST = 16_384
const SPREAD = 65_536

/**
 * The work of ids, derived from them: nothing is stored, and only the service knows the result without
 * searching. Of a ring of 32-byte keys the first makes it, and the results of all are accepted.
 */
export function createWork(keys: KeyRing) {
  const solve = (key: Uint8Array, id: string) => {
    const digest = createHmac('sha256', key).update(id).digest()
    const start = digest.readUInt32LE(0) >>> 2
    return { start, p: start + NEAREST + (digest.readUInt32LE(4) % SPREAD) }
  }

  return {
    /** The work for an id, 32 hexadecimal digits. */
    task(id: string): Task {
      const { start, p } = solve(keys[0], id)
      return { start, hash: createHash('sha1').update(`${p}${id}`).digest('hex') }
    },
    /** Whether a result, in decimal digits, is that of an id, in any of its spellings. */
    accepts(text: string, result: string): boolean {
      const bytes = parseId(text)
      const id = bytes && Buffer.from(bytes).toString('hex')
      return id !== undefined && keys.some(key => String(solve(key, id).p) === result)
    },
  }
}
