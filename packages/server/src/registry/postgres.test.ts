import { sql } from 'kysely'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { nodesOver } from '../testing/nodes.ts'
import { type PostgresServer, startPostgres } from '../testing/postgres.ts'
import { registryContract } from '../testing/registry-contract.ts'
import { migrate, migrations, pendingSteps } from './migrations.ts'
import { BINS } from './picture.ts'
import { NO_FACTS } from './picture-fields.ts'
import { openPool } from './pool.ts'
import type { NewPicture, Registry } from './registry.ts'

let server: PostgresServer
beforeAll(async () => {
  server = await startPostgres()
})
afterAll(() => server.remove())

const opened: { close(): Promise<void> }[] = []
afterEach(async () => {
  for (const each of opened.splice(0)) await each.close()
})
/** What is closed when the test ends. */
const closing = async <T extends { close(): Promise<void> }>(opening: Promise<T>): Promise<T> => {
  const each = await opening
  opened.push(each)
  return each
}

/**
 * One database, emptied again and again: to make one of its own for each test of the contract takes
 * PostgreSQL a minute.
 */
let shared: string | undefined
async function emptyDatabase(): Promise<string> {
  if (shared === undefined) shared = await server.freshDatabase()
  else {
    const { db, close } = await openPool(shared)
    await sql`truncate site, event, picture, operator, font restart identity cascade`.execute(db)
    await close()
  }
  return shared
}

registryContract('postgres', async () => {
  const { open, advance } = nodesOver(await emptyDatabase())
  return { registry: await open(), other: open, advance }
})

const picture = (name: string): NewPicture => ({ ...NO_FACTS, name, fingerprint: '0123456789abcdef' })
const bytes = Buffer.from('webp')

describe('the registry in PostgreSQL', () => {
  it('opens when several nodes open it first at once, and keeps what it was told', async () => {
    const { open } = nodesOver(await server.freshDatabase())
    const nodes = await Promise.all(Array.from({ length: 4 }, () => closing(open())))
    const made = await Promise.all(nodes.map(node => node.addDemo()))
    expect(made.filter(Boolean)).toHaveLength(1)
    const later = await closing(open())
    expect((await later.sites()).map(({ name }) => name)).toEqual(['Demo'])
  })

  it('works in a schema of its own, beside another Upright and beside others that use the same query library', async () => {
    const url = await server.freshDatabase()
    const { db, close } = await openPool(url)
    // What another application has in the same schema.
    await sql`create table kysely_migration (name varchar(255) primary key, timestamp varchar(255))`.execute(
      db,
    )
    await sql`create table kysely_migration_lock (id varchar(255) primary key, is_locked integer)`.execute(db)
    await sql`insert into kysely_migration values ('2020-other', '')`.execute(db)
    await sql`create schema up`.execute(db)
    const first = await closing(nodesOver(url).open())
    await first.addSite('in public')
    const inSchema = `${url}?options=-csearch_path%3Dup`
    const second = await closing(nodesOver(inSchema).open())
    await second.addSite('in up')
    expect((await first.sites()).map(({ name }) => name)).toEqual(['in public'])
    expect((await second.sites()).map(({ name }) => name)).toEqual(['in up'])
    const pool = await closing(openPool(inSchema))
    expect(await pendingSteps(pool.db)).toEqual([])
    const { rows } = await sql`select name from kysely_migration`.execute(db)
    expect(rows).toEqual([{ name: '2020-other' }])
    await close()
    const nowhere = nodesOver(`${url}?options=-csearch_path%3Dnowhere`).open()
    await expect(nowhere).rejects.toMatchObject({
      code: 'data_unusable',
      message: expect.stringContaining('no schema of its search_path exists'),
    })
  })

  it('takes over tables of steps that have the default names of the query library', async () => {
    const url = await server.freshDatabase()
    const before = await closing(nodesOver(url).open())
    await before.addSite('a')
    const { db } = await closing(openPool(url))
    await sql`alter table upright_migration rename to kysely_migration`.execute(db)
    await sql`alter table upright_migration_lock rename to kysely_migration_lock`.execute(db)
    const { open } = nodesOver(url)
    const nodes = await Promise.all([closing(open()), closing(open())])
    expect((await nodes[0]!.sites()).map(({ name }) => name)).toEqual(['a'])
    expect(await pendingSteps(db)).toEqual([])
  })

  it('keeps the machine ease of pictures whose column had the name it had first', async () => {
    const url = await server.freshDatabase()
    const before = await nodesOver(url).open()
    const added = await before.addPicture({ ...picture('a'), machineEase: 0.25 }, bytes)
    await before.close()
    const { db } = await closing(openPool(url))
    await sql`alter table picture rename column machine_ease to ease`.execute(db)
    // And all that came after it.
    await sql`alter table site drop column altcha_key`.execute(db)
    await sql`drop table site_ladder`.execute(db)
    await sql`delete from upright_migration where name >= '009-machine-ease'`.execute(db)
    const after = await closing(nodesOver(url).open())
    expect(added.machineEase).toBe(0.25)
    expect(await after.pictures()).toEqual([added])
  })

  it('refuses a database that a newer version has used', async () => {
    const url = await server.freshDatabase()
    const { db } = await closing(openPool(url))
    expect(await pendingSteps(db)).toEqual(Object.keys(migrations))
    await migrate(db, { ...migrations, '999-later': { up: async () => {} } })
    expect(await pendingSteps(db)).toEqual([])
    await expect(nodesOver(url).open()).rejects.toMatchObject({
      code: 'data_unusable',
      message: expect.stringContaining('newer version'),
    })
  })

  it('leaves the list of pictures alone when only their use was counted', async () => {
    const { open, advance } = nodesOver(await server.freshDatabase())
    const node = await closing(open())
    await node.addPicture(picture('a'), bytes)
    const list = await node.pictures()
    await advance()
    await node.addPictureUse(new Map([[1, { shown: 3, answers: Array(BINS).fill(1) }]]))
    const before = await node.pictures()
    expect(before).toEqual(list)
    await advance()
    expect(await node.pictures()).toBe(before)
    await node.setPicture(1, { city: 'Sens' })
    expect(await node.pictures()).not.toBe(before)
  })

  it('adds up the use of the same pictures from all nodes while some of them go, and none is refused', async () => {
    const { open } = nodesOver(await server.freshDatabase())
    const nodes = await Promise.all([closing(open()), closing(open())])
    const [one] = nodes as [Registry, Registry]
    const files = Array.from({ length: 20 }, (_, i) => ({ file: `${i}`, picture: picture(`${i}`), bytes }))
    await one.addStarter(async () => files)
    const ids = (await one.pictures()).map(({ id }) => id)
    const use = { shown: 1, answers: Array(BINS).fill(1) }
    const flushes = nodes.flatMap((node, n) =>
      Array.from({ length: 3 }, () =>
        node.addPictureUse(new Map((n ? ids : ids.toReversed()).map(id => [id, use]))),
      ),
    )
    await Promise.all([...flushes, ...ids.slice(0, 3).map(id => one.removePicture(id))])
    const uses = await one.pictureUses()
    expect([...uses.keys()]).toEqual(ids.slice(3))
    for (const { shown, answers } of uses.values()) {
      expect([shown, ...answers]).toEqual(Array(BINS + 1).fill(6))
    }
  })

  it('passes over a picture that goes while its use is written down', async () => {
    const url = await server.freshDatabase()
    const node = await closing(nodesOver(url).open())
    for (const name of ['a', 'b']) await node.addPicture(picture(name), bytes)
    const { Pool } = await import('pg')
    const others = new Pool({ connectionString: url })
    const other = await others.connect()
    await other.query('begin')
    await other.query('delete from picture where id = 1')
    const use = { shown: 1, answers: Array(BINS).fill(1) }
    const writing = node.addPictureUse(new Map([1, 2].map(id => [id, use])))
    const held = "select from pg_stat_activity where wait_event_type = 'Lock' and query like '%counted%'"
    const isHeld = async () => (await others.query(held, [])).rowCount! > 0
    await expect.poll(isHeld, { interval: 0 }).toBe(true)
    await other.query('commit')
    await writing
    expect(await node.pictureUses()).toEqual(new Map([[2, use]]))
    other.release()
    await others.end()
  })

  it('asks for sites by their keys when there are more than it holds', async () => {
    const { open, advance } = nodesOver(await server.freshDatabase())
    const many = await closing(open())
    const added = [await many.addSite('a'), await many.addSite('b'), await many.addSite('c')]
    const node = await closing(open({ most: 2 }))
    for (const { site, secret } of added) {
      expect(await node.site(site.id)).toEqual(site)
      expect(await node.siteByPublicKey(site.publicKey)).toEqual(site)
      expect(await node.siteBySecret(secret)).toEqual(site)
    }
    expect(await node.site(4)).toBeUndefined()
    expect(await node.sites()).toHaveLength(3)
    expect(await node.sites(1)).toHaveLength(1)
    const changed = await many.setSite(1, { name: 'd' })
    await advance()
    expect(await node.site(1)).toEqual(changed)
    await node.removeSite(1)
    expect(await node.site(1)).toBeUndefined()
    // Now they fit.
    expect(await node.sites()).toEqual([added[1]!.site, added[2]!.site])
    await node.ping()
  })

  it('looks for changes of others by itself, again and again', async () => {
    const { open } = nodesOver(await server.freshDatabase())
    const [one, two] = [await closing(open()), await closing(open({ repeat: undefined }))]
    await one.addSite('a')
    for (const name of ['b', 'c']) {
      await one.setSite(1, { name })
      const seen = async () => (await two.site(1))?.name
      // Two seconds are promised; a busy machine that runs tests is given more.
      await expect.poll(seen, { interval: 10, timeout: 20_000 }).toBe(name)
    }
  })

  it('gives 64-bit numbers as numbers to its own connections only', async () => {
    const url = await server.freshDatabase()
    const { Pool } = await import('pg')
    const others = new Pool({ connectionString: url })
    const { db } = await closing(openPool(url))
    const found = await db
      .selectNoFrom(({ cast, val }) => cast<number>(val(2 ** 40), 'bigint').as('n'))
      .execute()
    expect(found).toEqual([{ n: 2 ** 40 }])
    expect((await others.query('select 1099511627776::bigint as n')).rows).toEqual([{ n: '1099511627776' }])
    await others.end()
  })
})
