import type { Redemption, Verdict } from '@upright/core'
import type { FastifyReply } from 'fastify'
import { isOn } from '../http/sites.ts'
import { onUndelivered } from '../http/undelivered.ts'
import type { Site } from '../registry/registry.ts'
import type { DialectContext } from './dialect.ts'

const VERDICTS: Record<Redemption['result'], Verdict> = {
  redeemed: 'passed',
  duplicate: 'spent',
  expired: 'expired',
  unknown: 'unknown',
  unavailable: 'unavailable',
}

/** A pass as a back end sends it. */
export interface Presented {
  site: Site
  response: string
  idempotencyKey?: string
}

/** Redeems a pass of one of some dialects, where they are on for the site, and counts what came of it. */
export type Redeem = (presented: Presented, reply: FastifyReply) => Promise<Redemption>

export function createRedeem(
  {
    passes,
    ladder,
    admission,
    countVerdict,
  }: Pick<DialectContext, 'passes' | 'ladder' | 'admission' | 'countVerdict'>,
  accepts: readonly string[],
): Redeem {
  return async ({ site, response, idempotencyKey }, reply) => {
    await admission.enter({ site, action: 'check' }, reply)
    const { outage } = site.settings
    const dialects = accepts.filter(name => isOn(site, name))
    const redemption = await passes.redeem(response, { site: site.id, dialects, idempotencyKey, outage })
    countVerdict(site.id, VERDICTS[redemption.result])
    if (redemption.result === 'redeemed') {
      if (!redemption.repeated) ladder.redeemed(site, redemption.pass.weights)
      onUndelivered(reply, () => void passes.undelivered(redemption.pass, outage))
    }
    return redemption
  }
}
