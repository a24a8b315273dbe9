import { expect, it } from 'vitest'
import { createPseudonyms, prefixesOf } from './address.ts'

it.each([
  ['::ffff:198.51.100.7', '198.51.100.7'],
  ['0:0::ffff:198.51.100.7', '198.51.100.7'],
  ['0:0:0:0:0:ffff:198.51.100.7', '198.51.100.7'],
  ['0:0:0:0:0:ffff:c633:6407', '198.51.100.7'],
  // What is IPv4 written as IPv6 begins with 80 bits of nought, and 16 of one.
  ['1:2::ffff:198.51.100.7', '1:2:0:0'],
  ['0:0:0:0:1:ffff:c633:6407', '0:0:0:0'],
  ['::fffe:198.51.100.7', '0:0:0:0'],
  ['::198.51.100.7', '0:0:0:0'],
])('%s is of the household %s', (address, narrow) => {
  expect(prefixesOf(address).narrow).toBe(narrow)
})

it('a day of pseudonyms begins at midnight, UTC', () => {
  const { dayOf } = createPseudonyms('s'.repeat(32))
  const midnight = Date.UTC(2027, 0, 15)
  expect([-1, 0, 24 * 3600_000 - 1, 24 * 3600_000].map(ms => dayOf(midnight + ms) - dayOf(midnight))).toEqual(
    [-1, 0, 0, 1],
  )
})
