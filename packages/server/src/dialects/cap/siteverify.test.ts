import { once } from 'node:events'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type CapApp, capApp } from './testing.ts'

let test: CapApp
beforeEach(async () => {
  test = await capApp()
})
afterEach(() => test.close())

const PASSED = { success: true }
const UNKNOWN = { success: false, error: 'The token is unknown.' }
const DUPLICATE = { success: false, error: 'The token was verified before.' }
const NO_SITE = { success: false, error: 'There is no such site: the secret does not belong to it' }
const pass = (more: object = {}) =>
  test.service.passes.issue({
    ...{ site: test.site.id, expiry: 1200, dialect: 'cap', hostname: '', action: '', cdata: '' },
    ...{ rung: 0, reasons: [], kind: 'work', score: 0.9, weights: { minute: 0, hour: 0, report: false } },
    ...more,
  })

describe('a verification', () => {
  it('passes once, with the key in the address and without it', async () => {
    const { publicKey } = test.site
    for (const path of [
      '/cap/siteverify',
      `/${publicKey}/siteverify`,
      `/cap/${publicKey}/siteverify`,
      `/${publicKey}/2/siteverify/`,
    ]) {
      const token = await test.earn()
      const answer = await test.post(path, { secret: test.secret, response: token })
      expect([path, answer.statusCode, answer.body]).toEqual([path, 200, '{"success":true}'])
      expect(answer.headers['cache-control']).toBe('no-store')
      expect(await test.siteverify(token)).toEqual(DUPLICATE)
    }
  })

  it('passes exactly once of many in parallel', async () => {
    const token = await test.earn()
    const answers = await Promise.all(Array.from({ length: 20 }, () => test.siteverify(token)))
    expect(answers.filter(({ success }) => success)).toHaveLength(1)
  })

  it('reads JSON, a form or multipart, whatever the content type says', async () => {
    const bodies: ((fields: Record<string, string>) => string)[] = [
      fields => JSON.stringify({ ...fields, remoteip: null }),
      fields => String(new URLSearchParams(fields)),
      fields =>
        `${Object.entries(fields)
          .map(([name, value]) => `--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`)
          .join('')}--b--\r\n`,
    ]
    for (const write of bodies) {
      for (const type of ['application/json', 'text/plain', 'x']) {
        const body = write({ secret: test.secret, response: await test.earn() })
        const answer = await test.post('siteverify', body, { headers: { 'content-type': type } })
        expect([body, answer.json()]).toEqual([body, PASSED])
      }
    }
  })

  it('needs the secret of the site that the key in the address is of', async () => {
    const { site, secret } = await test.service.registry.addSite('Other', {})
    const token = await test.earn()
    for (const [key, given] of [
      [test.site.publicKey, secret],
      [site.publicKey, test.secret],
      ['x', test.secret],
      [test.site.publicKey, test.site.publicKey],
      [test.site.publicKey, test.site.secretHash],
      [test.site.publicKey, ''],
    ]) {
      const answer = await test.post(`/cap/${key}/siteverify`, { secret: given, response: token })
      expect([answer.statusCode, answer.json()]).toEqual([200, NO_SITE])
    }
    expect((await test.post('/cap/siteverify', { secret, response: token })).json()).toEqual(UNKNOWN)
    expect(await test.siteverify(token)).toEqual(PASSED)
  })

  it('knows passes of Cap alone: none of another dialect, no ticket, nothing forged or altered', async () => {
    const good = pass()
    const others = [
      pass({ dialect: 'native' }),
      (await test.challenge()).token,
      `${good}x`,
      good.slice(1),
      '',
      7,
    ]
    for (const response of [...others, null, ['x'], 'é', 'x'.repeat(4000)]) {
      expect([response, await test.siteverify(response)]).toEqual([response, UNKNOWN])
    }
    expect(await test.siteverify(good)).toEqual(PASSED)
  })

  it('is refused when the pass has expired, or comes from beyond the clock skew', async () => {
    const [last, late] = [await test.earn(), await test.earn()]
    test.pass(1200)
    expect(await test.siteverify(last)).toEqual(PASSED)
    test.pass(1)
    expect(await test.siteverify(late)).toEqual({ success: false, error: 'The token has expired.' })
    test.pass(3600)
    const early = await test.earn()
    test.pass(-3600)
    expect(await test.siteverify(early)).toEqual(UNKNOWN)
  })

  it('is answered 200 whatever fails, spends nothing then, and says nothing of it in the log', async () => {
    const large = await test.siteverify('x', { more: 'x'.repeat(1024 * 1024) })
    expect(large.success).toBe(false)
    for (const body of ['', 'null', '[]', '\0', '--x', '%']) {
      expect([body, (await test.post('siteverify', body)).json()]).toEqual([body, NO_SITE])
    }
    const token = await test.earn()
    const sent = `secret=${test.secret}&response=${token}`
    for (const body of ['{', `secret=x&${sent}`, `response=x&${sent}`]) {
      const { error } = (await test.post('siteverify', body)).json()
      expect(error).toMatch(/^A parameter is missing or not understood: /)
    }
    await test.service.ledger.close()
    const path = `siteverify?secret=${test.secret}&response=${token}`
    const answer = await test.post(path, { secret: test.secret, response: token })
    expect([answer.statusCode, answer.json().success]).toEqual([200, false])
    const logged = JSON.stringify(test.logs)
    for (const hidden of [test.secret, token]) expect(logged).not.toContain(hidden)
  })

  it('is no call of pages', async () => {
    for (const method of ['GET', 'OPTIONS'] as const) {
      const answer = await test.app.inject({ method, url: `/${test.site.publicKey}/siteverify` })
      expect([method, answer.statusCode, answer.headers.allow]).toEqual([method, 405, 'POST'])
    }
  })
})

describe('a site that accepts while the ledger is away', () => {
  it('lets each token through once, as far as this process knows', async () => {
    await test.close()
    test = await capApp({ outage: 'accept' })
    const solved = await test.solved()
    await test.service.ledger.close()
    const redeem = async () => (await test.post('redeem', solved)).json()
    const { token } = await redeem()
    expect((await redeem()).success).toBe(false)
    expect(await test.siteverify(token)).toEqual(PASSED)
    expect(await test.siteverify(token)).toEqual(DUPLICATE)
  })
})

describe('an answer that was not delivered', () => {
  it('is given once more, within five seconds', async () => {
    let cut = true
    test.app.addHook('onSend', async (_request, reply) => {
      if (!cut) return
      cut = false
      reply.raw.destroy()
      await once(reply.raw, 'close')
    })
    const address = await test.app.listen({ port: 0 })
    const token = pass()
    const ask = async () => {
      const body = JSON.stringify({ secret: test.secret, response: token })
      return (await fetch(`${address}/cap/siteverify`, { method: 'POST', body })).json()
    }
    await expect(ask()).rejects.toThrow()
    expect(await ask()).toEqual(PASSED)
    expect(await ask()).toEqual(DUPLICATE)
  })
})

describe('a master secret that is replaced', () => {
  const NEXT = 'the master secret that comes next, long enough'

  it.each(['previousSecret', 'nextSecret'])('opens what was sealed under an accepted one: %s', async name => {
    const { secret } = test.service
    const solved = await test.solved()
    await test.close()
    // The site has the same number in the new folder.
    test = await capApp({}, { secret: NEXT, [name]: secret })
    const { token } = (await test.post('redeem', solved)).json()
    await test.close()
    test = await capApp({}, { secret: NEXT })
    expect((await test.post('redeem', solved)).json().success).toBe(false)
    // Made under the secret in force, whichever the ticket was made under.
    expect(await test.siteverify(token)).toEqual(PASSED)
  })
})
