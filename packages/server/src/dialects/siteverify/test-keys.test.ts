import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { type SiteverifyApp, siteverifyApp, type VendorName } from './testing.ts'

let test: SiteverifyApp
beforeAll(async () => {
  test = await siteverifyApp({}, { testKeys: true })
})
afterAll(() => test.close())

const RECAPTCHA = {
  sitekey: '6LeIxAcTAAAAAJcZVRqyHh71UMIEGNQ_MXjiZKhI',
  secret: '6LeIxAcTAAAAAGG-vFI1TnRWxMZNFuojJ4WifJWe',
}
const HCAPTCHA_SECRET = `0x${'0'.repeat(40)}`
const hcaptcha = (n: number) => ({
  sitekey: `${n}0000000-ffff-ffff-ffff-00000000000${n}`,
  pass: `${n}0000000-aaaa-bbbb-cccc-00000000000${n}`,
})
const turnstileSecret = (n: number) => `${n}x0000000000000000000000000000000AA`
const DUMMY = 'XXXX.DUMMY.TOKEN.XXXX'

const native = async (path: string, body: object) =>
  test.app.inject({ method: 'POST', url: `/upright/v1/${path}`, payload: JSON.stringify(body) })
/** What a script gets for a key of tests: how it behaves, and what its answer earns. */
async function shown(dialect: VendorName, sitekey: string) {
  const challenge = (await native('challenge', { sitekey, dialect })).json()
  const { ticket, kinds, work, expires_in } = challenge
  expect([kinds, work.puzzles]).toEqual([['work'], 1])
  const answer = (await native('answer', { ticket, kind: 'work', work: [0] })).json()
  return { ...challenge.test, expires_in, pass: answer.success ? answer.pass : answer.reason }
}

describe('keys for tests', () => {
  it('of reCAPTCHA pass every token, and the widget shows itself', async () => {
    const { pass, ...behaviour } = await shown('recaptcha', RECAPTCHA.sitekey)
    expect(behaviour).toEqual({ visible: true, interactive: false, expires_in: 120 })
    for (const response of [pass, 'anything']) {
      expect(await test.verify('recaptcha', { secret: RECAPTCHA.secret, response })).toEqual({
        success: true,
        challenge_ts: '2027-01-15T08:00:00Z',
        hostname: 'testkey.google.com',
      })
    }
    expect(await test.verify('recaptcha', { secret: RECAPTCHA.secret })).toEqual({
      success: false,
      'error-codes': ['missing-input-response'],
    })
  })

  it('of hCaptcha pass, and those of Enterprise call the visitor safe or a bot', async () => {
    const scores = [{}, { score: 0, score_reason: ['safe'] }, { score: 1, score_reason: ['bot'] }]
    for (const [i, score] of scores.entries()) {
      const { sitekey, pass } = hcaptcha(i + 1)
      expect(await shown('hcaptcha', sitekey)).toMatchObject({ pass, visible: true, expires_in: 120 })
      expect(await test.verify('hcaptcha', { secret: HCAPTCHA_SECRET, response: pass })).toEqual({
        success: true,
        challenge_ts: '2027-01-15T08:00:00Z',
        hostname: 'dummy-key-pass',
        sitekey,
        ...score,
      })
      const live = await test.verify('hcaptcha', { secret: test.secret, response: pass })
      expect(live).toEqual({ success: false, 'error-codes': ['not-using-dummy-secret'] })
    }
    const response = await test.earn('hcaptcha')
    expect(await test.verify('hcaptcha', { secret: HCAPTCHA_SECRET, response })).toEqual({
      success: false,
      'error-codes': ['not-using-dummy-passcode'],
    })
    const url = `/checksiteconfig?host=localhost&sitekey=${hcaptcha(1).sitekey}`
    expect((await test.app.inject({ method: 'POST', url })).json()).toEqual({ pass: true, features: {} })
  })

  it.each([
    ['1x00000000000000000000AA', { pass: DUMMY, visible: true, interactive: false }],
    ['2x00000000000000000000AB', { pass: 'wrong', visible: true, interactive: false }],
    ['1x00000000000000000000BB', { pass: DUMMY, visible: false, interactive: false }],
    ['2x00000000000000000000BB', { pass: 'wrong', visible: false, interactive: false }],
    ['3x00000000000000000000FF', { pass: DUMMY, visible: true, interactive: true }],
  ])('of Turnstile behave as their vendor says: %s', async (sitekey, behaviour) => {
    expect(await shown('turnstile', sitekey)).toEqual({ ...behaviour, expires_in: 300 })
  })

  it('of Turnstile, the secrets, pass, fail or have spent its one token, and take no other', async () => {
    const metadata = { result_with_testing_key: true }
    const verify = (n: number, response: string) =>
      test.verify('turnstile', { secret: turnstileSecret(n), response })
    expect(await verify(1, DUMMY)).toEqual({
      success: true,
      'error-codes': [],
      challenge_ts: '2027-01-15T08:00:00.000Z',
      hostname: 'example.com',
      action: '',
      cdata: '',
      metadata,
    })
    const refused = (code: string) => ({ success: false, 'error-codes': [code], metadata })
    expect(await verify(2, DUMMY)).toEqual(refused('invalid-input-response'))
    expect(await verify(3, DUMMY)).toEqual(refused('timeout-or-duplicate'))
    const own = await test.earn('turnstile')
    for (const n of [1, 2, 3]) expect(await verify(n, own)).toEqual(refused('invalid-input-response'))
    expect(await test.verify('turnstile', { secret: test.secret, response: DUMMY })).toEqual({
      success: false,
      'error-codes': ['invalid-input-response'],
    })
  })

  it('are of one vendor each, and no ticket of another', async () => {
    const elsewhere = await native('challenge', { sitekey: RECAPTCHA.sitekey, dialect: 'turnstile' })
    expect(elsewhere.json().error).toBe('site_unknown')
    expect((await native('challenge', { sitekey: RECAPTCHA.sitekey })).json().error).toBe('site_unknown')
    for (const [vendor, secret] of [
      ['turnstile', RECAPTCHA.secret],
      ['recaptcha', HCAPTCHA_SECRET],
      ['hcaptcha', turnstileSecret(1)],
    ] as const) {
      expect(await test.verify(vendor, { secret, response: 'x' })).toEqual({
        success: false,
        'error-codes': ['invalid-input-secret'],
      })
    }
  })

  it('are unknown unless the configuration turns them on', async () => {
    await test.close()
    test = await siteverifyApp()
    for (const [vendor, secret, response] of [
      ['recaptcha', RECAPTCHA.secret, 'x'],
      ['hcaptcha', HCAPTCHA_SECRET, hcaptcha(1).pass],
      ['turnstile', turnstileSecret(1), DUMMY],
    ] as const) {
      const answer = await test.verify(vendor, { secret, response })
      expect(answer).toEqual({ success: false, 'error-codes': ['invalid-input-secret'] })
      const live = await test.verify(vendor, { secret: test.secret, response })
      expect(live).toMatchObject({ success: false, 'error-codes': ['invalid-input-response'] })
    }
    const asked = await native('challenge', { sitekey: RECAPTCHA.sitekey, dialect: 'recaptcha' })
    expect(asked.json().error).toBe('site_unknown')
    const answered = await native('answer', { ticket: RECAPTCHA.sitekey, kind: 'work', work: [0] })
    expect(answered.json().error).toBe('unknown_challenge')
  })
})
