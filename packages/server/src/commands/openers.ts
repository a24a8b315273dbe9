import { randomBytes } from 'node:crypto'
import {
  type Captcha,
  createCaptcha,
  createPasses,
  createTickets,
  memoryLedger,
  type Passes,
  type Tickets,
} from '@upright/core'
import type { Config } from '../config.ts'
import { ledgerDriverOf } from '../ledgers/drivers.ts'
import { knownSecrets } from './secrets.ts'

/** What opens ids, tickets and passes, over the ledger of the service. */
interface Openers {
  captcha: Captcha
  tickets: Tickets
  passes: Passes
}

/** Works with the master secret and the ledger of a service. @throws CaptchaError `data_unusable` */
export async function withOpeners<T>(config: Config, work: (openers: Openers) => Promise<T>): Promise<T> {
  const secrets = knownSecrets(config)
  const now = Date.now
  // Where there is no ledger yet, nothing was answered, and no code renewed.
  const driver = ledgerDriverOf(config)
  const ledger = driver.exists(config) ? await driver.open(config, { now }) : memoryLedger(now)
  try {
    const options = { ...secrets, ledger, now, random: randomBytes }
    return await work({
      captcha: createCaptcha(options),
      tickets: createTickets(options),
      passes: createPasses(options),
    })
  } finally {
    await ledger.close()
  }
}
