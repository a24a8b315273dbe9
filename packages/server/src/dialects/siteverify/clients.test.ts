/**
 * The requests of applications that take another host by settings, as they send them, and what each insists
 * on in the answer: read in their sources.
 */
import type { InjectOptions, LightMyRequestResponse } from 'fastify'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PAGE, type SiteverifyApp, siteverifyApp, type VendorName, vendorNames } from './testing.ts'
import { VENDORS } from './vendors.ts'

let test: SiteverifyApp
beforeAll(async () => {
  test = await siteverifyApp({ origins: [PAGE] })
})
afterAll(() => test.close())

const FORM = 'application/x-www-form-urlencoded'
const HOSTNAME = new URL(PAGE).hostname

/** Codes that Matrix MAS parses: a closed list, in which any other ends the request. */
const MAS_CODES: Record<VendorName, string[]> = {
  recaptcha: [
    'missing-input-secret',
    'invalid-input-secret',
    'missing-input-response',
    'invalid-input-response',
    'bad-request',
    'timeout-or-duplicate',
  ],
  hcaptcha: [
    'missing-input-secret',
    'invalid-input-secret',
    'missing-input-response',
    'invalid-input-response',
    'bad-request',
    'invalid-or-already-seen-response',
    'not-using-dummy-passcode',
    'sitekey-secret-mismatch',
  ],
  turnstile: [
    'missing-input-secret',
    'invalid-input-secret',
    'missing-input-response',
    'invalid-input-response',
    'bad-request',
    'timeout-or-duplicate',
    'internal-error',
  ],
}

/** A client: its request, and whether it lets the visitor in. */
interface Client {
  name: string
  vendor: VendorName
  request(fields: { secret: string; response: string }): InjectOptions
  accepts(answer: LightMyRequestResponse, sitekey: string): boolean
}

const form = (fields: Record<string, string>) => ({ payload: String(new URLSearchParams(fields)) })
const formPost = (url: string, fields: Record<string, string>): InjectOptions => ({
  method: 'POST',
  url,
  headers: { 'content-type': FORM },
  ...form(fields),
})
const isOk = ({ statusCode }: LightMyRequestResponse) => statusCode >= 200 && statusCode < 300

/** authentik: the same request for every vendor, as a form or as JSON; any status but 2xx is an error. */
const authentik = (vendor: VendorName, json: boolean): Client => ({
  name: `authentik, ${vendor}, ${json ? 'JSON' : 'a form'}`,
  vendor,
  request({ secret, response }) {
    const [url, fields] = [VENDORS[vendor].verifyPath, { secret, response, remoteip: '203.0.113.7' }]
    if (!json) return formPost(url, fields)
    const headers = { 'content-type': 'application/json' }
    return { method: 'POST', url, headers, payload: JSON.stringify(fields) }
  },
  // Its score thresholds apply to every answer that has a score.
  accepts: answer => isOk(answer) && answer.json().success === true && !('score' in answer.json()),
})

/** Matrix MAS: the host and the time have to be there, and every code has to be known. */
const mas = (vendor: VendorName): Client => ({
  name: `Matrix MAS, ${vendor}`,
  vendor,
  request: ({ secret, response }) =>
    formPost(VENDORS[vendor].verifyPath, { secret, response, remoteip: '203.0.113.7' }),
  accepts(answer) {
    const { success, challenge_ts, hostname, 'error-codes': codes = [] } = answer.json()
    if (!isOk(answer) || !codes.every((code: string) => MAS_CODES[vendor].includes(code))) {
      throw new Error(`cannot be parsed: ${answer.body}`)
    }
    return success && hostname === HOSTNAME && !Number.isNaN(Date.parse(challenge_ts))
  },
})

/** CrowdSec's bouncer for Traefik with a provider of one's own: the answer has to call itself JSON. */
const traefik = (vendor: VendorName): Client => ({
  name: `CrowdSec for Traefik, ${vendor}`,
  vendor,
  request: ({ secret, response }) => formPost(VENDORS[vendor].verifyPath, { secret, response }),
  accepts: answer =>
    isOk(answer) &&
    String(answer.headers['content-type']).includes('application/json') &&
    answer.json().success === true,
})

/** CrowdSec's bouncer in Lua: it escapes nothing, and goes through the codes of every refusal. */
const lua = (vendor: VendorName): Client => ({
  name: `CrowdSec in Lua, ${vendor}`,
  vendor,
  request: ({ secret, response }) => ({
    method: 'POST',
    url: VENDORS[vendor].verifyPath,
    headers: { 'content-type': FORM },
    payload: `response=${response}&secret=${secret}&remoteip=203.0.113.7`,
  }),
  accepts(answer) {
    const { success, 'error-codes': codes } = answer.json()
    if (success) return true
    for (const code of codes) if (code === 'invalid-input-secret') return true
    return false
  },
})

const clients: Client[] = [
  {
    name: 'Forgejo and Gitea',
    vendor: 'recaptcha',
    // The setting RECAPTCHA_URL is https://…/recaptcha/, to which `api/siteverify` is joined.
    request: ({ secret, response }) =>
      formPost(new URL('api/siteverify', 'https://captcha.example.org/recaptcha/').pathname, {
        secret,
        response,
      }),
    accepts(answer) {
      const { success, 'error-codes': codes } = answer.json()
      if (!success) expect(codes[0]).toBeTypeOf('string')
      return success
    },
  },
  {
    name: 'MediaWiki ConfirmEdit',
    vendor: 'hcaptcha',
    request: ({ secret, response }) => formPost('/siteverify', { secret, response, remoteip: '127.0.0.1' }),
    // Any member `error-codes` is a refusal, and the public key has to be one of its own.
    accepts(answer, sitekey) {
      const body = answer.json()
      return isOk(answer) && !('error-codes' in body) && body.success && body.sitekey === sitekey
    },
  },
  {
    name: 'ruby-recaptcha',
    vendor: 'recaptcha',
    request: ({ secret, response }) => ({
      url: `/recaptcha/api/siteverify?${new URLSearchParams({ secret, response, remoteip: '203.0.113.7' })}`,
    }),
    accepts: answer => answer.json().success === true,
  },
  {
    name: 'Better Auth',
    vendor: 'turnstile',
    request: ({ secret, response }) => ({
      method: 'POST',
      url: '/turnstile/v0/siteverify',
      headers: { 'content-type': 'application/json' },
      payload: JSON.stringify({ secret, response }),
    }),
    accepts: answer => isOk(answer) && answer.json().success && answer.json().hostname === HOSTNAME,
  },
  ...vendorNames.flatMap(vendor => [
    authentik(vendor, false),
    authentik(vendor, true),
    mas(vendor),
    traefik(vendor),
    lua(vendor),
  ]),
]

describe("the check of hCaptcha's administration pages", () => {
  const check = async (query: Record<string, string>) => {
    const search = new URLSearchParams({ ...query, sc: '1', swa: '1', spst: '0' })
    const answer = await test.app.inject({ method: 'POST', url: `/checksiteconfig?${search}` })
    expect(answer.statusCode).toBe(200)
    return answer.json()
  }

  it('passes a host of the site and its public key', async () => {
    const sitekey = test.site.publicKey
    expect(await check({ host: HOSTNAME, sitekey })).toEqual({ pass: true, features: {} })
    expect(await check({ host: HOSTNAME.toUpperCase(), sitekey })).toMatchObject({ pass: true })
    for (const host of ['elsewhere.example', '']) {
      expect(await check({ host, sitekey })).toEqual({ pass: false, error: 'invalid-host' })
    }
    expect(await check({ host: HOSTNAME, sitekey: 'x' })).toEqual({ pass: false, error: 'invalid-sitekey' })
    await test.service.registry.setSite(test.site.id, { settings: { dialects: ['turnstile'] } })
    expect(await check({ host: HOSTNAME, sitekey })).toEqual({ pass: false, error: 'invalid-sitekey' })
    await test.service.registry.setSite(test.site.id, { settings: { dialects: 'all' } })
  })

  it('says that there are too many requests', async () => {
    const query = { host: HOSTNAME, sitekey: test.site.publicKey }
    await test.service.registry.setSite(test.site.id, { settings: { rate: 1 } })
    const answers = []
    for (let i = 0; i < 12; i++) answers.push(await check(query))
    expect(answers.at(-1)).toEqual({ pass: false, error: 'rate-limited' })
    await test.service.registry.setSite(test.site.id, { settings: { rate: 0 } })
  })
})

describe('a client', () => {
  const ask = async ({ request, accepts }: Client, response: string) =>
    accepts(await test.app.inject(request({ secret: test.secret, response })), test.site.publicKey)

  it.each(clients)('lets in once who passed, and nobody else: $name', async client => {
    const response = await test.earn(client.vendor)
    expect(await ask(client, response)).toBe(true)
    for (const wrong of [response, 'null', 'x', '']) {
      expect([wrong, await ask(client, wrong)]).toEqual([wrong, false])
    }
  })

  it('lets nobody in while the ledger or the registry is away', async () => {
    const earned = new Map<VendorName, string>()
    for (const vendor of vendorNames) earned.set(vendor, await test.earn(vendor))
    const { ledger, registry } = test.service
    for (const away of [ledger, registry]) {
      await away.close()
      for (const client of clients) {
        expect([client.name, await ask(client, earned.get(client.vendor)!)]).toEqual([client.name, false])
      }
    }
  })
})
