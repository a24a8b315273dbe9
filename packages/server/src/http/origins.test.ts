import { afterEach, describe, expect, it } from 'vitest'
import type { Config } from '../config.ts'
import type { SiteSettings } from '../registry/settings.ts'
import { type TestApp, testApp, V2 } from '../testing/app.ts'

let test: TestApp
const start = async (settings: Partial<SiteSettings> = {}, config: Partial<Config> = {}) => {
  test = await testApp(settings, config)
}
afterEach(() => test.close())

const at = (headers: Record<string, string>, url = `${V2}/version`) => test.app.inject({ url, headers })
const token = async (scope = '') =>
  (
    await test.app.inject({
      method: 'POST',
      url: '/api/oauth/token',
      payload: `grant_type=client_credentials&client_id=${test.site.publicKey}&client_secret=${test.secret}&scope=${scope}`,
    })
  ).json().access_token as string
const PAGE = 'https://www.example.org'
const OTHER_ORIGIN = 'https://other.example.net'

describe('pages of other origins', () => {
  it('may read the answers that their site allows', async () => {
    await start({ origins: [PAGE] })
    const answer = await at({ keyid: test.secret, origin: PAGE })
    expect(answer.headers).toMatchObject({ 'access-control-allow-origin': PAGE, vary: 'Origin' })
    expect(answer.headers['access-control-allow-credentials']).toBeUndefined()
  })

  it('get an answer they cannot read where the site does not allow them: a proxy may pass Origin on', async () => {
    await start({ origins: [PAGE] })
    for (const origin of [
      OTHER_ORIGIN,
      'null',
      'https://www.example.org:8443',
      'https://www.example.org.evil.net',
    ]) {
      const answer = await at({ keyid: test.secret, origin })
      expect(answer.statusCode).toBe(200)
      expect(answer.headers['access-control-allow-origin']).toBeUndefined()
      expect(answer.headers.vary).toBe('Origin')
    }
  })

  it('can read a refusal, to renew a token, when some site allows them', async () => {
    await start({ origins: [PAGE] })
    const allowed = await at({ authorization: 'Bearer old', origin: PAGE })
    expect(allowed.statusCode).toBe(401)
    expect(allowed.headers['access-control-allow-origin']).toBe(PAGE)
    expect(allowed.headers['access-control-expose-headers']).toContain('www-authenticate')
    expect((await at({ origin: OTHER_ORIGIN })).headers['access-control-allow-origin']).toBeUndefined()
  })

  it.each([
    [[PAGE], PAGE, true],
    [['*'], OTHER_ORIGIN, true],
    // `*` wins over what stands beside it.
    [['*', PAGE], OTHER_ORIGIN, true],
    [[PAGE, '*'], OTHER_ORIGIN, true],
    [[PAGE], OTHER_ORIGIN, false],
    [[], PAGE, false],
  ])('of a site that allows %j, a preflight from %s is granted: %s', async (origins, origin, granted) => {
    await start({ origins })
    for (const prefix of ['', `/s/${test.site.publicKey}`]) {
      for (const path of ['/simple-captcha-endpoint', '/valider-captcha', '/captcha/x/code/infos']) {
        const answer = await test.app.inject({
          method: 'OPTIONS',
          url: prefix + V2 + path,
          headers: {
            origin,
            'access-control-request-method': 'GET',
            'access-control-request-headers': 'content-type',
          },
        })
        expect(answer.statusCode).toBe(204)
        expect(answer.headers.vary).toBe('Origin')
        const allowed = [
          answer.headers['access-control-allow-origin'],
          answer.headers['access-control-allow-methods'],
          answer.headers['access-control-allow-headers'],
        ]
        if (granted) expect(allowed).toEqual([origin, 'GET, POST', 'authorization, content-type, keyid'])
        else expect(allowed).toEqual([undefined, undefined, undefined])
      }
    }
  })
})

describe('the address of an open site', () => {
  const url = () => `/s/${test.site.publicKey}${V2}/simple-captcha-endpoint?get=image&c=captchaFR`

  it('needs no token from a page of an allowed origin, or of our own', async () => {
    await start({ open: true, origins: [PAGE] })
    for (const headers of [
      { origin: PAGE },
      { referer: `${PAGE}/form?x=y` },
      { origin: 'http://captcha.test', host: 'captcha.test' },
      { referer: 'http://captcha.test/', host: 'captcha.test' },
      { 'sec-fetch-site': 'same-origin' },
    ]) {
      expect((await at(headers as Record<string, string>, url())).statusCode).toBe(200)
    }
    expect((await at({ origin: PAGE }, url())).headers['access-control-allow-origin']).toBe(PAGE)
  })

  it('refuses every other page, and who does not say where he comes from', async () => {
    await start({ open: true, origins: [PAGE] })
    for (const headers of [
      {},
      { origin: OTHER_ORIGIN },
      { origin: 'null' },
      { origin: OTHER_ORIGIN, referer: `${PAGE}/` },
      { referer: `${OTHER_ORIGIN}/` },
      { referer: 'nonsense' },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'none' },
    ]) {
      const answer = await at(headers as Record<string, string>, url())
      expect([answer.statusCode, answer.json().error]).toEqual([403, 'Forbidden'])
    }
  })

  it('lets everybody in where every origin is allowed', async () => {
    await start({ open: true, origins: ['*'] })
    for (const headers of [{}, { origin: OTHER_ORIGIN }]) {
      expect((await at(headers as Record<string, string>, url())).statusCode).toBe(200)
    }
  })

  it('counts pages below the configured host names as its own, when there are any', async () => {
    await start({ open: true, origins: [PAGE] }, { hosts: ['captcha.test', '[::1]'] })
    const pages: [Record<string, string>, number][] = [
      [{ host: 'captcha.test', origin: 'http://captcha.test' }, 200],
      [{ host: 'CAPTCHA.test:80', origin: 'http://captcha.test' }, 200],
      [{ host: 'captcha.test:8080', referer: 'http://captcha.test:8080/' }, 200],
      [{ host: 'captcha.test', 'sec-fetch-site': 'same-origin' }, 200],
      // Behind a proxy that does not say that it speaks https.
      [{ host: 'captcha.test', origin: 'https://captcha.test', 'sec-fetch-site': 'same-origin' }, 200],
      [{ host: '[::1]:8080', origin: 'http://[::1]:8080' }, 200],
      [{ host: 'evil.test', origin: PAGE }, 200],
      [{ host: 'evil.test', origin: 'http://evil.test' }, 403],
      [{ host: 'evil.test', referer: 'http://evil.test/' }, 403],
      [{ host: 'evil.test', 'sec-fetch-site': 'same-origin' }, 403],
      [{ host: 'captcha.test.evil.test', origin: 'http://captcha.test.evil.test' }, 403],
      [{ host: 'captcha.test', origin: 'http://captcha.test:8080' }, 403],
      [{ host: '', origin: 'http://captcha.test' }, 403],
    ]
    for (const [headers, status] of pages) {
      const answer = await at(headers, url())
      expect([headers, answer.statusCode]).toEqual([headers, status])
    }
  })

  it('goes by Origin before it goes by Referer, and by either before it goes by nothing', async () => {
    await start({ open: true, origins: [PAGE] })
    const pages: [Record<string, string>, number][] = [
      [{ 'sec-fetch-site': 'cross-site', origin: PAGE }, 200],
      [{ 'sec-fetch-site': 'cross-site', referer: `${PAGE}/` }, 200],
      [{ 'sec-fetch-site': 'same-origin', referer: `${OTHER_ORIGIN}/` }, 200],
      [{ 'sec-fetch-site': 'cross-site' }, 403],
      [{ 'sec-fetch-site': 'same-site' }, 403],
      [{ 'sec-fetch-site': 'cross-site', origin: OTHER_ORIGIN, referer: `${PAGE}/` }, 403],
    ]
    for (const [headers, status] of pages) {
      expect([headers, (await at(headers, url())).statusCode]).toEqual([headers, status])
    }
  })

  it('reads origins as origins: letter case and the default port do not count', async () => {
    await start({ open: true, origins: [PAGE] }, { trustedProxies: 1 })
    const forwarded = { 'x-forwarded-for': '192.0.2.7' }
    const pages: [Record<string, string>, number][] = [
      [{ origin: 'https://WWW.example.org:443' }, 200],
      [{ referer: 'https://www.example.org:443/form' }, 200],
      [{ 'x-forwarded-host': 'captcha.test:443', origin: 'https://captcha.test' }, 200],
      [
        {
          'x-forwarded-host': 'captcha.test:443',
          'x-forwarded-proto': 'https',
          origin: 'https://captcha.test',
        },
        200,
      ],
      [{ 'x-forwarded-host': 'captcha.test:443', origin: 'http://captcha.test' }, 403],
      // A host is a host, and of several the one that the proxy itself has written.
      [{ 'x-forwarded-host': 'captcha.test/form', origin: 'http://captcha.test' }, 403],
      [{ 'x-forwarded-host': 'a@captcha.test', origin: 'http://captcha.test' }, 403],
      [{ 'x-forwarded-host': 'captcha.test, inner.test', origin: 'http://captcha.test' }, 403],
      [{ 'x-forwarded-host': 'inner.test, captcha.test', origin: 'http://captcha.test' }, 200],
      [{ 'x-forwarded-host': 'captcha.test:8443', origin: 'https://captcha.test' }, 403],
      [{ origin: 'https://www.example.org:8443' }, 403],
    ]
    for (const [headers, status] of pages) {
      const answer = await at({ ...forwarded, ...headers }, url())
      expect([headers, answer.statusCode]).toEqual([headers, status])
    }
  })

  it('lets in pages with an opaque origin where null is allowed, also where they say none', async () => {
    await start({ open: true, origins: ['null'] })
    for (const headers of [{ origin: 'null' }, { 'sec-fetch-site': 'cross-site' }]) {
      expect((await at(headers as Record<string, string>, url())).statusCode).toBe(200)
    }
    const answer = await at({ origin: 'null' }, url())
    expect(answer.headers['access-control-allow-origin']).toBe('null')
    for (const headers of [{ origin: OTHER_ORIGIN }, { origin: 'chrome-extension://abc' }, {}]) {
      expect((await at(headers as Record<string, string>, url())).statusCode).toBe(403)
    }
  })

  it('needs no token, and does not look at one that is not its own', async () => {
    await start({ open: true, origins: [PAGE] })
    const stranger = await test.service.registry.addSite('B')
    for (const headers of [
      { authorization: 'Bearer undefined' },
      { authorization: `Bearer ${await token('openid')}` },
      { keyid: stranger.secret },
    ]) {
      expect((await at({ ...headers, origin: PAGE }, url())).statusCode).toBe(200)
      expect((await at({ ...headers, origin: OTHER_ORIGIN }, url())).statusCode).toBe(403)
    }
    // Its own token shows a back end, which no origin is asked of.
    expect((await at({ authorization: `Bearer ${await token()}` }, url())).statusCode).toBe(200)
  })

  it('knows only its own captchas, and validates them', async () => {
    await start({ open: true, origins: [PAGE] })
    const check = async (uuid: string, code: string, key: string) =>
      (
        await test.app.inject({
          method: 'POST',
          url: `/s/${key}${V2}/valider-captcha`,
          headers: { origin: PAGE },
          payload: { uuid, code },
        })
      ).body
    const { site } = await test.service.registry.addSite('B', { open: true, origins: [PAGE] })
    const { uuid } = (await at({ origin: PAGE }, url())).json()
    const code = test.service.captcha.open(uuid)!.answer
    expect(await check(uuid, code, site.publicKey)).toBe('false')
    expect(await check(uuid, code, test.site.publicKey)).toBe('true')
  })

  it('asks for a token when the site is not open, takes only its own, and is nowhere for unknown keys', async () => {
    await start({ origins: [PAGE] })
    const stranger = await test.service.registry.addSite('B')
    expect((await at({ origin: PAGE }, url())).statusCode).toBe(400)
    expect((await at({ keyid: test.secret }, url())).statusCode).toBe(200)
    expect((await at({ authorization: `Bearer ${await token()}` }, url())).statusCode).toBe(200)
    expect((await at({ keyid: stranger.secret }, url())).statusCode).toBe(401)
    for (const key of ['x', '0'.repeat(30), '%00', '🐈']) {
      expect((await at({ keyid: test.secret }, `/s/${key}${V2}/version`)).statusCode).toBe(404)
    }
  })
})
