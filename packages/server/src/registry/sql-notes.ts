import type { Kysely } from 'kysely'
import type { LedgerNotes } from './registry.ts'
import type { Tables } from './tables.ts'

/** The notes of ledgers over any SQL database. */
export function sqlNotes(db: Kysely<Tables>): LedgerNotes {
  return {
    ledgerNotes: () => db.selectFrom('ledger_note').selectAll().orderBy('name').execute(),

    async noteLedger(notes) {
      for (const note of notes) {
        await db
          .insertInto('ledger_note')
          .values(note)
          .onConflict(conflict =>
            conflict
              .column('name')
              .doUpdateSet(note)
              // Another process may have noted more.
              .where(({ or, eb }) =>
                or([eb('ledger_note.epoch', '!=', note.epoch), eb('ledger_note.beats', '<', note.beats)]),
              ),
          )
          .execute()
      }
    },
  }
}
