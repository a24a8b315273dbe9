import { chmodSync, mkdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { freshFolder } from '../testing/folder.ts'
import { closeToOthers } from './permissions.ts'

const NAMES = ['upright.db', 'upright.db-wal', 'ledger.db', 'ledger.db-shm', 'secret', 'notes.txt']

/** A folder that was made by hand, and the modes in it after the start. */
function madeByHand(mode = 0o755) {
  const data = freshFolder()
  for (const name of NAMES) {
    writeFileSync(join(data, name), '')
    chmodSync(join(data, name), 0o644)
  }
  chmodSync(data, mode)
  const told: string[] = []
  return {
    data,
    told,
    close: (user?: number) => closeToOthers(data, line => told.push(line), user),
    modes: () =>
      [data, ...NAMES.map(name => join(data, name))].map(path => (statSync(path).mode & 0o7777).toString(8)),
  }
}

describe('a data folder that others can read', () => {
  it('is closed to them, with its databases and its secret and nothing else, in one line', () => {
    const { data, close, modes, told } = madeByHand()
    close()
    expect(modes()).toEqual(['700', '600', '600', '600', '600', '600', '644'])
    expect(told).toEqual([
      `others could read ${data} (755), upright.db (644), upright.db-wal (644), ledger.db (644), ` +
        'ledger.db-shm (644), secret (644): now the owner alone can',
    ])
    close()
    expect(told).toHaveLength(1)
  })

  it('stays as it is when it belongs to somebody else: a volume of Kubernetes is entered by its group', () => {
    const { close, modes, told } = madeByHand(0o2775)
    close(statSync('.').uid + 12_345)
    expect([modes()[0], modes()[1], told]).toEqual(['2775', '644', []])
  })

  it.each([
    ['has other folders in it', 0o755, 'photographs'],
    ['is one for many users', 0o1777, ''],
  ])('stays open when it %s, and its databases do not', (_, mode, folder) => {
    const { data, close, modes } = madeByHand(mode)
    if (folder) mkdirSync(join(data, folder))
    close()
    expect(modes()).toEqual([mode.toString(8), '600', '600', '600', '600', '600', '644'])
  })

  it('is closed at the root of a file system', () => {
    const { data, close, modes } = madeByHand()
    mkdirSync(join(data, 'lost+found'))
    close()
    expect(modes()[0]).toBe('700')
  })

  it('may be missing', () => {
    const told: string[] = []
    closeToOthers(join(freshFolder(), 'none'), line => told.push(line))
    expect(told).toEqual([])
  })
})
