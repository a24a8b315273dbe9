import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readConfig } from '../config.ts'
import { openRegistry } from '../open.ts'
import { runCommand } from '../testing/command.ts'
import { freshFolder } from '../testing/folder.ts'
import { fontFile, madeFont } from '../testing/font.ts'

const upright = (...args: string[]) => runCommand(args)
async function json(...args: string[]) {
  const { code, stdout, stderr } = await upright(...args, '--json')
  expect([code, stderr]).toEqual([0, ''])
  return JSON.parse(stdout)
}
const FACTS = ['--name', 'Chivo', '--licence', 'OFL-1.1', '--credit', 'The Chivo Project Authors']

describe('upright font', () => {
  it('leads a font through its life, and pictures with it', async () => {
    const data = join(freshFolder(), 'data')
    const render = async (...args: string[]) => {
      const out = freshFolder()
      const fixed = ['--style', 'captchaFR', '--count', '12', '--seed', 'a', '--out', out]
      await json('render', 'text', ...fixed, ...args)
      return readdirSync(out).map(name => readFileSync(join(out, name), 'base64'))
    }
    const ours = await render()
    expect(await render('--data', data)).toEqual(ours)

    const added = await json('font', 'add', fontFile(), ...FACTS, '--data', data)
    const font = {
      id: 1,
      name: 'Chivo',
      licence: 'OFL-1.1',
      credit: 'The Chivo Project Authors',
      leftOut: '',
      created: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
    }
    expect(added).toEqual(font)
    expect(await json('font', 'list', '--data', data)).toEqual([font])
    const table = await upright('font', 'list', '--data', data)
    expect(table.stdout).toMatch(
      /^id +created +leftOut +licence +credit +name\n1 +\S+ +OFL-1\.1 +The .*Chivo\n$/,
    )
    expect((await upright('doctor', '--data', data)).stdout).toContain('own fonts: Chivo')

    const again = await upright('font', 'add', fontFile(), ...FACTS.with(1, 'Other'), '--data', data)
    expect(again).toEqual({
      code: 1,
      stdout: '',
      stderr: 'upright: The font cannot be used: it is there already, as font 1 (Chivo)\n',
    })
    expect(await render('--data', data)).not.toEqual(ours)

    const gone = await upright('font', 'remove', '1', '--yes', '--data', data)
    expect([gone.code, gone.stdout]).toEqual([
      0,
      expect.stringMatching(/^removed font 1 .*\n.*next start.*\n$/),
    ])
    const unknown = await upright('font', 'remove', '1', '--yes', '--data', data)
    expect([unknown.code, unknown.stderr]).toEqual([
      1,
      expect.stringMatching(/^upright: There is no such font: 1; [^\n]+\n$/),
    ])
    expect(await render('--data', data)).toEqual(ours)
    expect((await upright('font', 'add', fontFile(), ...FACTS, '--data', data)).stdout).toMatch(
      /^id +[2-9]\nname +Chivo\n[\s\S]*next start: restart all nodes together\.\n$/,
    )
  })

  it('adds nothing of what cannot be used, and says why in one line', async () => {
    const data = join(freshFolder(), 'data')
    const registry = await openRegistry(readConfig(data, {}))
    const png = join(freshFolder(), 'font.ttf')
    writeFileSync(png, '\x89PNG\r\n\x1a\n', 'latin1')
    // Its parser tells the console of each letter that it does not understand.
    const damaged = join(freshFolder(), 'damaged.otf')
    writeFileSync(
      damaged,
      madeFont().map((byte, i) => (i > 600 && i % 97 === 0 ? 0 : byte)),
    )
    for (const [path, why] of [
      [png, 'it is no font'],
      [damaged, 'it is damaged'],
      [fontFile('woff2'), 'it is WOFF2'],
      [fontFile('woff', 'latin-ext'), 'it lacks BCD'],
    ] as const) {
      const { code, stdout, stderr } = await upright('font', 'add', path, ...FACTS, '--data', data)
      expect([code, stdout]).toEqual([1, ''])
      expect(stderr).toMatch(/^upright: The font cannot be used: [^\n]+\n$/)
      expect(stderr).toContain(why)
    }
    expect(await registry.fonts()).toEqual([])
    await registry.close()
  })

  it.concurrent.each<[string[], string]>([
    [[], 'choose one of add, list, remove'],
    [['add', ...FACTS], 'FILE is missing'],
    [['add', fontFile(), ...FACTS.slice(0, 4)], 'font add needs --name, --licence and --credit'],
    [['add', fontFile(), ...FACTS.with(3, ' ')], 'licence must be 1 to 200 characters'],
    [['add', fontFile(), ...FACTS.with(5, '')], 'credit must be 1 to 200 characters'],
    [['remove'], 'ID is missing'],
  ])('says in one line what is wrong with %j', async (args, message) => {
    const { code, stdout, stderr } = await upright('font', ...args, '--data', join(freshFolder(), 'data'))
    expect(stderr).toContain(message)
    expect(stderr).toMatch(/^upright: [^\n]+\n$/)
    expect([code, stdout]).toEqual([2, ''])
  })

  it('makes no registry of a folder that was mistyped', async () => {
    const data = join(freshFolder(), 'data')
    const { code, stderr } = await upright('font', 'list', '--data', data)
    expect([code, stderr]).toEqual([1, expect.stringContaining(`${data} holds no fonts of your own`)])
  })
})
