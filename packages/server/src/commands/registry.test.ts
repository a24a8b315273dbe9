import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readConfig } from '../config.ts'
import { openService } from '../open.ts'
import { migrate } from '../registry/migrations.ts'
import { openPool } from '../registry/pool.ts'
import { runCommand } from '../testing/command.ts'
import { freshFolder } from '../testing/folder.ts'
import { fontFile } from '../testing/font.ts'
import { type PostgresServer, startPostgres } from '../testing/postgres.ts'

let server: PostgresServer
beforeAll(async () => {
  server = await startPostgres()
})
afterAll(() => server.remove())

const freshData = () => join(freshFolder(), 'data')
/** What a command prints with --json over a database. */
async function upright(url: string, ...args: string[]) {
  const { code, stdout, stderr } = await runCommand([...args, '--json'], {
    ...{ DATABASE_URL: url, UPRIGHT_DATA: freshData() },
  })
  return { code, stderr, json: stdout && JSON.parse(stdout) }
}
/** The findings of `doctor` about a registry, and whether all is well. */
async function doctor(url: string) {
  const { code, json } = await upright(url, 'doctor')
  const found = Object.fromEntries(
    json.findings.map((each: { name: string; state: string; found: string }) => [
      each.name,
      `${each.state}: ${each.found}`,
    ]),
  )
  return { code, registry: found.registry, clock: found['database clock'], text: JSON.stringify(json) }
}

describe('commands with DATABASE_URL', () => {
  it('work on what all nodes share, beside a running service, and make no folder', async () => {
    const url = await server.freshDatabase()
    const data = freshData()
    const site = await upright(url, 'site', 'add', '--name', 'Mairie')
    expect(site).toMatchObject({ code: 0, stderr: '', json: { id: 1, name: 'Mairie' } })
    expect((await upright(url, 'site', 'list', '--data', data)).json).toMatchObject([{ name: 'Mairie' }])
    expect((await upright(url, 'operator', 'add', '--name', 'Éva')).json).toMatchObject({ id: 1 })
    const font = ['--name', 'own', '--licence', 'OFL-1.1', '--credit', 'its authors']
    expect(await upright(url, 'font', 'add', fontFile(), ...font)).toMatchObject({ code: 0, stderr: '' })
    expect(existsSync(data)).toBe(false)

    const service = await openService(readConfig(data, { DATABASE_URL: url }))
    expect(await service.registry.siteBySecret(site.json.secret)).toMatchObject({ id: 1, name: 'Mairie' })
    expect(service.demo?.site).toMatchObject({ id: 2, name: 'Demo' })
    expect(existsSync(join(data, 'upright.db'))).toBe(false)
    const pictures = await service.registry.pictures()
    expect(pictures.length).toBeGreaterThanOrEqual(100)
    expect((await upright(url, 'picture', 'list')).json).toHaveLength(pictures.length)
    await service.close()
  })

  it('say in one line that the database cannot be reached', async () => {
    const url = new URL(server.url())
    url.password = 'hunter2'
    const { code, stderr } = await upright(url.href, 'site', 'list')
    expect(code).toBe(1)
    expect(stderr).toMatch(
      /^upright: .*PostgreSQL at 127\.0\.0\.1:\d+\/postgres: password authentication.*\n$/,
    )
    expect(stderr).not.toContain('hunter2')
  })
})

describe('upright doctor with DATABASE_URL', () => {
  it('makes no tables, and finds well what is', async () => {
    const url = await server.freshDatabase()
    const place = `at 127.0.0.1:${server.port}/`
    const empty = await doctor(url)
    expect(empty.registry).toMatch(/^warn: PostgreSQL \d+\S* at .*, \d+ steps to its tables not taken yet/)
    expect(empty.registry).toContain(place)
    const { db, close } = await openPool(url)
    expect(await db.introspection.getTables({ withInternalKyselyTables: true })).toEqual([])
    await close()
    await upright(url, 'site', 'add', '--name', 'Mairie')
    const used = await doctor(url)
    expect(used.registry).toMatch(/^ok: 1 site, PostgreSQL \d+\S* at .*, answers in [0-9.]+ ms$/)
    expect(used.clock).toMatch(/^ok: 0\.\d s /)
    expect(used.code).toBe(0)
    expect(used.text).not.toContain(encodeURIComponent(server.password))
  })

  it('fails where nothing answers, and where a newer version was', async () => {
    const url = await server.freshDatabase()
    const { db, close } = await openPool(url)
    await migrate(db)
    await db
      .insertInto('upright_migration' as never)
      .values({ name: '999', timestamp: '9999' } as never)
      .execute()
    await close()
    const newer = await doctor(url)
    expect(newer).toMatchObject({ code: 1, registry: expect.stringMatching(/^fail: .*newer version/) })

    const nowhere = await doctor('postgres://u:hunter2@127.0.0.1:1/d')
    expect(nowhere.code).toBe(1)
    expect(nowhere.registry).toMatch(/^fail: .*127\.0\.0\.1:1\/d: .*ECONNREFUSED/)
    expect(nowhere.text).not.toContain('hunter2')
  })
})
