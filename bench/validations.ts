import { randomBytes } from 'node:crypto'
import { createCaptcha, memoryLedger, styleNamed } from '@upright/core'
import type { BenchSite } from './client.ts'

/** Challenges for one round of load: more than a server answers in its seconds. */
const PAIRS = 200_000

/** Bodies for `valider-captcha`, each a fresh challenge of a site with its right code. */
export interface Validations {
  /**
   * Makes as many as a round takes, beforehand: what the client does while it measures is taken from the
   * servers.
   */
  refill(): void
  next(): string
}

/** Validations for a server under a secret, as our own captcha over the same secret knows them. */
export function createValidations(secret: string, site: BenchSite): Validations {
  const captcha = createCaptcha({ secret, ledger: memoryLedger(), now: Date.now, random: randomBytes })
  const style = styleNamed('captchaFR')!
  let pairs: string[] = []
  let used = 0
  const pair = () => {
    const uuid = captcha.issue(site.id, style)
    return JSON.stringify({ uuid, code: captcha.open(uuid)!.answer })
  }
  return {
    refill() {
      pairs = Array.from({ length: PAIRS }, pair)
      used = 0
    },
    next() {
      if (used === PAIRS) throw new Error('the client ran out of challenges: raise PAIRS')
      return pairs[used++]!
    },
  }
}
