import { altchaNumber, altchaParameters } from '@upright/core'
import { afterEach, describe, expect, it } from 'vitest'
import { hmac } from './signatures.ts'
import { type AltchaApp, altchaApp } from './testing.ts'
import { hashOf } from './v1.ts'
import { drawnOf } from './work.ts'

const NOW = 1_800_000_000
const PAGE = 'https://www.example.org'

let test: AltchaApp
afterEach(() => test.close())

const drawn = (id: string) => drawnOf(test.service.captcha.open(id)!)!
const get = (url: string, headers = {}) => test.app.inject({ url, headers })
const from = (path: string, more = '') => `${path}?apiKey=${test.site.publicKey}${more}`

describe('a challenge of the first protocol', () => {
  it("is signed with the site's key, the 64 digits as text, and expires after five minutes", async () => {
    test = await altchaApp({ work: {} })
    const { signature, salt, ...rest } = await test.challenge(1, { elsewhere: true })
    const [, id] = /^[0-9a-f]{32}\?expires=1800000300&id=([0-9a-f]{32})&$/.exec(salt)!
    const { number } = altchaNumber(drawn(id!))
    const challenge = hashOf(salt, number)
    expect(rest).toEqual({ algorithm: 'SHA-256', challenge, maxnumber: 32_768, expires_in: 300 })
    expect(signature).toBe(hmac(test.altchaKey, challenge).toString('hex'))
    const own = await test.challenge(1)
    expect(own.signature).not.toBe(hmac(test.altchaKey, own.challenge).toString('hex'))
    expect(own.salt).toContain(`?expires=${NOW + 1200}&`)
  })
})

describe('a challenge of the second protocol', () => {
  it('has parameters that style and level decide, and a signature over them in order', async () => {
    test = await altchaApp({ work: {} })
    const { parameters, signature, ...rest } = await test.challenge(2, { elsewhere: true })
    const { nonce } = parameters
    expect(rest).toEqual({ expires_in: 300 })
    expect(parameters).toEqual({ ...altchaParameters(drawn(nonce)), nonce, expiresAt: NOW + 300 })
    expect(parameters).toMatchObject({
      algorithm: 'PBKDF2/SHA-256',
      cost: 5000,
      keyLength: 32,
      keyPrefix: '00',
    })
    const { salt } = parameters
    const text = `{"algorithm":"PBKDF2/SHA-256","cost":5000,"expiresAt":1800000300,"keyLength":32,"keyPrefix":"00","nonce":"${nonce}","salt":"${salt}"}`
    expect(signature).toBe(hmac(test.altchaKey, text).toString('hex'))
  })

  it.each([
    ['sha256', 28, { algorithm: 'SHA-256', keyPrefix: '000', cost: 4 }],
    ['pbkdf2', 20, { algorithm: 'PBKDF2/SHA-256', keyPrefix: '00', cost: 20_000 }],
    ['scrypt8', 8, { algorithm: 'SCRYPT', cost: 8192, memoryCost: 8, parallelism: 1, keyPrefix: '0' }],
  ])('asks for the work that the site sets: %s', async (style, level, wanted) => {
    test = await altchaApp({ work: { 'altcha-v2': { style, level } } })
    expect((await test.challenge(2)).parameters).toMatchObject(wanted)
  })
})

describe('the addresses of challenges', () => {
  it('take the version from the request, else from the site, and Sentinel the second', async () => {
    test = await altchaApp()
    const isFirst = async (url: string) => 'salt' in (await get(url)).json()
    expect(await isFirst(from('/altcha/challenge'))).toBe(true)
    expect(await isFirst(from('/v1/challenge'))).toBe(false)
    await test.service.registry.setSite(test.site.id, { settings: { altchaVersion: 2 } })
    expect(await isFirst(from('/altcha/challenge'))).toBe(false)
    for (const path of ['/altcha/challenge', '/v1/challenge']) {
      expect(await isFirst(from(path, '&v=1'))).toBe(true)
      expect(await isFirst(from(path, '&v=2'))).toBe(false)
      expect((await get(from(path, '&v=3'))).json().error).toBe('bad_request')
    }
  })

  it('answer what is not stored, and store nothing', async () => {
    test = await altchaApp()
    for (const path of ['/altcha/challenge', '/v1/challenge']) {
      const [one, two] = [await get(from(path)), await get(from(path))]
      expect(one.headers).toMatchObject({ 'cache-control': 'no-store' })
      expect(one.headers['content-type']).toContain('/json')
      expect(one.json().signature).not.toBe(two.json().signature)
    }
  })

  it('say in the words of widgets that there is no such site, or none with a key for plug-ins', async () => {
    test = await altchaApp()
    for (const path of ['/altcha/challenge', '/v1/challenge']) {
      for (const key of ['', 'x', test.secret, '\0']) {
        const answer = await get(`${path}?apiKey=${encodeURIComponent(key)}`, { origin: PAGE })
        expect([answer.statusCode, answer.json().error]).toEqual([404, 'site_unknown'])
        expect(answer.headers['access-control-allow-origin']).toBe(PAGE)
      }
    }
    const { site } = await test.service.registry.addSite('without')
    expect((await get(`/v1/challenge?apiKey=${site.publicKey}`)).statusCode).toBe(200)
    const none = await get(`/altcha/challenge?apiKey=${site.publicKey}`)
    expect([none.statusCode, none.json().error]).toEqual([404, 'site_unknown'])
    expect(none.json().message).toContain('upright site show --altcha-key')
  })

  it('are open to the pages of the site alone', async () => {
    test = await altchaApp({ origins: [PAGE] })
    for (const path of ['/altcha/challenge', '/v1/challenge']) {
      const welcome = await get(from(path), { origin: PAGE })
      expect(welcome.headers['access-control-allow-origin']).toBe(PAGE)
      expect(welcome.headers['access-control-expose-headers']).toContain('x-altcha-config')
      const foreign = await get(from(path), { origin: 'https://www.example.net' })
      expect([foreign.statusCode, foreign.json().error]).toEqual([403, 'origin_refused'])
      expect(foreign.headers['access-control-allow-origin']).toBeUndefined()
      // A program that names no page; our own page, which sends no Origin with a GET.
      expect((await get(from(path))).json().error).toBe('origin_refused')
      expect((await get(from(path), { 'sec-fetch-site': 'same-origin' })).statusCode).toBe(200)
    }
  })

  it('know no site that the dialect is off for', async () => {
    test = await altchaApp({ dialects: ['rocaptcha'] })
    expect((await get(from('/v1/challenge'))).json().error).toBe('site_unknown')
    expect(await test.verify('x')).toEqual({ verified: false, reason: 'invalid_secret' })
  })

  it('expire with the site where that is sooner', async () => {
    test = await altchaApp({ expiry: 60 })
    for (const elsewhere of [true, false]) {
      const { parameters, expires_in } = await test.challenge(2, { elsewhere })
      expect([parameters.expiresAt, expires_in]).toEqual([NOW + 60, 60])
    }
  })

  it('are rate limited', async () => {
    test = await altchaApp({ rate: 1 })
    const codes = []
    for (let i = 0; i < 4; i++) codes.push((await get(from('/v1/challenge'))).statusCode)
    expect(codes).toContain(429)
  })
})
