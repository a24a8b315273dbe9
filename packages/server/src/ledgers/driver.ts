import type { Finding } from '../finding.ts'
import type { NotedLedger } from './epoch.ts'
import type { SqliteLedgerOptions } from './sqlite.ts'

/** The part of the configuration that a ledger depends on. */
export interface LedgerConfig {
  /** The server of a shared ledger. */
  redisUrl: string | undefined
  /** The data folder. */
  data: string
}

/** Options of a ledger driver. */
export type LedgerDeps = Pick<SqliteLedgerOptions, 'now' | 'warn' | 'notes' | 'onLost' | 'repeat'>

/** A database that can hold the ledger. */
export interface LedgerDriver {
  name: string
  /** The environment variable that selects it, for messages. */
  variable: string
  /** Whether nodes on several machines use one ledger: all of them then need the same master secret. */
  shared: boolean
  /** Whether a configuration selects it. */
  takes(config: LedgerConfig): boolean
  /** Whether there is a ledger to open. A file may not be made yet; a server is not asked. */
  exists(config: LedgerConfig): boolean
  /** @throws CaptchaError `config_invalid`, `data_unusable`, `database_corrupt`, `unavailable` */
  open(config: LedgerConfig, deps: LedgerDeps): Promise<NotedLedger>
  /** The findings of `upright doctor`, that on the clock among them. Makes nothing that is missing. */
  doctor(config: LedgerConfig): Promise<Finding[]>
}
