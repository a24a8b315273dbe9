import { CaptchaError } from '@upright/core'
import {
  type ColumnDefinitionBuilder,
  type Kysely,
  type Migration,
  Migrator,
  PostgresAdapter,
  sql,
} from 'kysely'
import type { Tables } from './tables.ts'

/** A number that no two rows get, not even one after the other. Each database has its own word for it. */
const numbered = (db: Kysely<unknown>) => (column: ColumnDefinitionBuilder) =>
  isPostgres(db) ? column.primaryKey().generatedAlwaysAsIdentity() : column.primaryKey().autoIncrement()

const isPostgres = <T>(db: Kysely<T>) => db.getExecutor().adapter instanceof PostgresAdapter

/**
 * Every step from an empty database to today's tables, in alphabetical order. A step that was released never
 * changes.
 */
export const migrations: Record<string, Migration> = {
  '001-sites': {
    async up(db: Kysely<unknown>) {
      await db.schema
        .createTable('site')
        // Numbered: the number of a removed site is in ids that are still about, so nobody gets it again.
        // 24 bits hold it in an id.
        .addColumn('id', 'integer', column => numbered(db)(column).check(sql`id between 1 and 16777215`))
        .addColumn('name', 'text', column => column.notNull())
        .addColumn('public_key', 'text', column => column.notNull().unique())
        .addColumn('secret_hash', 'text', column => column.notNull().unique())
        .addColumn('settings', 'text', column => column.notNull())
        .addColumn('created', 'bigint', column => column.notNull())
        .execute()
      await db.schema
        .createTable('event')
        .addColumn('name', 'text', column => column.primaryKey())
        .addColumn('happened', 'bigint', column => column.notNull())
        .execute()
    },
  },
  '002-pictures': {
    async up(db: Kysely<unknown>) {
      await db.schema
        .createTable('picture')
        // Numbered: challenges and addresses that are still about must never show another animal.
        .addColumn('id', 'integer', numbered(db))
        .addColumn('name', 'text', column => column.notNull())
        .addColumn('species', 'text', column => column.notNull())
        .addColumn('status', 'text', column => column.notNull())
        .addColumn('shelter', 'text', column => column.notNull())
        .addColumn('city', 'text', column => column.notNull())
        .addColumn('link', 'text', column => column.notNull())
        .addColumn('credit', 'text', column => column.notNull())
        .addColumn('licence', 'text', column => column.notNull())
        .addColumn('source', 'text', column => column.notNull())
        .addColumn('state', 'text', column => column.notNull())
        .addColumn('lean', 'double precision', column => column.notNull())
        .addColumn('ease', 'double precision', column => column.notNull())
        .addColumn('fingerprint', 'text', column => column.notNull())
        .addColumn('created', 'bigint', column => column.notNull())
        .addColumn('starter', 'text', column => column.unique())
        // PostgreSQL's name for bytes; SQLite keeps them as they are under any name. Last, because SQLite
        // reads a row from its beginning, and lists want all but this.
        .addColumn('bytes', 'bytea', column => column.notNull())
        .execute()
    },
  },
  '003-picture-use': {
    async up(db: Kysely<unknown>) {
      // A row for each thing that is counted, so that any process can add to it without reading it.
      await db.schema
        .createTable('picture_tally')
        .addColumn('picture', 'integer', column =>
          column.notNull().references('picture.id').onDelete('cascade'),
        )
        .addColumn('bin', 'integer', column => column.notNull())
        .addColumn('count', 'bigint', column => column.notNull())
        .addPrimaryKeyConstraint('picture_tally_key', ['picture', 'bin'])
        .execute()
      // No columns of the picture: SQLite would read its bytes on the way to them.
      await db.schema
        .createTable('picture_standing')
        .addColumn('picture', 'integer', column =>
          column.primaryKey().references('picture.id').onDelete('cascade'),
        )
        .addColumn('weight', 'double precision', column => column.notNull())
        .addColumn('doubted', 'bigint', column => column.notNull())
        .execute()
    },
  },
  '004-operators': {
    async up(db: Kysely<unknown>) {
      await db.schema
        .createTable('operator')
        // Numbered: the log speaks of operators by their numbers, also when they are gone.
        .addColumn('id', 'integer', numbered(db))
        .addColumn('name', 'text', column => column.notNull())
        .addColumn('token_hash', 'text', column => column.notNull().unique())
        .addColumn('created', 'bigint', column => column.notNull())
        .execute()
    },
  },
  '005-fonts': {
    async up(db: Kysely<unknown>) {
      await db.schema
        .createTable('font')
        // Numbered: a command that was typed a moment too late must not remove another font.
        .addColumn('id', 'integer', numbered(db))
        .addColumn('name', 'text', column => column.notNull())
        .addColumn('licence', 'text', column => column.notNull())
        .addColumn('credit', 'text', column => column.notNull())
        .addColumn('left_out', 'text', column => column.notNull())
        .addColumn('asset', 'bytea', column => column.notNull())
        // Unique, so that no two processes add the same font at once.
        .addColumn('asset_hash', 'text', column => column.notNull().unique())
        .addColumn('created', 'bigint', column => column.notNull())
        .execute()
    },
  },
  '006-changes': {
    async up(db: Kysely<unknown>) {
      // SQLite counts changes by itself (`PRAGMA data_version`).
      if (!isPostgres(db)) return
      await db.schema
        .createTable('change')
        .addColumn('what', 'text', column => column.primaryKey())
        .addColumn('version', 'bigint', column => column.notNull())
        .execute()
      await sql`insert into change (what, version) values ('site', 0), ('picture', 0)`.execute(db)
      // A row and no sequence: its new number is seen together with the change, never before it.
      await sql`
        create function note_change() returns trigger language plpgsql set search_path from current as $$
        begin
          update change set version = version + 1 where what = tg_argv[0];
          return null;
        end $$
      `.execute(db)
      for (const [table, what] of [
        ['site', 'site'],
        ['picture', 'picture'],
        ['picture_standing', 'picture'],
      ] as const) {
        await sql`
          create trigger ${sql.id(`${table}_changed`)} after insert or update or delete or truncate
          on ${sql.table(table)} for each statement execute function note_change(${sql.lit(what)})
        `.execute(db)
      }
    },
  },
  '007-ledger-notes': {
    async up(db: Kysely<unknown>) {
      await db.schema
        .createTable('ledger_note')
        .addColumn('name', 'text', column => column.primaryKey())
        .addColumn('epoch', 'bigint', column => column.notNull())
        .addColumn('beats', 'bigint', column => column.notNull())
        .addColumn('clock', 'bigint', column => column.notNull())
        .execute()
    },
  },
  '008-picture-subjects': {
    async up(db: Kysely<unknown>) {
      // No column of the picture: SQLite would read its bytes on the way to it.
      await db.schema
        .createTable('picture_subject')
        .addColumn('picture', 'integer', column =>
          column.primaryKey().references('picture.id').onDelete('cascade'),
        )
        .addColumn('box', 'text', column => column.notNull())
        .execute()
      if (!isPostgres(db)) return
      await sql`
        create trigger picture_subject_changed after insert or update or delete or truncate
        on picture_subject for each statement execute function note_change('picture')
      `.execute(db)
    },
  },
  '009-machine-ease': {
    async up(db: Kysely<unknown>) {
      await db.schema.alterTable('picture').renameColumn('ease', 'machine_ease').execute()
    },
  },
  '010-altcha-key': {
    async up(db: Kysely<unknown>) {
      await db.schema.alterTable('site').addColumn('altcha_key', 'text').execute()
    },
  },
  '012-ladder': {
    async up(db: Kysely<unknown>) {
      await db.schema
        .createTable('site_ladder')
        .addColumn('site', 'integer', column => column.primaryKey().references('site.id').onDelete('cascade'))
        .addColumn('state', 'text', column => column.notNull())
        .addColumn('written', 'bigint', column => column.notNull())
        .execute()
    },
  },
}

/** The steps that a database has still to take, by name. Makes nothing. */
export async function pendingSteps(db: Kysely<Tables>): Promise<string[]> {
  const steps = await (await migratorOf(db, migrations)).getMigrations()
  return steps.filter(({ executedAt }) => executedAt === undefined).map(({ name }) => name)
}

/**
 * Names of our own: other applications that use the same query library have its default names in the same
 * database.
 */
const TABLES = { migrationTableName: 'upright_migration', migrationLockTableName: 'upright_migration_lock' }
/** The default names, which 0.1.0 had while it was developed. */
const DEFAULT_TABLES = {
  migrationTableName: 'kysely_migration',
  migrationLockTableName: 'kysely_migration_lock',
}

/**
 * Looks for its tables in the schema of the connection alone: another schema may have some of the same names.
 */
async function migratorOf(db: Kysely<Tables>, steps: Record<string, Migration>): Promise<Migrator> {
  const schema = isPostgres(db) ? { migrationTableSchema: await currentSchema(db) } : {}
  return new Migrator({ db, provider: { getMigrations: async () => steps }, ...TABLES, ...schema })
}

/** @throws CaptchaError `data_unusable` when no schema of the search path exists */
async function currentSchema(db: Kysely<Tables>): Promise<string> {
  const { rows } = await sql<{ schema: string | null }>`select current_schema() as schema`.execute(db)
  const schema = rows[0]?.schema
  if (schema) return schema
  throw new CaptchaError('data_unusable', 'no schema of its search_path exists: create one for upright')
}

/**
 * Gives the tables of steps their own names where they have the default ones: one node after the other.
 * SQLite is in a transaction already.
 */
async function renameDefaultTables(db: Kysely<Tables>): Promise<void> {
  if (!isPostgres(db)) return renameWithin(db)
  await db.transaction().execute(async transaction => {
    await sql`select pg_advisory_xact_lock(hashtext('upright_migration'))`.execute(transaction)
    await renameWithin(transaction)
  })
}

async function renameWithin(db: Kysely<Tables>): Promise<void> {
  const postgres = isPostgres(db)
  const schema = postgres ? await currentSchema(db) : 'main'
  const tables = await db.introspection.getTables({ withInternalKyselyTables: true })
  const names = tables.filter(table => !postgres || table.schema === schema).map(({ name }) => name)
  if (names.includes(TABLES.migrationTableName) || !names.includes(DEFAULT_TABLES.migrationTableName)) return
  const steps = sql.id(schema, DEFAULT_TABLES.migrationTableName)
  const { rows } = await sql`select name from ${steps} where name = '001-sites'`.execute(db)
  if (rows.length === 0) return
  for (const key of ['migrationTableName', 'migrationLockTableName'] as const) {
    await sql`alter table ${sql.id(schema, DEFAULT_TABLES[key])} rename to ${sql.id(TABLES[key])}`.execute(db)
  }
}

/**
 * Brings a database to today's tables; does nothing when it has them.
 * @throws CaptchaError `data_unusable` when a newer version made the database, else the database's own error
 */
export async function migrate(db: Kysely<Tables>, steps = migrations): Promise<void> {
  await renameDefaultTables(db)
  const { error } = await (await migratorOf(db, steps)).migrateToLatest()
  if (error instanceof Error && error.message.startsWith('corrupted migrations')) {
    throw new CaptchaError('data_unusable', `a newer version of upright has used it (${error.message})`)
  }
  if (error) throw error
}
