import { createHash } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createSiteState } from '../policy/ladder/site-state.ts'
import { BINS, type PictureUse } from '../registry/picture.ts'
import { NO_FACTS } from '../registry/picture-fields.ts'
import type { NewFont, NewPicture, PictureChange, Registry } from '../registry/registry.ts'
import { DEFAULT_SETTINGS, type SiteSettings } from '../registry/settings.ts'

/** A registry under test. */
export interface RegistryUnderTest {
  registry: Registry
  /** Another process's view of the same registry. */
  other(): Promise<Registry>
  /**
   * Moves the registry's clock on by this many milliseconds; when it resolves, everything that was due has
   * been done.
   */
  advance(ms: number): void | Promise<void>
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
      await registry.setSite(1, {
        settings: { expiry: 60, origins: ['HTTPS://Example.net:443/', '*', 'null', 'https://[::1]:8443'] },
      })
      const changed = await registry.setSite(1, { name: ' b ' })
      const settings = {
        ...site.settings,
        expiry: 60,
        origins: ['https://example.net', '*', 'null', 'https://[::1]:8443'],
      }
      expect(changed).toEqual({ ...site, name: 'b', settings })
      expect(await registry.site(1)).toEqual(changed)
    })

    it('keeps the expiries before a longer one, for every process, and takes none from anybody', async () => {
      const { site, secret } = await registry.addSite('a', { expiry: 60 })
      const other = await test.other()
      opened.push(other)
      const first = await registry.setSite(1, { settings: { expiry: 600 } })
      await test.advance(60_000)
      const second = await registry.setSite(1, { name: 'b', settings: { expiry: 3600 } })
      const [before, between] = [first, second].map(({ settings }) => settings.previousExpiries!.at(-1)!)
      expect([before!.expiry, between!.expiry]).toEqual([60, 600])
      expect(between!.until).toBe(before!.until + 60)
      expect(second.settings).toEqual({ ...site.settings, expiry: 3600, previousExpiries: [before, between] })
      await test.advance(1000)
      for (const each of [registry, other]) {
        expect(await each.site(1)).toEqual(second)
        expect(await each.siteBySecret(secret)).toEqual(second)
      }
      const previousExpiries = [{ expiry: 60, until: 0 }]
      await expect(registry.setSite(1, { settings: { previousExpiries } })).rejects.toMatchObject({
        code: 'bad_request',
      })
    })

    it('remembers of a ledger how far each of its epochs has come', async () => {
      expect(await registry.ledgerNotes()).toEqual([])
      const note = { name: 'a', epoch: 1_800_000_000_000, beats: 7, clock: 1_800_000_000 }
      const other = { ...note, name: 'b', beats: 1 }
      await registry.noteLedger([other, note])
      await registry.noteLedger([
        { ...note, beats: 6 },
        { ...other, beats: 2 ** 40 },
      ])
      expect(await registry.ledgerNotes()).toEqual([note, { ...other, beats: 2 ** 40 }])
      const next = { ...note, epoch: note.epoch + 1, beats: 1 }
      await registry.noteLedger([next])
      await registry.noteLedger([])
      const process = await test.other()
      opened.push(process)
      expect((await process.ledgerNotes())[0]).toEqual(next)
    })

    it('keeps what the ladder knows of its sites, the latest of each, until a site is removed', async () => {
      const [first, second] = [await registry.addSite('a'), await registry.addSite('b')].map(
        ({ site }) => site.id,
      )
      const known = { time: 0, wall: 1_800_000_000_000 }
      const state = createSiteState(known).stored(known)
      const states = (wall: number, ...sites: number[]) =>
        new Map(sites.map(site => [site, { ...state, minute: wall / 2, wall }]))
      await registry.storeLadder(states(5, first!, second!, 4711))
      await registry.storeLadder(states(4, first!))
      await registry.storeLadder(states(6, second!))
      const process = await test.other()
      opened.push(process)
      const stored = await process.ladderStates()
      expect([...stored.keys()].sort()).toEqual([first, second])
      expect(stored.get(first!)).toEqual({ ...state, minute: 2.5, wall: 5 })
      expect(stored.get(second!)).toEqual({ ...state, minute: 3, wall: 6 })
      await registry.removeSite(first!)
      expect([...(await registry.ladderStates()).keys()]).toEqual([second])
    })

    it('gives a site another secret, and the old one opens nothing', async () => {
      const before = await registry.addSite('a')
      await registry.siteBySecret(before.secret)
      const { site, secret } = await registry.rotateSecret(1)
      expect(site.publicKey).toBe(before.site.publicKey)
      expect(await registry.siteBySecret(before.secret)).toBeUndefined()
      expect(await registry.siteBySecret(secret)).toEqual(site)
    })

    it('keeps a sealed key of a site, and the first of those that are set at once', async () => {
      const { site } = await registry.addSite('a')
      expect(site.altchaKey).toBeNull()
      const other = await test.other()
      opened.push(other)
      expect(await other.site(1)).toEqual(site)
      const sealed = ['one', 'two'].map(key => registry.setAltchaKey(1, null, key))
      const [one, two] = await Promise.all(sealed)
      expect(['one', 'two']).toContain(one!.altchaKey)
      expect(two).toEqual(one)
      expect(await registry.site(1)).toEqual({ ...site, altchaKey: one!.altchaKey })
      expect((await registry.setAltchaKey(1, 'three', 'four')).altchaKey).toBe(one!.altchaKey)
      expect((await registry.setAltchaKey(1, one!.altchaKey, 'five')).altchaKey).toBe('five')
      await test.advance(1000)
      expect((await other.siteByPublicKey(site.publicKey))!.altchaKey).toBe('five')
      await expect(registry.setAltchaKey(9, null, 'x')).rejects.toMatchObject({ code: 'site_unknown' })
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
      ['tolerance', 4],
      ['tolerance', 21],
      ['quota', -1],
      ['quota', 1e9 + 1],
      ['revalidation', 'sometimes'],
      ['open', 'yes'],
      ['origins', 'https://example.org'],
      ['origins', ['example.org']],
      ['origins', ['https://example.org/path']],
      ['origins', ['https://user@example.org']],
      ['origins', ['file:///etc']],
      ['origins', ['https://*.example.org']],
      ['origins', ['https://%2a.example.org']],
      ['origins', ['https://a.example,https']],
      ['origins', [7]],
      ['subject', '0,0,1,1'],
      ['subject', null],
      ['subject', { x: 0.2, y: 0.2, width: 0.5 }],
      ['subject', { x: -0.1, y: 0.2, width: 0.5, height: 0.5 }],
      ['subject', { x: 0.6, y: 0.2, width: 0.5, height: 0.5 }],
      ['subject', { x: 0.2, y: 0.2, width: 0.05, height: 0.5 }],
      // A disc shows no corners.
      ['subject', { x: 0, y: 0, width: 1, height: 1 }],
      ['subject', { x: 0, y: 0, width: 0.3, height: 0.3 }],
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
      await test.advance(1000)
      expect(await other.siteBySecret(secret)).toBeUndefined()
      expect(await other.siteBySecret(rotated.secret)).toEqual(rotated.site)
      await registry.removeSite(1)
      await test.advance(1000)
      expect(await other.site(1)).toBeUndefined()
    })

    const picture = (name: string, more: Partial<NewPicture> = {}): NewPicture => ({
      ...NO_FACTS,
      name,
      fingerprint: '0123456789abcdef',
      ...more,
    })
    const bytes = (seed: number) => Buffer.from(Array.from({ length: 25_000 }, (_, i) => (i * seed) & 255))
    const names = async (of = registry) => (await of.pictures()).map(({ name }) => name)

    it('keeps a picture with all that is known of it', async () => {
      expect(await registry.pictures()).toEqual([])
      const facts: NewPicture = {
        name: 'Réglisse 🐈',
        species: 'cat',
        status: 'ADOPTION',
        shelter: 'Refuge de Vézelay',
        city: 'Vézelay',
        link: 'https://refuge.example/animaux?id=7&x=%C3%A9',
        credit: 'A. Photographer',
        licence: 'CC-BY-4.0',
        source: 'https://refuge.example/feed',
        state: 'candidate',
        lean: -3.25,
        machineEase: 0.125,
        subject: { x: 0.25, y: 0.125, width: 0.5, height: 0.7 },
        fingerprint: 'fedcba9876543210',
      }
      const added = await registry.addPicture(facts, bytes(3))
      expect(added).toEqual({ ...facts, id: 1, created: expect.any(Number), weight: 1, doubted: 0 })
      expect(await registry.pictures()).toEqual([added])
      expect(await registry.pictureBytes(1)).toEqual(bytes(3))
    })

    it('gives a picture of which little is said its defaults', async () => {
      const added = await registry.addPicture(picture(' a\nb ', { lean: undefined }), bytes(1))
      expect(added).toMatchObject({
        name: 'a b',
        status: 'NONE',
        state: 'serving',
        lean: 0,
        machineEase: 0,
        subject: null,
        link: '',
      })
      expect(await registry.pictures()).toEqual([added])
    })

    it('notes the subject of a picture that has none, and keeps what an operator has set', async () => {
      const box = (x: number) => ({ x, y: 0.2, width: 0.5, height: 0.6 })
      for (const name of ['a', 'b', 'c']) await registry.addPicture(picture(name), bytes(1))
      const other = await test.other()
      opened.push(other)
      expect(await other.pictures()).toHaveLength(3)
      await registry.fillSubject(1, box(0.1))
      await registry.setPicture(2, { subject: box(0.2) })
      for (const id of [1, 2]) await registry.fillSubject(id, box(0.3))
      await registry.removePicture(3)
      for (const id of [3, 0, 2 ** 31]) await registry.fillSubject(id, box(0.3))
      const subjects = [box(0.1), box(0.2)]
      expect((await registry.pictures()).map(({ subject }) => subject)).toEqual(subjects)
      await test.advance(1000)
      expect((await other.pictures()).map(({ subject }) => subject)).toEqual(subjects)
      expect(await registry.setPicture(1, { subject: box(0.4) })).toMatchObject({ subject: box(0.4) })
      const corner = { x: 0, y: 0, width: 0.3, height: 0.3 }
      await expect(registry.fillSubject(1, corner)).rejects.toMatchObject({ code: 'bad_request' })
    })

    it('has no bytes for a picture that is not there', async () => {
      await registry.addPicture(picture('a'), bytes(1))
      for (const id of [0, 2, -1, 1.5, Number.NaN, 2 ** 31, 2 ** 60]) {
        expect(await registry.pictureBytes(id)).toBeUndefined()
      }
    })

    it('lists pictures in the order of their numbers, however many are added at once', async () => {
      await Promise.all(Array.from({ length: 40 }, (_, i) => registry.addPicture(picture(`${i}`), bytes(i))))
      const listed = await registry.pictures()
      expect(listed.map(({ id }) => id)).toEqual(Array.from({ length: 40 }, (_, i) => i + 1))
      for (const { id, name } of listed) {
        expect((await registry.pictureBytes(id))?.equals(bytes(Number(name)))).toBe(true)
      }
    })

    it('changes of a picture what is given and leaves the rest', async () => {
      const added = await registry.addPicture(
        picture('a', { city: 'Sens', link: 'http://a.example' }),
        bytes(1),
      )
      const change = { status: 'FOUND', state: 'aside', lean: 12.5, link: '' } as const
      expect(await registry.setPicture(1, change)).toEqual({ ...added, ...change })
      expect(await registry.setPicture(1, {})).toEqual({ ...added, ...change })
      expect(await registry.pictures()).toEqual([{ ...added, ...change }])
      expect(await registry.pictureBytes(1)).toEqual(bytes(1))
    })

    it('never gives the number of a removed picture to another', async () => {
      await registry.addPicture(picture('a'), bytes(1))
      await registry.pictures()
      await registry.removePicture(1)
      expect(await registry.pictures()).toEqual([])
      expect(await registry.pictureBytes(1)).toBeUndefined()
      expect((await registry.addPicture(picture('b'), bytes(2))).id).toBe(2)
    })

    it('gives readers of a list the list as it was, while pictures are removed', async () => {
      for (let i = 0; i < 20; i++) await registry.addPicture(picture(`${i}`), bytes(i))
      const before = await registry.pictures()
      const [during] = await Promise.all([
        registry.pictures(),
        ...before.map(({ id }) => registry.removePicture(id)),
      ])
      expect(before).toHaveLength(20)
      expect(during).toEqual(before)
      expect(await registry.pictures()).toEqual([])
    })

    it('says so when there is no such picture', async () => {
      const refused = { code: 'picture_unknown' }
      for (const id of [9, 1.5, Number.NaN]) {
        await expect(registry.setPicture(id, { name: 'x' })).rejects.toMatchObject(refused)
        await expect(registry.setPicture(id, {})).rejects.toMatchObject(refused)
        await expect(registry.removePicture(id)).rejects.toMatchObject(refused)
      }
    })

    it.each<[string, unknown]>([
      ['name', ''],
      ['name', ' \n '],
      ['name', 'x'.repeat(81)],
      ['name', 'x'.repeat(10_000_000)],
      ['name', 7],
      ['city', 'x'.repeat(201)],
      ['city', null],
      ['status', 'adoption'],
      ['status', 'toString'],
      ['state', 'gone'],
      ['link', 'refuge.example'],
      ['link', 'javascript:alert(1)'],
      ['link', 'https://user:secret@a.example/'],
      ['link', 'data:text/html,x'],
      ['lean', 181],
      ['lean', Number.NaN],
      ['lean', '3'],
      ['machineEase', -0.1],
      ['subject', '0,0,1,1'],
      ['subject', null],
      ['subject', { x: 0.2, y: 0.2, width: 0.5 }],
      ['subject', { x: -0.1, y: 0.2, width: 0.5, height: 0.5 }],
      ['subject', { x: 0.6, y: 0.2, width: 0.5, height: 0.5 }],
      ['subject', { x: 0.2, y: 0.2, width: 0.05, height: 0.5 }],
      // A disc shows no corners.
      ['subject', { x: 0, y: 0, width: 1, height: 1 }],
      ['subject', { x: 0, y: 0, width: 0.3, height: 0.3 }],
      ['colour', 'red'],
    ])('refuses a picture with %s = %j and changes nothing', async (fact, value) => {
      const added = await registry.addPicture(picture('a'), bytes(1))
      const change = { [fact]: value } as PictureChange
      const refused = { code: 'bad_request', message: expect.stringContaining(fact) }
      await expect(registry.setPicture(1, { city: 'Sens', ...change })).rejects.toMatchObject(refused)
      await expect(registry.addPicture(picture('b', change), bytes(2))).rejects.toMatchObject(refused)
      expect(await registry.pictures()).toEqual([added])
    })

    it('refuses a picture without a fingerprint or without bytes', async () => {
      const refused = { code: 'bad_request' }
      for (const fingerprint of ['', 'x', '0123456789ABCDEF', undefined as unknown as string]) {
        await expect(registry.addPicture(picture('a', { fingerprint }), bytes(1))).rejects.toMatchObject(
          refused,
        )
      }
      await expect(registry.addPicture(picture('a'), Buffer.alloc(0))).rejects.toMatchObject(refused)
      await expect(registry.addPicture(picture('a'), Buffer.alloc(1_000_001))).rejects.toMatchObject(refused)
    })

    const starter = (...files: string[]) =>
      files.map((file, i) => ({ file, picture: picture(file, { subject: SUBJECT }), bytes: bytes(i) }))
    const SUBJECT = { x: 0.2, y: 0.2, width: 0.6, height: 0.5 }

    it('adds the pictures to begin with once in its life', async () => {
      const counts = await Promise.all([
        registry.addStarter(async () => starter('a', 'b', 'c')),
        registry.addStarter(async () => starter('a', 'b', 'c')),
      ])
      expect(counts.toSorted()).toEqual([0, 3])
      expect(await names()).toEqual(['a', 'b', 'c'])
      const [, second] = await registry.pictures()
      expect(second).toMatchObject({ subject: SUBJECT })
      expect(await registry.pictureBytes(second!.id)).toEqual(bytes(1))
      for (const { id } of await registry.pictures()) await registry.removePicture(id)
      const unasked = () => Promise.reject(new Error('asked'))
      expect(await registry.addStarter(unasked)).toBe(0)
      expect(await registry.pictures()).toEqual([])
    })

    it('adds more of them than one statement takes', async () => {
      const files = Array.from({ length: 2500 }, (_, i) => `${i}`)
      const load = async () => files.map(file => ({ file, picture: picture(file), bytes: Buffer.from(file) }))
      expect(await registry.addStarter(load)).toBe(2500)
      expect(await names()).toEqual(files)
    })

    it('tries again at the next start when there were none to begin with, or they could not be read', async () => {
      expect(await registry.addStarter(async () => [])).toBe(0)
      await expect(registry.addStarter(() => Promise.reject(new Error('damaged')))).rejects.toThrow('damaged')
      await expect(
        registry.addStarter(async () => [...starter('a'), { ...starter('b')[0]!, bytes: Buffer.alloc(0) }]),
      ).rejects.toMatchObject({ code: 'bad_request' })
      expect(await registry.pictures()).toEqual([])
      expect(await registry.addStarter(async () => starter('a'))).toBe(1)
    })

    it('notices within a second which pictures another process added, changed and removed', async () => {
      const other = await test.other()
      opened.push(other)
      const seen = async () => {
        await test.advance(1000)
        return names(other)
      }
      expect(await seen()).toEqual([])
      await registry.addPicture(picture('a'), bytes(1))
      await registry.addPicture(picture('b'), bytes(2))
      expect(await seen()).toEqual(['a', 'b'])
      await registry.setPicture(1, { name: 'c' })
      expect(await seen()).toEqual(['c', 'b'])
      await registry.removePicture(1)
      expect(await seen()).toEqual(['b'])
    })

    /** Times shown, and answers by their bin. */
    const use = (shown: number, answers: Record<number, number> = {}): PictureUse => ({
      shown,
      answers: Array.from({ length: BINS }, (_, bin) => answers[bin] ?? 0),
    })

    it('adds up how pictures were used, from several processes at once', async () => {
      for (const name of ['a', 'b', 'c']) await registry.addPicture(picture(name), bytes(1))
      expect(await registry.pictureUses()).toEqual(new Map())
      const other = await test.other()
      opened.push(other)
      await registry.addPictureUse(new Map())
      await Promise.all([
        registry.addPictureUse(
          new Map([
            [1, use(3, { 0: 1, 71: 2 })],
            [2, use(1)],
          ]),
        ),
        other.addPictureUse(new Map([[1, use(4, { 71: 5, 36: 1 })]])),
        registry.addPictureUse(new Map([[3, use(0, { 5: 1 })]])),
      ])
      const expected = new Map([
        [1, use(7, { 0: 1, 36: 1, 71: 7 })],
        [2, use(1)],
        [3, use(0, { 5: 1 })],
      ])
      expect(await registry.pictureUses()).toEqual(expected)
      expect(await other.pictureUses()).toEqual(expected)
    })

    it('takes the use of a hundred pictures at once, answered in every way', async () => {
      const files = Array.from({ length: 100 }, (_, i) => ({ file: `${i}`, picture: picture(`${i}`) }))
      await registry.addStarter(async () => files.map(each => ({ ...each, bytes: bytes(1) })))
      const each: PictureUse = { shown: 1, answers: Array(BINS).fill(2) }
      const uses = new Map((await registry.pictures()).map(({ id }) => [id, each]))
      await registry.addPictureUse(uses)
      expect(await registry.pictureUses()).toEqual(uses)
    })

    it('passes over the use of pictures that are gone, and forgets it with them', async () => {
      for (const name of ['a', 'b']) await registry.addPicture(picture(name), bytes(1))
      const used = new Map([1, 2, 9].map(id => [id, use(1, { 7: 1 })] as const))
      await registry.addPictureUse(used)
      expect([...(await registry.pictureUses()).keys()]).toEqual([1, 2])
      await registry.removePicture(1)
      await registry.addPictureUse(used)
      expect(await registry.pictureUses()).toEqual(new Map([[2, use(2, { 7: 2 })]]))
    })

    it('carries out what is decided of pictures that serve', async () => {
      for (const name of ['a', 'b', 'c']) await registry.addPicture(picture(name), bytes(1))
      const other = await test.other()
      opened.push(other)
      const [a, b, c] = await other.pictures()
      await registry.setPicture(3, { state: 'candidate' })
      await registry.addPictureUse(new Map([[1, use(5)]]))
      await registry.judgePictures([
        { id: 1, lean: -2.5, weight: 2 },
        { id: 2, lean: 1, weight: 0.5, aside: 'people disagree' },
        { id: 3, lean: 4, weight: 2 },
        { id: 9, lean: 0, weight: 1 },
      ])
      const judged = [
        { ...a, lean: -2.5, weight: 2 },
        { ...b, lean: 1, weight: 0.5, state: 'aside', doubted: expect.any(Number) },
        { ...c, state: 'candidate' },
      ]
      expect(await registry.pictures()).toEqual(judged)
      expect((await registry.pictures())[1]!.doubted).toBeGreaterThan(0)
      await test.advance(1000)
      expect(await other.pictures()).toEqual(judged)
      expect((await registry.pictureUses()).get(1)).toEqual(use(5))
    })

    it('forgets how a picture was used when somebody gives it another state', async () => {
      for (const name of ['a', 'b']) await registry.addPicture(picture(name), bytes(1))
      const used = new Map([1, 2].map(id => [id, use(1, { 7: 1 })] as const))
      await registry.addPictureUse(used)
      await registry.judgePictures([1, 2].map(id => ({ id, lean: 3, weight: 2, aside: 'x' })))
      const back = await registry.setPicture(1, { state: 'serving' })
      expect(back).toMatchObject({ state: 'serving', lean: 3, weight: 1, doubted: 0 })
      expect([...(await registry.pictureUses()).keys()]).toEqual([2])
      // The state it has already changes nothing, nor does anything else.
      await registry.addPictureUse(used)
      expect(await registry.setPicture(1, { state: 'serving', city: 'Sens' })).toMatchObject({ id: 1 })
      expect((await registry.setPicture(2, { state: 'aside' })).doubted).toBeGreaterThan(0)
      expect([...(await registry.pictureUses()).keys()]).toEqual([1, 2])
    })

    it('lets one of all processes take a turn, once in a while', async () => {
      const other = await test.other()
      opened.push(other)
      const turns = () => Promise.all([registry, other, registry].map(each => each.acquireLease('a', 1000)))
      expect((await turns()).filter(Boolean)).toHaveLength(1)
      expect(await registry.acquireLease('b', 1000)).toBe(true)
      await test.advance(999)
      expect(await turns()).toEqual([false, false, false])
      await test.advance(1)
      expect((await turns()).filter(Boolean)).toHaveLength(1)
      // A clock that was set back must not stop it.
      await test.advance(-5000)
      expect((await turns()).filter(Boolean)).toHaveLength(1)
    })

    it('finds an operator by the token, which it knows only as a hash', async () => {
      const { operator, token } = await registry.addOperator(' Refuge de Vézelay ')
      expect(operator).toEqual({ id: 1, name: 'Refuge de Vézelay', created: expect.any(Number) })
      expect(token).toMatch(/^[0-9a-f]{64}$/)
      expect(await registry.operatorByToken(token)).toEqual(operator)
      expect(await registry.operators()).toEqual([operator])
      const second = await registry.addOperator('b')
      expect(second.token).not.toBe(token)
      expect(await registry.operatorByToken(second.token)).toEqual(second.operator)
      expect((await registry.operators()).map(({ id }) => id)).toEqual([1, 2])
    })

    it('finds no operator for what nobody was given', async () => {
      const { token } = await registry.addOperator('a')
      const { site, secret } = await registry.addSite('a')
      const hash = createHash('sha256').update(token).digest('hex')
      for (const wrong of [
        '',
        hash,
        secret,
        site.publicKey,
        `${token}\0`,
        token.slice(1),
        '%',
        "' or 1=1 --",
      ]) {
        expect([wrong, await registry.operatorByToken(wrong)]).toEqual([wrong, undefined])
      }
      expect(await registry.siteBySecret(token)).toBeUndefined()
    })

    it('lets a removed operator in no more, and gives the number to nobody else', async () => {
      const { token } = await registry.addOperator('a')
      const other = await test.other()
      opened.push(other)
      expect(await other.operatorByToken(token)).toMatchObject({ id: 1 })
      await registry.removeOperator(1)
      expect(await registry.operatorByToken(token)).toBeUndefined()
      expect(await other.operatorByToken(token)).toBeUndefined()
      expect(await registry.operators()).toEqual([])
      expect((await registry.addOperator('b')).operator.id).toBe(2)
    })

    it('says so when there is no such operator, or the name is none', async () => {
      await registry.addOperator('a')
      for (const id of [0, 9, -1, 1.5, Number.NaN]) {
        await expect(registry.removeOperator(id)).rejects.toMatchObject({ code: 'operator_unknown' })
      }
      for (const wrong of ['', ' ', 'a\nb', 'x'.repeat(201)]) {
        await expect(registry.addOperator(wrong)).rejects.toMatchObject({ code: 'bad_request' })
      }
      expect(await registry.operators()).toHaveLength(1)
    })

    const font = (n: number): NewFont => ({
      name: `font ${n}`,
      licence: 'OFL-1.1',
      credit: 'Éva',
      leftOut: '4X',
      asset: Buffer.from([0, n, 255]),
    })

    it('keeps fonts as they were given, in the order of their numbers', async () => {
      expect(await registry.fonts()).toEqual([])
      const other = await test.other()
      opened.push(other)
      const one = await registry.addFont({ ...font(1), name: ' Elle ', licence: ' OFL ' })
      expect(one).toEqual({ ...font(1), id: 1, name: 'Elle', licence: 'OFL', created: expect.any(Number) })
      const two = await other.addFont(font(2))
      expect(await registry.fonts()).toEqual([one, two])
      expect(await other.fonts()).toEqual([one, two])
    })

    it('takes the same outlines once, whatever they are called and however many add them', async () => {
      const other = await test.other()
      opened.push(other)
      const tries = await Promise.allSettled(
        [registry, other, registry].map((each, i) => each.addFont({ ...font(7), name: `try ${i}` })),
      )
      const [added, ...more] = tries.flatMap(each => (each.status === 'fulfilled' ? [each.value] : []))
      expect(more).toEqual([])
      for (const each of tries.filter(({ status }) => status === 'rejected')) {
        const message = expect.stringContaining(`font ${added!.id} (${added!.name})`)
        expect(each).toMatchObject({ reason: { code: 'bad_font', message } })
      }
      expect(await registry.fonts()).toEqual([added])
    })

    it('removes a font, and gives its number to no other', async () => {
      const one = await registry.addFont(font(1))
      expect(await registry.removeFont(one.id)).toEqual(one)
      expect(await registry.fonts()).toEqual([])
      expect((await registry.addFont(font(1))).id).toBeGreaterThan(one.id)
      for (const id of [0, one.id, 99, -1, 1.5, Number.NaN]) {
        await expect(registry.removeFont(id)).rejects.toMatchObject({ code: 'font_unknown' })
      }
    })

    it('refuses fonts without a name, a licence or a credit', async () => {
      for (const what of ['name', 'licence', 'credit'] as const) {
        for (const wrong of ['', ' ', 'a\nb', 'x'.repeat(201)]) {
          await expect(registry.addFont({ ...font(1), [what]: wrong })).rejects.toMatchObject({
            code: 'bad_request',
            message: expect.stringContaining(`${what} must be`),
          })
        }
      }
      expect(await registry.fonts()).toEqual([])
    })

    it('answers a ping', async () => {
      await expect(registry.ping()).resolves.toBeUndefined()
    })
  })
}
