import type { Kysely } from 'kysely'
import type { LadderStates } from './registry.ts'
import type { Tables } from './tables.ts'

/** What the ladder knows of sites, over any SQL database. */
export function sqlLadder(db: Kysely<Tables>): LadderStates {
  return {
    async ladderStates() {
      const rows = await db.selectFrom('site_ladder').select(['site', 'state']).execute()
      return new Map(rows.map(({ site, state }) => [site, JSON.parse(state)]))
    },

    async storeLadder(states) {
      for (const [site, stored] of states) {
        const row = { state: JSON.stringify(stored), written: stored.wall }
        const exists = await db.selectFrom('site').select('id').where('id', '=', site).executeTakeFirst()
        if (!exists) continue
        await db
          .insertInto('site_ladder')
          .values({ site, ...row })
          // Another process may have written later.
          .onConflict(conflict =>
            conflict.column('site').doUpdateSet(row).where('site_ladder.written', '<', row.written),
          )
          .execute()
      }
    },
  }
}
