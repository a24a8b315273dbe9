import { copyFileSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { closeLedgers, freshFile, openAt } from '../testing/sqlite-ledgers.ts'
import type { SqliteLedger } from './sqlite.ts'

afterEach(closeLedgers)

describe('the ledger whose file is another one', () => {
  const ENDS = ['', '-wal', '-shm']
  const move = (from: string, to: string) => {
    for (const end of ENDS) renameSync(from + end, to + end)
  }
  const refused = { code: 'unavailable' }

  it.each(ENDS)('lets nothing pass and tells nothing once ledger.db%s is gone', async end => {
    const file = freshFile()
    const { ledger, pass, lost } = openAt(file)
    await ledger.claim('before', 60, 'x')
    rmSync(file + end)
    pass()
    await Promise.all([
      expect(ledger.claim('a', 60, 'x')).rejects.toMatchObject(refused),
      expect(ledger.count('a', 60)).rejects.toMatchObject(refused),
      expect(ledger.claimed('before')).rejects.toMatchObject(refused),
      expect(ledger.counted('a')).rejects.toMatchObject(refused),
      expect(ledger.ping()).rejects.toMatchObject(refused),
    ])
    expect(lost).toHaveLength(1)
  })

  it('passes no challenge twice, of two ledgers with the file replaced between', async () => {
    const file = freshFile()
    const one = openAt(file)
    await one.ledger.claim('before', 60, 'x')
    move(file, `${file}.old`)
    const two = openAt(file)
    one.pass()
    two.pass()
    const keys = Array.from({ length: 40 }, (_, i) => `key ${i}`)
    const passed = async ({ ledger }: { ledger: SqliteLedger }) => {
      const results = await Promise.allSettled(keys.map(key => ledger.claim(key, 60, 'x')))
      return results.filter(each => each.status === 'fulfilled' && each.value === undefined).length
    }
    expect([await passed(one), await passed(two)]).toEqual([0, 40])
  })

  it('is noticed by a ping, and by what is on its way to the disk', async () => {
    const file = freshFile()
    const { ledger, pass } = openAt(file)
    const waiting = ledger.claim('waiting', 60, 'x')
    // Committed in this turn of the event loop, and synced in a later one.
    setImmediate(() => {
      rmSync(file)
      pass()
    })
    await expect(waiting).rejects.toMatchObject(refused)
    const other = openAt()
    const pinged = freshFile()
    const { ledger: asked } = openAt(pinged)
    rmSync(pinged)
    await expect(asked.ping()).rejects.toMatchObject(refused)
    await expect(asked.claim('a', 60, 'x')).rejects.toMatchObject(refused)
    await other.ledger.ping()
  })

  it('goes on when the same file is put back', async () => {
    const file = freshFile()
    const { ledger, pass } = openAt(file)
    await ledger.claim('spent', 60, 'x')
    move(file, `${file}.away`)
    pass()
    await expect(ledger.claim('meanwhile', 60, 'x')).rejects.toMatchObject(refused)
    move(`${file}.away`, file)
    pass()
    expect(await ledger.claim('spent', 60, 'y')).toBe('x')
    // What was refused was not written either.
    expect(await ledger.claim('meanwhile', 60, 'z')).toBeUndefined()
    expect(await ledger.claim('new', 60, 'x')).toBeUndefined()
  })

  it('folds nothing of the log into the old file when a copy has taken its place', async () => {
    const file = freshFile()
    const { ledger } = openAt(file)
    await ledger.claim('old', 60, 'x')
    copyFileSync(file, `${file}.copy`)
    renameSync(file, `${file}.old`)
    renameSync(`${file}.copy`, file)
    // It shares the log with the old one, which is beside it still.
    const two = openAt(file)
    await two.ledger.claim('new', 60, 'y')
    const log = statSync(`${file}-wal`).size
    await ledger.close()
    expect(statSync(`${file}-wal`).size).toBe(log)
    expect(await two.ledger.claim('new', 60, 'z')).toBe('y')
  })

  it('leaves alone what has taken its place when it closes', async () => {
    const file = freshFile()
    const { ledger } = openAt(file)
    await ledger.claim('old', 60, 'x')
    move(file, `${file}.old`)
    const two = openAt(file)
    await two.ledger.claim('new', 60, 'y')
    const there = readdirSync(join(file, '..'))
    await ledger.close()
    expect(readdirSync(join(file, '..'))).toEqual(there)
    two.pass()
    expect(two.lost).toEqual([])
    expect(await two.ledger.claim('new', 60, 'z')).toBe('y')
    // What was spent in the old one can be read still.
    move(`${file}.old`, `${file}.copy`)
    expect(await openAt(`${file}.copy`).ledger.claim('old', 60, 'z')).toBe('x')
  })
})
