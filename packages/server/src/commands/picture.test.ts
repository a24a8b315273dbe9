import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readConfig } from '../config.ts'
import { openRegistry } from '../open.ts'
import { scene } from '../pictures/codec.testing.ts'
import { runChild } from '../testing/child.ts'
import { freshFolder } from '../testing/folder.ts'

const upright = (...args: string[]) => runChild('cli.ts', ['picture', ...args])
async function json(...args: string[]) {
  const { code, stdout, stderr } = await upright(...args, '--json')
  expect([code, stderr]).toEqual([0, ''])
  return JSON.parse(stdout)
}

/** A folder with so many pictures, 0.jpg and so on. */
function pictures(count: number): string {
  const folder = freshFolder()
  for (let i = 0; i < count; i++) {
    writeFileSync(join(folder, `${i}.jpg`), scene(i, 320, 240).encodeSync('jpeg', 90))
  }
  return folder
}

describe('upright picture', () => {
  it('leads pictures through their life, beside a registry that is in use', async () => {
    const data = join(freshFolder(), 'data')
    const folder = pictures(3)
    writeFileSync(join(folder, '2b.gif'), 'GIF89a')
    writeFileSync(join(folder, '2c.png'), scene(2, 640, 480).encodeSync('png'))
    let time = 1_800_000_000_000
    const registry = await openRegistry(readConfig(data, {}), { now: () => time })
    expect(await registry.pictures()).toEqual([])

    const flags = [
      '--status',
      'adoption',
      '--shelter',
      'Refuge',
      '--licence',
      'CC0-1.0',
      '--state',
      'candidate',
    ]
    expect(await json('import', folder, ...flags, '--data', data)).toEqual({
      added: [0, 1, 2].map(i => ({ where: `${i}.jpg`, id: i + 1, name: `${i}` })),
      duplicates: [{ where: '2c.png', like: { id: 3, name: '2' } }],
      refused: [{ where: '2b.gif', why: 'it is a GIF, not JPEG, PNG, WebP or AVIF' }],
    })
    time += 1000
    expect(await registry.pictures()).toHaveLength(3)

    const set = await json(
      'set',
      '1',
      '--name',
      'Rex',
      '--status',
      'found',
      '--state',
      'serving',
      '--data',
      data,
    )
    expect(set).toMatchObject({
      id: 1,
      name: 'Rex',
      status: 'FOUND',
      state: 'serving',
      shelter: 'Refuge',
      licence: 'CC0-1.0',
      created: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
    })
    const all = await json('list', '--data', data)
    expect(all).toHaveLength(3)
    expect(all[0]).toEqual(set)
    const table = await upright('list', '--data', data)
    expect(table.stdout).toMatch(
      /^id +state +status +ease .*\n1 +serving +FOUND +0\.\d\d +Refuge +CC0-1\.0 +Rex\n/,
    )

    const half = await upright('remove', '1', '9', '--data', data)
    expect([half.code, half.stderr]).toEqual([
      1,
      expect.stringMatching(/^upright: There is no such picture: 9; /),
    ])
    expect(await json('remove', '1', '3', '3', '--data', data)).toEqual({ removed: [1, 3] })
    time += 1000
    expect((await registry.pictures()).map(({ id }) => id)).toEqual([2])
    await registry.close()
  })

  it('tells how far it is and what came of it', async () => {
    const data = join(freshFolder(), 'data')
    const folder = pictures(2)
    writeFileSync(join(folder, 'x.jpg'), '')
    const first = await upright('import', folder, '--data', data)
    expect(first).toEqual({
      code: 0,
      stdout: '2 added, 0 there already, 1 refused\n',
      stderr: '1 of 3\n2 of 3\n3 of 3\nx.jpg: it is empty\n',
    })
    const again = await upright('import', pictures(2), '--data', data)
    expect([again.code, again.stdout]).toEqual([0, '0 added, 2 there already, 0 refused\n'])
    expect(again.stderr).toContain('0.jpg: looks like picture 1 (0)\n')
  })

  it('fails when nothing could be imported', async () => {
    const data = join(freshFolder(), 'data')
    const bad = freshFolder()
    writeFileSync(join(bad, 'x.jpg'), 'x')
    mkdirSync(join(bad, 'empty'))
    writeFileSync(join(bad, 'feed.json'), '{')
    for (const path of [bad, join(bad, 'empty'), join(bad, 'feed.json')]) {
      expect((await upright('import', path, '--data', data)).code).toBe(1)
    }
  })

  it.concurrent.each<[string[], string]>([
    [[], 'choose one of import, list, set, remove'],
    [['import'], 'PATH is missing'],
    [['import', '/nowhere'], '/nowhere: there is nothing'],
    [['import', '/nowhere', '--state', 'aside'], '--state must be serving or candidate'],
    [
      ['import', freshFolder(), '--status', 'sold'],
      'status must be one of NONE, FOUND, LOST, ADOPTION, not "SOLD"',
    ],
    [['set', '1'], 'needs something to set'],
    [['remove'], 'ID is missing'],
  ])('says in one line what is wrong with %j', async (args, message) => {
    const { code, stdout, stderr } = await upright(...args, '--data', join(freshFolder(), 'data'))
    expect(stderr).toMatch(/^upright: [^\n]+\n$/)
    expect(stderr).toContain(args.length === 0 ? 'choose one of' : message)
    expect([code, stdout]).toEqual([2, ''])
  })

  it('makes no registry of a folder that was mistyped', async () => {
    const data = join(freshFolder(), 'data')
    const { code, stderr } = await upright('list', '--data', data)
    expect([code, stderr]).toEqual([1, expect.stringContaining(`${data} holds no pictures`)])
  })
})
