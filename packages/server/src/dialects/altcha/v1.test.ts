import { expect, it } from 'vitest'
import { hmac } from './signatures.ts'
import { hashOf } from './v1.ts'

it('makes and signs a challenge as ALTCHA does', () => {
  const challenge = hashOf('abcdef0123456789?foo=bar&expires=2000000000&', 123)
  expect(challenge).toBe('77be41003b208facc22ad9bce84d2f6419b49195a4fe77f1bd6114097a518e75')
  expect(hmac('secret', challenge).toString('hex')).toBe(
    '0fc2d3d2ec4ffd35adcd72f07b2bd822e6dddb5392662761d6fe93aea4feb9d0',
  )
})
