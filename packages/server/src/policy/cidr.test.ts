import { expect, it } from 'vitest'
import { addressOf } from './address.ts'
import { cidrOf, isInCidr } from './cidr.ts'

const isIn = (address: string, cidr: string) => isInCidr(addressOf(address)!, cidrOf(cidr)!)

it('holds the addresses that share its leading bits', () => {
  expect(isIn('192.0.2.7', '192.0.2.0/24')).toBe(true)
  expect(isIn('192.0.3.7', '192.0.2.0/24')).toBe(false)
  expect(isIn('192.0.3.7', '192.0.2.0/23')).toBe(true)
  expect(isIn('192.0.2.127', '192.0.2.0/25')).toBe(true)
  expect(isIn('192.0.2.128', '192.0.2.0/25')).toBe(false)
  expect(isIn('192.0.2.7', '192.0.2.7')).toBe(true)
  expect(isIn('203.0.113.1', '0.0.0.0/0')).toBe(true)
  expect(isIn('::ffff:192.0.2.7', '192.0.2.0/24')).toBe(true)
  expect(isIn('2001:db8:1:ff00::1', '2001:db8:1:8000::/49')).toBe(true)
  expect(isIn('2001:db8:1:7f00::1', '2001:db8:1:8000::/49')).toBe(false)
  expect(isIn('2001:db8::1', '192.0.2.0/0')).toBe(false)
})

it.each(['192.0.2.0/33', '192.0.2/24', '2001:db8::/129', '::ffff:192.0.2.0/120', 'example.org', '', '/8'])(
  'is not %j',
  text => {
    expect(cidrOf(text)).toBeUndefined()
  },
)
