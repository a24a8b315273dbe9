import { type Kysely, sql } from 'kysely'
import type { PictureState } from './picture.ts'
import { BINS, type PictureUse } from './picture.ts'
import type { PictureRegistry } from './registry.ts'
import type { Tables } from './tables.ts'

/** The part of the registry about usage statistics of pictures. */
export type UseRegistry = Pick<
  PictureRegistry,
  'addPictureUse' | 'pictureUses' | 'judgePictures' | 'acquireLease'
>

/** In place of a bin: not answered, but shown. */
const SHOWN_BIN = -1

/**
 * The use of pictures over any SQL database. `now` gives milliseconds since 1970. No transaction is left open
 * while others wait.
 */
export function sqlUse(db: Kysely<Tables>, now: () => number): UseRegistry {
  return {
    async addPictureUse(uses) {
      const rows = [...uses].flatMap(([picture, { shown, answers }]) =>
        [[SHOWN_BIN, shown] as const, ...answers.entries()]
          .filter(([, count]) => count > 0)
          .map(row => [picture, ...row]),
      )
      if (rows.length === 0) return
      // PostgreSQL cannot guess that these are numbers. In one order, so that no two nodes wait for each
      // other's rows.
      const values = rows.map(row => sql`(${sql.join(row.map(value => sql`cast(${value} as integer)`))})`)
      await sql`
        with counted(picture, bin, count) as (values ${sql.join(values)})
        insert into picture_tally (picture, bin, count)
        select picture, bin, count from counted where picture in (select id from picture)
        order by picture, bin
        on conflict (picture, bin) do update set count = picture_tally.count + excluded.count
      `.execute(db)
    },

    async pictureUses() {
      const uses = new Map<number, PictureUse & { answers: number[] }>()
      const rows = await db.selectFrom('picture_tally').selectAll().orderBy('picture').execute()
      for (const { picture, bin, count } of rows) {
        const use = uses.get(picture) ?? { shown: 0, answers: Array<number>(BINS).fill(0) }
        uses.set(picture, use)
        if (bin === SHOWN_BIN) use.shown = count
        else use.answers[bin] = count
      }
      return uses
    },

    async judgePictures(verdicts) {
      for (const { id, lean, weight, aside } of verdicts) {
        const judged = await db
          .updateTable('picture')
          .set({ lean, ...(aside !== undefined && { state: 'aside' }) })
          .where('id', '=', id)
          .where('state', '=', 'serving')
          .returning('id')
          .executeTakeFirst()
        if (!judged) continue
        const standing = { weight, doubted: aside === undefined ? 0 : now() }
        await db
          .insertInto('picture_standing')
          .values({ picture: id, ...standing })
          .onConflict(conflict => conflict.column('picture').doUpdateSet(standing))
          .execute()
      }
    },

    async acquireLease(what, every) {
      const time = now()
      const taken = await db
        .insertInto('event')
        .values({ name: what, happened: time })
        .onConflict(conflict =>
          conflict
            .column('name')
            .doUpdateSet({ happened: time })
            // One that is ahead was written before the clock was set back.
            .where(({ or, eb }) =>
              or([eb('event.happened', '<=', time - every), eb('event.happened', '>', time)]),
            ),
        )
        .returning('name')
        .executeTakeFirst()
      return taken !== undefined
    },
  }
}

/** Forgets how a picture was used, unless it has this state already. */
export async function forgetUse(db: Kysely<Tables>, id: number, state: PictureState): Promise<void> {
  const changed = db.selectFrom('picture').select('id').where('id', '=', id).where('state', '!=', state)
  await db.deleteFrom('picture_tally').where('picture', 'in', changed).execute()
  await db.deleteFrom('picture_standing').where('picture', 'in', changed).execute()
}
