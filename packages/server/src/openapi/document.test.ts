import type { LightMyRequestResponse } from 'fastify'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { routesOf, type TestApp, testApp, V2 } from '../testing/app.ts'
import type { OpenApi } from './document.ts'
import type { Operation, Schema } from './types.ts'

let test: TestApp
let document: OpenApi
beforeAll(async () => {
  test = await testApp({ open: true, origins: ['*'] })
  document = (await test.app.inject('/openapi.json')).json()
})
afterAll(() => test.close())

const operations = () =>
  Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      path,
      method,
      operation: operation as Operation,
    })),
  )

/** What keeps a value from being of a schema: as much of JSON Schema as the document uses. */
function faults(schema: Schema, value: unknown, at = '$'): string[] {
  if (schema.$ref) return faults(document.components.schemas[schema.$ref.split('/').pop()!]!, value, at)
  if (Array.isArray(schema.type)) {
    const each = schema.type.map((type: string) => faults({ ...schema, type }, value, at))
    return each.some(found => found.length === 0) ? [] : each.flat()
  }
  if (schema.type === 'null') return value === null ? [] : [`${at} is not null`]
  if ('const' in schema && schema.const !== value) return [`${at} is not ${schema.const}`]
  if (schema.enum && !schema.enum.includes(value)) return [`${at} is not in its list`]
  if (schema.pattern && !new RegExp(schema.pattern).test(String(value))) return [`${at} has another form`]
  if (schema.type === 'object') {
    const object = Object(value) as Record<string, unknown>
    const missing = (schema.required ?? [])
      .filter(name => !(name in object))
      .map(name => `${at}.${name} is missing`)
    const members = Object.entries(object).flatMap(([name, member]) => {
      const known = schema.properties?.[name]
      if (known) return faults(known, member, `${at}.${name}`)
      return schema.properties ? [`${at}.${name} is not described`] : []
    })
    return [...missing, ...members]
  }
  if (schema.type === 'array') {
    return Array.isArray(value)
      ? value.flatMap((item, i) => faults(schema.items!, item, `${at}[${i}]`))
      : [at]
  }
  if (schema.type === 'integer') return Number.isInteger(value) ? [] : [`${at} is no integer`]
  return schema.type && typeof value !== schema.type ? [`${at} is no ${schema.type}`] : []
}

describe('the document', () => {
  it('has every route that is registered, and no other', () => {
    const described = operations().map(({ path, method }) => `${method.toUpperCase()} ${path}`)
    const routes = routesOf(test.app).filter(route => !route.startsWith('HEAD '))
    expect(routes.length).toBeGreaterThan(25)
    expect(described.sort()).toEqual(routes.sort())
  })

  it('says who made it, under which licence, and where to read on', () => {
    expect(document.openapi).toBe('3.1.0')
    expect(document.info).toMatchObject({
      version: test.service.version,
      license: { identifier: 'MIT' },
      contact: { url: '/docs' },
    })
    expect(document.externalDocs?.url).toBe('/docs')
    expect(document.servers.length).toBeGreaterThan(0)
  })

  it('names each operation once, tags it, and declares its path parameters', () => {
    const ids = operations().map(({ operation }) => operation.operationId)
    expect(new Set(ids).size).toBe(ids.length)
    const tags = document.tags.map(({ name }) => name)
    for (const { path, operation } of operations()) {
      expect(tags).toEqual(expect.arrayContaining(operation.tags))
      const declared = (operation.parameters ?? []).filter(parameter => parameter.in === 'path')
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name)
      expect([path, declared.map(({ name }) => name).sort()]).toEqual([path, inPath.sort()])
    }
  })

  it('refers to nothing that is not there, and uses all that is', () => {
    const text = JSON.stringify(document)
    const used = [...text.matchAll(/#\/components\/schemas\/(\w+)/g)].map(([, name]) => name)
    expect([...new Set(used)].sort()).toEqual(Object.keys(document.components.schemas).sort())
  })

  it('gives for every response with a body an example, and each is of its shape', () => {
    for (const { path, method, operation } of operations()) {
      for (const [status, { content, headers }] of Object.entries(operation.responses)) {
        const where = `${method} ${path} ${status}`
        for (const { schema, example, examples } of Object.values(content ?? {})) {
          const values = examples ? Object.values(examples).map(({ value }) => value) : [example]
          expect([where, values.length > 0 && values.every(value => value !== undefined)]).toEqual([
            where,
            true,
          ])
          for (const value of values) expect([where, faults(schema!, value)]).toEqual([where, []])
        }
        for (const header of Object.values(headers ?? {})) {
          expect([where, header.example !== undefined]).toEqual([where, true])
        }
      }
    }
  })
})

/** Calls of an operator and what came of them; what is sent is what the document gives as examples. */
async function operatorCalls(): Promise<
  [path: string, method: string, call: Promise<LightMyRequestResponse>][]
> {
  const { token } = await test.service.registry.addOperator('a')
  const [all, one] = ['/admin/api/pictures', '/admin/api/pictures/{id}']
  const example = (path: string, method: 'post' | 'patch') =>
    document.paths[path]![method]!.requestBody!.content['application/json']!.example as object
  const feed = [...(example(all, 'post') as object[]), ...(example(all, 'post') as object[]), {}]
  const calls: [string, 'GET' | 'POST' | 'PATCH' | 'DELETE', string, (object | string)?][] = [
    [all, 'POST', all, feed],
    [all, 'POST', all, 'x'],
    [all, 'POST', `${all}?state=x`, []],
    [all, 'POST', all, Array.from({ length: 101 }, () => ({}))],
    [all, 'GET', all],
    [all, 'GET', `${all}?state=x`],
    [one, 'GET', `${all}/1`],
    [one, 'GET', `${all}/2`],
    [`${one}/file`, 'GET', `${all}/1/file`],
    [`${one}/file`, 'GET', `${all}/2/file`],
    [one, 'PATCH', `${all}/1`, example(one, 'patch')],
    [one, 'PATCH', `${all}/1`, { name: 7 }],
    [one, 'PATCH', `${all}/1`, { name: 'x'.repeat(20_000) }],
    [one, 'PATCH', `${all}/2`, {}],
    [one, 'DELETE', `${all}/1`],
    [one, 'DELETE', `${all}/1`],
  ]
  const results: Awaited<ReturnType<typeof operatorCalls>> = []
  for (const [path, method, url, payload] of calls) {
    const request = { method, url, ...(payload !== undefined && { payload }) }
    const answer = await test.app.inject({ ...request, headers: { authorization: `Bearer ${token}` } })
    results.push([path, method.toLowerCase(), Promise.resolve(answer)])
    results.push([path, method.toLowerCase(), test.app.inject(request)])
  }
  expect((await results[0]![2]).json()).toMatchObject({
    added: [{ id: 1 }],
    duplicates: [{ like: { id: 1 } }],
    refused: [{}],
  })
  return results
}

describe('a real answer', () => {
  it('is as the document says, wherever one comes from', async () => {
    const { uuid, code } = test.captcha()
    const prefix = `/s/${test.site.publicKey}`
    const key = { keyid: test.secret }
    const get = (url: string, headers: Record<string, string> = key) => test.app.inject({ url, headers })
    const post = (url: string, payload: string | object, headers: Record<string, string> = key) =>
      test.app.inject({ method: 'POST', url, payload, headers })
    const client = `client_id=${test.site.publicKey}&client_secret=${test.secret}`
    const grant = 'grant_type=client_credentials'
    const image = '/simple-captcha-endpoint?get=image&c=captchaFR'
    const long = `?${'x'.repeat(9000)}`
    const calls: [string, string, Promise<LightMyRequestResponse>][] = [
      ['/api/oauth/token', 'post', post('/api/oauth/token', `${grant}&${client}`)],
      ['/api/oauth/token', 'post', post('/api/oauth/token', grant)],
      ['/api/oauth/token', 'post', post('/api/oauth/token', client)],
      ['/api/oauth/token', 'post', post('/api/oauth/token', 'x'.repeat(20_000))],
      ['/api/oauth/token', 'post', post(`/api/oauth/token${long}`, '')],
      ...['/', '/docs', '/demo.json', '/openapi.json', '/healthz', '/readyz'].flatMap(
        url =>
          [
            [url, 'get', get(url)],
            [url, 'get', get(url + long)],
          ] as [string, string, ReturnType<typeof get>][],
      ),
      ['/assets/{path}', 'get', get('/assets/none.js')],
      ['/demo/rocaptcha', 'post', post('/demo/rocaptcha', '')],
      ['/demo/rocaptcha', 'post', post('/demo/rocaptcha', 'x'.repeat(20_000))],
    ]
    for (const at of ['', prefix]) {
      const path = (rest: string) => (at ? '/s/{publicKey}' : '') + V2 + rest
      const url = at + V2
      calls.push(
        [path('/simple-captcha-endpoint'), 'get', get(url + image)],
        [path('/simple-captcha-endpoint'), 'get', get(`${url}/simple-captcha-endpoint`)],
        [path('/simple-captcha-endpoint'), 'get', get(url + image, { authorization: 'Bearer x' })],
        [
          path('/simple-captcha-endpoint'),
          'get',
          get(`${url}/simple-captcha-endpoint?get=sound&c=captchaFR&t=x`),
        ],
        [path('/simple-captcha-endpoint'), 'get', get(`${url}/simple-captcha-endpoint${long}`)],
        [path('/valider-captcha'), 'post', post(`${url}/valider-captcha`, { uuid, code })],
        [path('/valider-captcha'), 'post', post(`${url}/valider-captcha`, {})],
        [path('/valider-captcha'), 'post', post(`${url}/valider-captcha`, {}, { keyid: 'x' })],
        [path('/captcha/{uuid}/code/infos'), 'get', get(`${url}/captcha/${uuid}/code/infos`)],
        [path('/captcha/{uuid}/code/infos'), 'get', get(`${url}/captcha/x/code/infos`)],
        [path('/healthcheck'), 'get', get(`${url}/healthcheck`)],
        [path('/version'), 'get', get(`${url}/version`)],
        [path('/info'), 'get', get(`${url}/info`)],
        [path('/info'), 'get', get(`${url}/info`, { keyid: 'x' })],
        [path('/info'), 'options', test.app.inject({ method: 'OPTIONS', url: `${url}/info` })],
      )
    }
    calls.push([`/s/{publicKey}${V2}/version`, 'get', get(`/s/x${V2}/version`)])
    calls.push([`${V2}/version`, 'get', get(`${V2}/version`, {})])
    calls.push(...(await operatorCalls()))
    for (const [path, method, call] of calls) {
      const answer = await call
      const where = `${method} ${path} ${answer.statusCode}`
      const methods = document.paths[path] as Record<string, Operation>
      const described = methods[method]!.responses[answer.statusCode]
      expect([where, described !== undefined]).toEqual([where, true])
      if (!answer.body) continue
      const [type] = String(answer.headers['content-type']).split(';')
      const media = described!.content?.[type!]
      expect([where, type, media !== undefined]).toEqual([where, type, true])
      if (type === 'application/json')
        expect([where, faults(media!.schema!, answer.json())]).toEqual([where, []])
    }
  })
})
