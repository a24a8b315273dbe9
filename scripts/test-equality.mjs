// For each process of tests: bytes that are the same are equal, whole. `toEqual` compares them one by one,
// which takes a second for a sound.
import { expect } from 'vitest'

/** The bytes of a typed array; nothing for what is none. */
const bytesOf = value =>
  ArrayBuffer.isView(value) && Buffer.from(value.buffer, value.byteOffset, value.byteLength)

expect.addEqualityTesters([
  (a, b) => {
    const bytes = bytesOf(a)
    const isSame = bytes && a.constructor === b?.constructor && bytes.equals(bytesOf(b))
    // What differs is left to what tells how.
    return isSame || undefined
  },
])
