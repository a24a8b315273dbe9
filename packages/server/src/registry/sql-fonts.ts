import { createHash } from 'node:crypto'
import { CaptchaError } from '@upright/core'
import type { Kysely, Selectable } from 'kysely'
import type { FontEntry, FontRegistry } from './registry.ts'
import { rowNumber } from './row.ts'
import { checkName, checkText } from './settings.ts'
import type { FontTable, Tables } from './tables.ts'

const fontOf = ({ left_out, asset, asset_hash: _, ...row }: Selectable<FontTable>): FontEntry => ({
  ...row,
  leftOut: left_out,
  // libsql gives an ArrayBuffer, PostgreSQL's driver a Buffer.
  asset: Buffer.from(asset),
})

/** The fonts of a registry over any SQL database. `now` gives milliseconds since 1970. */
export function sqlFonts(db: Kysely<Tables>, now: () => number): FontRegistry {
  return {
    async fonts() {
      return (await db.selectFrom('font').selectAll().orderBy('id').execute()).map(fontOf)
    },

    async addFont({ name, licence, credit, leftOut, asset }) {
      const row = {
        name: checkName(name),
        licence: checkText('licence', licence),
        credit: checkText('credit', credit),
        left_out: leftOut,
        asset,
        asset_hash: createHash('sha256').update(asset).digest('hex'),
        created: now(),
      }
      const added = await db
        .insertInto('font')
        .values(row)
        .onConflict(conflict => conflict.column('asset_hash').doNothing())
        .returningAll()
        .executeTakeFirst()
      if (added) return fontOf(added)
      const same = await db
        .selectFrom('font')
        .select(['id', 'name'])
        .where('asset_hash', '=', row.asset_hash)
        .executeTakeFirst()
      throw new CaptchaError('bad_font', `it is there already, as font ${same?.id} (${same?.name})`)
    },

    async removeFont(id) {
      const row = await db
        .deleteFrom('font')
        .where('id', '=', rowNumber(id))
        .returningAll()
        .executeTakeFirst()
      if (!row) throw new CaptchaError('font_unknown', String(id))
      return fontOf(row)
    },
  }
}
