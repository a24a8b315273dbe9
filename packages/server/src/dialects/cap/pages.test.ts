import { afterEach, describe, expect, it } from 'vitest'
import { type CapApp, capApp } from './testing.ts'

let test: CapApp
afterEach(() => test.close())

const PAGE = 'https://www.example.org'
const ELSEWHERE = 'https://other.example.net'
const from = (origin: string) => ({ headers: { origin } })
const REFUSED = { success: false, error: 'The site does not allow requests from this origin.' }

describe('a page', () => {
  it('of an origin that the site lists may ask before it calls, and read the answers', async () => {
    test = await capApp({ origins: [PAGE] })
    for (const call of ['challenge', '2/challenge', 'redeem']) {
      const url = `/${test.site.publicKey}/${call}`
      const preflight = await test.app.inject({ method: 'OPTIONS', url, ...from(PAGE) })
      expect([preflight.statusCode, preflight.headers['access-control-allow-origin']]).toEqual([204, PAGE])
      expect(preflight.headers['access-control-allow-headers']).toContain('content-type')
      const { headers } = await test.post(call, '', from(PAGE))
      expect(headers).toMatchObject({ 'access-control-allow-origin': PAGE, vary: 'Origin' })
      const foreign = await test.app.inject({ method: 'OPTIONS', url, ...from(ELSEWHERE) })
      expect(foreign.headers['access-control-allow-origin']).toBeUndefined()
      expect(foreign.headers.vary).toBe('Origin')
    }
  })

  it('of another origin is refused, and so is a program that names no page', async () => {
    test = await capApp({ origins: [PAGE] })
    for (const options of [
      from(ELSEWHERE),
      from('null'),
      { headers: { 'sec-fetch-site': 'cross-site' } },
      {},
    ]) {
      for (const call of ['challenge', 'redeem']) {
        const answer = await test.post(call, '', options)
        expect([answer.statusCode, answer.json()]).toEqual([200, REFUSED])
        expect(answer.headers['access-control-allow-origin']).toBeUndefined()
      }
    }
  })

  it('of any origin is served where the site lists none, or all', async () => {
    for (const origins of [[], ['*']]) {
      test = await capApp({ origins })
      for (const options of [from(ELSEWHERE), {}]) {
        expect((await test.challenge(options)).token).toBeTypeOf('string')
      }
      await test.close()
    }
    test = await capApp()
  })

  it('of the service itself is always served', async () => {
    test = await capApp({ origins: [PAGE] })
    const headers = { host: 'captcha.example.org', 'sec-fetch-site': 'same-origin' }
    const solved = await test.solved({ headers })
    expect((await test.post('redeem', solved, { headers })).json().success).toBe(true)
  })

  it('alone can redeem what it asked for, and its host is in the pass', async () => {
    test = await capApp()
    const stolen = await test.solved(from(PAGE))
    for (const options of [from(ELSEWHERE), {}]) {
      expect((await test.post('redeem', stolen, options)).json().success).toBe(false)
    }
    const answer = (await test.post('redeem', stolen, from(`${PAGE}:8443`))).json()
    expect(test.service.passes.open(answer.token, test.site.id)!.hostname).toBe('www.example.org')
  })

  it('can read that its key is unknown, or that its body was too large', async () => {
    test = await capApp({ origins: [PAGE] })
    const unknown = await test.post(`/cap/${'0'.repeat(30)}/challenge`, '', from(ELSEWHERE))
    expect(unknown.headers['access-control-allow-origin']).toBe(ELSEWHERE)
    const large = await test.post('redeem', 'x'.repeat(20_000), from(PAGE))
    expect([large.statusCode, large.headers['access-control-allow-origin'], large.json().success]).toEqual([
      200,
      PAGE,
      false,
    ])
  })
})

describe('metrics', () => {
  it('count verdicts of redeem and of siteverify apart', async () => {
    test = await capApp({}, { metrics: { host: '127.0.0.1', port: 0 } })
    const { token } = await test.challenge()
    await test.post('redeem', { token, solutions: [] })
    const pass = await test.earn()
    await test.siteverify(pass)
    await test.siteverify(pass)
    await test.siteverify('x')
    const figures = await test.service.metrics!.render()
    const counted = (dialect: string, verdict: string) =>
      new RegExp(
        `upright_\\w+_total\\{site="${test.site.id}",dialect="${dialect}",verdict="${verdict}"\\} (\\d+)`,
      ).exec(figures)?.[1]
    expect(['passed', 'wrong'].map(verdict => counted('cap', verdict))).toEqual(['1', '1'])
    expect(['passed', 'spent', 'unknown'].map(verdict => counted('cap-siteverify', verdict))).toEqual([
      '1',
      '1',
      '1',
    ])
  })
})
