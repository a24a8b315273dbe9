import { createConnection, type Socket } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type TestApp, testApp, V2 } from './testing/app.ts'

let test: TestApp
let port: number
beforeAll(async () => {
  test = await testApp()
  await test.app.listen({ port: 0, host: '127.0.0.1' })
  port = (test.app.server.address() as { port: number }).port
})
afterAll(() => test.close())

/** Sends bytes over a socket of their own and resolves with all that comes back until it is closed. */
function exchange(text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = ''
    const socket: Socket = createConnection(port, '127.0.0.1', () => socket.write(text))
    socket.setEncoding('latin1').on('data', chunk => {
      answer += chunk
    })
    socket.on('close', () => resolve(answer)).on('error', reject)
  })
}
const CLOSE = 'Host: localhost\r\nConnection: close\r\n'

const GET = ['/simple-captcha-endpoint', '/captcha/x/code/infos', '/healthcheck', '/version', '/info']
const addresses = () =>
  ['', `/s/${test.site.publicKey}`].flatMap(prefix => [
    ...GET.map(path => ({ url: prefix + V2 + path, allow: 'GET, HEAD, OPTIONS' })),
    { url: `${prefix}${V2}/valider-captcha`, allow: 'OPTIONS, POST' },
  ])
const plain = ['/', '/docs', '/demo.json', '/openapi.json', '/healthz', '/readyz', '/assets/x.js']

describe('every address', () => {
  it('answers a wrong method with 405 and says which are right', async () => {
    const all = [
      ...addresses(),
      ...plain.map(url => ({ url, allow: 'GET, HEAD' })),
      { url: '/api/oauth/token', allow: 'POST' },
    ]
    for (const { url, allow } of all) {
      for (const method of ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'HEAD'] as const) {
        if (allow.includes(method)) continue
        const answer = await test.app.inject({ method, url })
        expect([method, url, answer.statusCode, answer.headers.allow]).toEqual([method, url, 405, allow])
      }
    }
    expect(await exchange(`PROPFIND ${V2}/version HTTP/1.1\r\n${CLOSE}\r\n`)).toMatch(/^HTTP\/1.1 405 /)
  })

  it('carries the headers that keep browsers from guessing, framing and telling', async () => {
    for (const url of [
      ...addresses().map(({ url }) => url),
      ...plain,
      '/nowhere',
      '/%zz',
      '/api/oauth/token',
    ]) {
      for (const method of ['GET', 'POST', 'DELETE'] as const) {
        const { headers } = await test.app.inject({ method, url })
        expect(headers).toMatchObject({
          'x-content-type-options': 'nosniff',
          'referrer-policy': 'same-origin',
          'content-security-policy': expect.stringContaining("default-src 'none'"),
        })
        expect(headers['set-cookie']).toBeUndefined()
      }
    }
  })

  it('takes odd content types, and bodies that nobody asked for', async () => {
    for (const url of [...plain, `${V2}/version`]) {
      const usual = await test.app.inject({ url, headers: { keyid: test.secret } })
      for (const type of ['application/json', 'nonsense', ';', '', 'multipart/form-data']) {
        const headers = { keyid: test.secret, 'content-type': type, accept: 'nonsense/x' }
        for (const payload of ['', '{']) {
          const answer = await test.app.inject({ url, headers, payload })
          expect([url, type, answer.statusCode]).toEqual([url, type, usual.statusCode])
        }
      }
    }
  })
})

describe('addresses that are none', () => {
  it('are 404, in the words of their dialect', async () => {
    for (const url of ['/x', '/piste', '/piste/captchetat/v3/version', '/API/oauth/token', '/docs/x/']) {
      const answer = await test.app.inject({ url })
      expect([answer.statusCode, answer.json().error]).toEqual([404, 'not_found'])
    }
    const answer = await test.app.inject({ url: `${V2}/nowhere?x=y` })
    expect(answer.json()).toMatchObject({ status: 404, error: 'Not Found', path: `${V2}/nowhere` })
  })

  it('are a small page where a browser asks for one, in its language', async () => {
    const accept = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8'
    const page = async (url: string, language: string) =>
      test.app.inject({ url, headers: { accept, 'accept-language': language } })
    const english = await page('/x', 'en-US,fr;q=0.5')
    expect([english.statusCode, english.headers['content-type']]).toEqual([404, 'text/html; charset=utf-8'])
    expect(english.headers.vary).toBe('Accept, Accept-Language')
    expect(english.headers['content-security-policy']).toContain("default-src 'none'")
    expect(english.body).toContain('<html lang="en">')
    expect(english.body).toContain('<link rel="icon" href="favicon.ico"')
    expect(english.body).toContain('<title>There is nothing at this address – Upright</title>')
    const french = await page('/x/y', 'fr-FR,fr;q=0.9')
    expect(french.body).toContain('<html lang="fr">')
    expect(french.body).toContain('<h1>Il n’y a rien à cette adresse</h1>')
    // Relative, since a proxy may have taken a prefix off the address.
    expect(french.body).toContain('<link rel="icon" href="../favicon.ico"')
    expect((await page('//x/y/?a=/b/', 'en')).body).toContain('<link rel="icon" href="../../../favicon.ico"')
    const broken = await page('/%zz', 'de')
    expect([broken.statusCode, broken.headers['content-type']]).toEqual([400, 'text/html; charset=utf-8'])
    const post = await test.app.inject({ method: 'POST', url: '/docs', headers: { accept } })
    expect([post.statusCode, post.headers.allow]).toEqual([405, 'GET, HEAD'])
    for (const other of ['text/html;q=0, application/json', 'application/json, text/html', '*/*', '']) {
      const json = await test.app.inject({ url: '/x', headers: { accept: other } })
      expect([other, json.json().error]).toEqual([other, 'not_found'])
    }
    // Clients of a dialect are told in its words, whatever they accept.
    const spring = await test.app.inject({ url: `${V2}/nowhere`, headers: { accept } })
    expect(spring.json().status).toBe(404)
  })

  it('are refused when percent signs are broken or they are longer than 8 kB', async () => {
    for (const url of ['/%', '/%zz', '/%c3%28', `${V2}/captcha/%zz/code/infos`]) {
      const answer = await test.app.inject({ url, headers: { keyid: test.secret } })
      expect([url, answer.statusCode, answer.json().error]).toEqual([url, 400, 'bad_request'])
    }
    for (const url of [
      `/${'x'.repeat(9000)}`,
      `/readyz?${'x'.repeat(9000)}`,
      `/assets/${'x'.repeat(9000)}`,
    ]) {
      const answer = await test.app.inject({ url })
      expect([answer.statusCode, answer.json().error]).toEqual([414, 'url_too_long'])
    }
    const long = await test.call(`/version?${'x'.repeat(9000)}`)
    expect(long.json()).toMatchObject({ status: 414, path: `${V2}/version` })
  })

  it('are 413 with a body of 1 MB, which is read to its end but not kept', async () => {
    const answer = await test.app.inject({ method: 'POST', url: '/nowhere', payload: 'x'.repeat(1_000_000) })
    expect([answer.statusCode, answer.json().error]).toEqual([413, 'body_too_large'])
    const length = 5_000_000
    const cut = await exchange(
      `POST /x HTTP/1.1\r\n${CLOSE}Content-Length: ${length}\r\n\r\n${'x'.repeat(length / 2)}`,
    )
    expect(cut).toMatch(/^HTTP\/1.1 413 /)
  })
})

describe('over a real socket', () => {
  it('pipelined calls are answered in order, doubled slashes and absolute addresses too', async () => {
    const request = (url: string, last = '') =>
      `GET ${url} HTTP/1.1\r\nHost: localhost\r\nKeyId: ${test.secret}\r\nContent-Type: application/json\r\n${last}\r\n`
    const answer = await exchange(
      request(`/piste//captchetat/v2/simple-captcha-endpoint?get=image&c=captchaFR`) +
        request(`//piste/captchetat/v2//version`) +
        request(`http://localhost${V2}/info`) +
        request(`/x//y?a=//b`) +
        request('/healthz', 'Connection: close\r\n'),
    )
    expect(answer.match(/HTTP\/1.1 \d+/g)).toEqual([
      'HTTP/1.1 200',
      'HTTP/1.1 200',
      'HTTP/1.1 200',
      'HTTP/1.1 404',
      'HTTP/1.1 200',
    ])
    expect(answer).toMatch(/"uuid".*"version".*"app".*"not_found".*"alive"/s)
  })

  it('what is not HTTP gets a short refusal', async () => {
    expect(await exchange('🐈\r\n\r\n')).toMatch(/^HTTP\/1.1 400 Bad Request\r\n/)
    expect(await exchange(`GET / HTTP/1.1\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`)).toMatch(/^HTTP\/1.1 431 /)
    expect(await exchange(`GET /\0 HTTP/1.1\r\n\r\n`)).toMatch(/^HTTP\/1.1 400 /)
    expect((await test.app.inject('/healthz')).statusCode).toBe(200)
  })

  it.each([
    ['strict' as const, 1],
    ['grace' as const, 3],
  ])('of ten thousand parallel validations of one pair, %s lets %i through', async (revalidation, times) => {
    await test.service.registry.setSite(test.site.id, { settings: { revalidation } })
    const payload = JSON.stringify(test.captcha())
    const one =
      `POST ${V2}/valider-captcha HTTP/1.1\r\nHost: localhost\r\nKeyId: ${test.secret}\r\n` +
      `Content-Type: application/json\r\nContent-Length: ${payload.length}\r\n`
    const many = `${`${one}\r\n${payload}`.repeat(99)}${one}Connection: close\r\n\r\n${payload}`
    const answers = (await Promise.all(Array.from({ length: 100 }, () => exchange(many)))).join('')
    expect(answers.match(/HTTP\/1.1 200/g)).toHaveLength(10_000)
    expect(answers.match(/\r\n\r\ntrue/g)).toHaveLength(times)
    expect(answers.match(/\r\n\r\nfalse/g)).toHaveLength(10_000 - times)
  })
})

describe('behind proxies', () => {
  it.each([
    [0, 403],
    [1, 200],
  ])(
    'of which %i are ours, X-Forwarded-* decides who is our own page: %i',
    async (trustedProxies, status) => {
      const behind = await testApp({ open: true }, { trustedProxies })
      const answer = await behind.app.inject({
        url: `/s/${behind.site.publicKey}${V2}/version`,
        headers: {
          origin: 'https://captcha.test',
          'x-forwarded-for': '192.0.2.1',
          'x-forwarded-proto': 'https',
          'x-forwarded-host': 'captcha.test',
        },
      })
      expect(answer.statusCode).toBe(status)
      await behind.close()
    },
  )
})

describe('headers', () => {
  const get = (path: string, ...headers: string[]) =>
    exchange(`GET ${path} HTTP/1.1\r\nConnection: close\r\n${headers.join('\r\n')}\r\n\r\n`)
  const code = (answer: string) => /"error":"(\w+)"/.exec(answer)?.[1]

  it('that may stand once are refused when they stand twice, alike or not', async () => {
    const one = await get('/healthz', 'Host: a')
    expect(one).toMatch(/^HTTP\/1.1 200 /)
    for (const headers of [
      ['Host: a', 'Host: b'],
      ['Host: a', 'host: a'],
      ['Host: a', 'Authorization: Bearer x', 'Authorization: Bearer y'],
    ]) {
      const answer = await get('/healthz', ...headers)
      expect([answer.slice(0, 13), code(answer)]).toEqual(['HTTP/1.1 400 ', 'bad_request'])
      expect(answer.toLowerCase()).toContain('\r\nx-content-type-options: nosniff\r\n')
    }
    // Node's own refusals.
    expect(await get('/healthz', 'Host: a', 'Content-Length: 0', 'Content-Length: 0')).toMatch(
      /^HTTP\/1.1 400 /,
    )
    expect(await get('/healthz')).toMatch(/^HTTP\/1.1 400 /)
  })

  it('that may stand twice are read when they do', async () => {
    const answer = await get(
      '/healthz',
      'Host: a',
      'Cookie: a=b',
      'Cookie: c=d',
      'X-Forwarded-For: ::1',
      'x-forwarded-for: ::2',
    )
    expect(answer).toMatch(/^HTTP\/1.1 200 /)
  })

  it.each([
    'cookie',
    'authorization',
    'range',
    'origin',
    'referer',
    'traceparent',
    'x-forwarded-for',
    'x-else',
    'host',
  ])('are refused when they are longer than 8 kB: %s', async name => {
    const ask = (length: number) =>
      test.app.inject({ url: '/healthz', headers: { [name]: ' '.repeat(length - 1).padEnd(length, 'x') } })
    expect((await ask(8 * 1024)).statusCode).toBe(200)
    const answer = await ask(8 * 1024 + 1)
    expect([answer.statusCode, answer.json().error]).toEqual([431, 'header_too_large'])
  })

  it('that are too large let nobody through, as a body does not', async () => {
    const { uuid, code } = test.captcha()
    const headers = { keyid: test.secret, cookie: 'x'.repeat(9000) }
    const answer = await test.call('/valider-captcha', { method: 'POST', payload: { uuid, code }, headers })
    expect([answer.statusCode, answer.body]).toEqual([200, 'false'])
    expect(await test.validate(uuid, code)).toBe('true')
  })
})
