/**
 * A page for a frame where scripts do not run: a code to read or to hear in a plain form, and then the pass,
 * which the visitor copies into the form around the frame.
 */
import { CaptchaError, type Ticket } from '@upright/core'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { retryLater, toPublicError } from '../../http/errors.ts'
import { readFields } from '../../http/fields.ts'
import { sendSharedFile } from '../../http/files.ts'
import { ancestorsOf } from '../../http/origins.ts'
import { parameter } from '../../http/query.ts'
import { secureForm, setSecurityHeaders } from '../../http/security.ts'
import type { Action } from '../../policy/action.ts'
import { PLAIN_COUNT } from '../../policy/ladder/worth.ts'
import type { Site } from '../../registry/registry.ts'
import type { DialectContext } from '../dialect.ts'
import type { Judge, Outcome } from './answer.ts'
import { askedAgain, type Issuer, spokenLanguage } from './challenge.ts'
import { challengePage, errorPage, type Note, passPage } from './frame-page.ts'
import { readSpeeches, type Speech } from './frame-words.ts'
import type { PlainChallenge } from './wire.ts'

const ADDRESS = '/upright/v1/frame'
const NOTES = { wrong: 'wrong', raised: 'raised', expired: 'late' } as const
/** Kinds that the form has a field for, which is named as the kind is. */
const FIELDS = ['text', 'speech'] as const

/** What the calls of our API use as well. */
interface FrameOptions {
  issuer: Issuer
  judge: Judge
  /** A ticket and its site. @throws CaptchaError `unknown_challenge` */
  find(token: string): Promise<{ ticket: Ticket; site: Site }>
  /** @throws CaptchaError `origin_refused` for a page that the site leaves out */
  refuseForeign(request: FastifyRequest, site: Site): void
}

export function frame(
  app: FastifyInstance,
  { sites, pages, admission, files, ladder }: DialectContext,
  { issuer, judge, find, refuseForeign }: FrameOptions,
): void {
  const speeches = readSpeeches(files)

  const enter = (request: FastifyRequest, reply: FastifyReply, site: Site, action: Action) => {
    const count = PLAIN_COUNT[ladder.current(site, request.ip).rung]
    return admission.enter({ site, action, address: request.ip, count }, reply)
  }

  const send = (reply: FastifyReply, site: Site, html: string) =>
    secureForm(reply, ancestorsOf(site)).type('text/html; charset=utf-8').send(html)

  /** An error in the frame, with the way to another challenge where the visitor had one. */
  const refuse = (
    request: FastifyRequest,
    reply: FastifyReply,
    { error, speech, ticket }: { error: unknown; speech: Speech; ticket?: string },
  ) => {
    const settled = toPublicError(error, request)
    retryLater(secureForm(setSecurityHeaders(reply), ['*']), settled)
    return reply
      .code(settled.status)
      .type('text/html; charset=utf-8')
      .send(errorPage(settled, speech, ticket))
  }

  app.get(ADDRESS, async (request, reply) => {
    const lang = parameter(request, 'lang')
    const speech = speeches.of(lang, request.headers['accept-language'])
    try {
      const site = await sites.byPublicKey(parameter(request, 'sitekey'))
      if (!site) throw new CaptchaError('site_unknown')
      refuseForeign(request, site)
      await enter(request, reply, site, 'issue')
      const challenge = issuer.plain(site, request.ip, {
        hostname: pages.hostOf(request),
        action: parameter(request, 'action'),
        cdata: parameter(request, 'cdata'),
        dialect: 'native',
        language: spokenLanguage(speech.lang),
      })
      return send(reply, site, challengePage({ challenge, speech }))
    } catch (error) {
      return refuse(request, reply, { error, speech })
    }
  })

  // What is refused before its fields are read, such as a body that is too large, is a page as well.
  const errorHandler = (error: unknown, request: FastifyRequest, reply: FastifyReply) =>
    refuse(request, reply, { error, speech: speeches.of('', request.headers['accept-language']) })

  app.post(ADDRESS, { errorHandler }, async (request, reply) => {
    const field = readFields(request.body)
    const speech = speeches.of(field('lang'), request.headers['accept-language'])
    let known: Ticket | undefined
    try {
      const { ticket, site } = await find(field('ticket'))
      refuseForeign(request, site)
      // The frame's own page has sent it: the host of the page around that is in the ticket.
      known = ticket
      const again = async (note?: Note) => {
        await enter(request, reply, site, 'issue')
        const challenge: PlainChallenge = issuer.plain(site, request.ip, askedAgain(ticket, speech.lang))
        return send(reply, site, challengePage({ challenge, speech, note }))
      }
      if (field('another') !== '') return await again()
      await enter(request, reply, site, 'check')
      const kind = FIELDS.find(name => field(name).trim() !== '') ?? FIELDS[0]
      const outcome: Outcome = await judge(site, request.ip, ticket, { kind, response: field(kind) })
      if ('pass' in outcome) return send(reply, site, passPage(outcome.pass, speech))
      if (outcome.reason === 'retry') throw new CaptchaError('unavailable')
      if (outcome.reason === 'wrong') admission.failed(site, request.ip)
      return await again(NOTES[outcome.reason])
    } catch (error) {
      return refuse(request, reply, { error, speech, ...(known && { ticket: field('ticket') }) })
    }
  })

  app.get(`${ADDRESS}.css`, (request, reply) => sendSharedFile(files, 'native/frame.css', request, reply))
}
