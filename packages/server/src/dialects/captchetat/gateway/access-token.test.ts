import { randomBytes } from 'node:crypto'
import { keyRing } from '@upright/core'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { createSites } from '../../../http/sites.ts'
import { type TestApp, testApp } from '../../../testing/app.ts'
import { createAccessTokens } from './access-token.ts'
import { allScopes } from './scopes.ts'

const SECRET = 's'.repeat(32)
const OTHER = 't'.repeat(32)

let test: TestApp
beforeAll(async () => {
  test = await testApp()
})
afterAll(() => test.close())

function setUp(secret = SECRET, ...accepted: string[]) {
  const { registry, now } = test.service
  return createAccessTokens({
    keys: (label, length) => keyRing({ secret, accepted }, label, length),
    sites: createSites(registry),
    now,
    random: randomBytes,
  })
}

describe('access tokens', () => {
  it('say which site they are for and what they open, and look like nothing', async () => {
    const tokens = setUp()
    for (const site of await test.service.registry.sites()) {
      for (const scopes of [allScopes, allScopes.slice(0, 1), allScopes.slice(2)]) {
        const token = tokens.issue(site, scopes)
        expect(token).toMatch(/^[0-9a-f]{64}$/)
        expect(tokens.issue(site, scopes)).not.toBe(token)
        expect(await tokens.verify(token)).toEqual({ site, scopes })
        expect(await tokens.verify(token)).toEqual({ site, scopes })
      }
    }
  })

  it('expire after an hour, seen before or not, and go on when the clock is set back', async () => {
    const tokens = setUp()
    const [seen, unseen] = [tokens.issue(test.site, allScopes), tokens.issue(test.site, allScopes)]
    test.pass(-600)
    expect(await tokens.verify(seen)).toBeDefined()
    test.pass(600 + 3599)
    expect(await tokens.verify(seen)).toBeDefined()
    test.pass(1)
    expect([await tokens.verify(seen), await tokens.verify(unseen)]).toEqual(['expired', 'expired'])
    test.pass(24 * 3600 - 1)
    expect([await tokens.verify(seen), await setUp().verify(unseen)]).toEqual(['expired', 'expired'])
    test.pass(1)
    expect([await tokens.verify(seen), await setUp().verify(unseen)]).toEqual([undefined, undefined])
  })

  it('end with the secret of their site, and with the site, seen before or not', async () => {
    const { registry } = test.service
    const tokens = setUp()
    const [rotated, removed] = [(await registry.addSite('A')).site, (await registry.addSite('B')).site]
    const [seen, unseen, gone] = [rotated, rotated, removed].map(site => tokens.issue(site, allScopes))
    expect(await tokens.verify(seen!)).toBeDefined()
    expect(await tokens.verify(gone!)).toBeDefined()
    await registry.rotateSecret(rotated.id)
    await registry.removeSite(removed.id)
    for (const token of [seen, unseen, gone]) expect(await tokens.verify(token!)).toBeUndefined()
  })

  it('are refused when a single bit is changed, when cut, lengthened or made up', async () => {
    const tokens = setUp()
    const token = tokens.issue(test.site, allScopes)
    for (let bit = 0; bit < 256; bit++) {
      const bytes = Buffer.from(token, 'hex')
      bytes[bit >> 3]! ^= 1 << (bit & 7)
      expect(await tokens.verify(bytes.toString('hex'))).toBeUndefined()
    }
    for (const other of ['', token.slice(1), `${token}0`, token.toUpperCase(), 'x'.repeat(64), '🐈', '\0']) {
      expect(await tokens.verify(other)).toBeUndefined()
    }
  })

  it('that are made up do not reach the registry', async () => {
    const tokens = setUp()
    const look = vi.spyOn(test.service.registry, 'site')
    for (let i = 0; i < 1000; i++) await tokens.verify(randomBytes(32).toString('hex'))
    expect(look.mock.calls.length).toBeLessThanOrEqual(1)
    look.mockRestore()
  })

  it('of an accepted master secret are good, older or newer, and of no other', async () => {
    const token = setUp(OTHER).issue(test.site, allScopes)
    expect(await setUp(SECRET, OTHER).verify(token)).toBeDefined()
    expect(await setUp(SECRET).verify(token)).toBeUndefined()
    const made = setUp(SECRET, OTHER).issue(test.site, allScopes)
    expect(await setUp(SECRET).verify(made)).toBeDefined()
    expect(await setUp(OTHER, SECRET).verify(made)).toBeDefined()
    expect(await setUp(OTHER).verify(made)).toBeUndefined()
  })

  it('of the future are good by as much as clocks may disagree', async () => {
    const tokens = setUp()
    const token = tokens.issue(test.site, allScopes)
    test.pass(-15 * 60)
    expect(await tokens.verify(token)).toBeDefined()
    test.pass(-1)
    expect(await tokens.verify(token)).toBeUndefined()
    expect(await setUp().verify(token)).toBeUndefined()
    test.pass(15 * 60 + 1)
  })
})
