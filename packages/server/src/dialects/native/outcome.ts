import type { FastifyReply, FastifyRequest } from 'fastify'
import { fieldsOf } from '../../http/fields.ts'
import type { DialectContext } from '../dialect.ts'
import type { OutcomeReply, VerifyError } from './wire.ts'

const failed = (error: VerifyError): OutcomeReply => ({ success: false, error })

/**
 * Takes a back end's report of how a pass of its site ended, of whichever dialect: it counts once. Always
 * answered with the status 200.
 */
export const createOutcome =
  ({
    passes,
    ladder,
    allSites,
    admission,
  }: Pick<DialectContext, 'passes' | 'ladder' | 'allSites' | 'admission'>) =>
  async (request: FastifyRequest, reply: FastifyReply): Promise<OutcomeReply> => {
    const { body } = request
    const { secret, response, outcome } = fieldsOf({ body }, ['secret', 'response', 'outcome'])
    const site = await allSites.bySecret(secret.trim())
    if (!site) return failed('secret')
    if (outcome !== 'good' && outcome !== 'bad') return failed('request')
    await admission.enter({ site, action: 'check' }, reply)
    const { outage } = site.settings
    const reported = await passes.report(response, { site: site.id, outcome, outage })
    if (reported.result !== 'reported') return failed(reported.result)
    if (!reported.repeated) ladder.reported(site, reported.pass.weights, outcome)
    return { success: true }
  }
