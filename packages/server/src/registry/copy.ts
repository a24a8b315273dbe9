import { CaptchaError } from '@upright/core'
import { type Kysely, type RawBuilder, sql } from 'kysely'
import type { RegistryTables } from './driver.ts'
import type { NumberedTable, Tables } from './tables.ts'

/** How many rows with a number were copied. */
export type Copied = Record<NumberedTable, number>

type Row = Record<string, unknown>

/** Rows read and written at once: pictures of them all are held in memory. */
const BATCH_ROWS = 50

/** Tables with numbers, each with those whose rows belong to its rows by the column `picture`. */
const NUMBERED: Record<NumberedTable, (keyof Tables)[]> = {
  site: [],
  picture: ['picture_tally', 'picture_standing', 'picture_subject'],
  operator: [],
  font: [],
}
const NUMBERED_TABLES = Object.keys(NUMBERED) as NumberedTable[]

/** Small tables without numbers. `change` is not among them: it counts the changes of its own database. */
const PLAIN: (keyof Tables)[] = ['event', 'ledger_note', 'site_ladder']

/**
 * Copies a registry into an empty one, all of it or nothing: rows keep their numbers, and numbers of removed
 * rows are not given again.
 * @throws CaptchaError `copy_refused` when there is nothing to copy, or something at the target;
 * `unavailable`
 */
export async function copyRegistry(source: RegistryTables, target: RegistryTables): Promise<Copied> {
  return target.write(async to => {
    if (!(await isBlank(target, to))) {
      throw new CaptchaError('copy_refused', `${target.place} is not empty`)
    }
    return source.read(async from => {
      if (await isBlank(source, from)) throw new CaptchaError('copy_refused', `${source.place} is empty`)
      const copied: Copied = { site: 0, picture: 0, operator: 0, font: 0 }
      for (const table of NUMBERED_TABLES) {
        for (let last = 0; ; ) {
          const rows = await rowsOf(from, table, sql`where id > ${last} order by id limit ${BATCH_ROWS}`)
          if (rows.length === 0) break
          await insert(to, table, rows, target.withNumbers)
          const ids = rows.map(({ id }) => id)
          for (const below of NUMBERED[table]) {
            await insert(to, below, await rowsOf(from, below, sql`where picture in (${sql.join(ids)})`))
          }
          copied[table] += rows.length
          last = ids.at(-1) as number
        }
      }
      for (const table of PLAIN) await insert(to, table, await rowsOf(from, table))
      // Last, because PostgreSQL does not take it back when the transaction fails.
      for (const table of NUMBERED_TABLES) {
        const number = await source.lastNumber(from, table)
        if (number > 0) await target.setLastNumber(to, table, number)
      }
      return copied
    })
  })
}

/** Whether a registry never held anything. */
async function isBlank(tables: RegistryTables, db: Kysely<Tables>): Promise<boolean> {
  for (const table of NUMBERED_TABLES) {
    if ((await tables.lastNumber(db, table)) > 0) return false
  }
  for (const table of PLAIN) {
    if ((await rowsOf(db, table, sql`limit 1`)).length > 0) return false
  }
  return true
}

async function rowsOf(db: Kysely<Tables>, table: keyof Tables, which: RawBuilder<unknown> = sql``) {
  return (await sql<Row>`select * from ${sql.table(table)} ${which}`.execute(db)).rows
}

async function insert(db: Kysely<Tables>, table: keyof Tables, rows: Row[], withNumbers = sql``) {
  const [first] = rows
  if (!first) return
  const names = Object.keys(first)
  const values = rows.map(row => sql`(${sql.join(names.map(name => written(row[name])))})`)
  await sql`
    insert into ${sql.table(table)} (${sql.join(names.map(name => sql.ref(name)))}) ${withNumbers}
    values ${sql.join(values)}
  `.execute(db)
}

/** libsql reads bytes as an `ArrayBuffer`, which PostgreSQL's driver would write as JSON. */
const written = (value: unknown) => (value instanceof ArrayBuffer ? Buffer.from(value) : value)
