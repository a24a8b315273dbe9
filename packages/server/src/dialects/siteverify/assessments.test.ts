import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { PAGE, type SiteverifyApp, siteverifyApp } from './testing.ts'
import type { Assessment } from './wire.ts'

let test: SiteverifyApp
beforeEach(async () => {
  test = await siteverifyApp()
})
afterEach(() => test.close())

const PATH = '/v1/projects/shop/assessments'
/** Sends an event as Google's clients do: the key in the query, the event as JSON. */
const assess = async (event: object, key = test.secret): Promise<Assessment> => {
  const payload = JSON.stringify({ event })
  const answer = await test.app.inject({ method: 'POST', url: `${PATH}?key=${key}`, payload })
  expect([answer.statusCode, answer.headers['content-type']]).toEqual([
    200,
    'application/json; charset=utf-8',
  ])
  return answer.json()
}
const reasonOf = ({ tokenProperties: { valid, invalidReason } }: Assessment) => [valid, invalidReason]

describe('an assessment', () => {
  it('tells host, action, time and score of a pass, once', async () => {
    const token = await test.earn('recaptcha', { action: 'login' })
    const event = { token, siteKey: test.site.publicKey, expectedAction: 'login', userAgent: 'x' }
    const { name, ...rest } = await assess(event)
    expect(name).toMatch(/^projects\/shop\/assessments\/[0-9a-f]{16}$/)
    expect(rest).toEqual({
      event: { token, siteKey: test.site.publicKey, expectedAction: 'login' },
      tokenProperties: {
        valid: true,
        invalidReason: 'INVALID_REASON_UNSPECIFIED',
        hostname: new URL(PAGE).hostname,
        action: 'login',
        createTime: '2027-01-15T08:00:00.000Z',
      },
      riskAnalysis: { score: 0.9, reasons: [] },
    })
    expect(reasonOf(await assess(event))).toEqual([false, 'DUPE'])
  })

  it('reads a query and a form with the names that Google gives the fields', async () => {
    const siteKey = test.site.publicKey
    for (const inBody of [true, false]) {
      const token = await test.earn('recaptcha')
      const fields = String(
        new URLSearchParams({ 'event.token': token, 'event.siteKey': siteKey, key: test.secret }),
      )
      const answer = await test.app.inject(
        inBody ? { method: 'POST', url: PATH, payload: fields } : { url: `${PATH}?${fields}` },
      )
      expect(reasonOf(answer.json())).toEqual([true, 'INVALID_REASON_UNSPECIFIED'])
    }
  })

  it('says what is wrong, with the status 200 and the score 0', async () => {
    const siteKey = test.site.publicKey
    const { site, secret } = await test.service.registry.addSite('Other', {})
    const [token, late] = [await test.earn('recaptcha'), await test.earn('recaptcha')]
    const wrong = await assess({ token, siteKey }, 'wrong')
    expect(wrong.error).toMatchObject({ code: 400, status: 'INVALID_ARGUMENT' })
    expect(wrong.riskAnalysis.score).toBe(0)
    expect(JSON.stringify(wrong)).not.toContain('"wrong"')
    const unspecific = [false, 'UNKNOWN_INVALID_REASON']
    expect(reasonOf(wrong)).toEqual(unspecific)
    expect(reasonOf(await assess({ token, siteKey }, ''))).toEqual(unspecific)
    expect(reasonOf(await assess({ token, siteKey: site.publicKey }))).toEqual(unspecific)
    expect(reasonOf(await assess({ token }))).toEqual(unspecific)
    expect(reasonOf(await assess({ token: '', siteKey }))).toEqual([false, 'MISSING'])
    expect(reasonOf(await assess({ token: 'x', siteKey }))).toEqual([false, 'MALFORMED'])
    expect(reasonOf(await assess({ token, siteKey: site.publicKey }, secret))).toEqual([false, 'MALFORMED'])
    expect(reasonOf(await assess({ token: await test.earn('turnstile'), siteKey }))).toEqual([
      false,
      'MALFORMED',
    ])
    for (const payload of ['{', '{"event":{', 'x'.repeat(20_000)]) {
      const answer = await test.app.inject({ method: 'POST', url: `${PATH}?key=${test.secret}`, payload })
      expect([answer.statusCode, answer.json().error.code, reasonOf(answer.json())]).toEqual([
        200,
        400,
        unspecific,
      ])
    }
    for (const payload of ['{"event":null}', '{"event":7}', '[]', 'null']) {
      const answer = await test.app.inject({ method: 'POST', url: `${PATH}?key=${test.secret}`, payload })
      expect([payload, answer.statusCode, answer.json().tokenProperties.valid]).toEqual([payload, 200, false])
    }
    expect(reasonOf(await assess({ token, siteKey }))).toEqual([true, 'INVALID_REASON_UNSPECIFIED'])
    test.pass(121)
    expect(reasonOf(await assess({ token: late, siteKey }))).toEqual([false, 'EXPIRED'])
  })

  it('decides nothing while something is away, and keeps the key out of the log', async () => {
    const event = { token: await test.earn('recaptcha'), siteKey: test.site.publicKey }
    await test.service.ledger.close()
    expect(reasonOf(await assess(event))).toEqual([false, 'UNKNOWN_INVALID_REASON'])
    await test.service.registry.close()
    expect((await assess(event)).error).toMatchObject({ code: 503, status: 'UNAVAILABLE' })
    const logged = JSON.stringify(test.logs)
    expect(logged).toContain('assessments')
    for (const hidden of [test.secret, event.token]) expect(logged).not.toContain(hidden)
  })
})
