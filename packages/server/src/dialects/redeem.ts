import type { Redemption, Verdict } from '@upright/core'
import type { FastifyReply } from 'fastify'
import { isOn } from '../http/sites.ts'
import { onUndelivered } from '../http/undelivered.ts'
import type { Site } from '../registry/registry.ts'
import type { DialectContext } from './dialect.ts'

export const VERDICTS: Record<Redemption['result'], Verdict> = {
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
  idempotencyKey?: string | undefined
}

/**
 * Redeems a pass of one of some dialects; of any by default. The ladder counts it once, and an answer whose
 * connection closes before it is written is given once more.
 */
export async function redeemPass(
  { passes, ladder }: Pick<DialectContext, 'passes' | 'ladder'>,
  { site, response, idempotencyKey }: Presented,
  reply: FastifyReply,
  dialects?: readonly string[],
): Promise<Redemption> {
  const { outage } = site.settings
  const redemption = await passes.redeem(response, { site: site.id, dialects, idempotencyKey, outage })
  if (redemption.result === 'redeemed') {
    if (!redemption.repeated) ladder.redeemed(site, redemption.pass.weights)
    onUndelivered(reply, () => void passes.undelivered(redemption.pass, outage))
  }
  return redemption
}

/** Redeems a pass of one of some dialects, where they are on for the site, and counts what came of it. */
export type Redeem = (presented: Presented, reply: FastifyReply) => Promise<Redemption>

export function createRedeem(
  context: Pick<DialectContext, 'passes' | 'ladder' | 'admission' | 'countVerdict'>,
  accepts: readonly string[],
): Redeem {
  const { admission, countVerdict } = context
  return async (presented, reply) => {
    const { site } = presented
    await admission.enter({ site, action: 'check' }, reply)
    const dialects = accepts.filter(name => isOn(site, name))
    const redemption = await redeemPass(context, presented, reply, dialects)
    countVerdict(site.id, VERDICTS[redemption.result])
    return redemption
  }
}
