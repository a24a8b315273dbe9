import { buffer } from 'node:stream/consumers'
import { codeStyles } from '@upright/core'
import type { InjectOptions } from 'fastify'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type TestApp, testApp, V2 } from '../../../testing/app.ts'

let test: TestApp
beforeAll(async () => {
  test = await testApp()
})
afterAll(() => test.close())

const ENDPOINT = '/simple-captcha-endpoint'
const spring = (status: number, error: string, path: string) => ({
  timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00$/),
  status,
  error,
  path: V2 + path,
})

describe('an image', () => {
  it.each(codeStyles.map(({ name }) => name))(
    'of %s is a data URL with a uuid that validates',
    async name => {
      const answer = await test.call(`${ENDPOINT}?get=image&c=${name}`)
      expect(answer.statusCode).toBe(200)
      expect(answer.headers).toMatchObject({
        'cache-control': 'no-store',
        'content-type': expect.stringMatching(/^application\/json/),
      })
      expect(Object.keys(answer.json())).toEqual(['uuid', 'imageb64'])
      const { uuid, imageb64 } = answer.json()
      expect(uuid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
      expect(imageb64).toMatch(/^data:image\/png;base64,[A-Za-z0-9+/]+=*$/)
      const png = Buffer.from(imageb64.split(',')[1], 'base64')
      expect(png.subarray(1, 4).toString()).toBe('PNG')
      expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([200, 70])
      expect(await test.validate(uuid, test.service.captcha.open(uuid)!.answer)).toBe('true')
    },
  )

  it('has twice the pixels with scale=2, and the usual ones with any other scale', async () => {
    const sizeWith = async (query: string) => {
      const answer = await test.call(`${ENDPOINT}?get=image&c=captchaFR${query}`)
      const png = Buffer.from(answer.json().imageb64.split(',')[1], 'base64')
      return [png.readUInt32BE(16), png.readUInt32BE(20)]
    }
    expect(await sizeWith('&scale=2')).toEqual([400, 140])
    for (const query of ['&scale=1', '&scale=', '&scale=3', '&scale=2&scale=2', '&scale=2000000000']) {
      expect(await sizeWith(query)).toEqual([200, 70])
    }
  })

  it('is a new one at every call', async () => {
    const calls = Array.from({ length: 50 }, () => test.call(`${ENDPOINT}?get=image&c=captchaFR`))
    expect(new Set((await Promise.all(calls)).map(answer => answer.json().uuid)).size).toBe(50)
  })

  it('comes whatever is accepted, sent along or doubled', async () => {
    const get = (url: string, headers = {}) =>
      test.app.inject({ url, headers: { keyid: test.secret, ...headers } })
    const query = `${ENDPOINT}?get=image&c=captchaFR`
    for (const answer of [
      await get(`${V2}${query}`, { accept: 'text/html' }),
      await get(`${V2}${query}`, { accept: 'nonsense', 'content-type': 'application/json' }),
      await get(`${V2}${query}`, { 'content-type': ';' }),
      await get(`${V2}${query}&t=&_=1700000000&cs=2&d=3&e=4&mode=x&i=y`),
      await get(`/piste//captchetat/v2${query}`),
      await get(`//piste/captchetat///v2/${query}`),
    ]) {
      expect(answer.statusCode).toBe(200)
      expect(answer.json().uuid).toBeDefined()
    }
    const head = await test.call(query, { method: 'HEAD' })
    expect([head.statusCode, head.body]).toEqual([200, ''])
  })

  it.each([
    '',
    '?get=image',
    '?c=captchaFR',
    '?get=picture&c=captchaFR',
    '?get=IMAGE&c=captchaFR',
    '?get=&c=captchaFR',
    '?get=image&c=',
    '?get=image&c=captchafr',
    '?get=image&c=captchaDE',
    '?get=image&c=captchaFR%00',
    '?get=image&c=%F0%9F%90%88',
    '?get=image&c=%zz',
    '?get=image&c=captchaFR&c=captchaFR',
    '?get=image&get=sound&c=captchaFR',
    '?get[]=image&c=captchaFR',
    '?get=image&c=__proto__',
    '?get=sound',
    '?get=sound&t=x',
    '?get=sound&c=captchaFR',
    '?get=sound&c=captchaXX&t=x',
  ])('is refused for "%s" with 400', async query => {
    const answer = await test.call(ENDPOINT + query)
    expect(answer.statusCode).toBe(400)
    expect(answer.json()).toEqual(spring(400, 'Bad Request', ENDPOINT))
  })
})

describe('a sound', () => {
  const sound = (t: string, options?: InjectOptions) =>
    test.call(`${ENDPOINT}?get=sound&c=captchaFR&t=${t}`, options)

  it('of an unknown, foreign or expired uuid is not found', async () => {
    const { uuid } = test.captcha()
    const other = await test.service.registry.addSite('Other')
    const foreign = await test.app.inject({
      url: `${V2}${ENDPOINT}?get=sound&c=captchaFR&t=${uuid}`,
      headers: { keyid: other.secret },
    })
    expect(foreign.statusCode).toBe(404)
    for (const t of [crypto.randomUUID(), 'x', '%00', '🐈', 'x'.repeat(5000)]) {
      expect((await sound(t)).json()).toEqual(spring(404, 'Not Found', ENDPOINT))
    }
    test.pass(1201)
    expect((await sound(uuid)).statusCode).toBe(404)
  })

  it.each(codeStyles.map(({ name }) => name))('of %s is a WAV of the same code, for a while', async name => {
    const { uuid, code } = test.captcha(name)
    const answer = await test.call(`${ENDPOINT}?get=sound&c=${name}&t=${uuid}`)
    expect(answer.statusCode).toBe(200)
    expect(answer.headers).toMatchObject({
      'content-type': 'audio/x-wav',
      'content-length': `${answer.rawPayload.length}`,
      'accept-ranges': 'bytes',
      'cache-control': 'no-store',
    })
    expect(answer.rawPayload.subarray(0, 4).toString()).toBe('RIFF')
    const seconds = answer.rawPayload.readUInt32LE(40) / 32_000
    expect(seconds).toBeGreaterThanOrEqual(3)
    // A longer code takes a second for each character, so that people can type along.
    expect(seconds).toBeLessThan(Math.max(9, code.length) + 0.01)
    expect(await test.validate(uuid, code)).toBe('true')
    expect((await sound(uuid)).rawPayload).toEqual(answer.rawPayload)
  })

  it('is the same bytes a thousand times over', async () => {
    const { uuid } = test.captcha()
    const first = (await sound(uuid)).rawPayload
    for (let i = 0; i < 100; i++) {
      // As streams: a whole payload would be made into text too, which takes longer than the sound.
      const answers = await Promise.all(
        Array.from({ length: 10 }, () => sound(uuid, { payloadAsStream: true })),
      )
      for (const answer of answers) {
        expect(answer.statusCode).toBe(200)
        expect((await buffer(answer.stream())).equals(first)).toBe(true)
      }
    }
  })

  it('speaks the language and the code of the uuid, whatever style is named', async () => {
    const { uuid } = test.captcha('numerique6_7CaptchaEN')
    const right = await test.call(`${ENDPOINT}?get=sound&c=numerique6_7CaptchaEN&t=${uuid}`)
    const other = await test.call(`${ENDPOINT}?get=sound&c=alphabetique12CaptchaFR&t=${uuid}`)
    expect(other.rawPayload.equals(right.rawPayload)).toBe(true)
    const plain = await sound(uuid.replaceAll('-', ''))
    expect(plain.rawPayload.equals(right.rawPayload)).toBe(true)
  })

  it('comes whatever is accepted', async () => {
    const { uuid } = test.captcha()
    for (const headers of [
      { accept: 'application/json' },
      { accept: 'audio/mpeg;q=0.1' },
      { accept: 'nonsense', 'content-type': 'application/json' },
    ]) {
      const answer = await test.call(`${ENDPOINT}?get=sound&c=captchaFR&t=${uuid}`, { headers })
      expect([answer.statusCode, answer.headers['content-type']]).toEqual([200, 'audio/x-wav'])
    }
    const head = await test.call(`${ENDPOINT}?get=sound&c=captchaFR&t=${uuid}`, { method: 'HEAD' })
    expect([head.statusCode, head.rawPayload.length]).toEqual([200, 0])
    expect(Number(head.headers['content-length'])).toBeGreaterThan(90_000)
  })

  it('can be had in parts', async () => {
    const { uuid } = test.captcha()
    const part = async (range: string) => {
      const { statusCode, headers, rawPayload } = await test.call(
        `${ENDPOINT}?get=sound&c=captchaFR&t=${uuid}`,
        { headers: { range } },
      )
      return { statusCode, range: headers['content-range'], type: headers['content-type'], bytes: rawPayload }
    }
    const whole = (await sound(uuid)).rawPayload
    const size = whole.length
    expect(await part('bytes=0-')).toEqual({
      statusCode: 206,
      range: `bytes 0-${size - 1}/${size}`,
      type: 'audio/x-wav',
      bytes: whole,
    })
    expect((await part('bytes=100-1099')).bytes).toEqual(whole.subarray(100, 1100))
    expect((await part('bytes=-500')).bytes).toEqual(whole.subarray(size - 500))
    // Beyond the end there is nothing; several ranges, overlapping or not, may be answered with everything.
    const beyond = await part(`bytes=${size}-`)
    expect([beyond.statusCode, beyond.range]).toEqual([416, `bytes */${size}`])
    expect((await part(`bytes=${size - 10}-${size + 10}`)).bytes).toEqual(whole.subarray(size - 10))
    for (const odd of ['bytes=0-99,50-149', 'bytes=9-1', 'bytes=', 'bytes=a-b', 'lines=1-2']) {
      const { statusCode, bytes } = await part(odd)
      expect([statusCode, bytes.length]).toEqual([200, size])
    }
  })
})

describe('the infos of a code', () => {
  it.each([
    ['captchaFR', 'alphanumerique'],
    ['numerique6_7CaptchaEN', 'numerique'],
    ['alphabetique12CaptchaFR', 'alphabetique'],
    ['alphanumerique4to6LightCaptchaEN', 'alphanumerique'],
  ])('of %s tell its length and that it is %s', async (style, type) => {
    for (let i = 0; i < 10; i++) {
      const { uuid, code } = test.captcha(style)
      const answer = await test.call(`/captcha/${uuid}/code/infos`)
      expect(answer.statusCode).toBe(200)
      expect(answer.json()).toEqual({ taille: code.length, type })
    }
  })

  it('of an unknown, foreign or expired uuid are 400', async () => {
    const { uuid } = test.captcha()
    const other = await test.service.registry.addSite('Other')
    const foreign = await test.app.inject({
      url: `${V2}/captcha/${uuid}/code/infos`,
      headers: { keyid: other.secret },
    })
    expect(foreign.statusCode).toBe(400)
    for (const id of [crypto.randomUUID(), 'x', '%00', '%F0%9F%90%88', 'x'.repeat(3000)]) {
      const answer = await test.call(`/captcha/${id}/code/infos`)
      expect([answer.statusCode, answer.json().error]).toEqual([400, 'Bad Request'])
    }
    test.pass(1201)
    expect((await test.call(`/captcha/${uuid}/code/infos`)).statusCode).toBe(400)
  })
})
