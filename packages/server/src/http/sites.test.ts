import { describe, expect, it } from 'vitest'
import { cachedRegistry } from '../registry/cached.ts'
import type { Registry, Site } from '../registry/registry.ts'
import { DEFAULT_SETTINGS } from '../registry/settings.ts'
import { createSites } from './sites.ts'

const site = (id: number, origins: string[], more: Partial<Site> = {}): Site => ({
  id,
  name: `Site ${id}`,
  publicKey: `${id}`.padStart(30, '0'),
  secretHash: `${id}`.padStart(64, '0'),
  settings: { ...DEFAULT_SETTINGS, origins },
  created: 0,
  altchaKey: null,
  ...more,
})

function start(all: Site[]) {
  const state = { time: 0, version: 1, all, listed: 0, failing: false }
  const inner = {
    async sites() {
      state.listed++
      if (state.failing) throw new Error('away')
      return [...state.all]
    },
  } as unknown as Registry
  const registry = cachedRegistry(inner, { now: () => state.time, version: () => state.version })
  return { state, sites: createSites(registry) }
}

describe('the origins of all sites', () => {
  it('are known, whatever their case, and `*` is every one', async () => {
    const { sites } = start([site(1, ['https://a.example']), site(2, ['https://b.example'])])
    expect(await sites.anyLists('https://b.example')).toBe(true)
    expect(await sites.anyLists('HTTPS://A.example')).toBe(true)
    expect(await sites.anyLists('https://c.example')).toBe(false)
    const { sites: open } = start([site(1, ['*'])])
    expect(await open.anyLists('https://c.example')).toBe(true)
  })

  it('are read once for all that ask, and again only after a change', async () => {
    const { sites, state } = start([site(1, ['https://a.example'])])
    await Promise.all(Array.from({ length: 50 }, () => sites.anyLists('https://b.example')))
    for (let i = 0; i < 100; i++) {
      state.time += 1000
      await sites.anyLists('https://b.example')
    }
    expect(state.listed).toBe(1)
    state.all = [site(1, ['https://b.example'])]
    state.version++
    state.time += 1000
    const seen = await Promise.all(Array.from({ length: 50 }, () => sites.anyLists('https://b.example')))
    expect(new Set(seen)).toEqual(new Set([true]))
    expect(state.listed).toBe(2)
  })

  it('are asked for again after a failure', async () => {
    const { sites, state } = start([site(1, ['https://a.example'])])
    state.failing = true
    await expect(sites.anyLists('https://a.example')).rejects.toMatchObject({ code: 'unavailable' })
    state.failing = false
    expect(await sites.anyLists('https://a.example')).toBe(true)
  })

  it('are walked through once, not for every request', async () => {
    let walks = 0
    const counted = site(1, [])
    const origins = ['https://a.example']
    Object.defineProperty(counted.settings, 'origins', {
      get() {
        walks++
        return origins
      },
    })
    const { sites } = start([counted])
    for (let i = 0; i < 100; i++) await sites.anyLists('https://b.example')
    expect(walks).toBe(1)
  })
})

describe('the demo site', () => {
  it('is the open one of that name', async () => {
    const open = { settings: { ...DEFAULT_SETTINGS, open: true } }
    const { sites, state } = start([site(1, []), site(2, [], { name: 'Demo', ...open })])
    expect((await sites.demo()).id).toBe(2)
    state.all = [site(2, [], { name: 'Demo' })]
    state.version++
    state.time += 1000
    await expect(sites.demo()).rejects.toMatchObject({ code: 'not_found' })
  })
})

const siteNamed = (name: string, open: boolean, id = 1): Site => ({
  id,
  name,
  publicKey: `${id}`.repeat(30),
  secretHash: '0'.repeat(64),
  settings: { ...DEFAULT_SETTINGS, open },
  created: 0,
  altchaKey: null,
})

function setUp(list: Site[]) {
  const state = { list, asked: 0, away: undefined as Error | undefined }
  const answer = async <T>(value: () => T) => {
    if (state.away) throw state.away
    return value()
  }
  const registry = {
    site: id => answer(() => state.list.find(site => site.id === id)),
    siteByPublicKey: key => answer(() => state.list.find(site => site.publicKey === key)),
    siteBySecret: secret => answer(() => (secret === 'secret' ? state.list[0] : undefined)),
    sites: () => {
      state.asked++
      return answer(() => state.list)
    },
  } satisfies Partial<Registry> as unknown as Registry
  return { sites: createSites(registry), state }
}

describe('the sites', () => {
  it('are found by number, public key and secret', async () => {
    const site = siteNamed('A', false)
    const { sites } = setUp([site])
    expect(await sites.byId(1)).toBe(site)
    expect(await sites.byPublicKey(site.publicKey)).toBe(site)
    expect(await sites.bySecret('secret')).toBe(site)
    for (const none of [sites.byId(2), sites.byPublicKey('x'), sites.bySecret('x')])
      expect(await none).toBeUndefined()
  })

  it('cannot be told while the registry is away, and the reason goes along', async () => {
    const { sites, state } = setUp([siteNamed('Demo', true)])
    const cause = new Error('registry away')
    state.away = cause
    const refusal = { code: 'unavailable', cause }
    await expect(sites.byId(1)).rejects.toMatchObject(refusal)
    await expect(sites.byPublicKey('x')).rejects.toMatchObject(refusal)
    await expect(sites.bySecret('x')).rejects.toMatchObject(refusal)
    await expect(sites.anyLists('https://a.example')).rejects.toMatchObject(refusal)
    await expect(sites.demo()).rejects.toMatchObject(refusal)
    // What failed is not remembered as a list.
    state.away = undefined
    expect(await sites.demo()).toMatchObject({ name: 'Demo' })
  })
})

describe('the demo site', () => {
  it('is the open one of that name', async () => {
    const demo = siteNamed('Demo', true, 3)
    const { sites } = setUp([siteNamed('Other', true, 1), siteNamed('Demo', false, 2), demo])
    expect(await sites.demo()).toBe(demo)
  })

  it('is not there when it was removed or closed', async () => {
    for (const list of [[], [siteNamed('Demo', false)], [siteNamed('Other', true)]])
      await expect(setUp(list).sites.demo()).rejects.toMatchObject({ code: 'not_found' })
  })
})
