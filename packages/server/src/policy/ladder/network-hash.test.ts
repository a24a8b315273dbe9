import { describe, expect, it } from 'vitest'
import { halfSipHash, networksOf } from './network-hash.ts'

const KEY = Uint32Array.of(0x03020100, 0x07060504)
const hashOf = (...words: number[]) => {
  const out = new Uint32Array(2)
  halfSipHash(words, KEY, out)
  return Buffer.from(out.buffer).toString('hex')
}

describe('HalfSipHash', () => {
  it('is that of its authors', () => {
    // The first vectors of 64 bits of the reference: no bytes, and the bytes 0 to 3.
    expect(hashOf()).toBe('218d1f59b9b83cc8')
    expect(hashOf(0x03020100)).toBe('d5e78a175be52ea1')
  })
})

describe('the networks of an address', () => {
  it('are its /24, or its /56 and the /48 around it', () => {
    expect(networksOf('192.0.2.7')).toEqual(networksOf('192.0.2.200'))
    expect(networksOf('192.0.2.7')).toEqual(networksOf('::ffff:192.0.2.9'))
    expect(networksOf('192.0.2.7')).not.toEqual(networksOf('192.0.3.7'))
    const [home, around] = networksOf('2001:db8:1:ab01::1')
    expect(networksOf('2001:db8:1:abff::2')).toEqual([home, around])
    const [other, same] = networksOf('2001:db8:1:ac01::1')
    expect(other).not.toEqual(home)
    expect(same).toEqual(around)
    expect(networksOf('2001:db8:2:ab01::1')[1]).not.toEqual(around)
  })

  it('are one for all texts that are no address', () => {
    expect(networksOf('unknown')).toEqual(networksOf(''))
    expect(networksOf('unknown')).toHaveLength(1)
  })
})
