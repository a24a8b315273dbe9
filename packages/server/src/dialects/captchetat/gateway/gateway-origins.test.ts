import { afterEach, describe, expect, it } from 'vitest'
import { type TestApp, testApp, V2 } from '../../../testing/app.ts'

const PAGE = 'https://www.example.org'
const ALLOW = 'access-control-allow-origin'

let test: TestApp
afterEach(() => test.close())

describe('the gateway', () => {
  it('lets no page read what it cannot know to be allowed, because the registry is away', async () => {
    test = await testApp({ origins: [PAGE] })
    await test.service.registry.close()
    const answer = await test.app.inject({
      url: `${V2}/version`,
      headers: { keyid: test.secret, origin: PAGE },
    })
    expect([answer.statusCode, answer.headers[ALLOW]]).toEqual([503, undefined])
  })

  it('names no origin where there is none, let in or refused', async () => {
    test = await testApp({ origins: ['*'] })
    const { registry } = test.service
    for (const { id } of await registry.sites()) if (id !== test.site.id) await registry.removeSite(id)
    for (const [keyid, status] of [
      [test.secret, 200],
      ['x', 401],
    ] as const) {
      const answer = await test.app.inject({ url: `${V2}/version`, headers: { keyid } })
      expect([answer.statusCode, ALLOW in answer.headers]).toEqual([status, false])
    }
  })

  it('grants nothing to a preflight without an origin, or for a site that is none', async () => {
    test = await testApp({ origins: [PAGE] })
    const { publicKey } = test.site
    for (const [prefix, headers] of [
      ['', {}],
      [`/s/${publicKey}`, {}],
      [`/s/${'0'.repeat(30)}`, {}],
      [`/s/${'0'.repeat(30)}`, { origin: PAGE }],
    ] as const) {
      const answer = await test.app.inject({ method: 'OPTIONS', url: `${prefix}${V2}/version`, headers })
      expect([answer.statusCode, ALLOW in answer.headers]).toEqual([204, false])
    }
  })

  it('takes a key or a token of the site before its open door, and ignores others there', async () => {
    test = await testApp({ open: true, origins: ['*'] })
    const url = `/s/${test.site.publicKey}${V2}/version`
    for (const [headers, status] of [
      [{}, 200],
      [{ keyid: test.secret }, 200],
      [{ keyid: 'x' }, 200],
      [{ authorization: 'Bearer x' }, 200],
    ] as const) {
      expect((await test.app.inject({ url, headers })).statusCode).toBe(status)
    }
    await test.service.registry.setSite(test.site.id, { settings: { open: false } })
    test.pass(3)
    expect((await test.app.inject({ url, headers: { keyid: 'x' } })).statusCode).toBe(401)
  })
})
