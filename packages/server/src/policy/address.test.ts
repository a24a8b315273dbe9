import { describe, expect, it } from 'vitest'
import { createPseudonyms, prefixesOf } from './address.ts'

describe('the networks of an address', () => {
  it.each([
    ['192.0.2.7', '192.0.2.7', '192.0.2'],
    ['192.0.2.7:8080', '192.0.2.7', '192.0.2'],
    ['::ffff:192.0.2.7', '192.0.2.7', '192.0.2'],
    ['::FFFF:c000:207', '192.0.2.7', '192.0.2'],
    ['[::ffff:192.0.2.7]:443', '192.0.2.7', '192.0.2'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2', '2001:db8:1'],
    ['2001:0DB8:0001:0002::1', '2001:db8:1:2', '2001:db8:1'],
    ['2001:db8::', '2001:db8:0:0', '2001:db8:0'],
    ['[2001:db8::1]:443', '2001:db8:0:0', '2001:db8:0'],
    ['fe80::1%eth0', 'fe80:0:0:0', 'fe80:0:0'],
    ['::1', '0:0:0:0', '0:0:0'],
    ['64:ff9b::192.0.2.7', '64:ff9b:0:0', '64:ff9b:0'],
  ])('of %s are %s and %s', (address, narrow, wide) => {
    expect(prefixesOf(address)).toEqual({ narrow, wide })
  })

  it.each([
    '',
    'unknown',
    '192.0.2',
    '192.0.2.256',
    '1.2.3.4, 5.6.7.8',
    '2001:db8:::1',
    '\u0000',
    'x'.repeat(1e6),
  ])('are none of what is none', text => {
    expect(prefixesOf(text)).toEqual({ narrow: 'none', wide: 'none' })
  })
})

describe('a pseudonym', () => {
  it('is another one for each network, site, day and secret, and holds nothing of the address', () => {
    const [ours, theirs] = ['a', 'b'].map(letter => createPseudonyms(letter.repeat(32)))
    const names = [
      ours!.of(1, '192.0.2.7', 20_000),
      ours!.of(2, '192.0.2.7', 20_000),
      ours!.of(1, '192.0.2.8', 20_000),
      ours!.of(1, '192.0.2.7', 20_001),
      theirs!.of(1, '192.0.2.7', 20_000),
    ]
    expect(new Set(names).size).toBe(5)
    expect(ours!.of(1, '192.0.2.7', 20_000)).toBe(names[0])
    for (const name of names) expect(name).toMatch(/^[\w-]{43}$/)
  })
})
