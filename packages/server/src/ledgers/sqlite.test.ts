import { readFileSync, writeFileSync } from 'node:fs'
import { ledgerContract, passContract, ticketContract } from '@upright/core/testing'
import Database from 'libsql'
import { afterEach, describe, expect, it } from 'vitest'
import { firstLine, killChild, startChild } from '../testing/child.ts'
import { closeLedgers, freshFile, openAt, START } from '../testing/sqlite-ledgers.ts'

const CLAIMER = 'testing/claimer.ts'
afterEach(closeLedgers)

ledgerContract('sqlite', () => {
  const { ledger, advance } = openAt()
  return { ledger, advance, size: () => ledger.size() }
})
passContract('sqlite', openAt)
ticketContract('sqlite', openAt)

describe('the ledger in a file', () => {
  it('still refuses a replay after the process was killed right after its claim', async () => {
    const file = freshFile()
    const child = startChild(CLAIMER, [file, '1', 'from the killed'])
    expect(await firstLine(child)).toBe('1')
    await killChild(child)
    const { ledger } = openAt(file)
    expect(await ledger.claim('key 0', 60, 'replay')).toBe('from the killed')
  })

  it('gives each of a thousand ids to one of three processes', async () => {
    const file = freshFile()
    const children = ['a', 'b', 'c'].map(name => startChild(CLAIMER, [file, '1000', name]))
    const won = await Promise.all(children.map(async child => Number(await firstLine(child))))
    await Promise.all(children.map(killChild))
    expect(won.reduce((sum, n) => sum + n)).toBe(1000)
  })

  it('waits for another process’s lock without blocking anything else', async () => {
    const file = freshFile()
    const { ledger } = openAt(file, START, 10_000)
    await ledger.claim('before', 60, 'x')
    const other = new Database(file)
    other.exec('BEGIN IMMEDIATE')
    let answered = false
    const waiting = Promise.all([ledger.claim('a', 60, 'x'), ledger.count('n', 60)]).finally(() => {
      answered = true
    })
    const start = performance.now()
    for (let i = 0; i < 5; i++) await new Promise(resolve => setTimeout(resolve, 10))
    expect(await ledger.claimed('before')).toBe('x')
    // A lock that is waited for inside SQLite blocks for two seconds at once.
    expect([answered, performance.now() - start < 1500]).toEqual([false, true])
    other.exec('COMMIT')
    expect(await waiting).toEqual([undefined, 1])
    other.close()
  })

  it('is unavailable while a lock lasts longer than clients wait, and at once from then on', async () => {
    const file = freshFile()
    const { ledger } = openAt(file, START, 300)
    const other = new Database(file)
    other.exec('BEGIN IMMEDIATE')
    const refusal = { code: 'unavailable', cause: expect.objectContaining({ code: 'SQLITE_BUSY' }) }
    await expect(ledger.claim('a', 60, 'x')).rejects.toMatchObject(refusal)
    const start = performance.now()
    await expect(ledger.claim('a', 60, 'x')).rejects.toMatchObject(refusal)
    expect(performance.now() - start).toBeLessThan(290)
    other.exec('COMMIT')
    expect(await ledger.claim('a', 60, 'x')).toBeUndefined()
    other.close()
  })

  it('finishes what was accepted when it closes, and accepts nothing after', async () => {
    const file = freshFile()
    const { ledger } = openAt(file)
    const claims = Array.from({ length: 2500 }, (_, i) => ledger.claim(`${i}`, 60, 'x'))
    await ledger.close()
    expect(new Set(await Promise.all(claims))).toEqual(new Set([undefined]))
    await expect(ledger.claim('late', 60, 'x')).rejects.toMatchObject({ code: 'unavailable' })
    expect(openAt(file).ledger.size()).toBe(2500)
  })

  it.each([
    ['text', Buffer.from('this was no database '.repeat(500))],
    ['zeros', Buffer.alloc(8192)],
  ])('refuses a file of %s, names it, and leaves it alone', (_, content) => {
    const file = freshFile()
    writeFileSync(file, content)
    const message = expect.stringMatching(
      /: stop the service first, .*ledger\.db-wal and ledger\.db-shm moved away/,
    )
    const refused = { code: 'database_corrupt', message }
    expect(() => openAt(file)).toThrow(expect.objectContaining(refused))
    expect(readFileSync(file)).toEqual(content)
  })
})

describe('the ledger when its file fails', () => {
  it('rejects what waited for another process too long, and works again after it', async () => {
    const file = freshFile()
    const { ledger } = openAt(file)
    const other = new Database(file)
    other.exec('BEGIN IMMEDIATE')
    const refused = { code: 'unavailable', cause: { code: 'SQLITE_BUSY' } }
    await Promise.all([
      expect(ledger.claim('a', 60, 'x')).rejects.toMatchObject(refused),
      expect(ledger.count('a', 60)).rejects.toMatchObject(refused),
      expect(ledger.ping()).rejects.toMatchObject(refused),
    ])
    other.exec('ROLLBACK')
    other.close()
    expect(await ledger.claim('a', 60, 'y')).toBeUndefined()
    expect(await ledger.count('a', 60)).toBe(1)
  })

  it('writes nothing of a batch that fails half-way', async () => {
    const file = freshFile()
    const { ledger } = openAt(file)
    const other = new Database(file)
    other.exec(`CREATE TRIGGER full BEFORE INSERT ON spent WHEN new.key = CAST('b' AS BLOB)
                BEGIN SELECT RAISE(FAIL, 'disk full'); END`)
    const batch = ['a', 'b', 'c'].map(key => ledger.claim(key, 60, 'x'))
    for (const claim of batch) await expect(claim).rejects.toMatchObject({ code: 'unavailable' })
    other.exec('DROP TRIGGER full')
    other.close()
    for (const key of ['a', 'b', 'c']) expect(await ledger.claim(key, 60, 'y')).toBeUndefined()
  })
})

describe('the ledger and the clock', () => {
  it('revives nothing that was swept, however far the clock is set back', async () => {
    const { ledger, advance } = openAt()
    await ledger.claim('spent', 600, 'x')
    advance(600 + 3600 + 1)
    await ledger.claim('later', 600, 'y')
    expect(ledger.size()).toBe(1)
    advance(-(600 + 3600 + 1))
    // The id's deadline is what it was: the same clock, the same time to live.
    expect(await ledger.claim('spent', 600, 'x')).toBe('swept')
    expect(await ledger.claim('issued later', 601, 'x')).toBeUndefined()
  })

  it('remembers what was swept in the next process', async () => {
    const file = freshFile()
    const before = openAt(file)
    await before.ledger.claim('spent', 600, 'x')
    before.advance(5000)
    await before.ledger.claim('later', 600, 'y')
    await before.ledger.close()
    expect(await openAt(file).ledger.claim('spent', 600, 'x')).toBe('swept')
  })

  it('keeps what expired for one more hour', async () => {
    const { ledger, advance } = openAt()
    await ledger.claim('spent', 60, 'x')
    advance(3600)
    await ledger.claim('other', 60, 'y')
    advance(-3600)
    expect(await ledger.claim('spent', 60, 'z')).toBe('x')
  })

  it('goes on with new ids after the clock was far ahead for a while', async () => {
    const { ledger, advance } = openAt()
    await ledger.claim('before', 60, 'x')
    advance(50 * 365 * 86_400)
    await ledger.claim('in the future', 60, 'x')
    advance(-50 * 365 * 86_400 + 120)
    expect(await ledger.claim('after', 60, 'x')).toBeUndefined()
  })

  it('restarts a count that a clock far ahead has begun', async () => {
    const { ledger, advance } = openAt()
    advance(7200)
    await ledger.count('address', 60)
    advance(-600)
    expect(await ledger.count('address', 60)).toBe(2)
    advance(-6600)
    expect(await ledger.count('address', 60)).toBe(1)
  })

  it('says once that the clock was set back, and again when it happens again', async () => {
    const file = freshFile()
    const { ledger, warnings, advance } = openAt(file)
    await ledger.claim('a', 60, 'x')
    advance(-50)
    await ledger.claim('b', 60, 'x')
    expect(warnings).toEqual([])
    advance(-50)
    await ledger.claim('c', 60, 'x')
    await ledger.claim('d', 60, 'x')
    expect(warnings).toEqual([expect.stringContaining('the clock was set back by 100 s')])
    advance(1000)
    await ledger.claim('e', 60, 'x')
    advance(-500)
    await ledger.claim('f', 60, 'x')
    expect(warnings).toHaveLength(2)
  })

  it('notices it across a restart', async () => {
    const file = freshFile()
    const before = openAt(file)
    await before.ledger.claim('a', 60, 'x')
    await before.ledger.close()
    const after = openAt(file, START - 3_600_000)
    expect(after.ledger.seenBefore).toBe(START / 1000)
    await after.ledger.claim('b', 60, 'x')
    expect(after.warnings).toHaveLength(1)
  })

  it('sweeps a large heap in slices, a little with each commit', async () => {
    const { ledger, advance } = openAt()
    await Promise.all(Array.from({ length: 1000 }, (_, i) => ledger.claim(`${i}`, 60, 'x')))
    advance(7200)
    await ledger.claim('next', 60, 'x')
    expect(ledger.size()).toBe(901)
  })
})
