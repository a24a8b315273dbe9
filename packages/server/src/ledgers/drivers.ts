import { CaptchaError } from '@upright/core'
import type { LedgerConfig, LedgerDriver } from './driver.ts'
import { redis } from './redis-driver.ts'
import { sqlite } from './sqlite-driver.ts'

/**
 * Every ledger driver. To add one: its file, and its name here, before the default, which takes every
 * configuration.
 */
const ledgerDrivers: readonly LedgerDriver[] = [redis, sqlite]

/** The driver that a configuration selects. */
export const ledgerDriverOf = (config: LedgerConfig): LedgerDriver =>
  ledgerDrivers.find(driver => driver.takes(config))!

/**
 * Refuses a configuration in which nodes would share spent ids and not the secret that ids are made with.
 * @throws CaptchaError `config_invalid`
 */
export function checkSharedSecret(config: LedgerConfig & { secret: string | undefined }): void {
  const { shared, variable } = ledgerDriverOf(config)
  if (!shared || config.secret) return
  throw new CaptchaError(
    'config_invalid',
    `${variable} is set, but UPRIGHT_SECRET is not: all nodes must have the same one, or none would know the challenges of another; ` +
      'make it once with "openssl rand -hex 32"',
  )
}
