import type Database from 'libsql'

/** Seconds for which expired entries are kept: a clock set back by no more than this revives nothing. */
export const EXPIRED_RETENTION_SECONDS = 3600

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS spent (key BLOB PRIMARY KEY, until INTEGER NOT NULL, value BLOB NOT NULL) WITHOUT ROWID, STRICT;
  CREATE TABLE IF NOT EXISTS counter (key BLOB PRIMARY KEY, until INTEGER NOT NULL, count INTEGER NOT NULL) WITHOUT ROWID, STRICT;
  CREATE INDEX IF NOT EXISTS counter_until ON counter (until);
  CREATE TABLE IF NOT EXISTS mark (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID, STRICT;
  INSERT OR IGNORE INTO mark VALUES
    ('swept', 0), ('seen', 0), ('epoch', 0), ('beats', 0), ('lost', 0), ('alarming', 0);`

/**
 * Numbers that a ledger keeps of itself: `seen` and `swept`, in seconds since 1970, are the time that was
 * reached and the last deadline that was swept; `epoch` and `beats` tell it from others and from older
 * copies; `lost` and `alarming` are what it has lost.
 */
type Mark = 'seen' | 'swept' | 'epoch' | 'beats' | 'lost' | 'alarming'

/** Before every key. */
const START: Buffer = Buffer.alloc(0)

/** Prepared statements of a ledger. Times are in whole seconds since 1970. */
export type Statements = ReturnType<typeof prepareStatements>

/**
 * Makes the tables when they are missing, and prepares the hot path's statements, once. Call this and each of
 * them inside a transaction.
 */
export function prepareStatements(database: Database.Database) {
  database.exec(SCHEMA)
  const put = database.prepare(
    `INSERT INTO spent VALUES (?1, ?2, ?3) ON CONFLICT (key)
     DO UPDATE SET until = excluded.until, value = excluded.value WHERE until < ?4`,
  )
  const get = database.prepare('SELECT value, until FROM spent WHERE key = ?').raw()
  const add = database
    .prepare(
      `INSERT INTO counter VALUES (?1, ?2, 1) ON CONFLICT (key) DO UPDATE SET
         count = CASE WHEN until BETWEEN ?3 AND ?4 THEN count + 1 ELSE 1 END,
         until = CASE WHEN until BETWEEN ?3 AND ?4 THEN until ELSE excluded.until END
       RETURNING count`,
    )
    .raw()
  const getCount = database.prepare('SELECT count FROM counter WHERE key = ? AND until >= ?').raw()
  const getMark = database.prepare('SELECT value FROM mark WHERE name = ?').raw()
  const setMark = database.prepare('UPDATE mark SET value = ?2 WHERE name = ?1')
  const stretch = database
    .prepare('SELECT max(key), count(*) FROM (SELECT key FROM spent WHERE key > ? ORDER BY key LIMIT ?)')
    .raw()
  const due = 'FROM spent WHERE key > ?1 AND key <= ?2 AND until < ?3'
  const last = database.prepare(`SELECT max(until) ${due}`).raw()
  const clear = database.prepare(`DELETE ${due}`)
  const clearCounters = database.prepare(
    'DELETE FROM counter WHERE key IN (SELECT key FROM counter WHERE until < ? ORDER BY until LIMIT ?)',
  )
  const size = database.prepare('SELECT (SELECT count(*) FROM spent) + (SELECT count(*) FROM counter)').raw()

  let sweptTo = START
  const held = (key: Buffer) => {
    const row = get.get([key]) as [Buffer, number] | undefined
    return row && { value: row[0].toString(), until: row[1] }
  }
  const mark = (name: Mark) => (getMark.get([name]) as [number])[0]

  return {
    claim(key: Buffer, until: number, value: string, time: number, swept: number): string | undefined {
      if (until <= swept) {
        // Rows up to this deadline may be gone already: the clock was set far back, and no claim can be
        // called the first.
        const row = held(key)
        return row && row.until >= time ? row.value : 'swept'
      }
      if (put.run([key, until, Buffer.from(value), time]).changes === 1) return undefined
      return held(key)!.value
    },
    claimed(key: Buffer, time: number): string | undefined {
      const row = held(key)
      return row && row.until >= time ? row.value : undefined
    },
    counted: (key: Buffer, time: number) => (getCount.get([key, time]) as [number] | undefined)?.[0] ?? 0,
    // A window that ends later than any can was begun by a clock far ahead: nobody is to be locked out until
    // then.
    count: (key: Buffer, until: number, time: number) =>
      (add.get([key, until, time, until + EXPIRED_RETENTION_SECONDS]) as [number])[0],
    mark,
    setMark(name: Mark, value: number): void {
      setMark.run([name, value])
    },
    /** Notes the time that was reached. */
    note(seen: number): void {
      setMark.run(['seen', seen])
      setMark.run(['beats', mark('beats') + 1])
    },
    /**
     * Removes what expired before `time` among the next `limit` claims and `limit` counters. Claims are gone
     * through in rounds, in the order of their keys: an index of their expiry would double what a claim
     * writes.
     */
    sweep(time: number, limit: number): void {
      const from = sweptTo
      const [to, seen] = stretch.get([from, limit]) as [Buffer | null, number]
      sweptTo = to === null || seen < limit ? START : Buffer.from(to)
      const [through] = to === null ? [null] : (last.get([from, to, time]) as [number | null])
      if (through !== null) {
        setMark.run(['swept', Math.max(through, mark('swept'))])
        clear.run([from, to, time])
      }
      clearCounters.run([time, limit])
    },
    size: () => (size.get([]) as [number])[0],
  }
}
