import { CaptchaError, type Subject } from '@upright/core'
import { type Insertable, type Kysely, sql } from 'kysely'
import type { PictureEntry } from './picture.ts'
import { checkPicture, checkSubject, NO_FACTS } from './picture-fields.ts'
import type { NewPicture, PictureChange, PictureRegistry } from './registry.ts'
import { rowNumber } from './row.ts'
import { forgetUse, type UseRegistry } from './sql-use.ts'
import type { PictureTable, Tables } from './tables.ts'

/** All of a picture but its bytes, its subject and its standing. */
const ENTRY = [
  'id',
  'name',
  'species',
  'status',
  'shelter',
  'city',
  'link',
  'credit',
  'licence',
  'source',
  'state',
  'lean',
  'machine_ease as machineEase',
  'fingerprint',
  'created',
] as const

/** Most bytes of a prepared picture: many times what the codec makes of the busiest. */
const MAX_PICTURE_BYTES = 1_000_000
/** Rows of one statement: a value is a parameter, of which SQLite takes 32,766. */
const ROWS = 1000

const unknown = (id: number) => new CaptchaError('picture_unknown', String(id))

/** The event that the starter library was added. */
const STARTER = 'starter'

/** The pictures of a registry over any SQL database. `now` gives milliseconds since 1970. */
export function sqlPictures(db: Kysely<Tables>, now: () => number): Omit<PictureRegistry, keyof UseRegistry> {
  const entries = () =>
    db
      .selectFrom('picture')
      .leftJoin('picture_standing', 'picture_standing.picture', 'picture.id')
      .leftJoin('picture_subject', 'picture_subject.picture', 'picture.id')
      .select(ENTRY)
      .select('box')
      .select(({ fn, val }) => [
        fn.coalesce('weight', val(1)).as('weight'),
        fn.coalesce('doubted', val(0)).as('doubted'),
      ])

  function rowOf(picture: NewPicture, bytes: Uint8Array, starter: string | null): Insertable<PictureTable> {
    const { fingerprint, subject: _, ...rest } = picture
    const checked = checkPicture({ ...NO_FACTS, state: 'serving', lean: 0, machineEase: 0, ...given(rest) })
    if (checked.name === undefined) throw new CaptchaError('bad_request', 'a picture needs a name')
    if (!/^[0-9a-f]{16}$/.test(fingerprint)) {
      throw new CaptchaError('bad_request', 'fingerprint must be 16 hexadecimal digits')
    }
    if (bytes.length === 0 || bytes.length > MAX_PICTURE_BYTES) {
      throw new CaptchaError('bad_request', `a prepared picture has 1 to ${MAX_PICTURE_BYTES} bytes`)
    }
    const { machineEase, ...columns } = checked as Required<typeof checked>
    return { ...columns, machine_ease: machineEase, fingerprint, created: now(), starter, bytes }
  }

  /**
   * Notes the subjects of pictures by number, but of those that were removed. `known` says what is done
   * with one that is noted already.
   */
  async function noteSubjects(
    subjects: ReadonlyMap<number, Subject>,
    known: 'keep' | 'replace',
  ): Promise<void> {
    if (subjects.size === 0) return
    // PostgreSQL cannot guess of what type they are.
    const values = [...subjects].map(
      ([id, subject]) => sql`(cast(${rowNumber(id)} as integer), cast(${JSON.stringify(subject)} as text))`,
    )
    const then = known === 'replace' ? sql`update set box = excluded.box` : sql`nothing`
    await sql`
      with noted(picture, box) as (values ${sql.join(values)})
      insert into picture_subject (picture, box)
      select picture, box from noted where picture in (select id from picture)
      on conflict (picture) do ${then}
    `.execute(db)
  }

  return {
    async pictures() {
      return (await entries().orderBy('id').execute()).map(entryOf)
    },

    async pictureBytes(id) {
      const row = await db
        .selectFrom('picture')
        .select('bytes')
        .where('id', '=', rowNumber(id))
        .executeTakeFirst()
      // libsql gives an ArrayBuffer, PostgreSQL's driver a Buffer.
      return row && Buffer.from(row.bytes)
    },

    async addPicture(picture, bytes) {
      const row = rowOf(picture, bytes, null)
      const subject = subjectIn(picture)
      const added = await db.insertInto('picture').values(row).returning(ENTRY).executeTakeFirstOrThrow()
      if (subject) await noteSubjects(new Map([[added.id, subject]]), 'keep')
      return { ...added, subject: subject ?? null, weight: 1, doubted: 0 }
    },

    async addStarter(load) {
      const done = await db.selectFrom('event').select('name').where('name', '=', STARTER).executeTakeFirst()
      if (done) return 0
      const starter = await load()
      const rows = starter.map(({ file, picture, bytes }) => rowOf(picture, bytes, file))
      const subjects = new Map(starter.map(({ file, picture }) => [file, subjectIn(picture)]))
      if (rows.length === 0) return 0
      // Not one transaction: whatever interrupts this, or does it at the same time, the next start goes on
      // where it ended.
      let added = 0
      for (let i = 0; i < rows.length; i += ROWS) {
        const inserted = await db
          .insertInto('picture')
          .values(rows.slice(i, i + ROWS))
          .onConflict(conflict => conflict.column('starter').doNothing())
          .returning(['id', 'starter'])
          .execute()
        added += inserted.length
        const found = inserted.flatMap(({ id, starter }) => {
          const subject = subjects.get(starter!)
          return subject ? [[id, subject] as const] : []
        })
        await noteSubjects(new Map(found), 'keep')
      }
      await db
        .insertInto('event')
        .values({ name: STARTER, happened: now() })
        .onConflict(conflict => conflict.doNothing())
        .execute()
      return added
    },

    async setPicture(wanted, change) {
      const id = rowNumber(wanted)
      const { subject, machineEase, ...checked } = checkPicture(change)
      const columns = { ...checked, ...(machineEase !== undefined && { machine_ease: machineEase }) }
      if (checked.state !== undefined) await forgetUse(db, id, checked.state)
      if (Object.keys(columns).length > 0) {
        await db.updateTable('picture').set(columns).where('id', '=', id).execute()
      }
      if (subject) await noteSubjects(new Map([[id, subject]]), 'replace')
      const row = await entries().where('id', '=', id).executeTakeFirst()
      if (!row) throw unknown(wanted)
      return entryOf(row)
    },

    async fillSubject(id, subject) {
      await noteSubjects(new Map([[id, checkSubject(subject)]]), 'keep')
    },

    async removePicture(id) {
      const row = await db
        .deleteFrom('picture')
        .where('id', '=', rowNumber(id))
        .returning('id')
        .executeTakeFirst()
      if (!row) throw unknown(id)
    },
  }
}

/** A row with its subject read. */
const entryOf = <T extends { box: string | null }>({
  box,
  ...row
}: T): Omit<T, 'box'> & Pick<PictureEntry, 'subject'> => ({
  ...row,
  subject: box === null ? null : JSON.parse(box),
})

/** The subject that a new picture comes with. @throws CaptchaError `bad_request` */
const subjectIn = ({ subject }: NewPicture): Subject | undefined =>
  subject === undefined ? undefined : checkSubject(subject)

/** Fields with a value: the others take their defaults. */
const given = (values: object): PictureChange =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined))
