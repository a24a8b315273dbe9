import { createHmac, timingSafeEqual } from 'node:crypto'
import { bareId, type KeyRing } from '@upright/core'

/** A hash, read. */
export interface KnownHash {
  /** The challenge's id, 32 hexadecimal digits. */
  id: string
  /** Whether a session may answer it: the one it was made for, or any where it was made for none. */
  suits(session: string): boolean
}

/** Hashes: an id with the session it was made for. */
export interface Hashes {
  /** The hash of an id (dashed or plain) for a session; an empty one is none. 48 hexadecimal digits. */
  make(id: string, session: string): string
  /** The content of a hash, or undefined when it was not made here. Letter case is, and what is around it. */
  read(hash: string): KnownHash | undefined
}

const HASH = /^([0-9a-f]{32})([0-9a-f]{8})([0-9a-f]{8})$/
/** The id in a hash, made here or elsewhere; undefined for other texts. */
export const idInHash = (text: string): string | undefined => HASH.exec(bareId(text))?.[1]

/** The mark of hashes that were made for no session. */
const ANY = Buffer.alloc(4)

/**
 * Hashes under a ring of 32-byte keys: the first makes them, and those of all are read. A hash is the id, a
 * mark of the session, and a seal over both, 32 bits each: without the key nobody makes a hash for any
 * session of one that was made for one. Guessing the seal takes 2³¹ requests within the challenge's minutes.
 */
export function createHashes(keys: KeyRing): Hashes {
  const keyed = (key: Uint8Array, purpose: 'mark' | 'seal', id: string, more: string | Buffer) =>
    createHmac('sha256', key).update(`${purpose} ${id} `).update(more).digest().subarray(0, 4)
  const markOf = (key: Uint8Array, id: string, session: string) =>
    session === '' ? ANY : keyed(key, 'mark', id, session)

  return {
    make(dashed, session) {
      const [key] = keys
      const id = dashed.replaceAll('-', '')
      const mark = markOf(key, id, session)
      return id + mark.toString('hex') + keyed(key, 'seal', id, mark).toString('hex')
    },
    read(hash) {
      const [, id, ...ends] = HASH.exec(bareId(hash)) ?? []
      if (id === undefined) return undefined
      const [mark, seal] = ends.map(end => Buffer.from(end, 'hex')) as [Buffer, Buffer]
      const key = keys.find(key => timingSafeEqual(keyed(key, 'seal', id, mark), seal))
      if (!key) return undefined
      return {
        id,
        suits: session => mark.equals(ANY) || timingSafeEqual(markOf(key, id, session), mark),
      }
    },
  }
}
