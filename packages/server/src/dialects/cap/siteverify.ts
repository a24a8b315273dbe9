import { CaptchaError, ERRORS, type Redemption } from '@upright/core'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { fieldsOf } from '../../http/fields.ts'
import type { DialectContext } from '../dialect.ts'
import { createRedeem } from '../redeem.ts'
import { publicKeyOf, refused } from './answer.ts'
import { CAP } from './challenge.ts'
import type { RefusedAnswer, SiteverifyAnswer } from './wire.ts'

type Refusal = Exclude<Redemption['result'], 'redeemed'>

const REFUSALS: Record<Refusal, RefusedAnswer> = {
  unknown: refused('The token is unknown.'),
  duplicate: refused('The token was verified before.'),
  expired: refused('The token has expired.'),
  unavailable: refused(ERRORS.unavailable.message),
}

type SiteverifyContext = Pick<DialectContext, 'sites' | 'admission' | 'passes' | 'ladder' | 'countVerdict'>

/**
 * `siteverify`, which back ends call with the secret of a site: whether a visitor earned this token, for the
 * first time it is asked. With a public key in the address, both have to be of the same site.
 */
export function createSiteverify(context: SiteverifyContext) {
  const { sites } = context
  const redeem = createRedeem(context, [CAP])
  return async (request: FastifyRequest, reply: FastifyReply): Promise<SiteverifyAnswer | RefusedAnswer> => {
    const { secret, response } = fieldsOf({ body: request.body }, ['secret', 'response'])
    const site = await sites.bySecret(secret)
    const { publicKey } = site ?? {}
    if (!site || (publicKeyOf(request) ?? publicKey) !== publicKey) {
      throw new CaptchaError('site_unknown', 'the secret does not belong to it')
    }
    const { result } = await redeem({ site, response }, reply)
    return result === 'redeemed' ? { success: true } : REFUSALS[result]
  }
}
