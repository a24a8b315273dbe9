import { describe, expect, it } from 'vitest'
import { deriveKey } from './keys.ts'

const SECRET = 's'.repeat(32)

describe('a key', () => {
  it('is as long as it is asked for, and the same each time', () => {
    for (const length of [16, 32]) expect(deriveKey(SECRET, 'id', length)).toHaveLength(length)
    expect(deriveKey(SECRET, 'id', 16)).toEqual(deriveKey(SECRET, 'id', 16))
  })

  it('is another one for another secret or label', () => {
    const keys = [
      deriveKey(SECRET, 'id', 32),
      deriveKey(SECRET, 'stream', 32),
      deriveKey('t'.repeat(32), 'id', 32),
    ]
    expect(new Set(keys.map(key => key.toString('hex'))).size).toBe(3)
  })

  it('comes from no secret of less than 32 characters', () => {
    const refusal = expect.objectContaining({ code: 'bad_secret' })
    for (const length of [0, 1, 31]) expect(() => deriveKey('s'.repeat(length), 'id', 16)).toThrow(refusal)
    for (const length of [32, 33, 1000]) expect(deriveKey('s'.repeat(length), 'id', 16)).toHaveLength(16)
  })
})
