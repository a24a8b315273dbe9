import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { DEFAULT_SETTINGS, type Registry, type SiteSettings } from '../registry/registry.ts'

/** A registry under test. */
export interface RegistryUnderTest {
  registry: Registry
  /** Another process's view of the same registry. */
  other(): Promise<Registry>
  /** Moves the registry's clock on by this many milliseconds. */
  advance(ms: number): void
}

/** The contract every registry keeps. `open` gives a fresh, empty registry; the suite closes it. */
export function registryContract(name: string, open: () => Promise<RegistryUnderTest>): void {
  describe(`the registry contract: ${name}`, () => {
    let test: RegistryUnderTest
    let registry: Registry
    const opened: Registry[] = []
    beforeEach(async () => {
      test = await open()
      registry = test.registry
      opened.push(registry)
    })
    afterEach(async () => {
      for (const each of opened.splice(0)) await each.close()
    })

    it('finds a site by its number, its public key and its secret', async () => {
      const { site, secret } = await registry.addSite('Mairie de Vézelay')
      expect(site).toMatchObject({ id: 1, name: 'Mairie de Vézelay', settings: DEFAULT_SETTINGS })
      expect(await registry.site(1)).toEqual(site)
      expect(await registry.siteByPublicKey(site.publicKey)).toEqual(site)
      expect(await registry.siteBySecret(secret)).toEqual(site)
      // and again, from memory
      expect(await registry.siteBySecret(secret)).toEqual(site)
    })

    it('makes keys of 30 hexadecimal characters and knows the secret only as a hash', async () => {
      const { site, secret } = await registry.addSite('a')
      expect(site.publicKey).toMatch(/^[0-9a-f]{30}$/)
      expect(secret).toMatch(/^[0-9a-f]{30}$/)
      expect(site.secretHash).toMatch(/^[0-9a-f]{64}$/)
      expect(JSON.stringify(await registry.sites())).not.toContain(secret)
    })

    it('finds nothing for what nobody was given', async () => {
      const { site, secret } = await registry.addSite('a')
      for (const id of [0, 2, -1, 1.5, Number.NaN, 2 ** 24, 2 ** 60])
        expect(await registry.site(id)).toBeUndefined()
      for (const key of [
        '',
        '\0',
        `${site.publicKey}\0`,
        site.publicKey.toUpperCase(),
        secret,
        '%',
        "' or 1=1 --",
      ]) {
        expect(await registry.siteByPublicKey(key)).toBeUndefined()
      }
      for (const key of ['', `${secret}\0`, site.publicKey, site.secretHash, 'x'.repeat(100_000)]) {
        expect(await registry.siteBySecret(key)).toBeUndefined()
      }
    })

    it('lists sites in the order of their numbers, however many are added at once', async () => {
      const added = await Promise.all(Array.from({ length: 50 }, (_, i) => registry.addSite(`site ${i}`)))
      expect(new Set(added.map(({ site }) => site.publicKey)).size).toBe(50)
      expect((await registry.sites()).map(site => site.id)).toEqual(
        Array.from({ length: 50 }, (_, i) => i + 1),
      )
    })

    it('changes what is given and leaves the rest', async () => {
      const { site } = await registry.addSite('a', { attempts: 3, origins: ['https://example.org'] })
      await registry.setSite(1, { settings: { expiry: 60, origins: ['HTTPS://Example.net:443/', '*'] } })
      const changed = await registry.setSite(1, { name: ' b ' })
      const settings = { ...site.settings, expiry: 60, origins: ['https://example.net', '*'] }
      expect(changed).toEqual({ ...site, name: 'b', settings })
      expect(await registry.site(1)).toEqual(changed)
    })

    it('gives a site another secret, and the old one opens nothing', async () => {
      const before = await registry.addSite('a')
      await registry.siteBySecret(before.secret)
      const { site, secret } = await registry.rotateSecret(1)
      expect(site.publicKey).toBe(before.site.publicKey)
      expect(await registry.siteBySecret(before.secret)).toBeUndefined()
      expect(await registry.siteBySecret(secret)).toEqual(site)
    })

    it('never gives the number of a removed site to another', async () => {
      const { site, secret } = await registry.addSite('a')
      await registry.site(1)
      await registry.removeSite(1)
      expect(await registry.site(1)).toBeUndefined()
      expect(await registry.siteByPublicKey(site.publicKey)).toBeUndefined()
      expect(await registry.siteBySecret(secret)).toBeUndefined()
      expect((await registry.addSite('b')).site.id).toBe(2)
    })

    it('says so when there is no such site', async () => {
      const refused = { code: 'site_unknown' }
      await expect(registry.setSite(9, { name: 'x' })).rejects.toMatchObject(refused)
      await expect(registry.rotateSecret(9)).rejects.toMatchObject(refused)
      await expect(registry.removeSite(9)).rejects.toMatchObject(refused)
    })

    it('makes the demo site once in its life', async () => {
      const [one, two] = await Promise.all([registry.addDemo(), registry.addDemo()])
      const demo = one ?? two
      expect([one, two].filter(Boolean)).toHaveLength(1)
      expect(demo?.site).toMatchObject({ name: 'Demo', settings: { open: true, origins: [] } })
      await registry.removeSite(demo!.site.id)
      expect(await registry.addDemo()).toBeUndefined()
    })

    it.each<[string, unknown]>([
      ['expiry', 29],
      ['expiry', 86_401],
      ['expiry', 60.5],
      ['expiry', '60'],
      ['attempts', 0],
      ['attempts', 11],
      ['quota', -1],
      ['quota', 1e9 + 1],
      ['revalidation', 'sometimes'],
      ['open', 'yes'],
      ['origins', 'https://example.org'],
      ['origins', ['example.org']],
      ['origins', ['https://example.org/path']],
      ['origins', ['https://user@example.org']],
      ['origins', ['file:///etc']],
      ['origins', ['null']],
      ['origins', [7]],
      ['colour', 'red'],
    ])('refuses %s = %j and changes nothing', async (setting, value) => {
      const { site } = await registry.addSite('a')
      const settings = { [setting]: value } as Partial<SiteSettings>
      const refused = { code: 'bad_request', message: expect.stringContaining(setting) }
      await expect(registry.setSite(1, { name: 'b', settings })).rejects.toMatchObject(refused)
      await expect(registry.addSite('c', settings)).rejects.toMatchObject(refused)
      expect(await registry.sites()).toEqual([site])
    })

    it.each(['', '   ', 'x'.repeat(201), 'a\nb', 'a\0'])('refuses the name %j', async wrong => {
      await expect(registry.addSite(wrong)).rejects.toMatchObject({ code: 'bad_request' })
      expect(await registry.sites()).toEqual([])
    })

    it('notices within a second what another process changed', async () => {
      const { site, secret } = await registry.addSite('a')
      const other = await test.other()
      opened.push(other)
      expect(await other.siteBySecret(secret)).toEqual(site)
      expect(await other.site(1)).toEqual(site)

      const rotated = await registry.rotateSecret(1)
      test.advance(1000)
      expect(await other.siteBySecret(secret)).toBeUndefined()
      expect(await other.siteBySecret(rotated.secret)).toEqual(rotated.site)
      await registry.removeSite(1)
      test.advance(1000)
      expect(await other.site(1)).toBeUndefined()
    })

    it('answers a ping', async () => {
      await expect(registry.ping()).resolves.toBeUndefined()
    })
  })
}
