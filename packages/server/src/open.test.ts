import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { codeStyles, styleNamed } from '@upright/core'
import { describe, expect, it } from 'vitest'
import { readConfig } from './config.ts'
import { openService } from './open.ts'
import { DEFAULT_SETTINGS } from './registry/registry.ts'
import { runChild } from './testing/child.ts'
import { freshFolder } from './testing/folder.ts'

const open = (data: string, environment = {}) => openService(readConfig(data, environment))
const freshData = () => join(freshFolder(), 'data')

/** A data folder that a service has used. */
async function usedData(): Promise<string> {
  const data = freshData()
  await (await open(data)).close()
  return data
}

describe('the first start', () => {
  it('makes the folder, the secret and the demo site, for the owner alone', async () => {
    const data = freshData()
    const service = await open(data)
    expect(statSync(data).mode & 0o777).toBe(0o700)
    expect(statSync(join(data, 'secret')).mode & 0o777).toBe(0o600)
    expect(readFileSync(join(data, 'secret'), 'utf8')).toMatch(/^[0-9a-f]{64}\n$/)
    expect(service.demo?.site).toMatchObject({ name: 'Demo', settings: { open: true, origins: [] } })
    expect(await service.registry.siteBySecret(service.demo!.secret)).toEqual(service.demo!.site)
    expect(service.version).toMatch(/^\d+\.\d+\.\d+/)
    await service.close()
    await service.close()
  })

  it('comes to the same when four processes do it at once', async () => {
    const data = freshData()
    const outcomes = await Promise.all(Array.from({ length: 4 }, () => runChild('testing/opener.ts', [data])))
    expect(outcomes.map(({ code, stderr }) => [code, stderr])).toEqual(Array(4).fill([0, '']))
    const found = outcomes.map(({ stdout }) => JSON.parse(stdout))
    expect(new Set(found.map(({ secret }) => secret)).size).toBe(1)
    expect(found.filter(({ demo }) => demo)).toHaveLength(1)
    expect(readdirSync(data).filter(name => name.startsWith('secret'))).toEqual(['secret'])
  })

  it('makes no secret when the environment has one', async () => {
    const data = freshData()
    await (await open(data, { UPRIGHT_SECRET: 'e'.repeat(32) })).close()
    expect(readdirSync(data)).not.toContain('secret')
  })
})

describe('every other start', () => {
  it('goes on where the last one ended', async () => {
    const data = freshData()
    const before = await open(data)
    const id = before.captcha.issue(1, codeStyles[0]!)
    const challenge = before.captcha.open(id)
    await before.ledger.claim('spent', 60, 'x')
    await before.close()

    const after = await open(data)
    expect(after.demo).toBeUndefined()
    expect(after.captcha.open(id)).toEqual(challenge)
    expect(await after.ledger.claim('spent', 60, 'y')).toBe('x')
    await after.close()
  })

  it('knows how pictures were used until the last one ended', async () => {
    const data = freshData()
    const before = await open(data)
    const id = before.captcha.issue(1, styleNamed('rotate')!)
    await before.pictures.show(id, 1, DEFAULT_SETTINGS)
    await before.pictures.answered(id, 90)
    const used = (await before.pictures.of(id))!.id
    expect(await before.registry.pictureUses()).toEqual(new Map())
    await before.close()

    const after = await open(data)
    const uses = await after.registry.pictureUses()
    expect([...uses.keys()]).toEqual([used])
    const { shown, answers } = uses.get(used)!
    expect([shown, answers.reduce((sum, count) => sum + count)]).toEqual([1, 1])
    await after.close()
  })

  it.each(['upright.db', 'ledger.db'])('refuses a damaged %s, names it, and touches nothing', async name => {
    const data = await usedData()
    const content = 'not what it was '.repeat(1000)
    writeFileSync(join(data, name), content)
    await expect(open(data)).rejects.toMatchObject({
      code: 'database_corrupt',
      message: expect.stringContaining(join(data, name)),
    })
    expect(readFileSync(join(data, name), 'utf8')).toBe(content)
  })

  it.each([
    ['an empty', ''],
    ['a short', 'abc\n'],
    ['a damaged', '\u0000'.repeat(64)],
  ])('refuses %s secret file and leaves it alone', async (_, content) => {
    const data = await usedData()
    writeFileSync(join(data, 'secret'), content)
    await expect(open(data)).rejects.toMatchObject({
      code: 'data_unusable',
      message: expect.stringContaining(join(data, 'secret')),
    })
    expect(readFileSync(join(data, 'secret'), 'utf8')).toBe(content)
  })
})

describe('a data folder that cannot be one', () => {
  it.each(['', '/below'])('is a file: file%s', async below => {
    const file = join(freshFolder(), 'file')
    writeFileSync(file, 'precious')
    await expect(open(`${file}${below}`)).rejects.toMatchObject({
      code: 'data_unusable',
      message: expect.stringContaining('choose another folder with --data'),
    })
    expect(readFileSync(file, 'utf8')).toBe('precious')
  })

  it('is not writable', async () => {
    const data = freshData()
    mkdirSync(data)
    chmodSync(data, 0o555)
    chmodSync(join(data, '..'), 0o755)
    // Nothing is closed to root, so that root becomes somebody else for this.
    const user = process.getuid?.() === 0 ? ['65534'] : []
    const { code, stderr } = await runChild('testing/opener.ts', [data, ...user])
    expect(code).toBe(1)
    expect(stderr).toMatch(/^The data folder cannot be used: .* is not writable by user \d+: .*\n$/)
    expect(readdirSync(data)).toEqual([])
  })
})
