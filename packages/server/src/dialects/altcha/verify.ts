import type { FastifyReply, FastifyRequest } from 'fastify'
import { readFields } from '../../http/fields.ts'
import { onUndelivered } from '../../http/undelivered.ts'
import type { DialectContext } from '../dialect.ts'
import { passIn, readPayload } from './payload.ts'
import type { Signatures } from './signatures.ts'
import type { Refusal, VerifyAnswer } from './wire.ts'
import type { Examine } from './work.ts'

/** Passes that count here: those of this dialect. */
const DIALECTS = ['altcha']

const answerOf = (reason: Refusal | undefined): VerifyAnswer =>
  reason === undefined ? { verified: true } : { verified: false, reason }

/**
 * `POST /v1/verify/signature`, which back ends call with the site's secret: work is judged and spent, and a
 * payload that we signed is redeemed. Work for which a code was asked counts only as the latter.
 */
export const createVerify =
  (
    { captcha, passes, ladder, sites, admission, countVerdict }: DialectContext,
    signatures: Signatures,
    examine: Examine,
  ) =>
  async (request: FastifyRequest, reply: FastifyReply): Promise<VerifyAnswer> => {
    const field = readFields(request.body)
    const site = await sites.bySecret(field('secret'))
    if (!site) return answerOf('invalid_secret')
    await admission.enter({ site, action: 'check' }, reply)
    const payload = readPayload(field('payload'))
    if (!payload) {
      countVerdict(site.id, 'unknown')
      return answerOf('invalid_payload')
    }

    if ('signed' in payload) {
      const pass = passIn(signatures, site, payload.signed)
      if (pass === undefined) return answerOf('invalid_signature')
      const { outage } = site.settings
      const redemption = await passes.redeem(pass, { site: site.id, dialects: DIALECTS, outage })
      if (redemption.result !== 'redeemed') {
        const verdict = redemption.result === 'duplicate' ? 'spent' : redemption.result
        countVerdict(site.id, verdict)
        return answerOf(verdict)
      }
      countVerdict(site.id, 'passed')
      if (!redemption.repeated) ladder.redeemed(site, redemption.pass.weights)
      onUndelivered(reply, () => void passes.undelivered(redemption.pass, outage))
      return answerOf(undefined)
    }

    const { work } = payload
    const examined = examine(site, work)
    if ('reason' in examined) return answerOf(examined.reason)
    if (work.code !== undefined || site.settings.altchaCode) return answerOf('code_required')
    const verdict = await captcha.check(site, work.id, work.response)
    if (verdict === 'passed') ladder.checked(site)
    return answerOf(verdict === 'passed' ? undefined : verdict)
  }
