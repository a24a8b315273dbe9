import { CaptchaError } from '@upright/core'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { V1 } from '../dialects/captchetat/v1/openapi.ts'
import { rocaptchaApp } from '../dialects/rocaptcha/testing.ts'
import type { SiteSettings } from '../registry/settings.ts'
import { type TestApp, testApp, V2 } from '../testing/app.ts'

let test: TestApp
afterEach(() => test.close())

const OPEN: Partial<SiteSettings> = { open: true, origins: ['*'] }
/** What a browser at an address is told by a page's call. */
const ask = (address: string, path: string, options = {}) =>
  test.app.inject({ url: path, remoteAddress: address, ...options })
const named = (path: string) => `/s/${test.site.publicKey}${path}`
const image = (address: string) => ask(address, named(`${V2}/simple-captcha-endpoint?get=image&c=captchaFR`))
const statuses = async (count: number, call: () => Promise<{ statusCode: number }>) => {
  const seen: number[] = []
  for (let i = 0; i < count; i++) seen.push((await call()).statusCode)
  return seen
}

describe('visitors of an open site', () => {
  it('wait when their address has asked for too many challenges, and others do not', async () => {
    test = await testApp({ ...OPEN, rate: 3 })
    expect(await statuses(4, () => image('192.0.2.7'))).toEqual([200, 200, 200, 429])
    const refused = await image('192.0.2.7')
    expect(refused.headers['retry-after']).toBe('20')
    expect(refused.json()).toMatchObject({ status: 429, error: 'Too Many Requests' })
    expect((await image('192.0.2.8')).statusCode).toBe(200)
    test.pass(20)
    expect(await statuses(2, () => image('192.0.2.7'))).toEqual([200, 429])
    // Pictures are looked at and codes are checked all the same.
    const { uuid, code } = test.captcha()
    const sound = await ask(
      '192.0.2.7',
      named(`${V2}/simple-captcha-endpoint?get=sound&c=captchaFR&t=${uuid}`),
    )
    expect(sound.statusCode).toBe(200)
    const options = { method: 'POST', payload: { uuid, code } }
    expect((await ask('192.0.2.7', named(`${V2}/valider-captcha`), options)).body).toBe('true')
  })

  it('wait longer when their responses are wrong', async () => {
    test = await testApp({ ...OPEN, rate: 20 })
    for (let i = 0; i < 4; i++) {
      const options = { method: 'POST', payload: { uuid: test.captcha().uuid, code: 'WRONG' } }
      expect((await ask('192.0.2.7', named(`${V2}/valider-captcha`), options)).body).toBe('false')
    }
    const seen = await statuses(10, () => image('192.0.2.7'))
    expect(seen).toEqual([...Array(4).fill(200), ...Array(6).fill(429)])
  })

  it('can hear a challenge as often as see it', async () => {
    test = await testApp({ ...OPEN, rate: 1 })
    const page = await ask('192.0.2.7', named(`${V1}/simple-captcha-endpoint?get=html&c=captchaFR`))
    const t = /[?&;]t=([0-9a-f]{32})/.exec(page.body)![1]
    const get = (form: string) => ask('192.0.2.7', named(`${V1}/simple-captcha-endpoint?get=${form}&t=${t}`))
    expect(await statuses(4, () => get('sound'))).toEqual([200, 200, 200, 429])
    expect((await get('p')).statusCode).toBe(200)
  })

  it('get as many codes of v1 as their rate says, and as few tries as in v2', async () => {
    test = await testApp({ ...OPEN, rate: 60 })
    const call = (address: string, query: string, options = {}) =>
      ask(address, named(`${V1}/simple-captcha-endpoint?${query}`), options)
    const idFor = async (address: string) =>
      /[?&;]t=([0-9a-f]{32})/.exec((await call(address, 'get=html&c=captchaFR')).body)![1]
    const t = await idFor('192.0.2.7')
    const seen = await statuses(70, () => call('192.0.2.7', `get=image&t=${t}`))
    // The page itself was the first of 60: its code can be heard.
    expect(seen.filter(status => status === 200)).toHaveLength(59)
    // Nobody is given a code with the head of a picture.
    expect((await call('192.0.2.7', `get=image&t=${t}`, { method: 'HEAD' })).statusCode).toBe(200)

    const tries = async (address: string, next: () => Promise<boolean>, guess: () => Promise<unknown>) => {
      let count = 0
      while (await next()) {
        await guess()
        count++
      }
      return [address, count]
    }
    const u = await idFor('198.51.100.1')
    const v1 = await tries(
      '198.51.100.1',
      async () => (await call('198.51.100.1', `get=image&t=${u}`)).statusCode === 200,
      () => call('198.51.100.1', `get=validation-result&t=${u}&i=WRONG`),
    )
    const v2 = await tries(
      '203.0.113.1',
      async () => (await image('203.0.113.1')).statusCode === 200,
      () =>
        ask('203.0.113.1', named(`${V2}/valider-captcha`), {
          method: 'POST',
          payload: { uuid: test.captcha().uuid, code: 'WRONG' },
        }),
    )
    expect([v1, v2]).toEqual([
      ['198.51.100.1', 12],
      ['203.0.113.1', 12],
    ])
  })

  it('who check too often are told false, as back ends let visitors through on any status but 200', async () => {
    test = await testApp({ ...OPEN, rate: 1 })
    const check = () => {
      const { uuid, code } = test.captcha()
      return ask('192.0.2.7', named(`${V2}/valider-captcha`), { method: 'POST', payload: { uuid, code } })
    }
    const answers = [await check(), await check(), await check()]
    expect(answers.map(({ statusCode, body }) => [statusCode, body])).toEqual([
      [200, 'true'],
      [200, 'true'],
      [200, 'false'],
    ])
    expect(answers.map(({ headers }) => headers['retry-after'])).toEqual([undefined, undefined, '30'])
  })

  it('leave the site its quota when they are refused', async () => {
    test = await testApp({ ...OPEN, rate: 2, quota: 10 })
    expect(await statuses(20, () => image('192.0.2.7'))).toEqual([200, 200, ...Array(18).fill(429)])
    expect(await statuses(9, () => image('198.51.100.1'))).toEqual([200, 200, ...Array(7).fill(429)])
    for (const n of [2, 3, 4]) {
      expect(await statuses(2, () => image(`198.51.${n}.1`))).toEqual([200, 200])
    }
    expect((await image('203.0.113.1')).statusCode).toBe(429)
  })
})

describe('back ends', () => {
  it('are not limited by their address, which stands for all their visitors', async () => {
    test = await testApp({ rate: 1 })
    const call = () => test.call('/simple-captcha-endpoint?get=image&c=captchaFR')
    expect(await statuses(50, call)).toEqual(Array(50).fill(200))
  })

  it('may tell whose response was wrong', async () => {
    const ro = await rocaptchaApp({ rate: 10 })
    test = ro
    const generate = (address: string) =>
      ro.get('generate/', {}, { remoteAddress: address }).then(answer => answer.json().status)
    for (let i = 0; i < 2; i++) {
      const hash = await ro.generate()
      const response = (ro.right(hash) + 90) % 360
      expect(await ro.verify({ hash, response, remoteip: '192.0.2.7' })).toBe('FAILED')
    }
    expect([await generate('192.0.2.7'), await generate('192.0.2.7')]).toEqual(['OK', 'OK'])
    expect(await generate('192.0.2.7')).toBe('ERROR')
    expect(await generate('192.0.2.8')).toBe('OK')
    const hash = await ro.generate()
    expect(await ro.verify({ hash, response: ro.right(hash), remoteip: '192.0.2.7' })).toBe('PASSED')
  })
})

describe('RoCAPTCHA', () => {
  it('says ERROR with 200 and when to come back, and 429 for pictures', async () => {
    const ro = await rocaptchaApp({ rate: 2 })
    test = ro
    const hash = [await ro.generate(), await ro.generate()][1]
    const refused = await ro.get('generate/')
    expect([refused.statusCode, refused.json()]).toEqual([
      200,
      { status: 'ERROR', work: expect.objectContaining({ function: 'scrypt' }) },
    ])
    expect(refused.headers['retry-after']).toBe('30')
    expect(await statuses(7, () => ro.get(`image/${hash}/`))).toEqual([...Array(6).fill(200), 429])
  })
})

describe('a process that has more to do than it can', () => {
  it('throttles visitors who have asked for much, and serves the others', async () => {
    test = await testApp({ ...OPEN, rate: 20 })
    expect(await statuses(5, () => image('192.0.2.7'))).toEqual(Array(5).fill(200))
    test.pressure.value = 1
    expect((await image('192.0.2.7')).statusCode).toBe(429)
    expect(await statuses(2, () => image('198.51.100.1'))).toEqual([200, 200])
    test.pressure.value = 0
    expect((await image('192.0.2.7')).statusCode).toBe(200)
  })

  it('sheds all challenges under extreme lag, but no checks and no health checks', async () => {
    test = await testApp(OPEN)
    test.pressure.value = 20
    const { uuid, code } = test.captcha()
    const calls = [image('192.0.2.7'), test.call('/simple-captcha-endpoint?get=image&c=captchaFR')]
    for (const answer of await Promise.all(calls)) {
      expect(answer.statusCode).toBe(503)
      expect(answer.headers['retry-after']).toBe('2')
      expect(answer.json()).toMatchObject({ status: 503, error: 'Service Unavailable' })
    }
    expect(await test.validate(uuid, code)).toBe('true')
    expect((await test.app.inject('/healthz')).statusCode).toBe(200)
    expect((await test.call('/healthcheck')).statusCode).toBe(200)
    // Counted, not logged: there are many of them.
    expect(test.logs).toEqual([])
  })

  it('says so to a page of RoCAPTCHA in its words, and when to come back', async () => {
    const ro = await rocaptchaApp()
    test = ro
    test.pressure.value = 20
    const answer = await ro.get('generate/')
    expect([answer.body, answer.headers['retry-after']]).toEqual(['{"status":"ERROR"}', '2'])
    expect((await ro.get('form/')).json().status).toBe('OK')
  })

  it('has sounds made in turn by site and address, and says when too many wait', async () => {
    const ro = await rocaptchaApp({ ...OPEN, rate: 0 })
    test = ro
    const { uuid } = test.captcha()
    const spoken = await ro.generate({ kind: 'sound' })
    const show = vi.spyOn(test.service.sounds, 'show').mockRejectedValue(new CaptchaError('overloaded'))
    const v2 = `${V2}/simple-captcha-endpoint?get=sound&c=captchaFR&t=${uuid}`
    const v1 = `${V1}/simple-captcha-endpoint?get=sound&t=${uuid}`
    for (const path of [named(v2), named(v1), `/api/sound/${spoken}/`]) {
      const answer = await ask('192.0.2.7', path)
      expect([path, answer.statusCode, answer.headers['retry-after']]).toEqual([path, 503, '2'])
      expect(show.mock.lastCall![0]).toMatchObject({ site: { id: test.site.id }, address: '192.0.2.7' })
    }
    for (const url of [v2, v1]) {
      await test.app.inject({ url, headers: { keyid: test.secret } })
      expect(show.mock.lastCall![0]).toMatchObject({ site: { id: test.site.id }, address: undefined })
    }
    expect(test.logs).toEqual([])
  })
})

describe('while the ledger is out of reach', () => {
  it('CaptchEtat says false, and the log says why, once for all of them', async () => {
    test = await testApp()
    const pairs = Array.from({ length: 20 }, () => test.captcha())
    await test.service.ledger.close()
    for (const { uuid, code } of pairs) expect(await test.validate(uuid, code)).toBe('false')
    expect(test.warnings).toHaveLength(1)
    expect(test.warnings[0]).toMatch(/the ledger is out of reach .*: 1 requests refused and 0 decided/)
    test.pass(11)
    await test.validate(pairs[0]!.uuid, pairs[0]!.code)
    expect(test.warnings[1]).toMatch(/: 20 requests refused and 0 decided/)
  })

  it('a site may accept right answers, and no others, each once', async () => {
    test = await testApp({ outage: 'accept', revalidation: 'strict' })
    const [right, wrong] = [test.captcha(), test.captcha()]
    await test.service.ledger.close()
    expect(await test.validate(right.uuid, right.code)).toBe('true')
    expect(await test.validate(right.uuid, right.code)).toBe('false')
    expect(await test.validate(wrong.uuid, 'WRONG')).toBe('false')
    expect(await test.validate(wrong.uuid, wrong.code)).toBe('false')
    expect(test.warnings[0]).toMatch(/0 requests refused and 1 decided without it/)
  })

  it('RoCAPTCHA says ERROR', async () => {
    const ro = await rocaptchaApp()
    test = ro
    const hash = await ro.generate()
    await ro.service.ledger.close()
    const answer = await ro.post({ hash, response: ro.right(hash) })
    expect([answer.statusCode, answer.json()]).toEqual([200, { status: 'ERROR', content: 'ERROR' }])
  })
})
