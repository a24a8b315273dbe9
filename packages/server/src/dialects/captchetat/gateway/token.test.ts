import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type TestApp, testApp, V2 } from '../../../testing/app.ts'

let test: TestApp
beforeAll(async () => {
  test = await testApp()
})
afterAll(() => test.close())

const ask = (payload: string, headers: Record<string, string> = {}) =>
  test.app.inject({
    method: 'POST',
    url: '/api/oauth/token',
    payload,
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
  })
const body = (more = '') =>
  `grant_type=client_credentials&client_id=${test.site.publicKey}&client_secret=${test.secret}${more}`
const basic = (id: string, secret: string) => ({
  authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`,
})
const ping = (token: string, scheme = 'Bearer') =>
  test.app.inject({ url: `${V2}/version`, headers: { authorization: `${scheme} ${token}` } })

describe('a token', () => {
  it('is given as the protocol says', async () => {
    const answer = await ask(body('&scope=piste.captchetat'))
    expect(answer.statusCode).toBe(200)
    expect(answer.headers).toMatchObject({ 'cache-control': 'no-store', pragma: 'no-cache' })
    expect(answer.json()).toEqual({
      access_token: expect.stringMatching(/^[0-9a-z]+$/),
      token_type: 'Bearer',
      expires_in: 3600,
      scope: 'piste.captchetat',
    })
    expect((await ping(answer.json().access_token)).statusCode).toBe(200)
    expect((await ping(answer.json().access_token, 'bearer')).statusCode).toBe(200)
  })

  it.each([
    ['no scope', '', 'piste.captchetat aife.captchetatv2'],
    ['an empty scope', '&scope=', 'piste.captchetat aife.captchetatv2'],
    ['spaces', '&scope=piste.captchetat%20openid', 'piste.captchetat openid'],
    ['plus as space', '&scope=piste.captchetat+aife.captchetatv2', 'piste.captchetat aife.captchetatv2'],
    ['plus escaped', '&scope=piste.captchetat%2Baife.captchetatv2', 'piste.captchetat aife.captchetatv2'],
    ['commas', '&scope=piste.captchetat,aife.captchetatv2', 'piste.captchetat aife.captchetatv2'],
    [
      'a PHP list',
      '&scope[0]=piste.captchetat&scope[1]=aife.captchetatv2',
      'piste.captchetat aife.captchetatv2',
    ],
    ['an escaped PHP list', '&scope%5B0%5D=piste.captchetat&scope%5B1%5D=openid', 'piste.captchetat openid'],
    ['repetition', '&scope=piste.captchetat&scope=resource.READ', 'piste.captchetat resource.READ'],
    ['an unknown scope beside', '&scope=email+apiCAPTCHA', 'apiCAPTCHA'],
    ['unknown fields', '&foo=bar&resource=x&scope=resource.READ', 'resource.READ'],
  ])('takes %s', async (_name, more, scope) => {
    for (const answer of [
      await ask(body(more)),
      await ask(`grant_type=client_credentials${more}`, basic(test.site.publicKey, test.secret)),
    ]) {
      expect(answer.statusCode).toBe(200)
      expect(answer.json().scope).toBe(scope)
      expect((await ping(answer.json().access_token)).statusCode).toBe(200)
    }
  })

  it.each([
    'application/x-www-form-urlencoded;',
    'application/x-www-form-urlencoded; charset=UTF-8',
    'application/json',
    'text/plain',
    'nonsense',
    ';;;',
  ])('takes a form sent as %s', async type => {
    expect((await ask(body(), { 'content-type': type })).statusCode).toBe(200)
    const json = {
      grant_type: 'client_credentials',
      client_id: test.site.publicKey,
      client_secret: test.secret,
    }
    const answer = await ask(JSON.stringify({ ...json, scope: ['openid', 'apiCAPTCHA'] }), {
      'content-type': type,
    })
    expect(answer.json()).toMatchObject({ scope: 'apiCAPTCHA openid' })
  })

  it('takes Basic with the same credentials in the body, and fields said twice alike', async () => {
    expect((await ask(body(), basic(test.site.publicKey, test.secret))).statusCode).toBe(200)
    expect((await ask(body('&grant_type=client_credentials'))).statusCode).toBe(200)
  })

  it('takes credentials with the line break of the files that they were read from', async () => {
    const { publicKey } = test.site
    expect((await ask(body('%0A'))).statusCode).toBe(200)
    expect(
      (await ask('grant_type=client_credentials', basic(`${publicKey}\n`, `${test.secret}\r\n`))).statusCode,
    ).toBe(200)
  })

  it('that only has openid opens nothing', async () => {
    const { access_token } = (await ask(body('&scope=openid'))).json()
    const answer = await ping(access_token)
    expect(answer.statusCode).toBe(403)
    expect(answer.headers['www-authenticate']).toContain('error="insufficient_scope"')
  })
})

describe('no token is given', () => {
  const refusal = async (sent: ReturnType<typeof ask>) => {
    const answer = await sent
    expect(answer.json().error_description).toMatch(/\w/)
    expect(answer.headers['cache-control']).toBe('no-store')
    return [answer.statusCode, answer.json().error]
  }

  it('to a client that is unknown, wrong or missing', async () => {
    const { publicKey } = test.site
    const grant = 'grant_type=client_credentials'
    for (const sent of [
      ask(`${grant}&client_id=${publicKey}&client_secret=wrong`),
      ask(`${grant}&client_id=${publicKey}&client_secret=`),
      ask(`${grant}&client_id=${publicKey}`),
      ask(`${grant}&client_id=nobody&client_secret=${test.secret}`),
      ask(`${grant}&client_id=%00%F0%9F%90%88&client_secret=%00`),
      ask(`${grant}&client_secret=${test.secret}`),
      ask(grant),
      ask(grant, basic(publicKey, 'wrong')),
      ask(grant, basic('nobody', test.secret)),
      ask(grant, basic('', '')),
      ask(grant, { authorization: 'Basic' }),
      ask(grant, { authorization: 'Basic %%%%' }),
      ask(grant, { authorization: `Basic ${Buffer.from('nocolon').toString('base64')}` }),
      ask(grant, { authorization: 'Digest x' }),
    ]) {
      expect(await refusal(sent)).toEqual([401, 'invalid_client'])
      expect((await sent).headers['www-authenticate']).toBe('Basic realm="DefaultRealm"')
    }
  })

  it('to a request that is none', async () => {
    for (const sent of [
      ask(''),
      ask('{'),
      ask('{"grant_type":'),
      ask('[]'),
      ask('\0'),
      ask('🐈=🐈'),
      ask(`client_id=${test.site.publicKey}`),
      ask(body('&grant_type=password')),
      ask(body('&client_id=other')),
      ask(body(), basic('other', test.secret)),
    ]) {
      expect(await refusal(sent)).toEqual([400, 'invalid_request'])
    }
    expect(await refusal(ask(body(`&x=${'x'.repeat(1_000_000)}`)))).toEqual([413, 'invalid_request'])
    expect(await refusal(ask('grant_type=password'))).toEqual([400, 'unsupported_grant_type'])
    expect(await refusal(ask(body('&scope=email,unknown')))).toEqual([400, 'invalid_scope'])
  })

  it('to a browser of another origin, or another method', async () => {
    const answer = await ask(body(), { origin: 'https://example.org' })
    expect(answer.headers['access-control-allow-origin']).toBeUndefined()
    for (const method of ['GET', 'PUT', 'DELETE', 'OPTIONS', 'PATCH'] as const) {
      const refused = await test.app.inject({ method, url: '/api/oauth/token' })
      expect(refused.statusCode).toBe(405)
      expect(refused.headers.allow).toBe('POST')
    }
  })

  it('when the registry does not answer', async () => {
    const broken = await testApp()
    await broken.service.registry.close()
    const answer = await broken.app.inject({
      method: 'POST',
      url: '/api/oauth/token',
      payload: `grant_type=client_credentials&client_id=${broken.site.publicKey}&client_secret=x`,
    })
    expect([answer.statusCode, answer.json().error]).toEqual([503, 'temporarily_unavailable'])
    expect(broken.logs.map(({ msg }) => msg)).toEqual(['the registry does not answer', 'a request failed'])
    await broken.close()
  })
})
