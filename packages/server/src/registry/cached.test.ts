import { describe, expect, it } from 'vitest'
import { cachedRegistry } from './cached.ts'
import type { Registry, Site } from './registry.ts'
import { DEFAULT_SETTINGS } from './settings.ts'

const site: Site = {
  id: 1,
  name: 'a',
  publicKey: 'a'.repeat(30),
  secretHash: 'b'.repeat(64),
  settings: DEFAULT_SETTINGS,
  created: 0,
  altchaKey: null,
}

function setUp() {
  const state = { time: 1_800_000_000_000, version: 1, asked: 0, found: site as Site | undefined }
  const inner = {
    site: async () => {
      state.asked++
      return state.found
    },
    setSite: async () => site,
  } as unknown as Registry
  return {
    state,
    inner,
    cached: cachedRegistry(inner, { now: () => state.time, version: () => state.version }),
  }
}

describe('the cache before a registry', () => {
  it('asks once for a site that is there, by whichever key it is looked for later', async () => {
    const { state, cached } = setUp()
    await cached.site(1)
    expect(await cached.site(1)).toBe(site)
    expect(await cached.siteByPublicKey(site.publicKey)).toBe(site)
    expect(state.asked).toBe(1)
  })

  it('holds nothing for sites that are not there', async () => {
    const { state, cached } = setUp()
    state.found = undefined
    for (let i = 0; i < 10; i++) await cached.site(i)
    expect(state.asked).toBe(10)
  })

  it('asks again after its own change, and a second after any other', async () => {
    const { state, cached } = setUp()
    await cached.site(1)
    await cached.setSite(1, {})
    await cached.site(1)
    expect(state.asked).toBe(2)

    state.version++
    state.time += 999
    await cached.site(1)
    expect(state.asked).toBe(2)
    state.time += 1
    await cached.site(1)
    expect(state.asked).toBe(3)
  })

  it('notices changes when the clock was set back', async () => {
    const { state, cached } = setUp()
    await cached.site(1)
    state.version++
    state.time -= 3_600_000
    await cached.site(1)
    expect(state.asked).toBe(2)
  })

  it('asks for the pictures once, however many want them, and again after a change', async () => {
    const { state, inner, cached } = setUp()
    let fails = false
    inner.pictures = async () => {
      state.asked++
      if (fails) throw new Error('busy')
      return []
    }
    inner.removePicture = async () => {}
    await Promise.all(Array.from({ length: 10 }, () => cached.pictures()))
    expect(state.asked).toBe(1)
    await cached.removePicture(1)
    fails = true
    await expect(cached.pictures()).rejects.toThrow('busy')
    fails = false
    expect(await cached.pictures()).toEqual([])
    expect(state.asked).toBe(3)
  })

  it('does not keep pictures that were listed before a change', async () => {
    const { state, inner, cached } = setUp()
    let answer = () => {}
    inner.removePicture = async () => {}
    inner.pictures = () =>
      new Promise(resolve => {
        state.asked++
        answer = () => resolve([])
      })
    const asking = cached.pictures()
    await cached.removePicture(1)
    answer()
    await asking
    const again = cached.pictures()
    answer()
    await again
    expect(state.asked).toBe(2)
  })

  it('does not put in what was read before a change', async () => {
    const { state, inner, cached } = setUp()
    let answer = (_: Site) => {}
    inner.site = () =>
      new Promise(resolve => {
        answer = resolve
      })
    const asking = cached.site(1)
    await cached.setSite(1, {})
    answer({ ...site, name: 'old' })
    await asking
    inner.site = async () => {
      state.asked++
      return site
    }
    expect((await cached.site(1))?.name).toBe('a')
    expect(state.asked).toBe(1)
  })
})
