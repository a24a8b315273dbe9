import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type RocaptchaApp, rocaptchaApp } from '../dialects/rocaptcha/testing.ts'
import { createSender, type Span } from './otlp.ts'

interface WireSpan {
  traceId: string
  spanId: string
  parentSpanId?: string
  name: string
  kind: number
  startTimeUnixNano: string
  endTimeUnixNano: string
  attributes: { key: string; value: { intValue?: string; stringValue?: string } }[]
  status: { code?: number }
}

interface Batch {
  resourceSpans: [{ resource: { attributes: unknown[] }; scopeSpans: [{ spans: WireSpan[] }] }]
}

/** A collector that writes down what it is sent, and answers with a status. */
let collector: Server
let received: { headers: Record<string, unknown>; path: string; body: Batch }[]
let status = 200
beforeEach(async () => {
  received = []
  status = 200
  collector = createServer(async (request, reply) => {
    received.push({ headers: request.headers, path: request.url!, body: (await json(request)) as Batch })
    reply.writeHead(status).end('{}')
  })
  await new Promise<void>(resolve => collector.listen(0, '127.0.0.1', resolve))
})
afterEach(() => new Promise(resolve => collector.close(resolve)))

const endpoint = () => `http://127.0.0.1:${(collector.address() as AddressInfo).port}`
const spans = (): WireSpan[] => received.flatMap(({ body }) => body.resourceSpans[0].scopeSpans[0].spans)
const attributes = (span: WireSpan) =>
  Object.fromEntries(span.attributes.map(({ key, value }) => [key, value.intValue ?? value.stringValue]))

describe('traces', () => {
  let test: RocaptchaApp
  let url: string
  const start = async (ratio = 1) => {
    const traces = { endpoint: endpoint(), headers: { 'x-key': 'hush' }, name: 'captcha', ratio }
    test = await rocaptchaApp({}, undefined, { traces, logLevel: 'silent' })
    url = await test.app.listen({ port: 0, host: '127.0.0.1' })
  }
  const validate = async (body: object, headers: Record<string, string> = {}) =>
    (
      await fetch(`${url}/piste/captchetat/v2/valider-captcha`, {
        method: 'POST',
        body: JSON.stringify(body),
        headers: { keyid: test.secret, ...headers },
      })
    ).text()

  it('tell of a request, what was asked of ledger and registry, and what was made', async () => {
    await start()
    const { uuid, code } = test.captcha()
    expect(await validate({ uuid, code })).toBe('true')
    const hash = await test.generate()
    await fetch(`${url}/api/image/${hash}/`)
    await fetch(
      `${url}/piste/captchetat/v2/simple-captcha-endpoint?get=sound&c=captchaFR&t=${test.captcha().uuid}`,
      {
        headers: { keyid: test.secret },
      },
    )
    await test.close()

    const all = spans()
    const request = all.find(({ name }) => name === 'POST /piste/captchetat/v2/valider-captcha')!
    expect(attributes(request)).toEqual({
      'http.request.method': 'POST',
      'http.route': '/piste/captchetat/v2/valider-captcha',
      'http.response.status_code': '200',
      'upright.dialect': 'captchetat-v2',
      'upright.site': String(test.site.id),
    })
    expect([request.kind, request.parentSpanId, request.status]).toEqual([2, undefined, {}])
    const children = all.filter(({ parentSpanId }) => parentSpanId === request.spanId)
    expect(children.map(({ name, kind }) => [name, kind])).toEqual([
      ['registry.siteBySecret', 3],
      ['ledger.claim', 3],
    ])
    for (const child of children) {
      expect(child.traceId).toBe(request.traceId)
      expect(BigInt(child.startTimeUnixNano)).toBeGreaterThanOrEqual(BigInt(request.startTimeUnixNano))
      expect(BigInt(child.endTimeUnixNano)).toBeLessThanOrEqual(BigInt(request.endTimeUnixNano))
      expect(BigInt(child.endTimeUnixNano)).toBeGreaterThan(BigInt(child.startTimeUnixNano))
    }
    const parentOf = (step: string) => {
      const span = all.find(({ name }) => name === step)!
      return all.find(({ spanId }) => spanId === span.parentSpanId)!.name
    }
    expect(parentOf('draw')).toBe('GET /api/image/:hash/')
    // Read from the library, for the first time, while it was drawn.
    expect(parentOf('registry.pictureBytes')).toBe('draw')
    expect(parentOf('speak')).toBe('GET /piste/captchetat/v2/simple-captcha-endpoint')

    expect(received[0]).toMatchObject({
      path: '/v1/traces',
      headers: { 'x-key': 'hush', 'content-type': 'application/json' },
    })
    expect(received[0]!.body.resourceSpans[0].resource.attributes).toEqual([
      { key: 'service.name', value: { stringValue: 'captcha' } },
      { key: 'service.version', value: { stringValue: test.service.version } },
    ])
    const everything = JSON.stringify(received.map(({ body }) => body))
    for (const word of [uuid, code, hash, test.secret, '127.0.0.1']) expect(everything).not.toContain(word)
  })

  it('go on with the trace that a request comes with, sampled or not', async () => {
    await start(0)
    const [trace, parent] = ['4bf92f3577b34da6a3ce929d0e0e4736', '00f067aa0ba902b7']
    const send = (traceparent: string) => fetch(`${url}/healthz`, { headers: { traceparent } })
    await send(`00-${trace}-${parent}-01`)
    await send(`00-${trace}-${parent}-00`)
    for (const broken of [
      `00-${'0'.repeat(32)}-${parent}-01`,
      `ff-${trace}-${parent}-01`,
      `00-${trace}-01`,
      'x',
    ])
      await send(broken)
    await fetch(`${url}/healthz`)
    await test.close()
    expect(spans()).toMatchObject([{ traceId: trace, parentSpanId: parent, name: 'GET /healthz' }])
  })

  it('tell what failed by the kind of error alone', async () => {
    await start()
    const { uuid, code } = test.captcha()
    await test.service.ledger.close()
    expect(await validate({ uuid, code })).toBe('false')
    await fetch(`${url}/api/image/${uuid}/`)
    await test.close()
    const claim = spans().find(({ name }) => name === 'ledger.claim')!
    expect([claim.status, attributes(claim)]).toEqual([{ code: 2 }, { 'error.type': 'unavailable' }])
    expect(spans().find(({ name }) => name === 'GET /api/image/:hash/')).toMatchObject({ status: {} })
    for (const word of [uuid, code]) expect(JSON.stringify(received)).not.toContain(word)
  })
})

describe('a sender', () => {
  const span = (spanId: string): Span => ({
    traceId: '1'.repeat(32),
    spanId,
    parentSpanId: undefined,
    name: 'step',
    kind: 1,
    start: 1_800_000_000_000.25,
    end: 1_800_000_000_001,
    attributes: {},
    failed: false,
  })
  const open = (warnings: string[], at = endpoint()) =>
    createSender({ endpoint: `${at}/`, headers: {}, name: 'captcha' }, '1', line => warnings.push(line))

  it('sends all that was gathered, in batches, to the microsecond', async () => {
    const warnings: string[] = []
    const sender = open(warnings)
    for (let i = 0; i < 1000; i++) sender.send(span(`${i}`))
    await sender.close()
    expect(received.map(({ body }) => body.resourceSpans[0].scopeSpans[0].spans.length)).toEqual([512, 488])
    expect(spans().map(({ spanId }) => spanId)).toEqual(Array.from({ length: 1000 }, (_, i) => `${i}`))
    expect(spans()[0]).toMatchObject({
      startTimeUnixNano: '1800000000000250000',
      endTimeUnixNano: '1800000000001000000',
    })
    expect(warnings).toEqual([])
  })

  it('says once that nobody takes them, and loses them', async () => {
    const warnings: string[] = []
    status = 503
    const refused = open(warnings)
    for (let i = 0; i < 600; i++) refused.send(span(`${i}`))
    await refused.close()
    expect(warnings).toEqual([`traces cannot be sent to ${endpoint()} for now, and are lost: status 503`])
    const gone = open(warnings, 'http://127.0.0.1:1')
    gone.send(span('1'))
    await gone.close()
    expect(warnings[1]).toMatch(/^traces cannot be sent to http:\/\/127\.0\.0\.1:1 for now, and are lost: ./)
  })
})
