import { LANGUAGES, styleNamed } from '@upright/core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createHashes } from './hash.ts'
import { alter, type RocaptchaApp, rocaptchaApp, wellFormed } from './testing.ts'
import { MAX_VERDICT_BYTES } from './thanks.ts'

let test: RocaptchaApp
const start = async (...args: Parameters<typeof rocaptchaApp>) => {
  test = await rocaptchaApp(...args)
}

describe('a response that is no whole number of degrees', () => {
  beforeAll(() => start())
  afterAll(() => test.close())

  it.each([
    '-1',
    '361',
    '1.5',
    '1e2',
    '',
    ' ',
    '+90',
    '0x10',
    '1,5',
    '90\0',
    '1-2',
    'NaN',
    'null',
    '9'.repeat(10_240),
  ])('%j is not counted', async response => {
    const hash = await test.generate()
    expect(await test.verify({ hash, response })).toBe('WRONG_RESPONSE')
    expect(await test.verify({ hash, response: test.right(hash) })).toBe('PASSED')
  })
})

describe('a verification', () => {
  beforeEach(() => start())
  afterEach(() => test.close())

  it('passes once: a spent hash is wrong, whatever is said of it', async () => {
    const [hash, failed] = [await test.generate(), await test.generate()]
    const response = test.right(hash)
    expect(await test.verify({ hash, response })).toBe('PASSED')
    expect(await test.verify({ hash, response })).toBe('WRONG_HASH')
    expect(await test.verify({ hash, response: (response + 90) % 360 })).toBe('WRONG_HASH')
    expect(await test.verify({ hash: failed, response: (test.right(failed) + 90) % 360 })).toBe('FAILED')
    expect(await test.verify({ hash: failed, response: test.right(failed) })).toBe('WRONG_HASH')
  })

  it('passes once also where the site allows more attempts, and some grace', async () => {
    const { registry } = test.service
    await registry.setSite(test.site.id, { settings: { attempts: 5, revalidation: 'grace' } })
    const [hash, failed] = [await test.generate(), await test.generate()]
    expect(await test.verify({ hash, response: test.right(hash) })).toBe('PASSED')
    expect(await test.verify({ hash, response: test.right(hash) })).toBe('WRONG_HASH')
    expect(await test.verify({ hash: failed, response: (test.right(failed) + 90) % 360 })).toBe('FAILED')
    expect(await test.verify({ hash: failed, response: test.right(failed) })).toBe('WRONG_HASH')
  })

  it('lets one of ten thousand parallel ones through', async () => {
    const hash = await test.generate()
    const response = test.right(hash)
    const statuses = await Promise.all(Array.from({ length: 10_000 }, () => test.verify({ hash, response })))
    expect(statuses.filter(status => status === 'PASSED')).toHaveLength(1)
    expect(new Set(statuses)).toEqual(new Set(['PASSED', 'WRONG_HASH']))
  })

  it('takes 360 for 0, and angles within the tolerance on either side', async () => {
    for (const off of [-10, -1, 0, 1, 10]) {
      const hash = await test.generate()
      const response = (test.right(hash) + off + 360) % 360 || 360
      expect([off, await test.verify({ hash, response })]).toEqual([off, 'PASSED'])
    }
    const answers = []
    for (const off of [-11, 11, 90, 180]) {
      const hash = await test.generate()
      answers.push((await test.post({ hash, response: (test.right(hash) + off + 360) % 360 })).body)
    }
    // Near and far are the same to the byte.
    expect(new Set(answers)).toEqual(new Set(['{"status":"FAILED","content":"FAILED"}']))
  })

  it('reads digits of any script, and ignores white space around them and around the hash', async () => {
    const inScript = (zero: number) => (response: number) =>
      [...String(response)].map(digit => String.fromCodePoint(zero + Number(digit))).join('')
    const spellings = [
      inScript(0x660),
      inScript(0x6f0),
      inScript(0xff10),
      (response: number) => `\u200e ${response}\u200f\n`,
    ]
    for (const kind of ['image', 'sound']) {
      for (const spell of spellings) {
        const hash = await test.generate({ kind })
        const response = spell(test.right(hash))
        expect([
          response,
          await test.verify({ hash: `\u2067${hash.toUpperCase()}\u2069\r\n`, response }),
        ]).toEqual([response, 'PASSED'])
      }
    }
    const hash = await test.generate({ kind: 'sound' })
    expect(await test.verify({ hash, response: '1,2' })).toBe('WRONG_RESPONSE')
    expect(await test.verify({ hash, response: test.right(hash) })).toBe('PASSED')
  })

  it('without a response, or with an unknown hash, is not counted either', async () => {
    const hash = await test.generate()
    const response = test.right(hash)
    expect(await test.verify({ hash })).toBe('WRONG_RESPONSE')
    expect(await test.verify({ response })).toBe('WRONG_HASH')
    for (const wrong of ['', 'x', hash.slice(0, 32), `${hash}0`, `${hash} 0`]) {
      expect([wrong, await test.verify({ hash: wrong, response })]).toEqual([wrong, 'WRONG_HASH'])
    }
    expect(await test.verify({ hash, response })).toBe('PASSED')
  })

  it('of a hash that was altered in one character is refused', async () => {
    const hash = await test.generate()
    for (let i = 0; i < hash.length; i++) {
      expect([i, await test.verify({ hash: alter(hash, i), response: test.right(hash) })]).toEqual([
        i,
        'WRONG_HASH',
      ])
    }
    expect(await test.verify({ hash, response: test.right(hash) })).toBe('PASSED')
  })

  it("of another site's hash is refused, and the hash stays good for its own", async () => {
    const other = await test.service.registry.addSite('Other')
    const hash = await test.generate()
    const { secret: key } = other
    expect(await test.verify({ key, hash, response: test.right(hash) })).toBe('WRONG_HASH')
    // Nor does anything else say it.
    expect(await test.verify({ key, hash, response: 'x' })).toBe('WRONG_HASH')
    expect(await test.verify({ hash, response: test.right(hash) })).toBe('PASSED')
    test.pass(1201)
    expect(await test.verify({ key, hash, response: 'x' })).toBe('WRONG_HASH')
  })

  it('of a challenge of text is refused, with any end', async () => {
    const hash = await test.generate()
    const { captcha } = test.service
    const id = captcha.issue(test.site.id, styleNamed('numerique6_7CaptchaFR')!)
    const code = captcha.open(id)!.answer
    // The last one nobody outside could make.
    const sealed = createHashes(test.service.keys('rocaptcha-session', 32)).make(id, '')
    for (const forged of [id, sealed.slice(0, 32), sealed.slice(0, 32) + hash.slice(32), sealed]) {
      expect(await test.verify({ hash: forged, response: code })).toBe('WRONG_HASH')
      expect(await test.verify({ hash: forged, response: 90 })).toBe('WRONG_HASH')
    }
  })

  it('knows a site by its private key only, and looks at it first', async () => {
    const hash = await test.generate()
    for (const key of ['', test.site.publicKey, test.site.secretHash, 'x', '\0', 'é', 'x'.repeat(5000)]) {
      expect(await test.verify({ key, hash: 'x', response: 'x' })).toBe('BAD_PRIVATE_KEY')
    }
    const key = `${test.secret}\r\n`
    expect(await test.verify({ key, hash, response: test.right(hash) })).toBe('PASSED')
  })

  it('looks at the hash before the time, at the time before the response, and at that before the session', async () => {
    const hash = await test.generate({ session: 'a' })
    const headers = { cookie: 'sessionid=b' }
    expect(await test.verify({ hash: 'x', response: 'x' }, { headers })).toBe('WRONG_HASH')
    expect(await test.verify({ hash, response: 'x' }, { headers })).toBe('WRONG_RESPONSE')
    expect(await test.verify({ hash, response: (test.right(hash) + 90) % 360 }, { headers })).toBe(
      'WRONG_SESSION',
    )
    expect(await test.verify({ hash, response: test.right(hash) })).toBe('PASSED')
    test.pass(1201)
    expect(await test.verify({ hash, response: 'x' }, { headers })).toBe('TIMEOUT')
  })

  it('comes too late after twenty minutes, for two days; then the hash is forgotten', async () => {
    const hash = await test.generate()
    const response = test.right(hash)
    test.pass(1201)
    expect(await test.verify({ hash, response })).toBe('TIMEOUT')
    expect(await test.verify({ hash, response })).toBe('TIMEOUT')
    expect((await test.get(`image/${hash}/`)).statusCode).toBe(404)
    test.pass(23 * 3600)
    expect(await test.verify({ hash, response })).toBe('TIMEOUT')
    test.pass(24 * 3600)
    expect(await test.verify({ hash, response })).toBe('TIMEOUT')
    test.pass(3600)
    expect(await test.verify({ hash, response })).toBe('WRONG_HASH')
  })

  it('is in time in the last of the twenty minutes', async () => {
    const hash = await test.generate()
    test.pass(1200)
    expect((await test.get(`image/${hash}/`)).statusCode).toBe(200)
    expect(await test.verify({ hash, response: test.right(hash) })).toBe('PASSED')
  })

  it('reads a form or JSON, whatever the content type says, and hash and angle from the address too', async () => {
    const { secret } = test
    for (const [rest, payload] of [
      ['', (hash: string, angle: number) => ({ key: secret, hash, response: angle })],
      ['', (hash: string, angle: number) => ({ key: secret, hash, response: `${angle}`, remoteip: null })],
      ['', (hash: string, angle: number) => `\uFEFF{"key":"${secret}","hash":"${hash}","response":${angle}}`],
      ['', (hash: string, angle: number) => `remoteip=None&key=${secret}&hash=${hash}&response=${angle}`],
      [
        '',
        (hash: string, angle: number) =>
          `remoteip=::1&remoteip=%00&response=${angle}&hash=${hash}&key=${secret}\r\n`,
      ],
      ['HASH/', (_: string, angle: number) => `key=${secret}&response=${angle}`],
      ['HASH', (_: string, angle: number) => `key=${secret}&hash=x&response=${angle}`],
      ['HASH/ANGLE/', () => `key=${secret}`],
      ['HASH/ANGLE', () => `key=${secret}&hash=x&response=x`],
    ] as const) {
      const hash = await test.generate()
      const angle = test.right(hash)
      const url = `/api/verify/${rest.replace('HASH', hash).replace('ANGLE', `${angle}`)}`
      const options = { method: 'POST', url, payload: payload(hash, angle) } as const
      const answer = await test.app.inject({ ...options, headers: { 'content-type': 'text/plain' } })
      expect([rest, answer.statusCode, answer.body]).toEqual([rest, 200, '{"status":"PASSED"}'])
    }
    const bodies = [
      '',
      '{',
      '[]',
      '{}',
      'null',
      '{"key":{}}',
      '{"__proto__":{}}',
      '&&=',
      '%',
      '\0',
      '{'.repeat(9000),
    ]
    for (const payload of bodies) {
      const answer = await test.app.inject({ method: 'POST', url: '/api/verify/', payload })
      expect([payload, answer.statusCode, answer.body]).toEqual([
        payload,
        200,
        '{"status":"BAD_PRIVATE_KEY","content":"BAD_PRIVATE_KEY"}',
      ])
    }
    const hash = await test.generate()
    for (const angle of ['-1', '361', 'x']) {
      const url = `/api/verify/${hash}/${angle}/`
      expect(await test.verify({}, { url })).toBe('WRONG_RESPONSE')
    }
  })

  it('is an error where the body is larger than any', async () => {
    const answer = await test.post({ response: '9'.repeat(20_000) })
    expect([answer.statusCode, answer.body]).toEqual([200, '{"status":"ERROR","content":"ERROR"}'])
  })

  it('is an error, in the log too, when nobody can tell: nobody gets through', async () => {
    const hash = await test.generate()
    await test.service.ledger.close()
    const answer = await test.post({ hash, response: test.right(hash) })
    expect([answer.statusCode, answer.body]).toEqual([200, '{"status":"ERROR","content":"ERROR"}'])
    expect((await test.get(`animal/${hash}/`)).body).toBe('{"status":"ERROR"}')
    expect(test.logs.length).toBeGreaterThan(0)
    expect(JSON.stringify(test.logs)).not.toContain(hash.slice(0, 32))
  })

  it('thanks in the language asked for, and only who passed', async () => {
    await test.service.registry.setPicture((await test.service.registry.pictures())[0]!.id, {
      name: 'Žofie "Ž" <b>',
    })
    const answer = async (fields: object, kind = 'image') => {
      const hash = await test.generate({ kind })
      return (await test.post({ hash, response: test.right(hash), ...fields })).json()
    }
    expect(await answer({ lang: 'cs-CZ' })).toEqual({ status: 'PASSED', thanks: 'Žofie "Ž" <b> děkuje.' })
    expect(await answer({ lang: 'xx' })).toEqual({
      status: 'PASSED',
      thanks: 'Žofie "Ž" <b> says thank you.',
    })
    expect(await answer({})).toEqual({ status: 'PASSED' })
    expect(await answer({ lang: 'cs' }, 'sound')).toEqual({ status: 'PASSED' })
    expect(await answer({ lang: 'cs', response: 'x' })).toEqual({
      status: 'WRONG_RESPONSE',
      content: 'WRONG_RESPONSE',
    })
    const hash = await test.generate()
    const failed = await test.post({ hash, response: (test.right(hash) + 90) % 360, lang: 'cs' })
    expect(failed.body).toBe('{"status":"FAILED","content":"FAILED"}')
  })

  it('has at most 200 bytes, however long the name', async () => {
    const [{ id } = { id: 0 }] = await test.service.registry.pictures()
    for (const name of ['x', '"', '\\', 'Ž', '犬', '🐈', '👩‍👩‍👧‍👦', 'e\u0301']) {
      const long = wellFormed(name.repeat(80).slice(0, 80))
      await test.service.registry.setPicture(id, { name: long })
      for (const lang of LANGUAGES) {
        const hash = await test.generate()
        const { rawPayload } = await test.post({ hash, response: test.right(hash), lang })
        expect(rawPayload.length).toBeLessThanOrEqual(MAX_VERDICT_BYTES)
        expect(JSON.parse(rawPayload.toString())).toMatchObject({ status: 'PASSED' })
      }
    }
  })
})
