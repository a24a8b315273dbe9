import { createCipheriv, createDecipheriv } from 'node:crypto'

/** The content of an id, readable with the key only. */
export interface Sealed {
  /** Issue time in whole seconds since 1970 (32 bits). */
  time: number
  /** Site number (24 bits). */
  site: number
  /** Style number (8 bits). */
  style: number
  /**
   * How much this one challenge asks for, in units of its kind (8 bits, 0 when left out). Only ids of styles
   * numbered from 64 on have one: of the others the same bits are random, and always were.
   */
  level?: number | undefined
}

/** Makes and opens ids under one key. */
export interface Seal {
  /** A new 16-byte id whose bits are a legal random UUID (RFC 9562, version 4). */
  close(content: Sealed): Uint8Array
  /**
   * What a 16-byte id says. A forged id says something too: whether it makes sense is for the caller to
   * judge.
   */
  open(id: Uint8Array): Sealed
}

/** Bytes of one AES block, which is one id. */
const ID_BYTES = 16
/** The first style number whose ids hold a level. */
const FIRST_STYLE_WITH_LEVEL = 64
/** Candidates encrypted in one call. One in 64 is a legal UUID, so 256 hold one in 98 of 100 cases. */
const BATCH_CANDIDATES = 256

const isVersion4 = (block: Uint8Array, at: number) =>
  (block[at + 6]! & 0xf0) === 0x40 && (block[at + 8]! & 0xc0) === 0x80

/**
 * The seal of a 16-byte key: an id is the AES-128 encryption of `{time, site, style, level, 56 random bits}`.
 * The six bits that a UUID fixes are met by encrypting candidates that differ in their last byte and taking
 * the first that fits. `random` gives n fresh random bytes.
 */
export function createSeal(key: Uint8Array, random: (n: number) => Uint8Array): Seal {
  // One block depends on nothing before it in this mode, so that one cipher object serves every call.
  const cipher = createCipheriv('aes-128-ecb', key, null).setAutoPadding(false)
  const decipher = createDecipheriv('aes-128-ecb', key, null).setAutoPadding(false)
  const batch = Buffer.alloc(BATCH_CANDIDATES * ID_BYTES)

  return {
    close({ time, site, style, level = 0 }) {
      for (;;) {
        batch.writeUInt32BE(time, 0)
        batch.writeUIntBE(site, 4, 3)
        batch[7] = style
        batch.set(random(7), 8)
        if (style >= FIRST_STYLE_WITH_LEVEL) batch[8] = level
        for (let done = ID_BYTES; done < batch.length; done *= 2) batch.copyWithin(done, 0, done)
        for (let i = 0; i < BATCH_CANDIDATES; i++) batch[i * ID_BYTES + 15] = i
        const blocks = cipher.update(batch)
        for (let at = 0; at < blocks.length; at += ID_BYTES) {
          if (isVersion4(blocks, at)) return Buffer.from(blocks.subarray(at, at + ID_BYTES))
        }
      }
    },
    open(id) {
      const block = decipher.update(id)
      const style = block[7]!
      const level = style >= FIRST_STYLE_WITH_LEVEL ? block[8] : undefined
      return { time: block.readUInt32BE(0), site: block.readUIntBE(4, 3), style, level }
    },
  }
}

const DASHED = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/
const COMPACT_UUID = /^[0-9a-f]{12}4[0-9a-f]{3}[89ab][0-9a-f]{15}$/
/** In linear time, however long the text is: nothing in an id is also around one. */
const BARE =
  /^[\p{White_Space}\p{Default_Ignorable_Code_Point}]*([0-9a-f-]+)[\p{White_Space}\p{Default_Ignorable_Code_Point}]*$/iu

/**
 * A text of hexadecimal digits and hyphens in lower case, without what templates and right-to-left pages put
 * around it: blanks, line breaks and characters that are not visible. Empty where it is another text.
 */
export const bareId = (text: string): string => (BARE.exec(text)?.[1] ?? '').toLowerCase()

/** An id as text: a dashed lower-case UUID of 36 characters. */
export function formatId(id: Uint8Array): string {
  const hex = Buffer.from(id).toString('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}

/**
 * The 16 bytes of an id written dashed (a UUID in either letter case) or plain (32 hex), or undefined. Blanks
 * and invisible characters around it are ignored.
 */
export function parseId(text: string): Uint8Array | undefined {
  const bare = bareId(text)
  if (!DASHED.test(bare) && !COMPACT_UUID.test(bare)) return undefined
  return Buffer.from(bare.replaceAll('-', ''), 'hex')
}
