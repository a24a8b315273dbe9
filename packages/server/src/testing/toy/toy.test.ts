import { afterEach, describe, expect, it } from 'vitest'
import type { Span } from '../../telemetry/otlp.ts'
import { createTraces } from '../../telemetry/traces.ts'
import { type TestApp, testApp } from '../app.ts'
import { toy } from './index.ts'

let test: TestApp
afterEach(() => test.close())

const METRICS = { metrics: { host: '127.0.0.1', port: 0 } }

describe('a dialect of one folder and one line', () => {
  it('has its routes, its part of the document, limits, security headers and labels', async () => {
    test = await testApp({ rate: 1 }, METRICS, { dialects: [toy] })
    const { app, service, site } = test
    const issued = await app.inject(`/TOY/${site.publicKey}/new`)
    const { id } = issued.json()
    expect(issued.headers['x-content-type-options']).toBe('nosniff')
    const { answer } = service.captcha.open(id)!
    expect((await app.inject(`/toy/${site.publicKey}/${id}/${answer}`)).json()).toEqual({ verdict: 'passed' })

    const { paths, tags } = (await app.inject('/openapi.json')).json()
    expect(Object.keys(paths)).toEqual(expect.arrayContaining(Object.keys(toy.document.paths)))
    expect(tags).toContainEqual(toy.document.tags[0])

    let refused = await app.inject(`/toy/${site.publicKey}/new`)
    for (let i = 0; i < 5 && refused.statusCode === 200; i++)
      refused = await app.inject(`/toy/${site.publicKey}/new`)
    expect([refused.statusCode, refused.json().error]).toEqual([429, 'rate_limited'])

    const figures = await service.metrics!.render()
    for (const line of [
      `upright_issued_total{site="${site.id}",dialect="toy",kind="number"}`,
      `upright_checked_total{site="${site.id}",dialect="toy",verdict="passed"} 1`,
      `upright_limited_total{site="${site.id}",dialect="toy",action="issue"} 1`,
      'upright_request_duration_seconds_count{dialect="toy",route="/toy/:publicKey/new",status="2xx"}',
    ])
      expect(figures).toContain(line)
  })

  it('has its label in traces', async () => {
    const sent: Span[] = []
    const sender = { send: (span: Span) => void sent.push(span), close: async () => {} }
    test = await testApp(
      {},
      { traces: { endpoint: 'http://127.0.0.1:1', headers: {}, name: 'x', ratio: 0 } },
      { dialects: [] },
    )
    const traces = createTraces({ sender, ratio: 1, random: test.service.random })
    const { createApp } = await import('../../app.ts')
    const app = createApp({ ...test.service, traces }, { dialects: [toy] })
    await app.inject(`/toy/${test.site.publicKey}/new`)
    expect(sent.map(({ attributes }) => attributes['upright.dialect'])).toContain('toy')
    await app.close()
  })

  it('knows no id of another kind', async () => {
    test = await testApp({}, {}, { dialects: [toy] })
    const { uuid, code } = test.captcha()
    const answer = await test.app.inject(`/toy/${test.site.publicKey}/${uuid}/${code}`)
    expect(answer.json()).toEqual({ verdict: 'unknown' })
  })
})
