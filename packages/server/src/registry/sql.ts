import { CaptchaError } from '@upright/core'
import type { Kysely, Selectable } from 'kysely'
import type { Registry, Site } from './registry.ts'
import { rowNumber } from './row.ts'
import { hashSecret, sameHash } from './secret.ts'
import { changedSettings, checkName, checkSettings, DEFAULT_SETTINGS, LATER_SETTINGS } from './settings.ts'
import { sqlFonts } from './sql-fonts.ts'
import { sqlLadder } from './sql-ladder.ts'
import { sqlNotes } from './sql-notes.ts'
import { sqlOperators } from './sql-operators.ts'
import { sqlPictures } from './sql-pictures.ts'
import { sqlUse } from './sql-use.ts'
import type { SqlRegistryOptions, Tables } from './tables.ts'

/** Bytes of a public key and of a secret: 30 hexadecimal characters each, as clients of CaptchEtat expect. */
const KEY_BYTES = 15
const KEY = /^[0-9a-f]{30}$/

const siteOf = (row: Selectable<Tables['site']>): Site => ({
  id: row.id,
  name: row.name,
  publicKey: row.public_key,
  secretHash: row.secret_hash,
  settings: { ...LATER_SETTINGS, ...JSON.parse(row.settings) },
  created: row.created,
  altchaKey: row.altcha_key,
})

const unknown = (id: number) => new CaptchaError('site_unknown', String(id))

/**
 * The registry over any SQL database: the same queries for SQLite and PostgreSQL, one a call. `db` is closed
 * with it.
 */
export function sqlRegistry(db: Kysely<Tables>, { now, random }: SqlRegistryOptions): Registry {
  const key = () => random(KEY_BYTES).toString('hex')
  const sites = () => db.selectFrom('site').selectAll()

  return {
    async site(id) {
      const row = await sites().where('id', '=', rowNumber(id)).executeTakeFirst()
      return row && siteOf(row)
    },

    async siteByPublicKey(publicKey) {
      if (!KEY.test(publicKey)) return undefined
      const row = await sites().where('public_key', '=', publicKey).executeTakeFirst()
      return row && siteOf(row)
    },

    async siteBySecret(secret) {
      const hash = hashSecret(secret)
      const row = await sites().where('secret_hash', '=', hash).executeTakeFirst()
      return row && sameHash(row.secret_hash, hash) ? siteOf(row) : undefined
    },

    async sites(most) {
      const all = sites().orderBy('id')
      return (await (most === undefined ? all : all.limit(most)).execute()).map(siteOf)
    },

    async addSite(name, settings) {
      const secret = key()
      const row = {
        name: checkName(name),
        public_key: key(),
        secret_hash: hashSecret(secret),
        settings: JSON.stringify({ ...DEFAULT_SETTINGS, ...checkSettings(settings ?? {}) }),
        created: now(),
      }
      const added = await db.insertInto('site').values(row).returningAll().executeTakeFirstOrThrow()
      return { site: siteOf(added), secret }
    },

    async addDemo() {
      const first = await db
        .insertInto('event')
        .values({ name: 'demo', happened: now() })
        .onConflict(conflict => conflict.doNothing())
        .returning('name')
        .executeTakeFirst()
      if (!first) return undefined
      try {
        return await this.addSite('Demo', { open: true })
      } catch (error) {
        await db.deleteFrom('event').where('name', '=', 'demo').execute()
        throw error
      }
    },

    async setSite(id, change) {
      const name = change.name === undefined ? {} : { name: checkName(change.name) }
      const checked = checkSettings(change.settings ?? {})
      for (;;) {
        const before = await sites().where('id', '=', rowNumber(id)).executeTakeFirst()
        if (!before) throw unknown(id)
        const settings = JSON.stringify(changedSettings(siteOf(before).settings, checked, now()))
        // Written only over what was read, so that two changes at once both count; no transaction is left
        // open meanwhile.
        const row = await db
          .updateTable('site')
          .set({ ...name, settings })
          .where('id', '=', id)
          .where('settings', '=', before.settings)
          .returningAll()
          .executeTakeFirst()
        if (row) return siteOf(row)
      }
    },

    async rotateSecret(id) {
      const secret = key()
      const row = await db
        .updateTable('site')
        .set({ secret_hash: hashSecret(secret) })
        .where('id', '=', rowNumber(id))
        .returningAll()
        .executeTakeFirst()
      if (!row) throw unknown(id)
      return { site: siteOf(row), secret }
    },

    async setAltchaKey(id, before, key) {
      await db
        .updateTable('site')
        .set({ altcha_key: key })
        .where('id', '=', rowNumber(id))
        .where('altcha_key', before === null ? 'is' : '=', before)
        .execute()
      const row = await sites().where('id', '=', rowNumber(id)).executeTakeFirst()
      if (!row) throw unknown(id)
      return siteOf(row)
    },

    async removeSite(id) {
      const row = await db
        .deleteFrom('site')
        .where('id', '=', rowNumber(id))
        .returning('id')
        .executeTakeFirst()
      if (!row) throw unknown(id)
    },

    ...sqlPictures(db, now),
    ...sqlUse(db, now),
    ...sqlOperators(db, { now, random }),
    ...sqlFonts(db, now),
    ...sqlNotes(db),
    ...sqlLadder(db),

    async ping() {
      await db.selectFrom('site').select('id').limit(1).execute()
    },

    close: () => db.destroy(),
  }
}
