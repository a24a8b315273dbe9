import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readConfig } from '../config.ts'
import { openRegistry } from '../open.ts'
import { scene } from '../pictures/codec.testing.ts'
import { binOf } from '../pictures/tally.ts'
import { BINS } from '../registry/picture.ts'
import { NO_FACTS } from '../registry/picture-fields.ts'
import { runCommand } from '../testing/command.ts'
import { freshFolder } from '../testing/folder.ts'

const upright = (...args: string[]) => runCommand(['picture', ...args])
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
      refused: [{ where: '2b.gif', code: 'bad_picture', why: 'it is a GIF, not JPEG, PNG, WebP or AVIF' }],
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
      '--subject',
      '0.2,.1,0.6,0.75',
      '--data',
      data,
    )
    expect(set).toMatchObject({
      id: 1,
      name: 'Rex',
      status: 'FOUND',
      state: 'serving',
      subject: { x: 0.2, y: 0.1, width: 0.6, height: 0.75 },
      shelter: 'Refuge',
      licence: 'CC0-1.0',
      created: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
    })
    const all = await json('list', '--data', data)
    expect(all).toHaveLength(3)
    const unused = { shown: 0, answers: 0, people: null, agree: null, mean: null, spread: null }
    expect(all[0]).toEqual({ ...set, use: unused, easy: false, doubted: null, weight: 1, lean: 0 })
    const table = await upright('list', '--data', data)
    expect(table.stdout).toMatch(
      /^id +state +status +machineEase +subject +shown +answers +agree .*\n1 +serving +FOUND +0\.\d\d +0\.2,0\.1,0\.6,0\.75 +0 +0 +Refuge +CC0-1\.0 +Rex\n/,
    )

    const half = await upright('remove', '1', '9', '--yes', '--data', data)
    expect([half.code, half.stderr]).toEqual([
      1,
      expect.stringMatching(/^upright: There is no such picture: 9; /),
    ])
    expect(await json('remove', '1', '3', '3', '--yes', '--data', data)).toEqual({ removed: [1, 3] })
    time += 1000
    expect((await registry.pictures()).map(({ id }) => id)).toEqual([2])
    await registry.close()
  })

  it('lists how pictures were used, and which are easy for machines', async () => {
    const data = join(freshFolder(), 'data')
    const registry = await openRegistry(readConfig(data, {}))
    for (const machineEase of [0.49, 0.5]) {
      const picture = {
        ...NO_FACTS,
        name: `ease ${machineEase}`,
        machineEase,
        fingerprint: '0123456789abcdef',
      }
      await registry.addPicture(picture, Buffer.from('x'))
    }
    const answers = Array<number>(BINS).fill(0)
    for (const lean of [5, 10]) answers[binOf(lean)] = 30
    await registry.addPictureUse(new Map([[2, { shown: 80, answers }]]))
    await registry.judgePictures([{ id: 2, lean: 2, weight: 0.5, aside: 'people disagree' }])
    await registry.close()

    const [one, two] = await json('list', '--data', data)
    expect(one).toMatchObject({ easy: false, doubted: null, use: { shown: 0, answers: 0, mean: null } })
    expect(two).toMatchObject({
      easy: true,
      state: 'aside',
      doubted: expect.stringMatching(/^\d{4}-/),
      lean: 2,
      weight: 0.5,
      use: { shown: 80, answers: 60, agree: 1, mean: 10, spread: 2.5 },
    })
    const { stdout } = await upright('list', '--data', data)
    const [, first, second] = stdout.split('\n')
    expect(first).toMatch(/^1 +serving +NONE +0\.49 +0 +0 +ease 0\.49$/)
    expect(second).toMatch(/^2 +aside +NONE +0\.50 easy +80 +60 +1\.00 +10\.0 +2\.5 +ease 0\.5$/)
    const back = await json('set', '2', '--state', 'serving', '--data', data)
    expect(back).toMatchObject({ state: 'serving', doubted: null, lean: 2, weight: 1 })
    expect((await json('list', '--data', data))[1].use).toMatchObject({ shown: 0, answers: 0 })
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
    [['set', '1', '--subject', '0.1,0.2,0.3'], '--subject must be X,Y,W,H in shares of the side'],
    [['set', '1', '--subject', '0,0,1,1,1'], '--subject must be X,Y,W,H in shares of the side'],
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
