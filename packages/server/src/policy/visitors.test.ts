/** Every route of the service, as a browser calls it that has nothing but a site's public key. */
import { styleNamed } from '@upright/core'
import type { InjectOptions } from 'fastify'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { V1 } from '../dialects/captchetat/v1/openapi.ts'
import { createHashes } from '../dialects/rocaptcha/hash.ts'
import { type RocaptchaApp, rocaptchaApp } from '../dialects/rocaptcha/testing.ts'
import type { OpenApi } from '../openapi/document.ts'
import type { Operation } from '../openapi/types.ts'
import { altchaKeyOf, altchaKeyRing } from '../registry/altcha-key.ts'
import { routesOf, V2 } from '../testing/app.ts'

/** The smallest rate there is, and a quota that one address must not use up. */
const SETTINGS = { open: true, origins: ['*'], rate: 1, quota: 10, altchaCode: true }
/** Calls that a browser makes of each route: more than the quota allows. */
const CALLS = 12
/** What an address may take of a quota by one kind of call at this rate. */
const MAX_QUOTA_TAKEN = 3

/** Files, and what is the same for everybody. They touch neither a quota nor a site's limits. */
const UNCOUNTED_ROUTES = new Set([
  '/',
  '/docs',
  '/demo',
  '/favicon.ico',
  // Name, version and routes of both versions.
  '/piste/captchetat/v2',
  '/s/{publicKey}/piste/captchetat/v2',
  '/piste/captcha',
  '/s/{publicKey}/piste/captcha',
  '/assets/{path}',
  '/openapi.json',
  '/healthz',
  '/readyz',
  // The demo site's public key and the list of styles.
  '/demo.json',
  '/captchetat/captchetat-js.js',
  '/api/js/',
  '/api/work/',
  // The widget, and what it loads.
  '/upright.js',
  '/upright/v1/integrity.json',
  '/upright/v1/files/{name}',
  '/upright/v1/frame.css',
  '/upright/v1/solver',
  // The frame of mCaptcha, which asks for challenges as every page does.
  '/widget',
  '/upright/v1/mcaptcha.js',
  '/upright/v1/mcaptcha.css',
  '/upright/v1/solver-worker.js',
  '/upright/v1/solver-frame.js',
  '/upright/v1/solver-scrypt.js',
  '/recaptcha/api.js',
  '/recaptcha/enterprise.js',
  '/1/api.js',
  '/1/secure-api.js',
  '/turnstile/v0/api.js',
])
/** The files of v1's markup, which are parts of one route and need no token. */
const FREE_PARTS = new Set([
  'layout-stylesheet',
  'script-include',
  'reload-icon',
  'sound-icon',
  'reload-disabled-icon',
  'sound-disabled-icon',
])
/** Routes that read JSON from a browser. */
const IN_JSON = /^\/upright\/|^\/checksiteconfig$/
/** What asks for a site's secret in its body, or for work that was done. */
const WITH_SECRET = new Set([
  '/api/oauth/token',
  '/api/verify/',
  '/api/verify/{hash}/',
  '/api/verify/{hash}/{angle}/',
  '/cap/{publicKey}/siteverify',
  '/cap/siteverify',
  '/v1/verify/signature',
  '/altcha/verify',
  '/upright/v1/siteverify',
  '/upright/v1/outcome',
  '/recaptcha/api/siteverify',
  '/v1/projects/{project}/assessments',
  '/siteverify',
  '/turnstile/v0/siteverify',
  '/api/v1/pow/siteverify',
])

let test: RocaptchaApp
let document: OpenApi
let keys: string[]
beforeAll(async () => {
  test = await rocaptchaApp(SETTINGS)
  const { registry, demo } = test.service
  await registry.setSite(demo!.site.id, { settings: SETTINGS })
  const ring = altchaKeyRing({ secret: test.service.secret })
  await altchaKeyOf({ registry, ring, random: test.service.random }, test.site)
  document = (await test.app.inject('/openapi.json')).json()
  keys = [test.secret, demo!.secret]
})
afterAll(() => test.close())

const hashOf = (style: string) =>
  createHashes(test.service.keys('rocaptcha-session', 32)).make(
    test.service.captcha.issue(test.site.id, styleNamed(style)!),
    '',
  )

/** A ticket of our own API, with a code to read. */
function ticket(): string {
  const { captcha, tickets } = test.service
  const idOf = (style: string, level: number) => captcha.issue(test.site.id, styleNamed(style)!, level)
  return tickets.issue({
    site: test.site.id,
    expiry: 1200,
    dialect: 'native',
    hostname: '',
    action: '',
    cdata: '',
    rung: 2,
    reasons: [],
    ids: new Map([
      ['work', idOf('sha256', 16)],
      ['text', idOf('read', 0)],
    ]),
  })
}

/** A body with all that a browser can know. */
const bodyOf = () =>
  JSON.stringify({ sitekey: test.site.publicKey, ticket: ticket(), kind: 'work', work: [1] })

/** The addresses that a route is called at: one for each thing that `get` can ask for. */
function addressesOf(path: string, { parameters = [] }: Operation): { part: string; url: string }[] {
  const { publicKey } = test.site
  const { uuid } = test.captcha()
  const hash = hashOf(path.startsWith('/api/sound/') ? 'numberEN' : 'rotate')
  const keys = { publicKey, key: publicKey, apiKey: publicKey, sitekey: publicKey }
  const id = path.startsWith('/altcha/') ? uuid.replaceAll('-', '') : uuid
  const values = { hash, id, uuid, t: uuid, c: 'captchaFR', i: 'WRONG', ticket: ticket(), kind: 'text' }
  const known = new Map(Object.entries({ ...keys, ...values }))
  const query = parameters
    .filter(one => one.in === 'query' && known.has(one.name))
    .map(({ name }) => [name, known.get(name)!])
  const parts = parameters.find(({ name }) => name === 'get')?.schema.enum ?? ['']
  return (parts as string[]).map(part => {
    const filled = path.replace(/\{(\w+)\}/g, (_, name) => known.get(name) ?? 'x')
    return { part, url: `${filled}?${new URLSearchParams([['get', part], ...query])}` }
  })
}

/** What is gone of the sites' quotas in this minute. It takes what is left. */
async function takenOfQuotas(): Promise<number> {
  let left = 0
  for (const keyid of keys) {
    const call = () => test.app.inject({ url: `${V2}/version`, headers: { keyid } })
    while ((await call()).statusCode === 200) left++
  }
  return keys.length * SETTINGS.quota - left
}

/** How a browser fares that calls an address again and again. */
async function outcomeOf(options: InjectOptions): Promise<string> {
  test.pass(60)
  const answers = []
  for (let i = 0; i < CALLS; i++) answers.push(await test.app.inject(options))
  const taken = await takenOfQuotas()
  if (answers.some(({ headers }) => headers['retry-after'] !== undefined)) {
    return taken <= MAX_QUOTA_TAKEN ? 'limited' : `limited after taking ${taken}`
  }
  if (taken > 0) return `not limited: ${taken} taken`
  const refused = answers.every(
    ({ statusCode, body }) =>
      [400, 401].includes(statusCode) ||
      body.startsWith('{"status":"BAD_PRIVATE_KEY"') ||
      /^\{"(?:success|verified|valid)":false/.test(body) ||
      body.includes('"API key not valid.'),
  )
  return refused ? 'refused' : 'free'
}

const needsAccess = ({ security = [] }: Operation) =>
  security.length > 0 && security.every(one => Object.keys(one).length > 0)

function expectedOf(method: string, path: string, part: string, operation: Operation): string {
  if (method === 'OPTIONS' || UNCOUNTED_ROUTES.has(path) || FREE_PARTS.has(part)) return 'free'
  // Without a body nothing is answered.
  if (method === 'HEAD' && WITH_SECRET.has(path)) return 'free'
  return needsAccess(operation) || WITH_SECRET.has(path) ? 'refused' : 'limited'
}

describe('a browser that has a public key alone', () => {
  it('is stopped on every route before it uses up a quota, or is refused, or is sent a file', async () => {
    const routes = routesOf(test.app)
    expect(routes.length).toBeGreaterThan(60)
    let caller = 0
    for (const route of routes) {
      const [method, path] = route.split(' ') as ['GET', string]
      const methods = document.paths[path] as Record<string, Operation>
      const operation = methods[method === ('HEAD' as string) ? 'get' : method.toLowerCase()]!
      for (const { part, url } of addressesOf(path, operation)) {
        const remoteAddress = `10.${Math.floor(++caller / 256)}.${caller % 256}.1`
        const outcome = await outcomeOf({
          method,
          url,
          remoteAddress,
          ...(method !== 'GET' && { payload: IN_JSON.test(path) ? bodyOf() : '' }),
        })
        expect([route, part, outcome]).toEqual([route, part, expectedOf(method, path, part, operation)])
      }
    }
  })

  it('never has a check refused, however many there are of them', async () => {
    test.pass(60)
    const flood = async (path: string) => {
      for (let i = 0; i < 12; i++) await test.app.inject({ url: path, remoteAddress: `192.0.${i}.1` })
    }
    await flood(`/api/form/?key=${test.site.publicKey}`)
    expect((await test.call('/version')).statusCode).toBe(429)

    const check = (base: string, payload: object) =>
      test.app.inject({
        method: 'POST',
        url: `${base}/valider-captcha`,
        headers: { keyid: test.secret },
        payload,
      })
    for (let i = 0; i < 30; i++) {
      const { uuid, code } = test.captcha()
      const answers = [
        await check(V2, { uuid, code }),
        await check(V1, { id: test.captcha().uuid, code: 'X' }),
      ]
      expect(answers.map(({ statusCode, body }) => [statusCode, body])).toEqual([
        [200, 'true'],
        [200, 'false'],
      ])
      const hash = hashOf('rotate')
      expect(await test.verify({ hash, response: test.right(hash) })).toBe('PASSED')
    }
    // Nor has a visitor's own, from a page that asks before the form is sent.
    const { uuid, code } = test.captcha()
    const own = await check(`/s/${test.site.publicKey}${V2}`, { uuid, code })
    expect([own.statusCode, own.body]).toEqual([200, 'true'])
  })
})
