import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type Config, readConfig } from '../config.ts'
import { openService } from '../open.ts'
import type { Service } from '../service.ts'
import { freshFolder } from '../testing/folder.ts'
import { altchaKeyOf, altchaKeyRing, openAltchaKey, replaceAltchaKey } from './altcha-key.ts'

const [OLD, NEW, OTHER] = ['a', 'b', 'c'].map(letter => letter.repeat(32)) as [string, string, string]
const random = randomBytes

/** Starts the service over one data folder again and again, each time with other secrets. */
function restarts() {
  const data = join(freshFolder(), 'data')
  return async <T>(secrets: Partial<Config>, work: (service: Service) => Promise<T>): Promise<T> => {
    const config = { ...readConfig(data, { LOG_LEVEL: 'warn', UPRIGHT_DEMO: 'off' }), ...secrets }
    const service = await openService(config, { starter: async () => [], warn: () => {} })
    try {
      return await work(service)
    } finally {
      await service.close()
    }
  }
}

const sealedIn = async ({ registry }: Service) => (await registry.site(1))!
const keyIn = async (service: Service) =>
  openAltchaKey(service.keys('altcha-key', 32) as never, await sealedIn(service))

describe("a site's key for plug-ins", () => {
  it('is made once, and is found nowhere as it is', async () => {
    const start = restarts()
    await start({ secret: OLD }, async service => {
      const { registry } = service
      const { site } = await registry.addSite('a')
      const options = { registry, ring: altchaKeyRing({ secret: OLD }), random }
      const keys = await Promise.all([altchaKeyOf(options, site), altchaKeyOf(options, site)])
      expect(keys[0]).toMatch(/^[0-9a-f]{64}$/)
      expect(keys[1]).toBe(keys[0])
      const sealed = await sealedIn(service)
      expect(await altchaKeyOf(options, sealed)).toBe(keys[0])
      expect(JSON.stringify(sealed)).not.toContain(keys[0])
      expect(sealed.altchaKey).not.toContain(Buffer.from(keys[0]!, 'hex').toString('base64url').slice(4, 30))
      const replaced = await replaceAltchaKey(options, sealed)
      expect(replaced).toMatch(/^[0-9a-f]{64}$/)
      expect(replaced).not.toBe(keys[0])
      expect((await keyIn(service))!.key).toBe(replaced)
    })
  })

  it('stays the same while the master secret is replaced in three restarts', async () => {
    const start = restarts()
    const key = await start({ secret: OLD }, async ({ registry }) => {
      const { site } = await registry.addSite('a')
      return altchaKeyOf({ registry, ring: altchaKeyRing({ secret: OLD }), random }, site)
    })
    const before = await start({ secret: OLD, nextSecret: NEW }, sealedIn)
    const between = await start({ secret: NEW, previousSecret: OLD }, async service => {
      expect(await keyIn(service)).toEqual({ key, current: true })
      return sealedIn(service)
    })
    expect(between.altchaKey).not.toBe(before.altchaKey)
    // A node that has not been restarted yet.
    const ring = altchaKeyRing({ secret: OLD, accepted: [NEW] })
    expect(openAltchaKey(ring, between)).toEqual({ key, current: false })
    await start({ secret: NEW }, async service => {
      expect(await sealedIn(service)).toEqual(between)
      expect(await keyIn(service)).toEqual({ key, current: true })
    })
  })

  it('that opens under no secret is left alone, and is replaced only on purpose', async () => {
    const start = restarts()
    const before = await start({ secret: OLD }, async service => {
      const { registry } = service
      const { site } = await registry.addSite('a')
      await altchaKeyOf({ registry, ring: altchaKeyRing({ secret: OLD }), random }, site)
      return sealedIn(service)
    })
    await start({ secret: OTHER }, async service => {
      const site = await sealedIn(service)
      expect(site).toEqual(before)
      const options = { registry: service.registry, ring: altchaKeyRing({ secret: OTHER }), random }
      await expect(altchaKeyOf(options, site)).rejects.toMatchObject({ code: 'key_unreadable' })
      expect((await replaceAltchaKey(options, site)).length).toBe(64)
      expect(await keyIn(service)).toBeDefined()
    })
  })

  it('of one site does not open as that of another, nor altered or cut', async () => {
    const ring = altchaKeyRing({ secret: OLD })
    const sealed: string[] = []
    const registry = {
      setAltchaKey: async (id: number, _before: string | null, altchaKey: string) => {
        sealed.push(altchaKey)
        return { id, altchaKey } as never
      },
    }
    const key = await altchaKeyOf({ registry, ring, random }, { id: 7, altchaKey: null } as never)
    const [altchaKey] = sealed as [string]
    expect(openAltchaKey(ring, { id: 7, altchaKey })).toEqual({ key, current: true })
    expect(openAltchaKey(ring, { id: 8, altchaKey })).toBeUndefined()
    for (let i = 0; i < altchaKey.length; i++) {
      const other = altchaKey[i] === 'A' ? 'B' : 'A'
      const changed = altchaKey.slice(0, i) + other + altchaKey.slice(i + 1)
      expect(openAltchaKey(ring, { id: 7, altchaKey: changed })).toBeUndefined()
      expect(openAltchaKey(ring, { id: 7, altchaKey: altchaKey.slice(0, i) })).toBeUndefined()
    }
  })
})
