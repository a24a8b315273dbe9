import { expect } from 'vitest'
import type { Config } from '../../config.ts'
import type { SiteSettings } from '../../registry/settings.ts'
import { type TestApp, testApp } from '../../testing/app.ts'
import type { DialectUnderTest } from '../../testing/dialect-contract.ts'
import { earnWith, solve } from '../../testing/native-answer.ts'
import { VENDORS } from './vendors.ts'

export type VendorName = keyof typeof VENDORS

export const vendorNames = Object.keys(VENDORS) as VendorName[]

/** Where the page of a test is. */
export const PAGE = 'https://shop.example'
/** Work that a test solves at once. */
const EASY = { native: { style: 'sha256', level: 16 } }

/** A vendor's back end and its pages over a real service: for tests. */
export interface SiteverifyApp extends TestApp {
  /** A pass as a form has it: earned by a browser on `PAGE`. */
  earn(dialect: string, more?: { action?: string; cdata?: string; sitekey?: string }): Promise<string>
  /** What a back end gets to read when it sends these fields as a form. The status is always 200. */
  verify(vendor: VendorName, fields: Record<string, string>): Promise<Record<string, unknown>>
}

/** Starts one with a site whose challenges take little work. */
export async function siteverifyApp(
  settings: Partial<SiteSettings> = {},
  config: Partial<Config> = {},
): Promise<SiteverifyApp> {
  const test = await testApp({ rate: 0, work: EASY, ...settings }, config)
  const post = (url: string, payload: string, headers = {}) =>
    test.app.inject({ method: 'POST', url, payload, headers })
  return {
    ...test,
    async earn(dialect, more = {}) {
      const call = async (path: string, body: object) =>
        (await post(`/upright/v1/${path}`, JSON.stringify(body), { origin: PAGE })).json()
      const { ticket } = await call('challenge', { sitekey: test.site.publicKey, dialect, ...more })
      const id = test.service.tickets.open(ticket, 'any')!.ids.get('work')!
      const work = (await solve(test, id)).split(',').map(Number)
      const answer = await call('answer', { ticket, kind: 'work', work })
      expect(answer).toMatchObject({ success: true })
      return answer.pass
    },
    async verify(vendor, fields) {
      const answer = await post(VENDORS[vendor].verifyPath, String(new URLSearchParams(fields)))
      expect([answer.statusCode, answer.headers['content-type']]).toEqual([
        200,
        'application/json; charset=utf-8',
      ])
      return answer.json()
    },
  }
}

/** How the contract of dialects uses the one of a vendor. */
export function underTestOf(name: string): DialectUnderTest {
  const { verifyPath } = VENDORS[name as VendorName]
  return {
    beside: ['native'],
    checks: {
      siteverify: {
        async request(test, challenge) {
          const response = await earnWith(test, name, challenge)
          return { url: verifyPath, fields: { secret: test.secret, response: response ?? 'none' } }
        },
        passed: body => JSON.parse(body).success === true,
      },
    },
    solve: (test, id) => solve(test, id),
    async handsOut({ app, site }) {
      const payload = JSON.stringify({ sitekey: site.publicKey, dialect: name })
      const asked = await app.inject({ method: 'POST', url: '/upright/v1/challenge', payload })
      return [asked.json().ticket]
    },
  }
}
