import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type TestApp, testApp } from '../../testing/app.ts'
import { solve } from '../../testing/native-answer.ts'
import { MCAPTCHA, PATHS } from './openapi.ts'

const PAGE = 'https://code.example'
/** What a back end gets to read, with the status 200. */
const [VALID, INVALID] = ['{"valid":true}', '{"valid":false}']
const EASY = { native: { style: 'sha256', level: 16 } }

let test: TestApp
const start = async () => {
  test = await testApp({ rate: 0, work: EASY, origins: [PAGE] })
}
const restart = async () => {
  await test.close()
  await start()
}
beforeAll(start)
afterAll(() => test.close())

/** A pass, earned as the frame earns it: by a page of ours. */
async function earn(dialect = MCAPTCHA, page = ''): Promise<string> {
  const call = async (path: string, body: object) => {
    const answer = await test.app.inject({
      method: 'POST',
      url: `/upright/v1/${path}`,
      payload: JSON.stringify(body),
      headers: { origin: 'http://localhost', host: 'localhost' },
    })
    return answer.json()
  }
  const { ticket, expires_in } = await call('challenge', { sitekey: test.site.publicKey, dialect, page })
  expect(expires_in).toBe(test.site.settings.expiry)
  const id = test.service.tickets.open(ticket, 'any')!.ids.get('work')!
  const work = (await solve(test, id)).split(',').map(Number)
  const { pass, expires_in: life } = await call('answer', { ticket, kind: 'work', work })
  if (dialect === MCAPTCHA) expect(life).toBe(test.site.settings.expiry)
  return pass
}

/** Verifies as a back end does. */
async function verify(body: object | string): Promise<string> {
  const answer = await test.app.inject({
    method: 'POST',
    url: PATHS.verify,
    payload: typeof body === 'string' ? body : JSON.stringify(body),
    headers: { 'content-type': 'application/json' },
  })
  expect([answer.statusCode, answer.headers['content-type'], answer.headers['cache-control']]).toEqual([
    200,
    'application/json; charset=utf-8',
    'no-store',
  ])
  return answer.body
}
const keys = () => ({ key: test.site.publicKey, secret: test.secret })

describe('the verification', () => {
  it.each([
    // Below an address that ends with a slash, as Forgejo and Gitea join it.
    ['Forgejo', '//api/v1/pow/siteverify', { 'user-agent': 'Go-http-client/1.1', 'accept-encoding': 'gzip' }],
    ['Misskey', '/api/v1/pow/siteverify', { 'user-agent': 'Misskey/2026.11.0', accept: '*/*' }],
  ])('answers the request of %s', async (_, url, headers) => {
    const { key, secret } = keys()
    const payload = JSON.stringify({ token: await earn(), key, secret })
    const send = () =>
      test.app.inject({
        method: 'POST',
        url,
        payload,
        headers: { ...headers, 'content-type': 'application/json' },
      })
    expect((await send()).body).toBe(VALID)
    expect((await send()).body).toBe(INVALID)
  })

  it('says the same of all that is not a pass of this site', async () => {
    const { key, secret } = keys()
    const token = await earn()
    const other = await test.service.registry.addSite('Other')
    const refused = [
      { token, key, secret: 'wrong' },
      { token, key: 'wrong', secret },
      { token, key: other.site.publicKey, secret },
      { token, key, secret: other.secret },
      { token, key: other.site.publicKey, secret: other.secret },
      { token, secret },
      { token, key },
      { key, secret },
      { token: 'x'.repeat(2049), key, secret },
      { token: 'null', key, secret },
      { token: await earn('recaptcha'), key, secret },
      { token: await earn('native'), key, secret },
      { token: [token, token], key, secret },
      { token: `${token}A`, key, secret },
    ]
    for (const body of refused) expect([body, await verify(body)]).toEqual([body, INVALID])
    for (const body of ['', '{', '[]', 'null', `{"token":"${'x'.repeat(17_000)}"}`]) {
      expect(await verify(body)).toBe(INVALID)
    }
    expect(await verify(`token=${token}&token=x&key=${key}&secret=${secret}`)).toBe(INVALID)
    // None of them has redeemed it.
    expect(await verify({ token, key, secret })).toBe(VALID)
  })

  it('says so of an expired pass, and where the dialect is off for the site', async () => {
    const late = await earn()
    test.pass(test.site.settings.expiry + 61)
    expect(await verify({ token: late, ...keys() })).toBe(INVALID)
    const token = await earn()
    await test.service.registry.setSite(test.site.id, { settings: { dialects: ['native'] } })
    expect(await verify({ token, ...keys() })).toBe(INVALID)
    await test.service.registry.setSite(test.site.id, { settings: { dialects: 'all' } })
    expect(await verify({ token, ...keys() })).toBe(VALID)
  })

  it.each(['ledger', 'registry'] as const)('is false while the %s is away', async store => {
    const token = await earn()
    await test.service[store].close()
    expect(await verify({ token, ...keys() })).toBe(INVALID)
    const query = new URLSearchParams({ token, ...keys() })
    expect((await test.app.inject(`${PATHS.verify}?${query}`)).body).toBe(INVALID)
    const logged = JSON.stringify(test.logs)
    expect(logged).toContain(store)
    for (const hidden of [test.secret, token]) expect(logged).not.toContain(hidden)
    await restart()
  })

  it('goes on when a quota is used up and under the heaviest load', async () => {
    await test.close()
    test = await testApp({ rate: 0, quota: 3, work: EASY, origins: [PAGE] })
    const token = await earn()
    test.pressure.value = 10
    for (let i = 0; i < 5; i++) expect(await verify({ token: `${token}${i}`, ...keys() })).toBe(INVALID)
    expect(await verify({ token, ...keys() })).toBe(VALID)
    await restart()
  })
})

describe('the frame', () => {
  const open = (sitekey: string) => test.app.inject(`${PATHS.widget}/?sitekey=${sitekey}`)
  const policyOf = (answer: { headers: Record<string, unknown> }) =>
    String(answer.headers['content-security-policy'])

  it('may be framed by the pages of the site alone', async () => {
    const { registry } = test.service
    const mine = await open(test.site.publicKey)
    expect(mine.statusCode).toBe(200)
    expect(mine.headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'cross-origin-resource-policy': 'cross-origin',
    })
    expect(policyOf(mine)).toContain(`frame-ancestors 'self' ${PAGE};`)
    expect(policyOf(mine)).toContain("default-src 'none'")
    expect(policyOf(mine)).toContain("require-trusted-types-for 'script'")
    expect(policyOf(mine)).not.toContain('unsafe')
    // A window of it can speak with the frame that has opened it.
    expect(mine.headers).not.toHaveProperty('cross-origin-opener-policy')
    for (const origins of [[], ['*']]) {
      await registry.setSite(test.site.id, { settings: { origins } })
      expect(policyOf(await open(test.site.publicKey))).toContain('frame-ancestors *;')
    }
    await registry.setSite(test.site.id, { settings: { origins: [PAGE, 'null'] } })
    expect(policyOf(await open(test.site.publicKey))).toContain(`frame-ancestors 'self' ${PAGE};`)
  })

  it('names the host of the page around it in the pass, and takes no other text for that', async () => {
    const url = `${PATHS.widget}/?sitekey=${test.site.publicKey}`
    const headers = { referer: `${PAGE}/sign-up`, 'sec-fetch-site': 'cross-site' }
    const [, page = ''] = /name="upright-page" content="([\w-]+)"/.exec(
      (await test.app.inject({ url, headers })).body,
    )!
    const hostOf = async (response: string) => {
      const payload = JSON.stringify({ secret: test.secret, response })
      return (await test.app.inject({ method: 'POST', url: '/upright/v1/siteverify', payload })).json()
        .hostname
    }
    expect(await hostOf(await earn(MCAPTCHA, page))).toBe('code.example')
    for (const other of ['', `${page}A`, await earn()]) {
      expect(await hostOf(await earn(MCAPTCHA, other))).toBe('localhost')
    }
    // Of another dialect it counts for nothing: that page speaks for itself.
    expect(await hostOf(await earn('native', page))).toBe('localhost')
  })

  it('is a page for an unknown key too, which says so in the language of the visitor', async () => {
    const unknown = await open('<script>')
    expect([unknown.statusCode, policyOf(unknown)]).toEqual([
      404,
      expect.stringContaining('frame-ancestors *'),
    ])
    expect(unknown.body).not.toContain('<script>')
    const known = (await open(test.site.publicKey)).body
    expect(unknown.body).toBe(known.replace(/(upright-page" content=")[\w-]+/, '$1'))
  })
})
