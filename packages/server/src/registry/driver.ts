import type { Kysely, RawBuilder } from 'kysely'
import type { FileWatch } from '../data-folder/file-identity.ts'
import type { Repeat } from '../data-folder/repeat.ts'
import type { Finding } from '../finding.ts'
import type { Registry } from './registry.ts'
import type { NumberedTable, SqlRegistryOptions, Tables } from './tables.ts'

/** The part of the configuration that a registry depends on. */
export interface RegistryConfig {
  /** The server of a shared registry. */
  databaseUrl: string | undefined
  /** The data folder. */
  data: string
}

/** Options of a registry driver. */
export interface RegistryDeps extends SqlRegistryOptions, Pick<FileWatch, 'onLost'> {
  /** Logs a warning. */
  warn: (line: string) => void
  /** Runs a poll repeatedly. @default every second */
  repeat?: Repeat | undefined
  /** Wraps the calls to the database: fewer than to the registry, which has a cache. @default nothing does */
  observe?: ((registry: Registry) => Registry) | undefined
}

/** The tables of a registry, opened to be copied as a whole. */
export interface RegistryTables {
  /** Description of the database for the operator, without password. */
  place: string
  /** Runs a transaction that sees all tables as they are at one moment. */
  read<T>(work: (db: Kysely<Tables>) => Promise<T>): Promise<T>
  /** Runs a transaction beside which nobody else writes. */
  write<T>(work: (db: Kysely<Tables>) => Promise<T>): Promise<T>
  /** The highest number that rows of a table ever had; 0 when none had one. */
  lastNumber(db: Kysely<Tables>, table: NumberedTable): Promise<number>
  setLastNumber(db: Kysely<Tables>, table: NumberedTable, number: number): Promise<void>
  /** What an `insert` says between columns and values to bring numbers of its own. */
  withNumbers: RawBuilder<unknown>
  close(): Promise<void>
}

/** What a registry holds, for `upright doctor`. */
export interface Contents {
  summary: string
  /** Findings about what it holds. */
  findings: Finding[]
}

/** A database that can hold the registry. */
export interface RegistryDriver {
  name: string
  /** Whether nodes on several machines use one registry. */
  shared: boolean
  /** Whether a configuration selects it. */
  takes(config: RegistryConfig): boolean
  /** Whether there is a registry to open. A file may not be made yet; a server is not asked. */
  exists(config: RegistryConfig): boolean
  /**
   * Opens the registry, and makes what is missing.
   * @throws CaptchaError `data_unusable`, `database_corrupt`, `unavailable`
   */
  open(config: RegistryConfig, deps: RegistryDeps): Promise<Registry>
  /**
   * Opens the tables alone, brings them to today's version, and makes what is missing.
   * @throws CaptchaError `data_unusable`, `database_corrupt`, `unavailable`
   */
  openTables(config: RegistryConfig): Promise<RegistryTables>
  /**
   * The findings of `upright doctor`. Makes nothing that is missing. `contents` looks at what a registry
   * holds.
   */
  doctor(config: RegistryConfig, contents: (registry: Registry) => Promise<Contents>): Promise<Finding[]>
}
