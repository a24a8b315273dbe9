import { randomBytes } from 'node:crypto'
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Kysely, SqliteDialect } from 'kysely'
import Database from 'libsql'
import { describe, expect, it } from 'vitest'
import { runChild } from '../testing/child.ts'
import { freshFolder } from '../testing/folder.ts'
import { registryContract } from '../testing/registry-contract.ts'
import { repeats } from '../testing/repeats.ts'
import { migrate, migrations } from './migrations.ts'
import { NO_FACTS } from './picture-fields.ts'
import { sqliteRegistry } from './sqlite.ts'
import type { Tables } from './tables.ts'

const START = 1_800_000_000_000
const open = (file = join(freshFolder(), 'upright.db'), now = () => START) =>
  sqliteRegistry({ file, now, random: randomBytes })

registryContract('sqlite', async () => {
  let time = START
  const file = join(freshFolder(), 'upright.db')
  return {
    registry: await open(file, () => time),
    other: () => open(file, () => time),
    advance: ms => {
      time += ms
    },
  }
})

describe('the registry in a file', () => {
  it('keeps what it was told', async () => {
    const file = join(freshFolder(), 'upright.db')
    const before = await open(file)
    const { site, secret } = await before.addSite('a', { quota: 7 })
    await before.close()
    const after = await open(file)
    expect(await after.siteBySecret(secret)).toEqual(site)
    await after.close()
  })

  it('takes over tables of steps that have the default names of the query library', async () => {
    const file = join(freshFolder(), 'upright.db')
    const before = await open(file)
    await before.addSite('a')
    await before.close()
    const database = new Database(file)
    database.exec('ALTER TABLE upright_migration RENAME TO kysely_migration')
    database.exec('ALTER TABLE upright_migration_lock RENAME TO kysely_migration_lock')
    database.close()
    const after = await open(file)
    expect((await after.sites()).map(({ name }) => name)).toEqual(['a'])
    await after.close()
  })

  it('keeps the machine ease of pictures whose column had the name it had first', async () => {
    const file = join(freshFolder(), 'upright.db')
    const before = await open(file)
    const added = await before.addPicture(
      { ...NO_FACTS, name: 'Rex', machineEase: 0.25, fingerprint: '0123456789abcdef' },
      Buffer.from('webp'),
    )
    await before.close()
    const database = new Database(file)
    database.exec('ALTER TABLE picture RENAME COLUMN machine_ease TO ease')
    // And all that came after it.
    database.exec('ALTER TABLE site DROP COLUMN altcha_key')
    database.exec('DROP TABLE site_ladder')
    database.exec("DELETE FROM upright_migration WHERE name >= '009-machine-ease'")
    database.close()
    const after = await open(file)
    expect(added.machineEase).toBe(0.25)
    expect(await after.pictures()).toEqual([added])
    await after.close()
  })

  it('opens when several open it first at once', async () => {
    const file = join(freshFolder(), 'upright.db')
    const registries = await Promise.all(Array.from({ length: 4 }, () => open(file)))
    await Promise.all(registries.map(registry => registry.addSite('a')))
    expect(await registries[0]!.sites()).toHaveLength(4)
    for (const registry of registries) await registry.close()
  })

  it('keeps every site that four processes add at once', async () => {
    const file = join(freshFolder(), 'upright.db')
    const outcomes = await Promise.all(
      Array.from({ length: 4 }, () => runChild('testing/site-adder.ts', [file, '20'])),
    )
    const numbers = outcomes.flatMap(({ stdout }) => JSON.parse(stdout) as number[])
    const registry = await open(file)
    expect((await registry.sites()).map(({ id }) => id)).toEqual(numbers.toSorted((a, b) => a - b))
    expect(new Set(numbers).size).toBe(80)
    await registry.close()
  })

  it.each([
    ['text', 'this was no database '.repeat(500)],
    ['a few bytes', 'hello'],
  ])('refuses a file with %s, names it, and leaves it alone', async (_, content) => {
    const file = join(freshFolder(), 'upright.db')
    writeFileSync(file, content)
    await expect(open(file)).rejects.toMatchObject({
      code: 'database_corrupt',
      message: expect.stringContaining(file),
    })
    expect(readFileSync(file, 'utf8')).toBe(content)
  })

  it('refuses a file damaged in the middle, and leaves it alone', async () => {
    const file = join(freshFolder(), 'upright.db')
    const registry = await open(file)
    for (let i = 0; i < 100; i++) await registry.addSite(`site ${i}`)
    await registry.close()
    fold(file)
    const bytes = readFileSync(file)
    bytes.fill(0xa5, 4096, 4096 * 3)
    writeFileSync(file, bytes)
    await expect(open(file)).rejects.toMatchObject({ code: 'database_corrupt' })
    expect(readFileSync(file)).toEqual(bytes)
  })

  it('refuses the file of a newer version', async () => {
    const file = join(freshFolder(), 'upright.db')
    await (await open(file)).close()
    const database = new Database(file)
    const db = new Kysely<Tables>({ dialect: new SqliteDialect({ database: database as never }) })
    await migrate(db, { ...migrations, '999-later': { up: async () => {} } })
    await db.destroy()
    await expect(open(file)).rejects.toMatchObject({
      code: 'data_unusable',
      message: expect.stringContaining('newer version'),
    })
  })

  it('says that it is unavailable while another process holds the lock, and works after it', async () => {
    const file = join(freshFolder(), 'upright.db')
    const registry = await sqliteRegistry({ file, now: () => START, random: randomBytes, busyTimeout: 0 })
    const database = new Database(file)
    database.exec('BEGIN IMMEDIATE')
    await expect(registry.addSite('a')).rejects.toMatchObject({ code: 'unavailable' })
    expect(await registry.sites()).toEqual([])
    database.exec('ROLLBACK')
    database.close()
    expect((await registry.addSite('a')).site.id).toBe(1)
    await registry.close()
  })

  it('answers everything but writes while another process holds the lock, and writes after it', async () => {
    const file = join(freshFolder(), 'upright.db')
    const registry = await open(file)
    const { site } = await registry.addSite('a')
    const database = new Database(file)
    database.exec('BEGIN IMMEDIATE')
    let isWritten = false
    const writing = Promise.all([
      registry.addSite('b'),
      registry.rotateSecret(site.id),
      registry.addPictureUse(new Map([[1, { shown: 1, answers: [] }]])),
    ]).finally(() => {
      isWritten = true
    })
    // Turns of the event loop, each with a read of the file.
    for (let turn = 0; turn < 100; turn++) {
      await registry.ping()
      await new Promise(resolve => setImmediate(resolve))
    }
    expect(isWritten).toBe(false)
    database.exec('ROLLBACK')
    database.close()
    const [b, rotated] = await writing
    expect(await registry.sites()).toEqual([rotated.site, b.site])
    await registry.close()
  })

  it('refuses a write that still waits for a lock when it is closed', async () => {
    const file = join(freshFolder(), 'upright.db')
    const registry = await open(file)
    const database = new Database(file)
    database.exec('BEGIN IMMEDIATE')
    const writing = expect(registry.addSite('a')).rejects.toMatchObject({ code: 'unavailable' })
    await registry.ping()
    await registry.close()
    await writing
    database.close()
  })
})

describe('the registry whose file is another one', () => {
  it('answers nothing, from memory neither, until the same file is put back', async () => {
    const file = join(freshFolder(), 'upright.db')
    const { repeat, pass } = repeats()
    const lost: unknown[] = []
    let time = START
    const registry = await sqliteRegistry({
      file,
      now: () => time,
      random: randomBytes,
      repeat,
      onLost: reason => lost.push(reason),
    })
    const { site } = await registry.addSite('a')
    await registry.siteByPublicKey(site.publicKey)
    await registry.pictures()
    const ends = ['', '-wal', '-shm']
    for (const end of ends) renameSync(file + end, `${file}.away${end}`)
    const other = await open(file)
    pass()
    time += 1000
    const calls = [
      () => registry.site(site.id),
      () => registry.siteByPublicKey(site.publicKey),
      () => registry.pictures(),
      () => registry.sites(),
      () => registry.addSite('b'),
      () => registry.fonts(),
      () => registry.operators(),
      () => registry.ping(),
    ]
    for (const call of calls) await expect(call()).rejects.toMatchObject({ code: 'unavailable' })
    expect(lost).toHaveLength(1)
    await other.close()
    for (const end of ends) rmSync(file + end, { force: true })
    for (const end of ends) renameSync(`${file}.away${end}`, file + end)
    pass()
    expect(await registry.siteByPublicKey(site.publicKey)).toEqual(site)
    expect(await registry.sites()).toEqual([site])
    await registry.close()
  })
})

/** Brings what is still in the write-ahead log into the file itself. */
function fold(file: string): void {
  const database = new Database(file)
  database.pragma('wal_checkpoint(TRUNCATE)')
  database.close()
}
