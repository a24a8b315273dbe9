import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createSiteState } from '../policy/ladder/site-state.ts'
import { freshFolder } from '../testing/folder.ts'
import { type PostgresServer, startPostgres } from '../testing/postgres.ts'
import { copyRegistry } from './copy.ts'
import type { RegistryDriver } from './driver.ts'
import { BINS } from './picture.ts'
import { NO_FACTS } from './picture-fields.ts'
import { postgres } from './postgres-driver.ts'
import type { Registry } from './registry.ts'
import { sqlite } from './sqlite-driver.ts'

const NOW = 1_800_000_000_000

let server: PostgresServer
beforeAll(async () => {
  server = await startPostgres()
})
afterAll(() => server.remove())

/** An empty registry that a driver makes: its tables, and the registry over them. */
async function fresh(driver: RegistryDriver) {
  const databaseUrl = driver.shared ? await server.freshDatabase() : undefined
  const config = { databaseUrl, data: join(freshFolder(), 'data') }
  const deps = { now: () => NOW, random: randomBytes, warn: () => {} }
  return { tables: () => driver.openTables(config), registry: () => driver.open(config, deps) }
}
type Fresh = Awaited<ReturnType<typeof fresh>>

async function using<T>(registry: Promise<Registry>, work: (registry: Registry) => Promise<T>): Promise<T> {
  const opened = await registry
  try {
    return await work(opened)
  } finally {
    await opened.close()
  }
}

async function copy(from: Fresh, to: Fresh) {
  const source = await from.tables()
  const target = await to.tables()
  try {
    return await copyRegistry(source, target)
  } finally {
    await source.close()
    await target.close()
  }
}

const pictureOf = (n: number) => ({
  ...NO_FACTS,
  name: `n${n}`,
  machineEase: 0.25,
  fingerprint: n.toString(16).padStart(16, '0'),
})
const fontOf = (name: string) => ({
  name,
  licence: 'OFL-1.1',
  credit: 'its authors',
  leftOut: 'O0',
  asset: randomBytes(2000),
})
const PICTURES = 60

/** Puts something into every table, and removes the latest row of each that has numbers. */
const fill = (registry: Registry) =>
  using(Promise.resolve(registry), async () => {
    const demo = await registry.addDemo()
    const options = { origins: ['https://example.org'], quota: 7 }
    const { site: added, secret } = await registry.addSite('Mairie ☂', options)
    const site = { site: await registry.setAltchaKey(added.id, null, 'sealed'), secret }
    const { operator, token } = await registry.addOperator('Éva')
    await registry.addFont(fontOf('own'))
    // More than are copied at once.
    for (let n = 1; n <= PICTURES; n++) await registry.addPicture(pictureOf(n), randomBytes(300))
    const use = { shown: 9, answers: Array.from({ length: BINS }, (_, bin) => bin % 3) }
    await registry.addPictureUse(new Map([1, 57].map(id => [id, use])))
    await registry.fillSubject(3, { x: 0.25, y: 0.2, width: 0.5, height: 0.6 })
    await registry.judgePictures([{ id: 57, lean: 12.5, weight: 0.25, aside: 'people disagree' }])
    await registry.noteLedger([{ name: 'upright:epoch:{0}', epoch: NOW, beats: 3, clock: 12 }])
    const moment = { time: 0, wall: NOW }
    await registry.storeLadder(new Map([[1, createSiteState(moment).stored(moment)]]))
    await registry.removeSite((await registry.addSite('gone')).site.id)
    await registry.removePicture((await registry.addPicture(pictureOf(0), randomBytes(30))).id)
    await registry.removeOperator((await registry.addOperator('gone')).operator.id)
    await registry.removeFont((await registry.addFont(fontOf('gone'))).id)
    return { demo, site, operator, token }
  })

/** Everything that a registry answers. */
const contents = (registry: Promise<Registry>) =>
  using(registry, async opened => {
    const pictures = await opened.pictures()
    return {
      sites: await opened.sites(),
      pictures,
      bytes: await Promise.all(
        pictures.map(async ({ id }) => (await opened.pictureBytes(id))?.toString('hex')),
      ),
      uses: await opened.pictureUses(),
      operators: await opened.operators(),
      fonts: (await opened.fonts()).map(font => ({
        ...font,
        asset: Buffer.from(font.asset).toString('hex'),
      })),
      notes: await opened.ledgerNotes(),
      ladder: await opened.ladderStates(),
    }
  })

describe.each([
  ['SQLite to PostgreSQL', sqlite, postgres],
  ['PostgreSQL to SQLite', postgres, sqlite],
])('a copy from %s', (_, from, to) => {
  it('keeps ids, keys, pictures and their use, and gives no number again', async () => {
    const [source, target] = [await fresh(from), await fresh(to)]
    const { site, token, operator } = await fill(await source.registry())
    const before = await contents(source.registry())
    expect(before.uses.get(57)).toMatchObject({ shown: 9 })
    expect(before.pictures[2]).toMatchObject({ machineEase: 0.25, subject: { width: 0.5 } })
    expect(await copy(source, target)).toEqual({ site: 2, picture: PICTURES, operator: 1, font: 1 })
    expect(await contents(target.registry())).toEqual(before)
    expect(await contents(source.registry())).toEqual(before)

    await using(target.registry(), async registry => {
      expect(await registry.siteBySecret(site.secret)).toEqual(site.site)
      expect(await registry.operatorByToken(token)).toEqual(operator)
      expect(await registry.addDemo()).toBeUndefined()
      // One further than that of the row which was removed before the copy.
      expect((await registry.addSite('next')).site.id).toBe(4)
      expect((await registry.addPicture(pictureOf(999), randomBytes(30))).id).toBe(PICTURES + 2)
      expect((await registry.addOperator('next')).operator.id).toBe(3)
      expect((await registry.addFont(fontOf('next'))).id).toBe(3)
    })
  })

  it('is refused by a registry that is or was in use, and by one that has nothing', async () => {
    const [source, target] = [await fresh(from), await fresh(to)]
    await expect(copy(source, target)).rejects.toMatchObject({
      code: 'copy_refused',
      message: expect.stringMatching(/is empty$/),
    })
    await using(source.registry(), registry => registry.addSite('a'))
    await using(target.registry(), async registry => {
      const { site } = await registry.addSite('b')
      await registry.removeSite(site.id)
    })
    await expect(copy(source, target)).rejects.toMatchObject({
      code: 'copy_refused',
      message: expect.stringMatching(/is not empty$/),
    })
    expect(await using(target.registry(), registry => registry.sites())).toEqual([])
  })

  it('copies all or nothing', async () => {
    const [source, target] = [await fresh(from), await fresh(to)]
    await using(source.registry(), registry => registry.addSite('a'))
    const tables = await source.tables()
    const opened = await target.tables()
    let asked = 0
    const failing = {
      ...tables,
      // The first question is whether there is anything; the next one comes after all rows.
      lastNumber: (...args: Parameters<typeof tables.lastNumber>) =>
        asked++ === 0 ? tables.lastNumber(...args) : Promise.reject(new Error('cut off')),
    }
    await expect(copyRegistry(failing, opened)).rejects.toThrow('cut off')
    expect(await copyRegistry(tables, opened)).toMatchObject({ site: 1 })
    await tables.close()
    await opened.close()
  })
})

it.each([sqlite, postgres])('a registry is not copied onto itself: $name', async driver => {
  const source = await fresh(driver)
  await using(source.registry(), registry => registry.addSite('a'))
  await expect(copy(source, source)).rejects.toMatchObject({ code: 'copy_refused' })
})
