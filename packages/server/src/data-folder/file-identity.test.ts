import { closeSync, copyFileSync, mkdirSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { freshFolder } from '../testing/folder.ts'
import { repeats } from '../testing/repeats.ts'
import { fileIdentity } from './file-identity.ts'

const ENDS = ['', '-wal', '-shm']

const handles: number[] = []
afterEach(() => {
  for (const handle of handles.splice(0)) closeSync(handle)
})

/** The identity of a file that is open, without a database: no file that comes later can get its inode. */
function watched() {
  const file = join(freshFolder(), 'data', 'a.db')
  mkdirSync(dirname(file))
  for (const end of ENDS) {
    writeFileSync(file + end, 'content')
    handles.push(openSync(file + end, 'r'))
  }
  const told: string[] = []
  const { repeat, pass, size } = repeats()
  const files = fileIdentity(file, { onLost: reason => told.push(String(reason.cause)), repeat })
  files.watch()
  return { file, files, told, pass, size }
}

describe('the identity of files', () => {
  it.each(ENDS)('is lost when %j is removed, replaced or moved away, which is told once', end => {
    const { file, files, told, pass } = watched()
    const path = file + end
    pass()
    files.ensure()
    rmSync(path)
    expect(files.lost()).toBeUndefined()
    for (let i = 0; i < 3; i++) pass()
    expect(files.lost()).toMatchObject({ code: 'unavailable' })
    expect(files.ensure).toThrow(expect.objectContaining({ code: 'unavailable' }))
    expect(told).toEqual([expect.stringContaining(`${path} was removed`)])
    // Another file under the same name is none.
    writeFileSync(path, 'content')
    pass()
    expect(told).toHaveLength(1)
    expect(files.ensure).toThrow()
    // The path is not for visitors.
    expect(files.lost()!.message).not.toContain(file)
  })

  it('is lost when a file is replaced in one step, and says how to go on', () => {
    const { file, told, pass } = watched()
    copyFileSync(file, `${file}.copy`)
    renameSync(`${file}.copy`, file)
    pass()
    expect(told).toEqual([
      expect.stringMatching(/a\.db was replaced .* restart the service\. Stop the service before/),
    ])
  })

  it('is lost with its folder, and found again with the same files', () => {
    const { file, files, told, pass } = watched()
    const folder = dirname(file)
    renameSync(folder, `${folder}.away`)
    pass()
    expect(files.ensure).toThrow()
    renameSync(`${folder}.away`, folder)
    pass()
    files.ensure()
    rmSync(`${file}-shm`)
    pass()
    expect(told).toHaveLength(2)
  })

  it('is not given to a database that is replaced while it is opened', () => {
    const file = join(freshFolder(), 'a.db')
    const { repeat, size } = repeats()
    const files = fileIdentity(file, { repeat })
    writeFileSync(`${file}.other`, '')
    renameSync(`${file}.other`, file)
    expect(files.watch).toThrow(expect.objectContaining({ code: 'unavailable' }))
    expect(size()).toBe(0)
  })

  it('is looked at no more after it was stopped', () => {
    const { files, size } = watched()
    expect(size()).toBe(1)
    files.stop()
    expect(size()).toBe(0)
  })
})
