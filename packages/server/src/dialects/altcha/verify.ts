import type { FastifyReply, FastifyRequest } from 'fastify'
import { fieldsOf } from '../../http/fields.ts'
import type { DialectContext } from '../dialect.ts'
import { redeemPass, VERDICTS } from '../redeem.ts'
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
    const { secret, payload: sent } = fieldsOf({ body: request.body }, ['secret', 'payload'])
    const site = await sites.bySecret(secret)
    if (!site) return answerOf('invalid_secret')
    await admission.enter({ site, action: 'check' }, reply)
    const payload = readPayload(sent)
    if (!payload) {
      countVerdict(site.id, 'unknown')
      return answerOf('invalid_payload')
    }

    if ('signed' in payload) {
      const pass = passIn(signatures, site, payload.signed)
      if (pass === undefined) return answerOf('invalid_signature')
      const presented = { site, response: pass }
      const { result } = await redeemPass({ passes, ladder }, presented, reply, DIALECTS)
      const verdict = VERDICTS[result]
      countVerdict(site.id, verdict)
      return answerOf(verdict === 'passed' ? undefined : verdict)
    }

    const { work } = payload
    const examined = examine(site, work)
    if ('reason' in examined) return answerOf(examined.reason)
    if (work.code !== undefined || site.settings.altchaCode) return answerOf('code_required')
    const verdict = await captcha.check(site, work.id, work.response)
    if (verdict === 'passed') ladder.checked(site)
    return answerOf(verdict === 'passed' ? undefined : verdict)
  }
