import { once } from 'node:events'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PAGE, type SiteverifyApp, siteverifyApp, vendorNames } from './testing.ts'
import { VENDORS } from './vendors.ts'

let test: SiteverifyApp
const start = async () => {
  test = await siteverifyApp()
}
/** Another service, for a test that leaves its own without something. */
const restart = async () => {
  await test.close()
  await start()
}
beforeAll(start)
afterAll(() => test.close())

const HOSTNAME = new URL(PAGE).hostname
const ADDRESS = '203.0.113.7'
/** Sends fields in an encoding, whatever the content type says. */
const sent = (url: string, payload: string, type = 'text/plain') =>
  test.app.inject({ method: 'POST', url, payload, headers: { 'content-type': type } })
const codesOf = (answer: Record<string, unknown>) => answer['error-codes']

/** How each vendor calls what is wrong with a pass. */
const INVALID = 'invalid-input-response'
const USED = {
  recaptcha: 'timeout-or-duplicate',
  hcaptcha: 'invalid-or-already-seen-response',
  turnstile: 'timeout-or-duplicate',
}
const OUTAGE = { recaptcha: 'bad-request', hcaptcha: 'bad-request', turnstile: 'internal-error' }

describe('a right answer', () => {
  it('of reCAPTCHA has no error codes, and no score where the site tells none', async () => {
    const { secret } = test
    const v2 = await test.earn('recaptcha')
    expect(await test.verify('recaptcha', { secret, response: v2 })).toEqual({
      success: true,
      challenge_ts: '2027-01-15T08:00:00Z',
      hostname: HOSTNAME,
    })
    const named = await test.earn('recaptcha', { action: 'login' })
    expect(await test.verify('recaptcha', { secret, response: named })).toMatchObject({ action: 'login' })
  })

  it('of hCaptcha names the public key', async () => {
    const response = await test.earn('hcaptcha')
    const { publicKey } = test.site
    const fields = { secret: test.secret, response, sitekey: publicKey, remoteip: '127.0.0.1' }
    expect(await test.verify('hcaptcha', fields)).toEqual({
      success: true,
      challenge_ts: '2027-01-15T08:00:00Z',
      hostname: HOSTNAME,
      sitekey: publicKey,
    })
  })

  it('of Turnstile has an empty list of error codes, the action and the data of the page', async () => {
    const response = await test.earn('turnstile', { action: 'login', cdata: 'x1' })
    expect(await test.verify('turnstile', { secret: test.secret, response })).toEqual({
      success: true,
      'error-codes': [],
      challenge_ts: '2027-01-15T08:00:00.000Z',
      hostname: HOSTNAME,
      action: 'login',
      cdata: 'x1',
    })
  })

  it.each([
    [0, 0.9, 0.1],
    [1, 0.8, 0.2],
    [3, 0.7, 0.3],
  ])(
    'on rung %i tells the score %d, and hCaptcha the risk %d, where the site says so',
    async (rung, good, bad) => {
      const { registry, passes } = test.service
      await registry.setSite(test.site.id, { settings: { score: true } })
      const { secret } = test
      const earn = (dialect: string) =>
        passes.issue({
          ...{ site: test.site.id, expiry: 120, dialect, hostname: '', action: '', cdata: '', rung },
          ...{ reasons: [], kind: 'work', score: good, weights: { minute: 0, hour: 0, report: false } },
        })
      expect(await test.verify('recaptcha', { secret, response: earn('recaptcha') })).toMatchObject({
        score: good,
        action: '',
      })
      expect(await test.verify('hcaptcha', { secret, response: earn('hcaptcha') })).toMatchObject({
        score: bad,
        score_reason: [],
      })
      const turnstile = await test.verify('turnstile', { secret, response: earn('turnstile') })
      expect([turnstile.success, turnstile.score]).toEqual([true, undefined])
      await registry.setSite(test.site.id, { settings: { score: false } })
    },
  )
})

describe.each(vendorNames)('a pass of %s', vendor => {
  const { verifyPath, passSeconds } = VENDORS[vendor]
  const verify = (fields: Record<string, string>) => test.verify(vendor, { secret: test.secret, ...fields })

  it('is read from a form, multipart, JSON and a query, and is good once', async () => {
    const { secret } = test
    const multipart = (fields: Record<string, string>) =>
      `${Object.entries(fields)
        .map(([name, value]) => `--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`)
        .join('')}--b--\r\n`
    const ways = [
      (fields: object) => sent(verifyPath, JSON.stringify(fields), 'application/json'),
      (fields: Record<string, string>) => sent(verifyPath, String(new URLSearchParams(fields))),
      (fields: Record<string, string>) => sent(verifyPath, multipart(fields), 'multipart/form-data'),
      (fields: Record<string, string>) => test.app.inject(`${verifyPath}?${new URLSearchParams(fields)}`),
      // As clients write it that escape nothing.
      ({ secret, response }: Record<string, string>) =>
        sent(verifyPath, `secret=${secret}&response=${response}&remoteip=${ADDRESS}&version=php_1.3.0`),
    ]
    for (const way of ways) {
      const fields = { secret, response: await test.earn(vendor) }
      expect(fields.secret + fields.response).toMatch(/^[\w.~-]+$/)
      expect((await way(fields)).json()).toMatchObject({ success: true })
      expect(codesOf((await way(fields)).json())).toEqual([USED[vendor]])
    }
  })

  it(`lives for ${passSeconds} seconds, and none from the future is good`, async () => {
    const [last, late] = [await test.earn(vendor), await test.earn(vendor)]
    test.pass(passSeconds)
    expect(await verify({ response: last })).toMatchObject({ success: true })
    test.pass(1)
    expect(codesOf(await verify({ response: late }))).toEqual([USED[vendor]])
    test.pass(3600)
    const early = await test.earn(vendor)
    test.pass(-3601 - passSeconds)
    expect(codesOf(await verify({ response: early }))).toEqual([INVALID])
  })

  it('is redeemed in its own dialect or by the native verification, and nowhere else', async () => {
    const { secret } = test
    for (const other of ['native', ...vendorNames].filter(name => name !== vendor)) {
      const response = await test.earn(other)
      expect([other, codesOf(await verify({ response }))]).toEqual([other, [INVALID]])
    }
    const response = await test.earn(vendor)
    const native = await sent('/upright/v1/siteverify', JSON.stringify({ secret, response }))
    expect(native.json()).toMatchObject({ success: true, hostname: HOSTNAME })
    expect(codesOf(await verify({ response }))).toEqual([USED[vendor]])
  })

  it('is refused in the words of the vendor, whatever is wrong with the request', async () => {
    const { secret: other, site } = await test.service.registry.addSite('Other', {})
    const response = await test.earn(vendor)
    const { secret } = test
    const refusals: [payload: string, codes: string[]][] = [
      ['', ['missing-input-response', 'missing-input-secret']],
      [`secret=${secret}`, ['missing-input-response']],
      [`secret=${secret}&response=`, ['missing-input-response']],
      [JSON.stringify({ secret, response: null }), ['missing-input-response']],
      [JSON.stringify({ secret, response: [response] }), ['missing-input-response']],
      [`response=${response}`, ['missing-input-secret']],
      [`secret=wrong&response=${response}`, ['invalid-input-secret']],
      [`secret=${test.site.publicKey}&response=${response}`, ['invalid-input-secret']],
      [`secret=${test.site.secretHash}&response=${response}`, ['invalid-input-secret']],
      [`secret=${other}&response=${response}`, [INVALID]],
      [`secret=${secret}&response=null`, [INVALID]],
      [`secret=${secret}&response=${'x'.repeat(2049)}`, [INVALID]],
      [`secret=${secret}&response=${response}A`, [INVALID]],
      [`secret=${secret}&response=${test.captcha().uuid}`, [INVALID]],
      [`secret=${secret}&response=${response}&secret=${other}`, ['bad-request']],
      [`secret=${secret}&response=${response}&response=${response}`, ['bad-request']],
      [`{"secret":"${secret}","response":"${response}"`, ['bad-request']],
      [`secret=${secret}&response=${response}&more=${'x'.repeat(16 * 1024)}`, ['bad-request']],
    ]
    for (const [payload, codes] of refusals) {
      const answer = await sent(verifyPath, payload)
      const seen = [payload.slice(0, 60), answer.statusCode, answer.json().success, codesOf(answer.json())]
      expect(seen).toEqual([payload.slice(0, 60), 200, false, codes])
    }
    // The same name in the query and in the body is there twice as well.
    const twice = await sent(`${verifyPath}?secret=${other}`, `secret=${secret}&response=${response}`)
    expect(codesOf(twice.json())).toEqual(['bad-request'])
    expect(site.id).not.toBe(test.site.id)
    expect(await verify({ response })).toMatchObject({ success: true })
    const put = await test.app.inject({ method: 'PUT', url: verifyPath, payload: 'x' })
    expect([put.statusCode, put.headers.allow]).toEqual([405, 'GET, POST'])
  })

  it('is nothing that a site gives or takes where the dialect is off', async () => {
    const response = await test.earn(vendor)
    await test.service.registry.setSite(test.site.id, { settings: { dialects: ['native'] } })
    expect(codesOf(await verify({ response }))).toEqual(['invalid-input-secret'])
    const body = JSON.stringify({ sitekey: test.site.publicKey, dialect: vendor })
    expect((await sent('/upright/v1/challenge', body)).json().error).toBe('site_unknown')
    await test.service.registry.setSite(test.site.id, { settings: { dialects: [vendor] } })
    expect(await verify({ response: await test.earn(vendor) })).toMatchObject({ success: true })
    await test.service.registry.setSite(test.site.id, { settings: { dialects: 'all' } })
  })

  it('is called neither wrong nor spent while something is away, and nothing then is logged of it', async () => {
    const [response, spent] = [await test.earn(vendor), await test.earn(vendor)]
    const { secret } = test
    const query = `${verifyPath}?${new URLSearchParams({ secret, response: spent })}`
    // Overloaded: a verification is never shed, nor limited or counted in a quota.
    test.pressure.value = 100
    await test.service.registry.setSite(test.site.id, { settings: { quota: 1, rate: 1 } })
    for (let i = 0; i < 5; i++) {
      expect(codesOf(await verify({ response: 'x' }))).toEqual([INVALID])
    }
    expect(await verify({ response })).toMatchObject({ success: true })
    await test.service.ledger.close()
    for (const answer of [await test.app.inject(query), await sent(verifyPath, query.split('?')[1]!)]) {
      expect([answer.statusCode, codesOf(answer.json())]).toEqual([200, [OUTAGE[vendor]]])
    }
    await test.service.registry.close()
    for (const answer of [await test.app.inject(query), await sent(verifyPath, query.split('?')[1]!)]) {
      expect([answer.statusCode, codesOf(answer.json())]).toEqual([200, [OUTAGE[vendor]]])
      expect(answer.headers['content-security-policy']).toContain("default-src 'none'")
    }
    const logged = JSON.stringify(test.logs)
    expect(logged).toContain(verifyPath)
    for (const hidden of [secret, spent, response]) expect(logged).not.toContain(hidden)
    await restart()
  })

  it('is redeemed exactly once of many requests at a time', async () => {
    const response = await test.earn(vendor)
    const answers = await Promise.all(Array.from({ length: 200 }, () => verify({ response })))
    expect(answers.filter(({ success }) => success)).toHaveLength(1)
  })
})

describe('a repeat', () => {
  it('with the idempotency key of the first gets the same answer, of Turnstile alone', async () => {
    const [one, other] = ['0b4b0c5e-6f0c-4b5b-9c07-0f3b8c5d2a11', '1c5c1d6f-7a1d-4c6c-8d18-1a4c9d6e3b22']
    for (const vendor of vendorNames) {
      const fields = { secret: test.secret, response: await test.earn(vendor) }
      const first = await test.verify(vendor, { ...fields, idempotency_key: one })
      const again = await test.verify(vendor, { ...fields, idempotency_key: one })
      if (vendor === 'turnstile') expect(again).toEqual(first)
      else expect(codesOf(again)).toEqual([USED[vendor]])
      expect(codesOf(await test.verify(vendor, { ...fields, idempotency_key: other }))).toEqual([
        USED[vendor],
      ])
    }
  })

  it('gets the answer that was not delivered once more, within five seconds', async () => {
    await restart()
    let cut = true
    test.app.addHook('onSend', async (_request, reply) => {
      if (!cut) return
      cut = false
      reply.raw.destroy()
      await once(reply.raw, 'close')
    })
    const earned = await Promise.all(vendorNames.map(async vendor => [vendor, await earnOf(vendor)] as const))
    const address = await test.app.listen({ port: 0 })
    for (const [vendor, response] of earned) {
      const body = new URLSearchParams({ secret: test.secret, response })
      const ask = async () =>
        (await fetch(address + VENDORS[vendor].verifyPath, { method: 'POST', body })).json()
      cut = true
      await expect(ask()).rejects.toThrow()
      expect(await ask()).toMatchObject({ success: true })
      expect(codesOf(await ask())).toEqual([USED[vendor]])
    }
  })
})

/** A pass that was earned without a request. */
const earnOf = async (dialect: string) =>
  test.service.passes.issue({
    ...{ site: test.site.id, expiry: 120, dialect, hostname: '', action: '', cdata: '', rung: 0 },
    ...{ reasons: [], kind: 'work', score: 0.9, weights: { minute: 0, hour: 0, report: false } },
  })

describe('the path that hCaptcha and Cap share', () => {
  it('takes passes of Cap, by the secret, where the site has Cap on', async () => {
    const { secret } = test
    const response = await earnOf('cap')
    const answer = await sent('/siteverify', JSON.stringify({ secret, response }))
    expect(answer.json()).toMatchObject({ success: true, sitekey: test.site.publicKey })
    expect(codesOf(await test.verify('hcaptcha', { secret, response }))).toEqual([USED.hcaptcha])
    const { registry } = test.service
    const [capPass, own] = [await earnOf('cap'), await earnOf('hcaptcha')]
    await registry.setSite(test.site.id, { settings: { dialects: ['hcaptcha'] } })
    expect(codesOf(await test.verify('hcaptcha', { secret, response: capPass }))).toEqual([INVALID])
    await registry.setSite(test.site.id, { settings: { dialects: ['cap'] } })
    expect(codesOf(await test.verify('hcaptcha', { secret, response: own }))).toEqual([INVALID])
    expect(await test.verify('hcaptcha', { secret, response: capPass })).toMatchObject({ success: true })
    await registry.setSite(test.site.id, { settings: { dialects: 'all' } })
  })

  it('says when the public key is not that of the secret', async () => {
    const { site } = await test.service.registry.addSite('Other', {})
    const fields = { secret: test.secret, response: await earnOf('hcaptcha') }
    for (const sitekey of [site.publicKey, 'x', test.secret]) {
      expect(await test.verify('hcaptcha', { ...fields, sitekey })).toEqual({
        success: false,
        'error-codes': ['sitekey-secret-mismatch'],
        sitekey: test.site.publicKey,
      })
    }
    // The others do not look at it.
    const recaptcha = { secret: test.secret, response: await earnOf('recaptcha'), sitekey: 'x' }
    expect(await test.verify('recaptcha', recaptcha)).toMatchObject({ success: true })
    expect(await test.verify('hcaptcha', fields)).toMatchObject({ success: true })
  })
})

describe('a site that accepts while the ledger is away', () => {
  it('lets each pass through once, as far as this process knows', async () => {
    await test.service.registry.setSite(test.site.id, { settings: { outage: 'accept' } })
    const fields = { secret: test.secret, response: await earnOf('turnstile') }
    await test.service.ledger.close()
    expect(await test.verify('turnstile', fields)).toMatchObject({ success: true })
    expect(codesOf(await test.verify('turnstile', fields))).toEqual([USED.turnstile])
  })
})

describe('metrics', () => {
  it('count what was answered and what was redeemed under the name of each vendor', async () => {
    await test.close()
    test = await siteverifyApp({}, { metrics: { host: '127.0.0.1', port: 0 } })
    for (const vendor of vendorNames) {
      const fields = { secret: test.secret, response: await test.earn(vendor) }
      await test.verify(vendor, fields)
      await test.verify(vendor, fields)
    }
    const figures = await test.service.metrics!.render()
    const counted = (dialect: string, verdict: string) =>
      new RegExp(`_total\\{site="${test.site.id}",dialect="${dialect}",verdict="${verdict}"\\} (\\d+)`).exec(
        figures,
      )?.[1]
    for (const vendor of vendorNames) {
      const redeemed = `${vendor}-siteverify`
      const seen = [counted(vendor, 'passed'), counted(redeemed, 'passed'), counted(redeemed, 'spent')]
      expect([vendor, ...seen]).toEqual([vendor, '1', '1', '1'])
    }
    expect(counted('native', 'passed')).toBeUndefined()
    for (const hidden of [test.secret, 'secret=']) expect(figures).not.toContain(hidden)
  })
})
