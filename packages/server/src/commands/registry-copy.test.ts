import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runCommand } from '../testing/command.ts'
import { freshFolder } from '../testing/folder.ts'
import { type PostgresServer, startPostgres } from '../testing/postgres.ts'

let server: PostgresServer
beforeAll(async () => {
  server = await startPostgres()
})
afterAll(() => server.remove())

const freshData = () => join(freshFolder(), 'data')
const upright = (env: Record<string, string>, ...args: string[]) => runCommand(args, env)

describe('upright registry copy', () => {
  it('moves to PostgreSQL, and back into a folder', async () => {
    const [data, url] = [freshData(), await server.freshDatabase()]
    await upright({ UPRIGHT_DATA: data }, 'site', 'add', '--name', 'Mairie')
    const sites = await upright({ UPRIGHT_DATA: data }, 'site', 'list', '--json')
    const place = `127.0.0.1:${server.port}/${url.split('/').at(-1)}`

    expect(await upright({}, 'registry', 'copy', '--from', data, '--to', url)).toEqual({
      code: 0,
      stdout: `copied 1 site, 0 pictures, 0 operators, 0 fonts from ${data}/upright.db to PostgreSQL at ${place}\n`,
      stderr: '',
    })
    expect(await upright({ DATABASE_URL: url }, 'site', 'list', '--json')).toEqual(sites)

    // A place that is not given is what the service uses.
    const back = freshData()
    const copied = await upright({ DATABASE_URL: url }, 'registry', 'copy', '--to', back, '--json')
    expect(JSON.parse(copied.stdout)).toEqual({
      from: `PostgreSQL at ${place}`,
      to: join(back, 'upright.db'),
      site: 1,
      picture: 0,
      operator: 0,
      font: 0,
    })
    expect(await upright({ UPRIGHT_DATA: back }, 'site', 'list', '--json')).toEqual(sites)
    expect(statSync(join(back, 'upright.db')).mode & 0o777).toBe(0o600)
  })

  it('says in one line why it does not copy, and makes nothing of a source that is missing', async () => {
    const [data, mistyped, url] = [freshData(), freshData(), await server.freshDatabase()]
    await upright({ UPRIGHT_DATA: data }, 'site', 'add', '--name', 'Mairie')
    const missing = await upright({}, 'registry', 'copy', '--from', mistyped, '--to', url)
    expect(missing).toMatchObject({
      code: 1,
      stderr: `upright: The registry cannot be copied: ${mistyped} holds no registry\n`,
    })
    expect(existsSync(mistyped)).toBe(false)
    const full = await upright({ UPRIGHT_DATA: data }, 'registry', 'copy', '--from', data)
    expect(full).toMatchObject({
      code: 1,
      stderr: `upright: The registry cannot be copied: ${data}/upright.db is not empty\n`,
    })
    const wrong = await upright({}, 'registry', 'copy', '--from', data, '--to', 'mysql://host/upright')
    expect(wrong).toMatchObject({ code: 1, stderr: expect.stringContaining('must look like postgres://') })
    expect(await upright({}, 'registry', 'copy')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('registry copy needs --from or --to'),
    })
  })
})
