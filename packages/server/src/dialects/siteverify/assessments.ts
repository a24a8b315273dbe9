import { CaptchaError, type Pass, type Redemption } from '@upright/core'
import type { FastifyRequest } from 'fastify'
import { fieldsOf } from '../../http/fields.ts'
import type { Call } from '../answering.ts'
import type { DialectContext } from '../dialect.ts'
import { createRedeem } from '../redeem.ts'
import type { AssessedEvent, Assessment, InvalidReason } from './wire.ts'

/** Where assessments of a project are made: the project is whatever the client calls it. */
export const ASSESSMENTS = '/v1/projects/:project/assessments'

/** Names of the fields of an event, as Google writes them in a query and in a form. */
const EVENT = ['event.token', 'event.siteKey', 'event.expectedAction'] as const

const REASONS: Record<Exclude<Redemption['result'], 'redeemed'>, InvalidReason> = {
  unknown: 'MALFORMED',
  expired: 'EXPIRED',
  duplicate: 'DUPE',
  unavailable: 'UNKNOWN_INVALID_REASON',
}

const wrongKey = {
  code: 400,
  message: 'API key not valid. Please pass a valid API key.',
  status: 'INVALID_ARGUMENT',
} as const

/** The members of `event` beside those of the object, under the names that they have in a query. */
function flat(body: unknown): unknown {
  if (typeof body !== 'string' || !body.trimStart().startsWith('{')) return body
  try {
    const { event, ...others } = JSON.parse(body) as { event?: object }
    const members = Object.entries(event ?? {}).map(([name, value]) => [`event.${name}`, value])
    return JSON.stringify({ ...others, ...Object.fromEntries(members) })
  } catch {
    throw new CaptchaError('bad_request', 'the body is broken JSON')
  }
}

/** Assessments of reCAPTCHA Enterprise: the API key is the site's secret. */
export function createAssessments(context: DialectContext): Call {
  const { sites, random } = context
  const redeem = createRedeem(context.as('recaptcha-siteverify'), ['recaptcha'])

  const assessment = (
    { params }: FastifyRequest,
    event: AssessedEvent,
    outcome: Pass | InvalidReason,
    error?: Assessment['error'],
  ): Assessment => {
    const { project } = params as { project: string }
    const name = `projects/${project}/assessments/${random(8).toString('hex')}`
    const [valid, hostname, action, score, invalidReason] =
      typeof outcome === 'string'
        ? ([false, '', '', 0, outcome] as const)
        : ([true, outcome.hostname, outcome.action, outcome.score, 'INVALID_REASON_UNSPECIFIED'] as const)
    const createTime = typeof outcome === 'object' && new Date(outcome.time * 1000).toISOString()
    return {
      name,
      event,
      tokenProperties: { valid, invalidReason, hostname, action, ...(createTime && { createTime }) },
      riskAnalysis: { score, reasons: [] },
      ...(error && { error }),
    }
  }

  return {
    async answer(request, reply) {
      const { body, query } = request
      const fields = fieldsOf({ body: flat(body), query }, ['key', ...EVENT])
      const expectedAction = fields['event.expectedAction']
      const event = {
        token: fields['event.token'],
        siteKey: fields['event.siteKey'],
        ...(expectedAction !== '' && { expectedAction }),
      }
      const site = fields.key === '' ? undefined : await sites.bySecret(fields.key)
      if (!site) return assessment(request, event, 'UNKNOWN_INVALID_REASON', wrongKey)
      if (event.token === '') return assessment(request, event, 'MISSING')
      if (event.siteKey !== site.publicKey) return assessment(request, event, 'UNKNOWN_INVALID_REASON')
      const redemption = await redeem({ site, response: event.token }, reply)
      const outcome = redemption.result === 'redeemed' ? redemption.pass : REASONS[redemption.result]
      return assessment(request, event, outcome)
    },

    failed({ status, message }, request) {
      const error =
        status >= 500
          ? ({ code: 503, message, status: 'UNAVAILABLE' } as const)
          : ({ code: 400, message, status: 'INVALID_ARGUMENT' } as const)
      return assessment(request, { token: '', siteKey: '' }, 'UNKNOWN_INVALID_REASON', error)
    },
  }
}
