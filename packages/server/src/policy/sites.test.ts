import { describe, expect, it } from 'vitest'
import { DEFAULT_SETTINGS, type Registry, type Site } from '../registry/registry.ts'
import { createSites } from './sites.ts'

const siteNamed = (name: string, open: boolean, id = 1): Site => ({
  id,
  name,
  publicKey: `${id}`.repeat(30),
  secretHash: '0'.repeat(64),
  settings: { ...DEFAULT_SETTINGS, open },
  created: 0,
})

function setUp(list: Site[]) {
  const clock = { time: 1_800_000_000_000 }
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
  return { sites: createSites(registry, () => clock.time), clock, state }
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

  it('are listed anew each second, whichever way the clock goes', async () => {
    const { sites, clock, state } = setUp([])
    for (const [step, asked] of [
      [0, 1],
      [999, 1],
      [1, 2],
      [500, 2],
      [-3600_000, 3],
      [0, 3],
    ] as const) {
      clock.time += step
      await sites.all()
      expect(state.asked).toBe(asked)
    }
  })

  it('cannot be told while the registry is away, and the reason goes along', async () => {
    const { sites, state } = setUp([siteNamed('Demo', true)])
    const cause = new Error('registry away')
    state.away = cause
    const refusal = { code: 'unavailable', cause }
    await expect(sites.byId(1)).rejects.toMatchObject(refusal)
    await expect(sites.byPublicKey('x')).rejects.toMatchObject(refusal)
    await expect(sites.bySecret('x')).rejects.toMatchObject(refusal)
    await expect(sites.all()).rejects.toMatchObject(refusal)
    await expect(sites.demo()).rejects.toMatchObject(refusal)
    // What failed is not remembered as a list.
    state.away = undefined
    expect(await sites.all()).toHaveLength(1)
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
