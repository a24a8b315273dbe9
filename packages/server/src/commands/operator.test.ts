import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readConfig } from '../config.ts'
import { openRegistry } from '../open.ts'
import { runCommand } from '../testing/command.ts'
import { freshFolder } from '../testing/folder.ts'

const upright = (...args: string[]) => runCommand(['operator', ...args])
async function json(...args: string[]) {
  const { code, stdout, stderr } = await upright(...args, '--json')
  expect([code, stderr]).toEqual([0, ''])
  return JSON.parse(stdout)
}

describe('upright operator', () => {
  it('leads an operator through their life, beside a registry that is in use', async () => {
    const data = join(freshFolder(), 'data')
    const registry = await openRegistry(readConfig(data, {}))
    const added = await json('add', '--name', 'Refuge', '--data', data)
    expect(added).toEqual({ id: 1, name: 'Refuge', token: expect.stringMatching(/^[0-9a-f]{64}$/) })
    expect(await registry.operatorByToken(added.token)).toMatchObject({ id: 1, name: 'Refuge' })

    const second = await upright('add', '--name', 'b', '--data', data)
    expect(second.stdout).toMatch(/^id +2\nname +b\ntoken +[0-9a-f]{64}\nThe token is shown this once/)
    const listed = await json('list', '--data', data)
    expect(listed).toMatchObject([
      { id: 1, name: 'Refuge', created: expect.stringMatching(/^\d{4}-\d\d-\d\dT/) },
      { id: 2, name: 'b' },
    ])
    const table = await upright('list', '--data', data)
    expect(table.stdout).toMatch(/^id +created +name\n1 +\d{4}-\S+ +Refuge\n2 +\d{4}-\S+ +b\n$/)
    expect(JSON.stringify(listed) + table.stdout).not.toContain(added.token)

    expect(await json('remove', '1', '--yes', '--data', data)).toEqual({ removed: 1 })
    expect(await registry.operatorByToken(added.token)).toBeUndefined()
    const gone = await upright('remove', '1', '--yes', '--data', data)
    expect([gone.code, gone.stderr]).toEqual([
      1,
      expect.stringMatching(/^upright: There is no such operator: 1; [^\n]+\n$/),
    ])
    await registry.close()
  })

  it.concurrent.each<[string[], string]>([
    [[], 'choose one of add, list, remove'],
    [['add'], 'operator add needs --name'],
    [['add', '--name', ' '], 'name must be 1 to 200 characters'],
    [['remove'], 'ID is missing'],
    [['list', 'x'], '"x" is one argument too many'],
  ])('says in one line what is wrong with %j', async (args, message) => {
    const { code, stdout, stderr } = await upright(...args, '--data', join(freshFolder(), 'data'))
    expect(stderr).toContain(message)
    expect(stderr).toMatch(/^upright: [^\n]+\n$/)
    expect([code, stdout]).toEqual([2, ''])
  })

  it('makes no registry of a folder that was mistyped', async () => {
    const data = join(freshFolder(), 'data')
    const { code, stderr } = await upright('list', '--data', data)
    expect([code, stderr]).toEqual([1, expect.stringContaining(`${data} holds no operators`)])
  })
})
