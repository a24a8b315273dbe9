/**
 * Our own API: a page asks for a challenge and gets a ticket, which the visitor's browser answers in one
 * request; the right answer earns a pass, which the site's back end redeems. Nothing is stored until then.
 */
import {
  CaptchaError,
  type Form,
  solveWork,
  type Ticket,
  type WorkSettings,
  widgetStyles,
} from '@upright/core'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { retryLater, toPublicError } from '../../http/errors.ts'
import { answerPreflight, shareWith } from '../../http/origins.ts'
import { parameter } from '../../http/query.ts'
import { sendBytes } from '../../http/range.ts'
import type { Site } from '../../registry/registry.ts'
import type { Dialect, DialectContext } from '../dialect.ts'
import { createJudge } from './answer.ts'
import { type Asked, createIssue, NATIVE_KINDS, spokenLanguage } from './challenge.ts'
import { nativeDocument } from './openapi.ts'
import { readAnswer, readChallenge } from './request.ts'
import { WORK_CHOICE } from './rungs.ts'
import { scripts } from './scripts.ts'
import { createSiteVerify } from './siteverify.ts'
import type { AnswerReply, NativeChallenge, NativeKind, VerifyReply } from './wire.ts'

/** Paths of the calls. */
const BASE = '/upright/v1/'
/** The form of each kind that is shown. */
const FORMS: Partial<Record<string, Form>> = { text: 'picture', speech: 'sound', rotate: 'picture' }

export const native: Dialect = {
  name: 'native',
  kinds: ['work', 'text', 'rotate'],
  // Ids of the widget's styles are in tickets alone.
  knows: style => style.kind === 'work' || widgetStyles.includes(style),
  work: { native: WORK_CHOICE },
  document: nativeDocument,
  idIn(text, tickets) {
    const ticket = tickets.open(text.trim(), 'any')
    return ticket?.dialect === 'native' ? ticket.ids.get('work') : undefined
  },
  solve: async ({ style, level, answer }) => {
    const settings = style.settings as WorkSettings
    return (await solveWork({ settings, level, answer }, 'native')).split(',').map(Number)
  },
  register,
}

function register(app: FastifyInstance, context: DialectContext): void {
  const { show, sites, pages, admission, tickets, files } = context
  const issue = createIssue(context)
  const judge = createJudge(context)
  const verify = createSiteVerify(context)

  const refuseForeign = (request: FastifyRequest, site: Site): void => {
    if (!pages.admits(request, site)) throw new CaptchaError('origin_refused')
  }

  /** The ticket of a request and its site, whose pages may go on with it. */
  const find = async (request: FastifyRequest, token: string) => {
    const ticket = tickets.open(token, 'any')
    const site = ticket && (await sites.byId(ticket.site))
    if (!site) throw new CaptchaError('unknown_challenge')
    refuseForeign(request, site)
    return { ticket, site }
  }

  const askedOf = (ticket: Ticket, language: string, kinds: readonly NativeKind[]): Asked => {
    const { hostname, action, cdata, dialect } = ticket
    return { hostname, action, cdata, dialect, kinds, language: spokenLanguage(language) }
  }

  app.addHook('onRequest', async ({ headers: { origin } }, reply) => {
    reply.header('vary', 'Origin').header('cache-control', 'no-store')
    // Any page may read an answer: to those that a site leaves out it says no more than that.
    if (origin !== undefined) shareWith(reply, origin)
  })
  scripts(app, files)
  for (const call of ['challenge', 'answer']) {
    app.options(`${BASE}${call}`, (request, reply) => answerPreflight(reply, request.headers.origin, true))
  }

  app.post(`${BASE}challenge`, async (request, reply): Promise<NativeChallenge> => {
    const { sitekey, action, cdata, kinds, lang, dialect } = readChallenge(request.body)
    const site = await sites.byPublicKey(sitekey)
    if (!site) throw new CaptchaError('site_unknown')
    refuseForeign(request, site)
    await admission.enter({ site, action: 'issue', address: request.ip }, reply)
    const hostname = pages.hostOf(request)
    return issue(site, request.ip, {
      hostname,
      action,
      cdata,
      dialect,
      kinds,
      language: spokenLanguage(lang),
    })
  })

  app.get(`${BASE}show`, async (request, reply) => {
    const { ticket, site } = await find(request, parameter(request, 'ticket'))
    reply.header('cross-origin-resource-policy', 'cross-origin')
    const kind = parameter(request, 'kind')
    const form = FORMS[kind]
    const id = ticket.ids.get(kind)
    if (!form || id === undefined) throw new CaptchaError('unknown_challenge')
    await admission.enter({ site, action: 'show', address: request.ip }, reply)
    const scale = parameter(request, 'scale') === '2' ? 2 : 1
    return sendBytes(request, reply, await show(site, id, form, { address: request.ip, scale }))
  })

  app.post(`${BASE}answer`, async (request, reply): Promise<AnswerReply> => {
    const sent = readAnswer(request.body)
    const { ticket, site } = await find(request, sent.ticket)
    if (pages.hostOf(request) !== ticket.hostname) throw new CaptchaError('origin_refused')
    await admission.enter({ site, action: 'check', address: request.ip }, reply)
    const outcome = await judge(site, request.ip, ticket, sent)
    if ('pass' in outcome) return { success: true, pass: outcome.pass, expires_in: outcome.expiry }
    const { reason } = outcome
    if (reason === 'wrong') admission.failed(site, request.ip)
    if (reason === 'retry') return { success: false, reason }
    try {
      await admission.enter({ site, action: 'issue', address: request.ip }, reply)
      const kinds = sent.kinds ?? NATIVE_KINDS
      return { success: false, reason, ...(await issue(site, request.ip, askedOf(ticket, sent.lang, kinds))) }
    } catch (error) {
      if (!(error instanceof CaptchaError)) throw error
      // The answer counts all the same; the client asks for a challenge when `Retry-After` says.
      retryLater(reply, error)
      return { success: false, reason }
    }
  })

  for (const method of ['GET', 'POST'] as const) {
    app.route({
      method,
      url: `${BASE}siteverify`,
      handler: verify,
      errorHandler(error, request, reply) {
        const settled = toPublicError(error, request)
        retryLater(reply, settled)
        const isOurs = settled.status >= 500
        return reply.send({ success: false, error: isOurs ? 'unavailable' : 'request' } satisfies VerifyReply)
      },
    })
  }
}
