import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { freshFolder } from '../testing/folder.ts'
import { scene } from './codec.testing.ts'
import { preparePicture } from './codec.ts'
import { readStarter } from './import-starter.ts'

/** A folder of prepared pictures with a list of them. */
async function starterOf(...entries: object[]): Promise<string> {
  const folder = freshFolder()
  for (let i = 0; i < entries.length; i++) {
    writeFileSync(join(folder, `${i}.webp`), (await preparePicture(scene(i).encodeSync('png'))).bytes)
  }
  writeFileSync(join(folder, 'starter.json'), JSON.stringify(entries))
  return folder
}
const corrupt = (what: string) => ({ code: 'asset_corrupt', message: expect.stringContaining(what) })

describe('the pictures that come with the package', () => {
  it('are read with what is said of them, and looked at where nothing is said of how they look', async () => {
    const subject = { x: 0.1, y: 0.2, width: 0.6, height: 0.5 }
    const folder = await starterOf(
      {
        file: '0.webp',
        name: 'Cow',
        species: 'cow',
        status: 'NONE',
        credit: 'A. B.',
        licence: 'MIT',
        source: 'c',
      },
      { file: '1.webp', name: 'Dog', fingerprint: '0123456789abcdef', machineEase: 0.5, subject },
    )
    const pictures = await readStarter(folder)
    expect(pictures).toMatchObject([
      {
        file: '0.webp',
        picture: { name: 'Cow', species: 'cow', credit: 'A. B.', licence: 'MIT', source: 'c', link: '' },
      },
      {
        file: '1.webp',
        picture: { name: 'Dog', status: 'NONE', fingerprint: '0123456789abcdef', machineEase: 0.5, subject },
      },
    ])
    expect(pictures[0]!.picture.fingerprint).toMatch(/^[0-9a-f]{16}$/)
    expect(pictures[0]!.picture.subject).toMatchObject({ width: expect.any(Number) })
    expect(pictures[0]!.bytes.length).toBeGreaterThan(1000)
  })

  it('are none where there is no list', async () => {
    expect(await readStarter(freshFolder())).toEqual([])
    expect(await readStarter(join(freshFolder(), 'nowhere'))).toEqual([])
  })

  it.each(['', '{', '7', '[7]', '[{}]', '[{"file": "../a.webp", "name": "a"}]'])(
    'are named as damaged when the list is %j',
    async text => {
      const folder = freshFolder()
      writeFileSync(join(folder, 'starter.json'), text)
      await expect(readStarter(folder)).rejects.toMatchObject(corrupt('pictures/starter.json is damaged'))
    },
  )

  it('are named when one is missing or damaged', async () => {
    const folder = await starterOf({ file: '0.webp', name: 'Cow' }, { file: '7.webp', name: 'Dog' })
    await expect(readStarter(folder)).rejects.toMatchObject(
      corrupt('pictures/7.webp cannot be read (ENOENT)'),
    )
    writeFileSync(join(folder, '7.webp'), 'x')
    await expect(readStarter(folder)).rejects.toMatchObject(corrupt('pictures/7.webp is damaged'))
  })
})
