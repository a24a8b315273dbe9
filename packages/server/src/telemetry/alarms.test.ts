import { join } from 'node:path'
import Database from 'libsql'
import { describe, expect, it } from 'vitest'
import { sqliteLedger } from '../ledgers/sqlite.ts'
import { freshFolder } from '../testing/folder.ts'
import { createAlarms } from './alarms.ts'
import { instrumentStore } from './instrument-store.ts'

/** A ledger whose file another process can lock, and what is logged about it. */
function lockable() {
  let time = 1_800_000_000_000
  const now = () => time
  const lines: [string, object][] = []
  const alarms = createAlarms(now)
  const file = join(freshFolder(), 'ledger.db')
  const ledger = instrumentStore('ledger', sqliteLedger({ file, now, busyTimeout: 0 }), { alarms })
  const other = new Database(file)
  const write = (facts: object, line: string) => void lines.push([line, facts])
  return {
    ledger,
    lines,
    alarms,
    log: { error: write, warn: write } as never,
    pass: (seconds: number) => {
      time += 1000 * seconds
    },
    lock: () => void other.exec('BEGIN IMMEDIATE'),
    unlock: () => void other.exec('COMMIT'),
    async close() {
      other.close()
      await ledger.close()
    },
  }
}

describe('an alarm', () => {
  it('is told once when a backend stops answering, and once when it answers again', async () => {
    const { ledger, lines, alarms, log, pass, lock, unlock, close } = lockable()
    alarms.setLogger(log)
    await ledger.claim('a', 10, 'first')
    for (const round of [1, 2]) {
      lock()
      for (let i = 0; i < 3; i++) await expect(ledger.count(`${round}`, 10)).rejects.toThrow()
      pass(7)
      unlock()
      for (let i = 0; i < 3; i++) await ledger.claim(`${round}`, 10, 'x')
    }
    const down = ['the ledger does not answer', { backend: 'ledger', err: expect.any(Error) }]
    const back = ['the ledger answers again', { backend: 'ledger', seconds: 7 }]
    expect(lines).toEqual([down, back, down, back])
    await close()
  })

  it('is told as soon as there is somewhere to tell it', async () => {
    const { ledger, lines, alarms, log, lock, unlock, close } = lockable()
    lock()
    await expect(ledger.ping()).rejects.toThrow()
    expect(lines).toEqual([])
    alarms.setLogger(log)
    expect(lines).toHaveLength(1)
    unlock()
    await ledger.ping()
    expect(lines).toHaveLength(2)
    await close()
  })
})

describe('the log', () => {
  it('says when answers of a kind begin to be guessed, and when that has ended', async () => {
    const { alarms, lines, log, close } = lockable()
    alarms.setLogger(log)
    alarms.guessed(3, 'rotate', true)
    alarms.guessed(3, 'rotate', false)
    expect(lines).toEqual([
      ['answers to rotate of site 3 are guessed', { site: 3, kind: 'rotate', guessed: true }],
      ['answers to rotate of site 3 are no longer guessed', { site: 3, kind: 'rotate', guessed: false }],
    ])
    await close()
  })
})

describe('an observed backend', () => {
  it('does what it does, also what is no promise', async () => {
    const { ledger, close } = lockable()
    expect(await ledger.claim('a', 10, 'first')).toBeUndefined()
    expect(await ledger.claim('a', 10, 'second')).toBe('first')
    expect([ledger.size(), ledger.seenBefore]).toEqual([1, 0])
    await close()
  })
})
