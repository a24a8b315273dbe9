import { createConnection } from 'node:net'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type AdminApp, adminApp, dataUrl } from './testing.ts'

let test: AdminApp
beforeAll(async () => {
  test = await adminApp({ logLevel: 'trace' })
  await test.post([{ name: 'Rex', picture: dataUrl(1) }])
})
afterAll(() => test.close())

const CALLS = [
  ['GET', '/pictures'],
  ['HEAD', '/pictures'],
  ['GET', '/pictures/1'],
  ['GET', '/pictures/1/file'],
  ['POST', '/pictures'],
  ['PATCH', '/pictures/1'],
  ['DELETE', '/pictures/1'],
] as const

it('is refused without a token, and with an invalid one', async () => {
  const { registry } = test.service
  const removed = await registry.addOperator('gone')
  await registry.removeOperator(removed.operator.id)
  const tokens = [
    undefined,
    '',
    'Bearer',
    `Basic ${test.token}`,
    test.token,
    'Bearer x',
    `Bearer ${test.token.slice(1)}`,
    `Bearer ${test.token}x`,
    `Bearer ${test.token.replace(/^./, digit => (digit === '0' ? '1' : '0'))}`,
    `Bearer ${test.token.toUpperCase()}x`,
    `Bearer ${removed.token}`,
    `Bearer ${test.secret}`,
    `Bearer ${test.site.publicKey}`,
    `Bearer ${test.service.secret}`,
    `Bearer ${'x'.repeat(5000)}`,
  ]
  for (const [method, path] of CALLS) {
    for (const authorization of tokens) {
      const url = `http://127.0.0.1:${test.port}/admin/api${path}`
      const headers: Record<string, string> = authorization === undefined ? {} : { authorization }
      const answer = await fetch(url, { method, headers })
      const where = [method, path, authorization]
      expect([...where, answer.status]).toEqual([...where, 401])
      const sent = /^Bearer \S/.test(authorization ?? '')
      expect(answer.headers.get('www-authenticate')).toBe(
        `Bearer realm="Upright"${sent ? ', error="invalid_token"' : ''}`,
      )
      expect(answer.headers.get('cache-control')).toBe('no-store')
      const text = await answer.text()
      if (method !== 'HEAD') expect(JSON.parse(text).error).toBe('operator_required')
    }
  }
  expect((await test.ask('GET', '/pictures')).json.pictures).toHaveLength(1)
})

it('opens with a token, however the scheme is spelt, until its operator is removed', async () => {
  const { registry } = test.service
  const { operator, token } = await registry.addOperator('b')
  const status = async () =>
    (await test.ask('GET', '/pictures', undefined, { authorization: `bearer  ${token} ` })).status
  expect(await status()).toBe(200)
  await registry.removeOperator(operator.id)
  expect(await status()).toBe(401)
})

it('reads no byte of a body before it knows the operator', async () => {
  const first = (authorization: string) =>
    new Promise<string>(resolve => {
      const socket = createConnection(test.port, '127.0.0.1', () =>
        socket.write(
          `POST /admin/api/pictures HTTP/1.1\r\nHost: x\r\nAuthorization: ${authorization}\r\nContent-Length: 30000000\r\n\r\n`,
        ),
      )
      socket.once('data', data => {
        resolve(String(data).slice(0, 12))
        socket.destroy()
      })
      setTimeout(() => {
        resolve('waits')
        socket.destroy()
      }, 1000).unref()
    })
  expect(await first('Bearer x')).toBe('HTTP/1.1 401')
  expect(await first(`Bearer ${test.token}`)).toBe('waits')
})

it('tells no page of another origin anything', async () => {
  const headers = { origin: 'https://evil.example' }
  for (const [method, path] of CALLS.slice(0, 4)) {
    const answer = await test.ask(method, path, undefined, headers)
    expect(answer.status).toBe(200)
    expect([...answer.headers.keys()].filter(name => name.startsWith('access-control'))).toEqual([])
    expect(answer.headers.get('cache-control')).toBe('no-store')
  }
  const preflight = await test.ask('OPTIONS', '/pictures', undefined, {
    ...headers,
    'access-control-request-method': 'POST',
  })
  expect(preflight.status).toBe(405)
  expect([...preflight.headers.keys()].filter(name => name.startsWith('access-control'))).toEqual([])
})

it('says which methods an address takes', async () => {
  for (const [method, path, allow] of [
    ['PUT', '/pictures', 'GET, HEAD, POST'],
    ['DELETE', '/pictures', 'GET, HEAD, POST'],
    ['POST', '/pictures/1', 'DELETE, GET, HEAD, PATCH'],
    ['POST', '/pictures/1/file', 'GET, HEAD'],
  ] as const) {
    const answer = await test.ask(method, path)
    expect([method, path, answer.status, answer.headers.get('allow')]).toEqual([method, path, 405, allow])
  }
  for (const path of ['', '/', '/operators']) {
    expect([path, (await test.ask('GET', path)).json.error]).toEqual([path, 'not_found'])
  }
})

it('takes a slash at the end of an address', async () => {
  for (const path of ['/pictures', '/pictures/1']) {
    const [plain, slashed] = [await test.ask('GET', path), await test.ask('GET', `${path}/`)]
    expect([path, slashed.status, slashed.json]).toEqual([path, 200, plain.json])
  }
})

it('writes no token into the log, however much is logged', () => {
  const text = JSON.stringify(test.logs)
  expect(text).toContain('"url":"/admin/api/pictures/:id"')
  for (const word of [test.token, test.token.slice(1), test.secret]) expect(text).not.toContain(word)
})
