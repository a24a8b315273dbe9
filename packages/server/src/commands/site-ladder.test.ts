import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { PRESET_RUNGS, PRESETS } from '../registry/ladder-settings.ts'
import { runCommand } from '../testing/command.ts'
import { freshFolder } from '../testing/folder.ts'

const data = join(freshFolder(), 'data')
const upright = async (...args: string[]) => {
  const { code, stdout, stderr } = await runCommand([...args, '--data', data, '--json'])
  return { code, stderr, json: stdout && JSON.parse(stdout) }
}
const set = async (...flags: string[]) => {
  const { code, stderr } = await upright('site', 'set', '1', ...flags)
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  return (await upright('site', 'list')).json[0].settings
}

beforeAll(async () => {
  await upright('site', 'add', '--name', 'Town hall')
})

describe('site set', () => {
  it.each(PRESETS)('--preset %s sets floor and ceiling with it', async preset => {
    await set('--rung', '2', '--ceiling', '2')
    expect(await set('--preset', preset)).toMatchObject({ preset, ...PRESET_RUNGS[preset] })
  })

  it('--preset leaves what is set beside it', async () => {
    expect(await set('--preset', 'download', '--ceiling', '3', '--ladder', 'shadow')).toMatchObject({
      ...{ preset: 'download', rung: 0, ceiling: 3, ladder: 'shadow' },
    })
    expect(await set('--preset', 'reset', '--rung', '0')).toMatchObject({
      preset: 'reset',
      rung: 0,
      ceiling: 3,
    })
  })

  it('--allow adds networks, and takes those away that may send what everybody may', async () => {
    const [school, carrier] = ['192.0.2.0/24', '2001:db8::/32']
    expect(await set('--allow', `${school}=4`, '--allow', `${carrier}=20`)).toMatchObject({
      allowances: { [school]: 4, [carrier]: 20 },
    })
    expect((await set('--allow', `${school}=1`)).allowances).toEqual({ [carrier]: 20 })
  })

  it.each([
    [['--preset', 'shop'], 'preset'],
    [['--ladder', 'on'], 'ladder'],
    [['--rung', '4'], 'rung'],
    [['--ceiling', '-1'], 'ceiling'],
    [['--expect', 'many'], 'expect'],
    [['--allow', '192.0.2.0/24'], '--allow'],
    [['--allow', '192.0.2.0/40=2'], '--allow'],
    [['--allow', '192.0.2.0/24=101'], '--allow'],
  ])('%j is refused, and changes nothing', async (flags, names) => {
    const before = (await upright('site', 'list')).json
    const { code, stderr } = await upright('site', 'set', '1', ...flags)
    expect(code).not.toBe(0)
    expect(stderr).toContain(names)
    expect((await upright('site', 'list')).json).toEqual(before)
  })
})
