import { createHash, createHmac } from 'node:crypto'
import { type KeyRing, parseId } from '@upright/core'
import type { Rung } from '../../../policy/ladder/formula.ts'

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
 * How many times as far it is, by rung. A phone hashes some 250,000 times a second in our script: on the
 * highest rungs it is done in three seconds on average and in some five at most, before anybody has typed a
 * code.
 */
const DISTANCE_FACTORS = [1, 4, 16, 16] as const

/**
 * The work of ids, derived from them: nothing is stored, and only the service knows the result without
 * searching. Of a ring of 32-byte keys the first makes it, and the results of all are accepted.
 */
export function createWork(keys: KeyRing) {
  const solve = (key: Uint8Array, id: string, rung: Rung) => {
    // Ids without a rung have the work of rung 0.
    const digest = createHmac('sha256', key)
      .update(rung === 0 ? id : `${id} ${rung}`)
      .digest()
    const start = digest.readUInt32LE(0) >>> 2
    const factor = DISTANCE_FACTORS[rung]
    return { start, p: start + NEAREST * factor + (digest.readUInt32LE(4) % (SPREAD * factor)) }
  }

  return {
    /** The work for an id, 32 hexadecimal digits, that was issued on a rung. */
    task(id: string, rung: Rung): Task {
      const { start, p } = solve(keys[0], id, rung)
      return { start, hash: createHash('sha1').update(`${p}${id}`).digest('hex') }
    },
    /** Whether a result, in decimal digits, is that of an id on its rung, in any of its spellings. */
    accepts(text: string, rung: Rung, result: string): boolean {
      const bytes = parseId(text)
      const id = bytes && Buffer.from(bytes).toString('hex')
      return id !== undefined && keys.some(key => String(solve(key, id, rung).p) === result)
    },
  }
}
