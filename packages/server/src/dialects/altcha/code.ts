import { CaptchaError, codeStyleNamed, expiryOf, type Form, type Rendition } from '@upright/core'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { readFields } from '../../http/fields.ts'
import { bufferOf, sendBytes } from '../../http/range.ts'
import { scoreOf } from '../../policy/ladder/worth.ts'
import type { Site } from '../../registry/registry.ts'
import type { DialectContext } from '../dialect.ts'
import { type Claimed, plainId } from './claimed.ts'
import { admitPage } from './page.ts'
import { readPayload, signedPayload } from './payload.ts'
import type { Signatures } from './signatures.ts'
import type { CodeChallenge, Refusal, VerifyAnswer } from './wire.ts'
import type { Examine } from './work.ts'

/** Most seconds for which what a plug-in verifies by itself counts: we do not hear of it. */
export const ELSEWHERE_SECONDS = 300
/** Where a code is shown and verified, as an address beside those of both kinds of challenges. */
const BESIDE = '../altcha/'
/** What a widget is told so that it shows the code and sends it: 2.x has the name in lower case alone. */
export const CODE_CONFIG = JSON.stringify({ verifyurl: `${BESIDE}verify` })
/** The rung on which work alone is not enough. */
export const HIGHEST_RUNG = 3
/** A code is answered once, and a repeat of the request does not pass again. */
const ONCE = { attempts: 1, revalidation: 'strict' } as const

/** A code for a visitor, in French or English, as their browser prefers. */
export function issueCode({ captcha }: DialectContext, site: Site, request: FastifyRequest): string {
  const french = /^fr\b/i.test(request.headers['accept-language'] ?? '')
  return plainId(captcha.issue(site.id, codeStyleNamed(french ? 'captchaFR' : 'captchaEN')!))
}

/**
 * What a widget needs to show a code. 2.x reads the address of the picture against the page and not against
 * the challenge: in the first protocol the picture is here.
 */
export async function codeChallenge(
  { show }: DialectContext,
  site: Site,
  { id, version, address }: { id: string; version: 1 | 2; address: string },
): Promise<CodeChallenge> {
  const audio = `${BESIDE}sound/${id}`
  if (version === 2) return { image: `${BESIDE}picture/${id}`, audio }
  const { type, bytes } = await show(site, id, 'picture', { address })
  return { image: `data:${type};base64,${bufferOf(bytes).toString('base64')}`, audio }
}

/** Whether a site asks for codes, always or on the highest rung. */
const mayAskForCode = ({ settings }: Site): boolean =>
  settings.altchaCode || Math.max(settings.rung, settings.ceiling) === HIGHEST_RUNG

/** The picture or the sound of a code, where the site asks for codes. */
export const createShown =
  (context: DialectContext, form: Form) => async (request: FastifyRequest, reply: FastifyReply) => {
    const { captcha, show, sites, admission } = context
    const challenge = captcha.open((request.params as { id: string }).id)
    const site = challenge && (await sites.byId(challenge.site))
    admitPage(context, request, reply, site)
    if (challenge?.style.kind !== 'text' || !site || !mayAskForCode(site)) {
      throw new CaptchaError('unknown_challenge')
    }
    await admission.enter({ site, action: 'show', address: request.ip }, reply)
    const rendition: Rendition = await show(site, challenge.id, form, { address: request.ip })
    if (form === 'sound') return sendBytes(request, reply, rendition)
    return reply.type(rendition.type).send(bufferOf(rendition.bytes))
  }

/**
 * `POST /altcha/verify`, which widgets call with the work and the code. The code's id is in the signed data
 * of the work, under our own key alone: so one claim, that of the code, spends both, and no plug-in can leave
 * the code out or bind another.
 */
export function createCodeVerify(context: DialectContext, signatures: Signatures, examine: Examine) {
  const { captcha, passes, ladder, pages, sites, admission, now } = context

  /** The reason for which a visitor at an address has not passed; undefined when they have. */
  async function judge(
    site: Site,
    address: string,
    work: Claimed,
    code: string,
  ): Promise<Refusal | undefined> {
    const examined = examine(site, work)
    if ('reason' in examined) return examined.reason
    if (examined.signer !== 'own' || work.code === undefined) return 'invalid_signature'
    if (code === '') return 'code_required'
    const worked = await captcha.judge(site, work.id, work.response)
    if (worked !== 'passed') return worked
    const settings = { ...site.settings, ...ONCE }
    const verdict = await captcha.check({ id: site.id, settings }, work.code, code)
    if (verdict === 'wrong') ladder.failed(site, address, { worked: true })
    return verdict === 'passed' ? undefined : verdict
  }

  return async (request: FastifyRequest, reply: FastifyReply): Promise<VerifyAnswer> => {
    const field = readFields(request.body)
    const payload = readPayload(field('payload'))
    const work = payload && 'work' in payload ? payload.work : undefined
    const opened = work && captcha.open(work.id)
    const site = opened && (await sites.byId(opened.site))
    admitPage(context, request, reply, site)
    if (!work || !site) return { verified: false, reason: work ? 'unknown' : 'invalid_payload' }
    await admission.enter({ site, action: 'check', address: request.ip }, reply)
    const reason = await judge(site, request.ip, work, field('code'))
    if (reason === 'wrong') admission.failed(site, request.ip)
    if (reason !== undefined) return { verified: false, reason }

    const time = Math.floor(now() / 1000)
    const longest = expiryOf(site.settings, time)
    const expiry = signatures.isShared(site) ? Math.min(longest, ELSEWHERE_SECONDS) : longest
    // The id has a level and no rung: the pass says what would be asked for now.
    const { rung, reasons } = ladder.current(site, request.ip)
    const weights = ladder.weigh(site, request.ip)
    ladder.earned(site, request.ip, weights)
    const pass = passes.issue({
      ...{ site: site.id, time, expiry, dialect: 'altcha', hostname: pages.hostOf(request) },
      ...{
        action: '',
        cdata: '',
        rung,
        reasons,
        kind: 'text',
        score: scoreOf(rung),
        weights,
      },
    })
    return { verified: true, payload: signedPayload(signatures, site, { time, expiry, pass }) }
  }
}
