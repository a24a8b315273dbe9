import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type CodeStyle, codeStyles, seasonOf, styleNamed } from '@upright/core'
import { describe, expect, it } from 'vitest'
import { readConfig } from './config.ts'
import { prepareFont } from './fonts/prepare.ts'
import { openRegistry, openService } from './open.ts'
import type { NewFont } from './registry/registry.ts'
import { DEFAULT_SETTINGS } from './registry/settings.ts'
import { runChild } from './testing/child.ts'
import { runCommand } from './testing/command.ts'
import { freshFolder } from './testing/folder.ts'
import { fontFile } from './testing/font.ts'

const SITE = { id: 1, settings: DEFAULT_SETTINGS }
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
    const service = await open(data)
    expect((await service.registry.sites()).map(({ name }) => name)).toEqual(['Demo'])
    await service.close()
  })

  it('makes no demo site where that is switched off, and warns of one that is there', async () => {
    const none = await open(freshData(), { UPRIGHT_DEMO: 'off' })
    expect([none.demo, await none.registry.sites()]).toEqual([undefined, []])
    await none.close()
    const data = await usedData()
    const said: string[] = []
    const service = await openService(readConfig(data, { UPRIGHT_DEMO: 'off' }), {
      warn: line => said.push(line),
    })
    await service.close()
    expect(said).toEqual(['UPRIGHT_DEMO is off, but site 1 (Demo) is open: upright site remove 1'])
  })

  it('warns where the keys that vendors give for tests are on', async () => {
    const said: string[] = []
    const config = readConfig(freshData(), { UPRIGHT_TEST_KEYS: 'on' })
    await (await openService(config, { warn: line => said.push(line) })).close()
    expect(said).toEqual(['UPRIGHT_TEST_KEYS is on: with a public secret of tests, every visitor passes'])
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
    await before.pictures.show(SITE, id)
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

describe('fonts of the operator', () => {
  const style = styleNamed('captchaFR') as CodeStyle
  const font: NewFont = {
    name: 'own',
    licence: 'OFL-1.1',
    credit: 'its authors',
    ...prepareFont(readFileSync(fontFile())),
  }
  const change = async (
    data: string,
    work: (registry: Awaited<ReturnType<typeof openRegistry>>) => Promise<unknown>,
  ) => {
    const registry = await openRegistry(readConfig(data, {}))
    await work(registry)
    await registry.close()
  }
  /**
   * Pictures of challenges by a hash, and whether a font of the operator's own is among those of their
   * seasons.
   */
  async function shown(data: string, ids: string[]) {
    const service = await open(data)
    const all = ids.map(id => {
      const { bytes } = service.captcha.show(SITE, id, 'picture')
      const { look } = service.captcha.draft(SITE, id, 'picture')
      const faces = [...style.settings.alphabet].flatMap(seasonOf('standard', look).facesOf)
      return {
        picture: createHash('sha256').update(bytes).digest('hex'),
        own: faces.some(face => face.font.name === 'own'),
      }
    })
    await service.close()
    return all
  }

  it('are drawn from the next start on, in seasons that have them, and never after they were removed', async () => {
    const data = freshData()
    const service = await open(data)
    // Sites and styles have seasons of their own, but for the same one this shows more than one picture.
    const ids = codeStyles.flatMap(each => [1, 2].map(() => service.captcha.issue(1, each)))
    const show = () => service.captcha.show(SITE, ids[0]!, 'picture')
    const running = show()
    await change(data, registry => registry.addFont(font))
    expect(show()).toEqual(running)
    await service.close()
    await change(data, registry => registry.removeFont(1))
    const before = await shown(data, ids)
    expect(before.filter(({ own }) => own)).toEqual([])

    await change(data, registry => registry.addFont(font))
    const after = await shown(data, ids)
    // One of sixteen seasons at least: none is as likely as one in a thousand.
    expect(after.some(({ own }) => own)).toBe(true)
    expect(after.map(({ picture }) => picture)).not.toEqual(before.map(({ picture }) => picture))
    expect(await shown(data, ids)).toEqual(after)

    await change(data, async registry => registry.removeFont((await registry.fonts())[0]!.id))
    expect(await shown(data, ids)).toEqual(before)
  })

  it.each<[string, (asset: Uint8Array) => Uint8Array]>([
    ['empty', () => Buffer.alloc(0)],
    ['cut short', asset => asset.subarray(0, -9)],
    ['changed', asset => Buffer.from(asset).fill(7, 900, 901)],
    ['of another kind', () => Buffer.from('OTTO and more')],
  ])('whose outlines are %s stop the start in one line that says what to do', async (_, damage) => {
    const data = freshData()
    await change(data, async registry => {
      await registry.addFont({ ...font, asset: Buffer.from('UPG1 another font that is removed again') })
      await registry.removeFont(1)
      await registry.addFont({ ...font, asset: damage(font.asset) })
    })
    await expect(open(data)).rejects.toMatchObject({
      code: 'database_corrupt',
      message: expect.stringMatching(/font 2 \(own\); .*"upright font remove 2"$/),
    })
    const { code, stdout } = await runCommand(['doctor', '--data', data])
    expect([code, stdout]).toEqual([1, expect.stringMatching(/FAIL +registry .*font 2 \(own\)/)])
    await change(data, registry => registry.removeFont(2))
    await (await open(data)).close()
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

  it.skipIf(process.platform !== 'linux')('is in a file system that takes none', async () => {
    const { code, stderr } = await runChild('cli.ts', ['serve', '--data', '/proc/x/y'], { timeout: 20_000 })
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(
        /^upright: The data folder cannot be used: \/proc\/x\/y cannot be made or used \(ENOENT\).*\n$/,
      ),
    ])
  })

  it.each(['secret', 'upright.db', 'ledger.db'])('has a pipe in the place of %s', async name => {
    const data = freshData()
    mkdirSync(data, { mode: 0o700 })
    execFileSync('mkfifo', ['-m', '600', join(data, name)])
    const { code, stderr } = await runChild('cli.ts', ['serve', '--data', data], { timeout: 20_000 })
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/^upright: The data folder cannot be used: .*not a file.*\n$/),
    ])
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
