import { describe, expect, it } from 'vitest'
import { deriveKey, keyRing } from './keys.ts'

const SECRET = 's'.repeat(32)

const [ONE, TWO, THREE] = ['1', '2', '3'].map(digit => digit.repeat(32)) as [string, string, string]

describe('a key ring', () => {
  it('holds the key of the secret that makes, and then those of the accepted', () => {
    const keys = keyRing({ secret: ONE, accepted: [TWO, THREE] }, 'label', 24)
    expect(keys).toEqual([ONE, TWO, THREE].map(secret => deriveKey(secret, 'label', 24)))
    expect(keyRing({ secret: ONE }, 'label', 24)).toEqual([keys[0]])
  })

  it('has other keys for other labels', () => {
    const [first, second] = ['one', 'two'].map(label => keyRing({ secret: ONE }, label, 32)[0])
    expect(first).toHaveLength(32)
    expect(first).not.toEqual(second)
  })

  it('gives the same keys in later versions', () => {
    const [key] = keyRing({ secret: ONE }, 'id', 16)
    expect(Buffer.from(key).toString('hex')).toBe('ad2f2dc3f33425cb0986b78d30ab3e19')
  })

  it('takes no short secret, not even beside others', () => {
    const refusal = expect.objectContaining({ code: 'bad_secret' })
    for (const secrets of [{ secret: '1'.repeat(31) }, { secret: ONE, accepted: ['2'.repeat(31)] }]) {
      expect(() => keyRing(secrets, 'label', 16)).toThrow(refusal)
    }
  })
})

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
    expect(new Set(keys.map(key => Buffer.from(key).toString('hex'))).size).toBe(3)
  })

  it('comes from no secret of less than 32 characters', () => {
    const refusal = expect.objectContaining({ code: 'bad_secret' })
    for (const length of [0, 1, 31]) expect(() => deriveKey('s'.repeat(length), 'id', 16)).toThrow(refusal)
    for (const length of [32, 33, 1000]) expect(deriveKey('s'.repeat(length), 'id', 16)).toHaveLength(16)
  })
})
