import { CaptchaError, ERRORS, type Redemption, type Verdict } from '@upright/core'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { readFields } from '../../http/fields.ts'
import { onUndelivered } from '../../http/undelivered.ts'
import type { DialectContext } from '../dialect.ts'
import { publicKeyOf, refused } from './answer.ts'
import { CAP } from './challenge.ts'
import type { RefusedAnswer, SiteverifyAnswer } from './wire.ts'

type Refusal = Exclude<Redemption['result'], 'redeemed'>

const REFUSALS: Record<Refusal, { verdict: Verdict; answer: RefusedAnswer }> = {
  unknown: { verdict: 'unknown', answer: refused('The token is unknown.') },
  duplicate: { verdict: 'spent', answer: refused('The token was verified before.') },
  expired: { verdict: 'expired', answer: refused('The token has expired.') },
  unavailable: { verdict: 'unavailable', answer: refused(ERRORS.unavailable.message) },
}

type SiteverifyContext = Pick<DialectContext, 'sites' | 'admission' | 'passes' | 'ladder' | 'countVerdict'>

/**
 * `siteverify`, which back ends call with the secret of a site: whether a visitor earned this token, for the
 * first time it is asked. With a public key in the address, both have to be of the same site.
 */
export const createSiteverify =
  ({ sites, admission, passes, ladder, countVerdict }: SiteverifyContext) =>
  async (request: FastifyRequest, reply: FastifyReply): Promise<SiteverifyAnswer | RefusedAnswer> => {
    const field = readFields(request.body)
    const site = await sites.bySecret(field('secret'))
    const { publicKey } = site ?? {}
    if (!site || (publicKeyOf(request) ?? publicKey) !== publicKey) {
      throw new CaptchaError('site_unknown', 'the secret does not belong to it')
    }
    await admission.enter({ site, action: 'check' }, reply)

    const { id, settings } = site
    const { outage } = settings
    const redemption = await passes.redeem(field('response'), { site: id, dialects: [CAP], outage })
    if (redemption.result !== 'redeemed') {
      const { verdict, answer } = REFUSALS[redemption.result]
      countVerdict(id, verdict)
      return answer
    }
    countVerdict(id, 'passed')
    if (!redemption.repeated) ladder.redeemed(site, redemption.pass.weights)
    onUndelivered(reply, () => void passes.undelivered(redemption.pass, outage))
    return { success: true }
  }
