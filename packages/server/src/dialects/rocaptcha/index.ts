/**
 * RoCAPTCHA, as an unmodified client speaks it: a page asks for a form part and for a hash, shows the hash's
 * round picture, and the site's back end asks whether the visitor turned it upright. For those who do not see
 * it there is a spoken number instead. What browsers run is in `web/`.
 */
import { CaptchaError, expiryOf, type Form, type KindName, type Rendition } from '@upright/core'
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteHandlerMethod } from 'fastify'
import { sendSharedFile } from '../../http/files.ts'
import { ownUrl } from '../../http/origins.ts'
import { parameter } from '../../http/query.ts'
import { bufferOf, sendBytes } from '../../http/range.ts'
import { DEFAULT_SETTINGS } from '../../registry/settings.ts'
import type { Dialect, DialectContext } from '../dialect.ts'
import { formPart } from './form.ts'
import { createGenerate } from './generate.ts'
import { createHashes, idInHash } from './hash.ts'
import { widgetLanguageOf } from './language.ts'
import { rocaptchaDocument } from './openapi.ts'
import { forBackEnds, forPages, keyCalls, share } from './page.ts'
import { errorText, spelledUrl } from './request.ts'
import { createScript } from './script.ts'
import { createDemoVerify, createJudge, createVerify } from './verify.ts'
import { verifyUrl } from './verify-url.ts'
import type { AnimalAnswer, FormAnswer } from './wire.ts'

/** Paths of the calls. */
const BASE = '/api/'

export const rocaptcha: Dialect = {
  name: 'rocaptcha',
  kinds: ['rotate', 'number', 'work'],
  knows: ({ kind, name }) => kind !== 'rotate' || name === 'rotate',
  document: rocaptchaDocument,
  normalizeUrl: url => verifyUrl(spelledUrl(url)),
  idIn: idInHash,
  register,
}

/** Registers the dialect's routes, one after the other. Addresses come as `normalizeUrl` writes them. */
function register(app: FastifyInstance, context: DialectContext): void {
  const { captcha, show, pictures, keys, sites, pages, admission, files, now } = context
  const hashes = createHashes(keys('rocaptcha-session', 32))
  const sendScript = createScript(files)
  const withKey = keyCalls(sites, pages)

  app.get(`${BASE}js/`, async (request, reply) => {
    const key = parameter(request, 'key')
    // The script comes whatever the registry does: a page's own script would break off without it.
    const site = await sites.byPublicKey(key).catch(() => undefined)
    const settings = {
      key,
      lang: widgetLanguageOf(parameter(request, 'lang')),
      error: errorText(request.url),
      expiry: expiryOf(site?.settings ?? DEFAULT_SETTINGS, Math.floor(now() / 1000)),
    }
    return sendScript(settings, request, reply)
  })
  app.get(`${BASE}work/`, (request, reply) => sendSharedFile(files, 'rocaptcha/work.js', request, reply))

  app.get(
    `${BASE}form/`,
    withKey(async (request, reply, site): Promise<FormAnswer> => {
      await admission.enter({ site, action: 'other', address: request.ip }, reply)
      const language = widgetLanguageOf(parameter(request, 'lang'))
      return {
        status: 'OK',
        content: formPart({ language, key: site.publicKey, origin: ownUrl(request)?.origin ?? '' }),
      }
    }),
  )

  app.get(`${BASE}generate/`, withKey(createGenerate(context, BASE, hashes)))

  /** The challenge of the hash in an address and its site, whose pages may read what comes of it. */
  async function find(request: FastifyRequest, reply: FastifyReply) {
    share(request, reply)
    const known = hashes.read((request.params as { hash: string }).hash)
    const challenge = known && captcha.open(known.id)
    const site = challenge && (await sites.byId(challenge.site))
    if (!site) return undefined
    share(request, reply, !pages.isForeign(request, site))
    return { challenge, site }
  }

  /** A form of a challenge of one kind. The one place where a status says that there is none. */
  const shown =
    (
      kind: KindName,
      form: Form,
      send: (request: FastifyRequest, reply: FastifyReply, rendition: Rendition) => FastifyReply,
    ): RouteHandlerMethod =>
    async (request, reply) => {
      reply.header('cache-control', 'no-store')
      const found = await find(request, reply)
      if (found?.challenge.style.kind !== kind) throw new CaptchaError('unknown_challenge')
      const { challenge, site } = found
      await admission.enter({ site, action: 'show', address: request.ip }, reply)
      return send(request, reply, await show(site, challenge.id, form, { address: request.ip }))
    }

  app.get(
    `${BASE}image/:hash/`,
    shown('rotate', 'picture', (_request, reply, { type, bytes }) => reply.type(type).send(bufferOf(bytes))),
  )
  app.get(`${BASE}sound/:hash/`, shown('number', 'sound', sendBytes))

  app.get(
    `${BASE}animal/:hash/`,
    forPages(async (request, reply) => {
      const found = await find(request, reply)
      if (found?.challenge.style.kind !== 'rotate') return { status: 'WRONG_HASH' }
      const { challenge, site } = found
      await admission.enter({ site, action: 'show', address: request.ip }, reply)
      // Its own page shows the animal upright: a visitor who has not turned it gets nothing of it.
      if ((await captcha.outcome(site, challenge.id)) !== 'passed') return { status: 'WRONG_HASH' }
      const picture = await pictures.of(challenge.id)
      if (!picture) return { status: 'ERROR' }
      const { name, species, status, shelter, city, link } = picture
      return { status: 'OK', animal: { name, species, status, shelter, city, link } } satisfies AnimalAnswer
    }),
  )

  const judge = createJudge(context, hashes)
  const verify = forBackEnds(createVerify(judge, sites, admission))
  for (const rest of ['', ':hash/', ':hash/:angle/']) app.post(`${BASE}verify/${rest}`, verify)
  app.post('/demo/rocaptcha', createDemoVerify(judge, sites, admission))
}
