/**
 * ALTCHA, as unmodified widgets, plug-ins and back ends speak it: a page asks for work, its browser does the
 * work, and the form sends what came of it. Plug-ins verify that by themselves, with a key of the site; other
 * back ends ask us, at the addresses of ALTCHA's own server (Sentinel). Where a site wants it, the widget
 * shows a picture of ours after the work and plays its sound.
 */
import { CaptchaError, expiryOf } from '@upright/core'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { parameter } from '../../http/query.ts'
import type { Dialect, DialectContext, WorkChoice } from '../dialect.ts'
import { workFor } from '../work.ts'
import { always } from './answer.ts'
import { type IssuedWork, plainId } from './claimed.ts'
import {
  CODE_CONFIG,
  codeChallenge,
  createCodeVerify,
  createShown,
  ELSEWHERE_SECONDS,
  HIGHEST_RUNG,
  issueCode,
} from './code.ts'
import { altchaDocument } from './openapi.ts'
import { admitPage, CONFIG_HEADER, preflight } from './page.ts'
import { createSignatures } from './signatures.ts'
import { idIn, solve } from './solve.ts'
import { challengeV1 } from './v1.ts'
import { challengeV2 } from './v2.ts'
import { createVerify } from './verify.ts'
import type { ChallengeV1, ChallengeV2 } from './wire.ts'
import { createExamine } from './work.ts'

/** Work by the version of the protocol: the first knows one function, the second all. */
const WORK = {
  // A number from 0 to 32,768: what widgets can bear that hash in JavaScript.
  'altcha-v1': {
    styles: ['sha256'],
    default: { style: 'sha256', level: 28 },
    rungs: [
      { style: 'sha256', level: 36 },
      { style: 'sha256', level: 38 },
      { style: 'sha256', level: 40 },
    ],
  },
  // 256 tries of PBKDF2 on average: about a second of stock 3.x.
  'altcha-v2': {
    styles: ['sha256', 'pbkdf2', 'scrypt4', 'scrypt8', 'scrypt16'],
    default: { style: 'pbkdf2', level: 16 },
    rungs: [
      { style: 'pbkdf2', level: 18 },
      { style: 'pbkdf2', level: 20 },
      { style: 'pbkdf2', level: 22 },
    ],
  },
} as const satisfies Record<string, WorkChoice>

export const altcha: Dialect = {
  name: 'altcha',
  kinds: ['work', 'text'],
  work: WORK,
  document: altchaDocument,
  idIn,
  solve,
  register,
}

/** Who verifies what is issued: back ends by asking us, or plug-ins by themselves. */
interface Issuing {
  elsewhere: boolean
}

/** Registers the dialect's routes. */
function register(app: FastifyInstance, context: DialectContext): void {
  const { captcha, sites, admission, ladder, keys, now } = context
  const signatures = createSignatures(keys)
  const examine = createExamine(context, signatures)

  const issue =
    ({ elsewhere }: Issuing) =>
    async (request: FastifyRequest, reply: FastifyReply): Promise<ChallengeV1 | ChallengeV2> => {
      const site = await sites.byPublicKey(parameter(request, 'apiKey'))
      admitPage(context, request, reply, site)
      if (!site) throw new CaptchaError('site_unknown')
      const { altchaVersion, altchaCode } = site.settings
      // Under a key that its plug-in does not have, all that visitors do would be in vain.
      if (elsewhere && !signatures.isShared(site)) {
        throw new CaptchaError('site_unknown', 'none with a key for plug-ins: upright site show --altcha-key')
      }
      const version = versionOf(request) ?? (elsewhere ? altchaVersion : 2)
      await admission.enter({ site, action: 'issue', address: request.ip }, reply)

      const name = `altcha-v${version}` as const
      const { rung } = ladder.decide(site, request.ip)
      const { style, level } = workFor(site.settings, name, WORK[name], rung)
      const id = captcha.issue(site.id, style, level)
      const { issued, answer } = captcha.open(id)!
      const expiry = Math.min(expiryOf(site.settings, issued), elsewhere ? ELSEWHERE_SECONDS : Infinity)
      const code = altchaCode || rung === HIGHEST_RUNG ? issueCode(context, site, request) : undefined
      const work: IssuedWork = {
        id: plainId(id),
        drawn: { settings: style.settings, level, answer },
        expires: issued + expiry,
        code,
      }
      // What a plug-in could sign, it could also let pass without the code.
      const signer = elsewhere && code === undefined ? 'shared' : 'own'
      const sign = (text: string) => signatures.sign(site, signer, text)
      const challenge = version === 1 ? challengeV1(work, sign) : challengeV2(work, sign)
      const expires_in = expiry - Math.max(0, Math.floor(now() / 1000) - issued)
      if (code === undefined) return { ...challenge, expires_in }
      reply.header(CONFIG_HEADER, CODE_CONFIG)
      const shown = await codeChallenge(context, site, { id: code, version, address: request.ip })
      return { ...challenge, codeChallenge: shown, expires_in }
    }

  app.get('/altcha/challenge', issue({ elsewhere: true }))
  app.get('/v1/challenge', issue({ elsewhere: false }))

  app.get('/altcha/picture/:id', createShown(context, 'picture'))
  app.get('/altcha/sound/:id', createShown(context, 'sound'))
  app.post('/altcha/verify', always(createCodeVerify(context, signatures, examine)))
  app.options('/altcha/verify', preflight)

  app.post('/v1/verify/signature', always(createVerify(context, signatures, examine)))
}

/** The version of the protocol that a request wants. @throws CaptchaError `bad_request` */
function versionOf(request: FastifyRequest): 1 | 2 | undefined {
  const text = parameter(request, 'v')
  if (text === '') return undefined
  if (text === '1' || text === '2') return Number(text) as 1 | 2
  throw new CaptchaError('bad_request', 'v is 1 or 2')
}
