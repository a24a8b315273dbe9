/**
 * RoCAPTCHA, as an unmodified client speaks it: a page asks for a form part and for a hash, shows the hash's round picture, and
 * the site's back end asks whether the visitor turned it upright. For those who do not see it there is a spoken number instead.
 * What browsers run is in `web/rocaptcha.ts`.
 */
import { CaptchaError, type Challenge, expiryOf, type Style, styleNamed } from '@upright/core'
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteHandlerMethod } from 'fastify'
import type { Files } from '../../files.ts'
import { parameter } from '../../operate/query.ts'
import { bufferOf, sendBytes } from '../../operate/range.ts'
import type { Admission } from '../../policy/admission.ts'
import { createPages } from '../../policy/origins.ts'
import type { Sites } from '../../policy/sites.ts'
import { DEFAULT_SETTINGS, type Site } from '../../registry/registry.ts'
import type { Service } from '../../service.ts'
import { formPart } from './form.ts'
import { createHashes } from './hash.ts'
import { languageOf } from './language.ts'
import { forBackEnds, forPages, keyCalls, share } from './page.ts'
import { errorText, spelledUrl } from './request.ts'
import { createScript } from './script.ts'
import { createDemoVerify, createJudge, createVerify } from './verify.ts'
import { verifyUrl } from './verify-url.ts'
import type { AnimalAnswer, ChallengeAnswer, FormAnswer } from './wire.ts'

export { rocaptchaDocument } from './openapi.ts'

/** The one spelling of a call's address that is routed. */
export const rocaptchaUrl = (url: string): string => verifyUrl(spelledUrl(url))

/** What the dialect needs of the house. */
export interface RocaptchaOptions {
  service: Service
  sites: Sites
  admission: Admission
  files: Files
}

/** Where the calls lie. */
const BASE = '/api/'

/** Registers the dialect's routes. Addresses come as `rocaptchaUrl` writes them. */
export function rocaptcha(app: FastifyInstance, options: RocaptchaOptions): void {
  const { service, sites, admission, files } = options
  const { pictures, sounds, now, secret, config, metrics } = service
  const captcha = service.captcha.only(['rotate', 'number'])
  const hashes = createHashes([secret, config.previousSecret])
  const sendScript = createScript(files)
  const pages = createPages(config.hosts)
  const withKey = keyCalls(sites, pages, admission)

  const issue = (site: Site, style: string, request: FastifyRequest) => {
    const id = captcha.issue(site.id, styleNamed(style)!)
    return { id, hash: hashes.make(id, parameter(request, 'session')) }
  }

  app.get(`${BASE}js/`, async (request, reply) => {
    // Other sites' pages load it, whatever rules they set themselves.
    reply.header('cross-origin-resource-policy', 'cross-origin')
    const key = parameter(request, 'key')
    // The script comes whatever the registry does: a page's own script would break off without it.
    const site = await sites.byPublicKey(key).catch(() => undefined)
    const settings = {
      key,
      lang: languageOf(parameter(request, 'lang')),
      error: errorText(request.url),
      expiry: expiryOf(site?.settings ?? DEFAULT_SETTINGS, Math.floor(now() / 1000)),
    }
    return sendScript(settings, request, reply)
  })

  app.get(
    `${BASE}form/`,
    withKey((request): FormAnswer => {
      return { status: 'OK', content: formPart(languageOf(parameter(request, 'lang'))) }
    }, 'other'),
  )

  app.get(
    `${BASE}generate/`,
    withKey(async (request, _reply, site) => {
      if (parameter(request, 'kind') === 'sound') {
        const language = languageOf(parameter(request, 'lang'))
        const { hash } = issue(site, `number${language.toUpperCase()}`, request)
        const sound = `${BASE}sound/${hash}/`
        return { status: 'OK', content: hash, animal_status: 'NONE', sound } satisfies ChallengeAnswer
      }
      const { id, hash } = issue(site, 'rotate', request)
      const animal = await pictures.of(id)
      if (!animal) return { status: 'ERROR' }
      return { status: 'OK', content: hash, animal_status: animal.status } satisfies ChallengeAnswer
    }, 'issue'),
  )

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

  /** Something to see or hear of a challenge. The one place where a status tells that there is nothing. */
  const shown =
    (
      kind: Style['kind'],
      show: (
        challenge: Challenge,
        site: Site,
        request: FastifyRequest,
        reply: FastifyReply,
      ) => Promise<FastifyReply>,
    ): RouteHandlerMethod =>
    async (request, reply) => {
      reply.header('cache-control', 'no-store')
      const found = await find(request, reply)
      if (found?.challenge.style.kind !== kind) throw new CaptchaError('unknown_challenge')
      const { challenge, site } = found
      await admission.enter({ site, action: 'show', address: request.ip }, reply)
      return show(challenge, site, request, reply)
    }

  app.get(
    `${BASE}image/:hash/`,
    shown('rotate', async ({ id }, site, _request, reply) => {
      const { type, bytes } = await pictures.show(id, site.id, site.settings)
      return reply.type(type).send(bufferOf(bytes))
    }),
  )

  app.get(
    `${BASE}sound/:hash/`,
    shown('number', async ({ id }, site, request, reply) => {
      const asked = { id, site: site.id, rules: site.settings, time: now(), address: request.ip }
      return sendBytes(request, reply, await sounds.show(asked))
    }),
  )

  app.get(
    `${BASE}animal/:hash/`,
    forPages(async (request, reply) => {
      const found = await find(request, reply)
      if (found?.challenge.style.kind !== 'rotate') return { status: 'WRONG_HASH' }
      const { challenge, site } = found
      await admission.enter({ site, action: 'show', address: request.ip }, reply)
      // Its own page shows the animal upright: nothing of it is told to whoever has not turned it.
      if ((await captcha.outcome(challenge.id, site.id)) !== 'passed') return { status: 'WRONG_HASH' }
      const picture = await pictures.of(challenge.id)
      if (!picture) return { status: 'ERROR' }
      const { name, species, status, shelter, city, link } = picture
      return { status: 'OK', animal: { name, species, status, shelter, city, link } } satisfies AnimalAnswer
    }),
  )

  const judge = createJudge({ captcha, pictures, hashes, metrics })
  const verify = forBackEnds(createVerify(judge, sites, admission))
  for (const rest of ['', ':hash/', ':hash/:angle/']) app.post(`${BASE}verify/${rest}`, verify)
  app.post('/demo/rocaptcha', createDemoVerify(judge, sites, admission))
}
