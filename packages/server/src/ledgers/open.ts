import { resolve } from 'node:path'
import { CaptchaError } from '@upright/core'
import { inFolder } from '../data-folder/folder.ts'
import type { NotedLedger } from './epoch.ts'
import { type SqliteLedgerOptions, sqliteLedger } from './sqlite.ts'

/** What of the configuration a ledger depends on. */
interface LedgerConfig {
  /** The shared ledger; without it the file in the data folder is used. */
  redisUrl: string | undefined
  /** The data folder. */
  data: string
  /** The master secret from the environment. */
  secret: string | undefined
}

/**
 * The ledger of a configuration: the shared one where `REDIS_URL` is set, else the file in the data folder, which must be there.
 * @throws CaptchaError `config_invalid`, `data_unusable`, `database_corrupt`, `unavailable`
 */
export async function openLedger(
  { redisUrl, data }: LedgerConfig,
  options: Pick<SqliteLedgerOptions, 'now' | 'warn' | 'notes' | 'onLost' | 'repeat'>,
): Promise<NotedLedger> {
  if (!redisUrl) return sqliteLedger({ ...options, file: inFolder(resolve(data)).ledger })
  // Only now: the client takes a while to load, and most never need it.
  const { redisLedger } = await import('./redis.ts')
  return redisLedger({ ...options, url: redisUrl })
}

/**
 * Refuses a configuration in which nodes would share spent ids and not the secret that ids are made with.
 * @throws CaptchaError `config_invalid`
 */
export function checkSharedSecret({ redisUrl, secret }: LedgerConfig): void {
  if (!redisUrl || secret) return
  throw new CaptchaError(
    'config_invalid',
    'REDIS_URL is set, but UPRIGHT_SECRET is not: all nodes must have the same one, or none would know the challenges of another; ' +
      'make it once with "openssl rand -hex 32"',
  )
}
