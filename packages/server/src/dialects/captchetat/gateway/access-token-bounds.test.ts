import { randomBytes } from 'node:crypto'
import { keyRing } from '@upright/core'
import { describe, expect, it } from 'vitest'
import type { Sites } from '../../../http/sites.ts'
import type { Site } from '../../../registry/registry.ts'
import { DEFAULT_SETTINGS } from '../../../registry/settings.ts'
import { createAccessTokens } from './access-token.ts'
import { allScopes } from './scopes.ts'

const SITE: Site = {
  id: 7,
  name: 'Test',
  publicKey: '7'.repeat(30),
  secretHash: '0'.repeat(64),
  settings: DEFAULT_SETTINGS,
  created: 0,
  altchaKey: null,
}

function setUp() {
  const clock = { time: 1_800_000_000_000 }
  const state = { looked: 0, site: SITE as Site | undefined }
  const sites = {
    byId: async () => {
      state.looked++
      return state.site
    },
  } satisfies Partial<Sites> as unknown as Sites
  const make = () =>
    createAccessTokens({
      keys: (label, length) => keyRing({ secret: 's'.repeat(32) }, label, length),
      sites,
      now: () => clock.time,
      random: randomBytes,
    })
  const tokens = make()
  /** How often a verification looks for the site: twice for a token that was not seen before. */
  const looks = async (token: string) => {
    const before = state.looked
    expect(await tokens.verify(token)).toMatchObject({ site: SITE })
    return state.looked - before
  }
  return { clock, state, make, tokens, looks, issue: () => tokens.issue(SITE, allScopes) }
}

describe('an access token', () => {
  it('is good from 15 minutes before it was issued, and not from earlier, seen before or not', async () => {
    const { clock, make, tokens, issue } = setUp()
    const token = issue()
    expect(await tokens.verify(token)).toBeDefined()
    clock.time -= 15 * 60_000
    for (const node of [tokens, make()]) expect(await node.verify(token)).toBeDefined()
    clock.time -= 1000
    for (const node of [tokens, make()]) expect(await node.verify(token)).toBeUndefined()
  })

  it('is good for an hour of whole seconds', async () => {
    const { clock, tokens, issue } = setUp()
    clock.time += 999
    const token = issue()
    clock.time += 3600_000 - 1000
    expect(await tokens.verify(token)).toBeDefined()
    clock.time += 1
    expect(await tokens.verify(token)).toBe('expired')
  })

  it('opens nothing when its site is gone, seen before or not', async () => {
    const { state, tokens, issue } = setUp()
    const [seen, unseen] = [issue(), issue()]
    expect(await tokens.verify(seen)).toBeDefined()
    state.site = undefined
    for (const token of [seen, unseen]) expect(await tokens.verify(token)).toBeUndefined()
  })

  it('is read once, and its site looked at each time', async () => {
    const { looks, issue } = setUp()
    const token = issue()
    expect([await looks(token), await looks(token), await looks(token)]).toEqual([2, 1, 1])
  })

  it('is remembered until there are ten thousand, and read again then', async () => {
    const { tokens, looks, issue } = setUp()
    const first = issue()
    await looks(first)
    for (let i = 1; i < 10_000; i++) await tokens.verify(issue())
    expect(await looks(first)).toBe(1)
    await looks(issue())
    expect(await looks(first)).toBe(2)
  })
})
