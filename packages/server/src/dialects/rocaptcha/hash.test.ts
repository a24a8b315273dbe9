import { randomBytes } from 'node:crypto'
import { keyRing } from '@upright/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createHashes } from './hash.ts'
import { wellFormed } from './testing.ts'

const [NEW, OLD] = [
  'a master secret for tests, and for nothing else',
  'another secret, older than the first one',
]
const hashesOf = (secret: string, ...accepted: string[]) =>
  createHashes(keyRing({ secret, accepted }, 'rocaptcha-session', 32))
const hashes = hashesOf(NEW)
const ids = fc.constant(null).map(() => randomBytes(16).toString('hex'))

describe('a hash', () => {
  it('gives its id back, and knows its session among others', () => {
    fc.assert(
      fc.property(ids, fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (id, session, other) => {
        const hash = hashes.make(id, session)
        expect(hash).toMatch(/^[0-9a-f]{48}$/)
        const known = hashes.read(hash)!
        expect(known.id).toBe(id)
        expect(known.suits(session)).toBe(true)
        // Two texts that are not well formed may be one and the same as UTF-8.
        if (session === '') expect(known.suits(other)).toBe(true)
        else if (wellFormed(session) !== wellFormed(other)) expect(known.suits(other)).toBe(false)
      }),
    )
  })

  it('is no hash any more when a bit is changed', () => {
    fc.assert(
      fc.property(ids, fc.constantFrom('', 'mine'), fc.nat(191), (id, session, bit) => {
        const bytes = Buffer.from(hashes.make(id, session), 'hex')
        bytes[bit >> 3]! ^= 1 << (bit & 7)
        expect(hashes.read(bytes.toString('hex'))).toBeUndefined()
      }),
      { numRuns: 400 },
    )
  })

  it('is of hexadecimal digits and has its length, in either case and whatever is around it', () => {
    const hash = hashes.make(randomBytes(16).toString('hex'), 'mine')
    for (const other of ['', hash.slice(1), `${hash}0`, `${hash} 0`, 'g'.repeat(48)]) {
      expect(hashes.read(other)).toBeUndefined()
    }
    for (const same of [hash.toUpperCase(), `\u2067${hash}\u2069`, ' '.repeat(100) + hash]) {
      expect([hashes.read(same)?.id, hashes.read(same)?.suits('mine')]).toEqual([hash.slice(0, 32), true])
    }
  })

  it('is read under every secret that is accepted, and made under one', () => {
    const id = randomBytes(16).toString('hex')
    const hash = hashesOf(OLD).make(id, 'mine')
    expect(hashes.read(hash)).toBeUndefined()
    const known = hashesOf(NEW, OLD).read(hash)!
    expect([known.id, known.suits('mine'), known.suits('yours')]).toEqual([id, true, false])
    expect(hashesOf(OLD).read(hashesOf(NEW, OLD).make(id, ''))).toBeUndefined()
  })
})
