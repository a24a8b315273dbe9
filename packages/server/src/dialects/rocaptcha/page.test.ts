import { afterEach, describe, expect, it } from 'vitest'
import type { Site } from '../../registry/registry.ts'
import { type RocaptchaApp, rocaptchaApp } from './testing.ts'

let test: RocaptchaApp
const start = async (...args: Parameters<typeof rocaptchaApp>) => {
  test = await rocaptchaApp(...args)
}
const PAGE = 'https://www.example.org'
const OTHER = 'https://other.example.net'

describe('a page', () => {
  afterEach(() => test.close())
  const from = (headers: Record<string, string>, query = {}) => test.get('generate/', query, { headers })
  const allowed = 'access-control-allow-origin'

  it('of an origin that the site lists may read every answer', async () => {
    await start({ origins: [PAGE] })
    const answer = await from({ origin: PAGE })
    expect(answer.json().status).toBe('OK')
    expect(answer.headers).toMatchObject({ [allowed]: PAGE, vary: 'Origin' })
    expect(answer.headers['access-control-allow-credentials']).toBeUndefined()
    const hash = answer.json().content
    const spoken = await test.generate({ kind: 'sound' })
    for (const path of [`image/${hash}/`, `sound/${spoken}/`, `animal/${hash}/`, 'form/']) {
      const headers = (await test.get(path, {}, { headers: { origin: PAGE } })).headers
      expect([path, headers[allowed], headers.vary]).toEqual([path, PAGE, 'Origin'])
      const others = (await test.get(path, {}, { headers: { origin: OTHER } })).headers
      expect([path, others[allowed]]).toEqual([path, undefined])
    }
  })

  it.each([
    [[], { origin: OTHER }, 'OK'],
    [[], { referer: `${OTHER}/page` }, 'OK'],
    [[], {}, 'OK'],
    [['*'], { origin: OTHER }, 'OK'],
    [[PAGE], {}, 'OK'],
    [[PAGE], { referer: `${PAGE}/page?x` }, 'OK'],
    [[PAGE], { origin: PAGE, referer: `${OTHER}/` }, 'OK'],
    [[PAGE], { origin: 'HTTPS://WWW.EXAMPLE.ORG' }, 'OK'],
    [[PAGE], { 'sec-fetch-site': 'same-origin' }, 'OK'],
    [[PAGE], { origin: 'http://captcha.test', host: 'captcha.test' }, 'OK'],
    [[PAGE], { referer: 'http://captcha.test/', host: 'captcha.test' }, 'OK'],
    [[PAGE], { referer: 'nonsense' }, 'OK'],
    [[], { 'sec-fetch-site': 'cross-site' }, 'OK'],
    [['*'], { 'sec-fetch-site': 'cross-site' }, 'OK'],
    [[PAGE], { 'sec-fetch-site': 'cross-site', referer: `${PAGE}/` }, 'OK'],
    [[PAGE], { 'sec-fetch-site': 'cross-site', origin: PAGE }, 'OK'],
    [[PAGE], { 'sec-fetch-site': 'cross-site' }, 'ERROR'],
    [[PAGE], { 'sec-fetch-site': 'same-site' }, 'ERROR'],
    [[PAGE], { 'sec-fetch-site': 'none' }, 'ERROR'],
    [[PAGE], { origin: OTHER }, 'ERROR'],
    [[PAGE], { origin: 'null' }, 'ERROR'],
    [[PAGE], { referer: `${OTHER}/` }, 'ERROR'],
    [[PAGE], { referer: 'https://www.example.org.evil.net/' }, 'ERROR'],
    [[PAGE], { origin: OTHER, referer: `${PAGE}/` }, 'ERROR'],
  ] as [string[], Record<string, string>, string][])(
    'where the site lists %j, %j gets %s',
    async (origins, headers, status) => {
      await start({ origins })
      for (const query of [{}, { callback: 'f' }]) {
        const answer = await from(headers, query)
        expect([answer.statusCode, answer.body.includes(`"status":"${status}"`)]).toEqual([200, true])
        expect(answer.headers[allowed]).toBe(status === 'OK' ? headers.origin : undefined)
      }
    },
  )

  it('may read that its key is none', async () => {
    await start({ origins: [PAGE] })
    const answer = await from({ origin: OTHER }, { key: 'x' })
    expect([answer.json().status, answer.headers[allowed]]).toEqual(['BAD_PUBLIC_KEY', OTHER])
  })

  it('is told to wait when the site has used up its quota', async () => {
    await start({ quota: 3 })
    const { service } = test
    const [hash, spoken] = [await test.generate(), await test.generate({ kind: 'sound' })]
    await test.get('form/')
    const site = test.site as Site
    for (const answer of [
      await test.get('generate/'),
      await test.get('form/', { callback: 'f' }),
      await test.get(`animal/${hash}/`),
    ]) {
      expect([answer.statusCode, answer.body]).toEqual([200, expect.stringContaining('"status":"ERROR"')])
      expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0)
    }
    for (const path of [`image/${hash}/`, `sound/${spoken}/`]) {
      const answer = await test.get(path)
      expect([answer.statusCode, answer.json().error]).toEqual([429, 'quota_exceeded'])
      expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0)
    }
    expect((await service.registry.site(site.id))!.settings.quota).toBe(3)
    expect(await test.verify({ hash, response: test.right(hash) })).toBe('PASSED')
  })
})
