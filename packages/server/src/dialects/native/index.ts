/**
 * Our own API: a page asks for a challenge and gets a ticket, which the visitor's browser answers in one
 * request; the right answer earns a pass, which the site's back end redeems. Nothing is stored until then.
 */
import { CaptchaError, type Form, type Ticket } from '@upright/core'
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { retryLater, toPublicError } from '../../http/errors.ts'
import { answerPreflight, ownUrl, shareWith } from '../../http/origins.ts'
import { parameter } from '../../http/query.ts'
import { sendBytes } from '../../http/range.ts'
import type { Sites } from '../../http/sites.ts'
import type { Site } from '../../registry/registry.ts'
import type { Dialect, DialectContext } from '../dialect.ts'
import { askedByNative } from '../work.ts'
import { createJudge } from './answer.ts'
import { askedAgain, createIssuer, NATIVE_KINDS, spokenLanguage } from './challenge.ts'
import { frame } from './frame.ts'
import { nativeDocument } from './openapi.ts'
import { createOutcome } from './outcome.ts'
import { readAnswer, readChallenge } from './request.ts'
import { scripts } from './scripts.ts'
import { createSiteVerify } from './siteverify.ts'
import { createTestKeys } from './test-keys.ts'
import type { AnswerReply, NativeChallenge, PlainChallenge, VerifyError } from './wire.ts'

/** The dialect of the tickets and passes of its own. */
const NATIVE = 'native'
/** Paths of the calls. */
const BASE = '/upright/v1/'
/** The action by which a visitor of the demo asks for a rung. */
const DEMO_ACTION = /^rung-([0-3])$/
/** The form of each kind that is shown. */
const FORMS: Partial<Record<string, Form>> = { text: 'picture', speech: 'sound', rotate: 'picture' }

export const native: Dialect = {
  name: NATIVE,
  ...askedByNative(NATIVE),
  document: nativeDocument,
  register,
}

function register(app: FastifyInstance, context: DialectContext): void {
  const { pages, tickets, files, sitesOf } = context
  const { siteVerify, demoVerify } = createSiteVerify(context)
  const takeOutcome = createOutcome(context)
  const testKeys = createTestKeys(context.scripts)
  /** What it does for a dialect, counted under the name of that. */
  const served = new Map(
    [NATIVE, ...context.scripts.keys()].map(dialect => {
      const own = dialect === NATIVE ? context : context.as(dialect)
      const passSeconds = context.scripts.get(dialect)?.passSeconds
      return [
        dialect,
        {
          sites: sitesOf([dialect]),
          admission: own.admission,
          show: own.show,
          issuer: createIssuer(own),
          judge: createJudge(own, passSeconds),
        },
      ]
    }),
  )

  const refuseForeign = (request: FastifyRequest, site: Site): void => {
    if (!pages.admits(request, site)) throw new CaptchaError('origin_refused')
  }

  /**
   * The visitor's address, for a page that a site allows; undefined for the site's back end, which gives its
   * secret.
   */
  const callerOf = async (request: FastifyRequest, sites: Sites, site: Site, secret: string) => {
    if (secret === '') {
      refuseForeign(request, site)
      return request.ip
    }
    const owner = await sites.bySecret(secret)
    if (owner?.id !== site.id) throw new CaptchaError('invalid_client')
    return undefined
  }

  /**
   * A site as it is asked for: visitors of the demo choose the rung, by the name of the action. They can have
   * more than the site asks for, and never less; of every other site only its operator says.
   */
  const chosenRung = async (site: Site, action: string): Promise<Site> => {
    const [, rung] = DEMO_ACTION.exec(action) ?? []
    if (rung === undefined || !(await context.sites.isDemo(site))) return site
    return { ...site, settings: { ...site.settings, rung: Math.max(site.settings.rung, Number(rung)) } }
  }

  const isFramed = (dialect: string) => context.scripts.get(dialect)?.framed ?? false
  /** Whether an answer comes from the host that asked for the ticket, or from our own frame in its page. */
  const isFromPageOf = ({ dialect, hostname }: Ticket, request: FastifyRequest) => {
    const host = pages.hostOf(request)
    return host === hostname || (isFramed(dialect) && host === ownUrl(request)?.hostname)
  }

  /** The ticket of a request and its site, and what serves its dialect. */
  const find = async (token: string) => {
    const ticket = tickets.open(token, 'any')
    const service = ticket && served.get(ticket.dialect)
    const site = service && (await service.sites.byId(ticket.site))
    if (!site) throw new CaptchaError('unknown_challenge')
    return { ticket, site, ...service }
  }

  app.addHook('onRequest', async ({ headers: { origin } }, reply) => {
    reply.header('vary', 'Origin').header('cache-control', 'no-store')
    // Any page may read an answer: to those that a site leaves out it says no more than that.
    if (origin !== undefined) shareWith(reply, origin)
  })
  scripts(app, files)
  const { issuer, judge } = served.get(NATIVE)!
  frame(app, context, { issuer, judge, find, refuseForeign })
  for (const call of ['challenge', 'answer']) {
    app.options(`${BASE}${call}`, (request, reply) => answerPreflight(reply, request.headers.origin, true))
  }

  app.post(`${BASE}challenge`, async (request, reply): Promise<NativeChallenge | PlainChallenge> => {
    const { sitekey, action, cdata, kinds, lang, dialect, page, secret } = readChallenge(request.body, [
      ...served.keys(),
    ])
    const test = testKeys.challenge(dialect, sitekey)
    if (test) return test
    const { sites, admission, issuer } = served.get(dialect)!
    const site = await sites.byPublicKey(sitekey)
    if (!site) throw new CaptchaError('site_unknown')
    const address = await callerOf(request, sites, site, secret)
    await admission.enter({ site, action: 'issue', address }, reply)
    const around = isFramed(dialect) ? tickets.open(page, site.id) : undefined
    const hostname = around?.dialect === dialect ? around.hostname : pages.hostOf(request)
    const asked = { hostname, action, cdata, dialect, language: spokenLanguage(lang) }
    if (address === undefined) return issuer.plain(site, address, asked)
    return issuer.challenge(await chosenRung(site, action), address, { ...asked, kinds })
  })

  app.get(`${BASE}show`, async (request, reply) => {
    const { ticket, site, admission, show } = await find(parameter(request, 'ticket'))
    refuseForeign(request, site)
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
    const test = testKeys.answer(sent.ticket)
    if (test) return test
    const { ticket, site, sites, admission, issuer, judge } = await find(sent.ticket)
    const address = await callerOf(request, sites, site, sent.secret)
    const isBackEnd = address === undefined
    if (!isBackEnd && !isFromPageOf(ticket, request)) throw new CaptchaError('origin_refused')
    await admission.enter({ site, action: 'check', address }, reply)
    const outcome = await judge(site, address, ticket, isBackEnd ? { ...sent, work: undefined } : sent)
    if ('pass' in outcome) return { success: true, pass: outcome.pass, expires_in: outcome.expiry }
    const { reason } = outcome
    if (reason === 'wrong') admission.failed(site, address)
    if (reason === 'retry') return { success: false, reason }
    try {
      await admission.enter({ site, action: 'issue', address }, reply)
      const { kinds = NATIVE_KINDS, lang } = sent
      const asked = askedAgain(ticket, lang)
      const fresh = isBackEnd
        ? issuer.plain(site, address, asked)
        : issuer.challenge(await chosenRung(site, asked.action), address, { ...asked, kinds })
      return { success: false, reason, ...(await fresh) }
    } catch (error) {
      if (!(error instanceof CaptchaError)) throw error
      // The answer counts all the same; the client asks for a challenge when `Retry-After` says.
      retryLater(reply, error)
      return { success: false, reason }
    }
  })

  app.post('/demo/upright', demoVerify)
  for (const method of ['GET', 'POST'] as const) {
    app.route({
      method,
      url: `${BASE}siteverify`,
      // It would redeem a pass and throw the answer away.
      exposeHeadRoute: false,
      handler: siteVerify,
      errorHandler: answerBackEnd,
    })
  }
  app.post(`${BASE}outcome`, { errorHandler: answerBackEnd }, takeOutcome)
}

/** Errors as back ends read them, with the status 200. */
function answerBackEnd(error: FastifyError, request: FastifyRequest, reply: FastifyReply) {
  const settled = toPublicError(error, request)
  retryLater(reply, settled)
  const word: VerifyError = settled.status >= 500 ? 'unavailable' : 'request'
  return reply.send({ success: false, error: word })
}
