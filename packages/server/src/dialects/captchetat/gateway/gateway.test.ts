import { afterEach, describe, expect, it } from 'vitest'
import type { SiteSettings } from '../../../registry/settings.ts'
import { type TestApp, testApp, V2 } from '../../../testing/app.ts'

let test: TestApp
const start = async (settings: Partial<SiteSettings> = {}) => {
  test = await testApp(settings)
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

describe('the gateway', () => {
  it('answers a call without a token with 400, an empty body and its header', async () => {
    await start()
    for (const headers of [{}, { authorization: 'Basic eDp5' }, { authorization: 'Bearer' }, { keyid: '' }]) {
      const answer = await at(headers as Record<string, string>)
      expect(answer.statusCode).toBe(400)
      expect(answer.body).toBe('')
      expect(answer.headers['www-authenticate']).toBe(
        'Bearer realm="DefaultRealm",error="invalid_request",error_description="Unable to find token in the message"',
      )
    }
  })

  it('answers an unknown or expired token, or key, with 401 invalid_token', async () => {
    await start()
    const expired = await token()
    test.pass(3601)
    const unknown = 'Unable to find the access token in persistent storage'
    for (const [headers, description] of [
      [{ authorization: 'Bearer x' }, unknown],
      [{ authorization: `Bearer ${'0'.repeat(64)}` }, unknown],
      [{ authorization: `Bearer ${expired}` }, 'The access token expired'],
      [{ authorization: `Bearer ${test.secret}` }, unknown],
      [{ keyid: 'x' }, unknown],
      [{ keyid: test.site.publicKey }, unknown],
    ] as const) {
      const answer = await at(headers as Record<string, string>)
      expect([answer.statusCode, answer.body]).toEqual([401, ''])
      expect(answer.headers['www-authenticate']).toBe(
        `Bearer realm="DefaultRealm",error="invalid_token",error_description="${description}"`,
      )
    }
  })

  it('answers a token without a scope that opens the API with 403, and names those that do', async () => {
    await start()
    const answer = await at({ authorization: `Bearer ${await token('openid')}` })
    expect([answer.statusCode, answer.body]).toEqual([403, ''])
    expect(answer.headers['www-authenticate']).toBe(
      'Bearer realm="DefaultRealm",error="insufficient_scope",' +
        'error_description="scope(s) associated with access token are not valid to access this resource",' +
        'scope="Scopes must match Any of these scopes:piste.captchetat aife.captchetatv2 resource.READ apiCAPTCHA"',
    )
  })

  it.each([
    ['CaptchEtat v2', V2],
    ['CaptchEtat v1', '/piste/captcha'],
  ])('tells anybody at the base of %s what is there', async (name, base) => {
    await start()
    for (const url of [base, `${base}/`, `/s/${test.site.publicKey}${base}`]) {
      const answer = await at({}, url)
      expect(answer.statusCode).toBe(200)
      expect(answer.json()).toMatchObject({ name, version: test.service.version, openapi: '/openapi.json' })
      expect(answer.json().routes).toContain(`POST ${base}/valider-captcha`)
      expect(answer.json().routes).toContain(`GET ${base}/simple-captcha-endpoint`)
    }
  })

  it('asks for access before it reads anything, on every call', async () => {
    await start()
    for (const path of [
      '/simple-captcha-endpoint?get=image&c=captchaFR',
      '/simple-captcha-endpoint',
      '/captcha/x/code/infos',
      '/healthcheck',
      '/version',
      '/info',
    ]) {
      expect((await at({}, V2 + path)).statusCode).toBe(400)
      expect((await at({}, V2 + path)).body).toBe('')
    }
    const validation = await test.app.inject({ method: 'POST', url: `${V2}/valider-captcha`, payload: '{' })
    expect([validation.statusCode, validation.body]).toEqual([400, ''])
  })

  it('lets a token, or the secret as KeyId, through until the secret is replaced or the site removed', async () => {
    await start()
    const ways = [{ authorization: `Bearer ${await token()}` }, { keyid: test.secret }]
    for (const headers of ways) expect((await at(headers as Record<string, string>)).statusCode).toBe(200)
    const { secret } = await test.service.registry.rotateSecret(test.site.id)
    for (const headers of ways) expect((await at(headers as Record<string, string>)).statusCode).toBe(401)
    expect((await at({ KEYID: secret })).statusCode).toBe(200)
    await test.service.registry.removeSite(test.site.id)
    expect((await at({ keyid: secret })).statusCode).toBe(401)
  })

  it('holds a site to its quota, minute by minute', async () => {
    await start({ quota: 3 })
    test.pass(20)
    for (let i = 0; i < 3; i++) expect((await at({ keyid: test.secret })).statusCode).toBe(200)
    const refused = await at({ keyid: test.secret })
    expect(refused.statusCode).toBe(429)
    expect(refused.headers['retry-after']).toBe('40')
    test.pass(40)
    expect((await at({ keyid: test.secret })).statusCode).toBe(200)
  })

  it('says 503 when the registry is away', async () => {
    await start()
    await test.service.registry.close()
    expect((await at({ keyid: test.secret })).statusCode).toBe(503)
    expect((await at({ keyid: test.secret, origin: 'https://www.example.org' })).statusCode).toBe(503)
  })
})
