import { get, request } from 'node:http'
import { text } from 'node:stream/consumers'
import { CaptchaError, styleNamed } from '@upright/core'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { type RocaptchaApp, rocaptchaApp } from '../dialects/rocaptcha/testing.ts'
import { testApp } from '../testing/app.ts'
import { runChild } from '../testing/child.ts'
import { createMetrics } from './metrics.ts'
import { listenForMetrics } from './metrics-listener.ts'

const METRICS = { metrics: { host: '127.0.0.1', port: 0 } }

let test: RocaptchaApp
const start = async (settings = {}) => {
  test = await rocaptchaApp(settings, undefined, METRICS)
}
afterEach(async () => {
  await test?.close()
  test = undefined as never
})
const figures = () => test.service.metrics!.render()
/** The samples of a metric: what stands between its braces, and the value. */
const samples = async (name: string) =>
  Object.fromEntries(
    [...(await figures()).matchAll(new RegExp(`^${name}\\{(.*)\\} (\\S+)$`, 'gm'))].map(
      ([, labels, value]) => [labels, Number(value)],
    ),
  )

describe('metrics', () => {
  it('count what is issued, shown and judged, by site and dialect', async () => {
    await start()
    const site = test.site.id
    const v1 = (query: Record<string, string>) =>
      test.app.inject({
        url: `/piste/captcha/simple-captcha-endpoint?${new URLSearchParams(query)}`,
        headers: { keyid: test.secret },
      })

    for (let i = 0; i < 3; i++) await test.call('/simple-captcha-endpoint?get=image&c=captchaFR')
    const { uuid, code } = test.captcha()
    await test.call(`/simple-captcha-endpoint?get=sound&c=captchaFR&t=${uuid}`)
    for (const sent of ['WRONG', code]) await test.validate(uuid, sent)
    await test.validate(test.captcha().uuid, 'WRONG')
    await test.validate('0', 'WRONG')
    const late = test.captcha()
    test.pass(1201)
    await test.validate(late.uuid, late.code)
    await test.validate(test.captcha().uuid, '')

    const id = /value="([0-9a-f]{32})"/.exec((await v1({ get: 'html', c: 'captchaFR' })).body)![1]!
    await v1({ get: 'image', t: id })
    const typed = test.service.captcha.open(id, 1)!.answer
    // A right answer that is only looked at counts when it is sent.
    await v1({ get: 'validation-result', t: id, i: typed })
    await test.app.inject({
      method: 'POST',
      url: '/piste/captcha/valider-captcha',
      headers: { keyid: test.secret },
      payload: { id, code: typed },
    })

    const hash = await test.generate()
    await test.get(`image/${hash}/`)
    await test.get(`sound/${await test.generate({ kind: 'sound' })}/`)
    await test.verify({ hash, response: test.right(hash) })
    await test.verify({ hash, response: 1 })
    await test.verify({ hash: 'x'.repeat(40), response: 1 })
    const timeout = await test.generate()
    test.pass(1201)
    await test.verify({ hash: timeout, response: 1 })

    expect(await samples('upright_issued_total')).toEqual({
      [`site="${site}",dialect="captchetat-v2",kind="text"`]: 3,
      [`site="${site}",dialect="captchetat-v1",kind="text"`]: 1,
      [`site="${site}",dialect="rocaptcha",kind="rotate"`]: 2,
      [`site="${site}",dialect="rocaptcha",kind="number"`]: 1,
    })
    expect(await samples('upright_shown_total')).toEqual({
      [`site="${site}",dialect="captchetat-v2",form="picture"`]: 3,
      [`site="${site}",dialect="captchetat-v2",form="sound"`]: 1,
      [`site="${site}",dialect="captchetat-v1",form="picture"`]: 1,
      [`site="${site}",dialect="rocaptcha",form="picture"`]: 1,
      [`site="${site}",dialect="rocaptcha",form="sound"`]: 1,
    })
    expect(await samples('upright_checked_total')).toEqual({
      [`site="${site}",dialect="captchetat-v2",verdict="wrong"`]: 2,
      [`site="${site}",dialect="captchetat-v2",verdict="spent"`]: 1,
      [`site="${site}",dialect="captchetat-v2",verdict="unknown"`]: 1,
      [`site="${site}",dialect="captchetat-v2",verdict="expired"`]: 1,
      [`site="${site}",dialect="captchetat-v1",verdict="passed"`]: 1,
      [`site="${site}",dialect="rocaptcha",verdict="passed"`]: 1,
      [`site="${site}",dialect="rocaptcha",verdict="spent"`]: 1,
      [`site="${site}",dialect="rocaptcha",verdict="unknown"`]: 1,
      [`site="${site}",dialect="rocaptcha",verdict="expired"`]: 1,
    })
  })

  it('tell which kinds are guessed at a site', async () => {
    await start()
    const { captcha, ladder } = test.service
    ladder.decide(test.site, undefined)
    for (let i = 0; i < 30; i++)
      await captcha.check(test.site, captcha.issue(test.site.id, styleNamed('numberFR')!), 'WRONG')
    expect(await samples('upright_site_guessed')).toEqual({
      [`site="${test.site.id}",kind="text"`]: 0,
      [`site="${test.site.id}",kind="speech"`]: 1,
      [`site="${test.site.id}",kind="rotate"`]: 0,
    })
  })

  it('count what the quota of a site refuses', async () => {
    await start({ quota: 2 })
    for (let i = 0; i < 3; i++) await test.call('/version')
    for (let i = 0; i < 4; i++) await test.get('generate/')
    expect(await samples('upright_limited_total')).toEqual({
      [`site="${test.site.id}",dialect="captchetat-v2",action="quota"`]: 1,
      [`site="${test.site.id}",dialect="rocaptcha",action="quota"`]: 4,
    })
  })

  it('count sounds for which too many wait', async () => {
    await start({ open: true, origins: ['*'] })
    vi.spyOn(test.service.sounds, 'show').mockRejectedValue(new CaptchaError('overloaded'))
    await test.call(`/simple-captcha-endpoint?get=sound&c=captchaFR&t=${test.captcha().uuid}`)
    expect(await samples('upright_limited_total')).toEqual({
      [`site="${test.site.id}",dialect="captchetat-v2",action="load"`]: 1,
    })
  })

  it('time requests by the pattern of their route, so that nothing of an address is in them', async () => {
    await start({ open: true, origins: ['*'] })
    const { uuid } = test.captcha()
    await test.call(`/captcha/${uuid}/code/infos`)
    await test.app.inject({
      url: `/s/${test.site.publicKey}/piste/captchetat/v2/version`,
      headers: { origin: 'https://page.example' },
    })
    for (const url of ['/private', '/api/private/', '/%zzprivate', `/${'private'.repeat(2000)}`, '/readyz']) {
      await test.app.inject({ url, remoteAddress: '203.0.113.7', headers: { 'user-agent': 'private' } })
    }
    const counts = await samples('upright_request_duration_seconds_count')
    expect(counts).toMatchObject({
      'dialect="captchetat-v2",route="/piste/captchetat/v2/captcha/:uuid/code/infos",status="2xx"': 1,
      'dialect="captchetat-v2",route="/s/:publicKey/piste/captchetat/v2/version",status="2xx"': 1,
      'dialect="server",route="/readyz",status="2xx"': 1,
    })
    const rendered = await figures()
    for (const word of [uuid, test.site.publicKey, test.secret, 'private', '203.0.113.7', 'page.example']) {
      expect(rendered).not.toContain(word)
    }
  })

  it('tell when the ledger is away: what could not be judged, failed calls, and that it is down', async () => {
    await start()
    expect(await samples('upright_backend_up')).toEqual({ 'backend="ledger"': 1, 'backend="registry"': 1 })
    const { uuid, code } = test.captcha()
    await test.service.ledger.close()
    expect(await test.validate(uuid, code)).toBe('false')
    expect(await samples('upright_checked_total')).toEqual({
      [`site="${test.site.id}",dialect="captchetat-v2",verdict="unavailable"`]: 1,
    })
    expect(await samples('upright_backend_failures_total')).toMatchObject({
      'backend="ledger",operation="claim"': 1,
    })
    expect(await samples('upright_backend_up')).toEqual({ 'backend="ledger"': 0, 'backend="registry"': 1 })
    expect(await figures()).toMatch(/^upright_disk_free_bytes [1-9]\d+$/m)
  })

  it('time what the registry is asked, and not what is remembered', async () => {
    await start()
    for (let i = 0; i < 5; i++) await test.call('/version')
    const counts = await samples('upright_backend_call_duration_seconds_count')
    expect(counts).toMatchObject({ 'backend="registry",operation="siteBySecret"': 1 })
    // That a site is not there is an answer.
    await expect(test.service.registry.setSite(999, {})).rejects.toThrow()
    expect(await samples('upright_backend_failures_total')).toEqual({})
  })

  it('tell which version runs, and what Node knows of its process', async () => {
    await start()
    const rendered = await figures()
    expect(rendered).toContain(
      `upright_build_info{version="${test.service.version}",node="${process.versions.node}"} 1`,
    )
    for (const name of [
      'process_cpu_seconds_total',
      'process_resident_memory_bytes',
      'nodejs_eventloop_lag_p99_seconds',
    ])
      expect(rendered).toMatch(new RegExp(`^${name} [\\d.e-]+$`, 'm'))
  })

  it('are one for all workers of a cluster: sums, and of what is well the worst', async () => {
    const { stdout, stderr } = await runChild('testing/counter.ts', [])
    expect(stderr).toBe('')
    for (const line of [
      'upright_issued_total{site="1",dialect="captchetat-v2",kind="text"} 2',
      'upright_backend_up{backend="ledger"} 0',
      'upright_backend_up{backend="registry"} 1',
      'upright_ledger_lost 1',
      'upright_disk_free_bytes 1000',
      `upright_build_info{version="1",node="${process.versions.node}"} 1`,
    ])
      expect(stdout.split('\n')).toContain(line)
  })

  it('tell only so many sites apart', async () => {
    const metrics = createMetrics('1', 2)
    for (const site of [7, 8, 9, 10, 7, 9]) metrics.issued(site, 'd', 'text')
    const rendered = await metrics.render()
    expect(rendered.match(/^upright_issued_total.*/gm)).toEqual([
      'upright_issued_total{site="7",dialect="d",kind="text"} 2',
      'upright_issued_total{site="8",dialect="d",kind="text"} 1',
      'upright_issued_total{site="other",dialect="d",kind="text"} 3',
    ])
  })
})

describe('where metrics are shown', () => {
  const ask = (port: number, path: string, method = 'GET') =>
    new Promise<[status: number, type: string | undefined, body: string]>((resolve, reject) => {
      request({ host: '127.0.0.1', port, path, method }, async response => {
        resolve([response.statusCode!, response.headers['content-type'], await text(response)])
      })
        .once('error', reject)
        .end()
    })

  it('is an address of its own, which shows nothing else', async () => {
    await start()
    const listener = await listenForMetrics(METRICS.metrics, figures)
    const [status, type, body] = await ask(listener.port, '/metrics?x')
    expect([status, type]).toEqual([200, 'text/plain; version=0.0.4; charset=utf-8'])
    expect(body).toContain('upright_build_info')
    for (const path of ['/', '/metrics/', '/healthz']) expect((await ask(listener.port, path))[0]).toBe(404)
    expect((await ask(listener.port, '/metrics', 'POST'))[0]).toBe(405)
    await listener.close()
    expect((await test.app.inject('/metrics')).statusCode).toBe(404)
  })

  it('says that it cannot tell, when a process does not answer', async () => {
    const listener = await listenForMetrics(METRICS.metrics, () => Promise.reject(new Error('timed out')))
    expect(await ask(listener.port, '/metrics')).toEqual([503, undefined, ''])
    await listener.close()
  })

  it('does not wait for open connections when it stops', async () => {
    const listener = await listenForMetrics(METRICS.metrics, async () => '')
    const gone = new Promise(resolve =>
      get(
        {
          port: listener.port,
          path: '/metrics',
          host: '127.0.0.1',
          agent: false,
          headers: { connection: 'keep-alive' },
        },
        response => {
          response.socket.once('close', resolve)
          response.resume()
        },
      ),
    )
    await ask(listener.port, '/')
    await listener.close()
    await gone
  })

  it('is nowhere unless it is wanted', async () => {
    const plain = await testApp()
    expect(plain.service.metrics).toBeUndefined()
    await plain.close()
  })
})
