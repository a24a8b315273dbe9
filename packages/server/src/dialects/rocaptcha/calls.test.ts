import vm from 'node:vm'
import { LANGUAGES, styleNamed } from '@upright/core'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { alter, type RocaptchaApp, rocaptchaApp } from './testing.ts'

let test: RocaptchaApp
const start = async (...args: Parameters<typeof rocaptchaApp>) => {
  test = await rocaptchaApp(...args)
}

describe('the calls of a page', () => {
  beforeAll(() => start())
  afterAll(() => test.close())

  it('give a part of a form in the language asked for', async () => {
    for (const [lang, said] of [
      ['cs', 'Zapněte'],
      ['cs-CZ', 'Zapněte'],
      ['CS_cz', 'Zapněte'],
      ['ar-EG', 'يُرجى'],
      ['en-us', 'Please'],
      ['tlh', 'Please'],
      ['', 'Please'],
      ['"><script>', 'Please'],
      ['constructor', 'Please'],
    ] as const) {
      const answer = await test.get('form/', { lang })
      expect([answer.statusCode, answer.headers['content-type']]).toEqual([
        200,
        'application/json; charset=utf-8',
      ])
      const { status, content } = answer.json()
      expect(status).toBe('OK')
      expect(content).toContain(said)
      const language = /^<div class="rocaptcha" lang="(cs|en|ar)" dir="(ltr|rtl)" data-lang="\1">\n/.exec(
        content,
      )!
      expect(language[2]).toBe(language[1] === 'ar' ? 'rtl' : 'ltr')
      for (const name of ['rocaptcha_challenge_field', 'rocaptcha_response_field', 'rocaptcha_session_id']) {
        expect(content).toContain(`<input type="hidden" id="${name}" name="${name}" value="">`)
      }
      // Its one script starts the widget by itself, wherever the part is put.
      expect(content.match(/<script.*/g)).toEqual([
        `<script async src="http://localhost/api/js/?key=${test.site.publicKey}&amp;lang=${language[1]}"></script>`,
      ])
      expect(content).not.toMatch(/<style| (style|on\w+)=/)
    }
  })

  it.each([
    ['captcha.example.org:8443', 'http://captcha.example.org:8443'],
    ['a"><script>alert(1)</script>', ''],
    ["a'b", ''],
    ['a.example/path', ''],
    ['a.example, b.example', ''],
    ['a.example:443', 'https://a.example'],
  ])('give a part whose script is where it was asked for: %s', async (host, origin) => {
    const answer = await test.app.inject({ url: `/api/form/?key=${test.site.publicKey}`, headers: { host } })
    expect(answer.json().content).toContain(`<script async src="${origin}/api/js/?key=`)
    expect(answer.json().content.match(/<script/g)).toHaveLength(1)
  })

  it('give a new hash each time, write nothing, and tell the status and no more', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => test.get('generate/')))
    for (const answer of answers) {
      expect(Object.keys(answer.json())).toEqual(['status', 'content', 'animal_status'])
      expect(answer.json()).toMatchObject({
        status: 'OK',
        content: expect.stringMatching(/^[0-9a-f]{48}$/),
        animal_status: 'ADOPTION',
      })
      expect(answer.headers).toMatchObject({
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
        'cross-origin-resource-policy': 'cross-origin',
      })
      const { ledger } = test.service
      expect(await ledger.claimed(answer.json().content)).toBeUndefined()
    }
    expect(new Set(answers.map(answer => answer.json().content)).size).toBe(20)
  })

  it('show the picture of a hash, the same as often as it is asked for', async () => {
    const [one, two] = [await test.generate(), await test.generate()]
    const show = async (hash: string) => {
      const picture = await test.get(`image/${hash}/`)
      expect([picture.statusCode, picture.headers['content-type']]).toEqual([200, 'image/jpeg'])
      expect(picture.headers['cache-control']).toBe('no-store')
      return picture.rawPayload
    }
    const first = await show(one)
    expect(first.readUInt16BE(0)).toBe(0xffd8)
    expect((await show(one)).equals(first)).toBe(true)
    expect((await show(two)).equals(first)).toBe(false)
    await test.verify({ hash: one, response: test.right(one) })
    expect((await show(one)).equals(first)).toBe(true)
  })

  it.each(LANGUAGES)('speak a number in %s for those who do not see, and judge it exactly', async lang => {
    const answer = (await test.get('generate/', { kind: 'sound', lang: `${lang}-XX` })).json()
    const { content: hash } = answer
    expect(answer).toEqual({
      status: 'OK',
      content: expect.stringMatching(/^[0-9a-f]{48}$/),
      animal_status: 'NONE',
      sound: `/api/sound/${hash}/`,
    })
    expect(test.service.captcha.open(hash.slice(0, 32))!.style).toBe(
      styleNamed(`number${lang.toUpperCase()}`),
    )
    const sound = await test.app.inject(answer.sound)
    expect([sound.statusCode, sound.headers['content-type']]).toEqual([200, 'audio/x-wav'])
    expect(sound.rawPayload.toString('latin1', 0, 4)).toBe('RIFF')
    const part = await test.app.inject({ url: answer.sound, headers: { range: 'bytes=4-43' } })
    expect([part.statusCode, part.rawPayload.equals(sound.rawPayload.subarray(4, 44))]).toEqual([206, true])
    const other = await test.generate({ kind: 'sound', lang })
    expect(await test.verify({ hash: other, response: (test.right(other) + 1) % 360 })).toBe('FAILED')
    expect(await test.verify({ hash, response: test.right(hash) })).toBe('PASSED')
  })

  it('have no picture and no sound where there is none', async () => {
    const picture = await test.generate()
    const spoken = await test.generate({ kind: 'sound' })
    const code = test.service.captcha.issue(test.site.id, styleNamed('captchaFR')!).replaceAll('-', '')
    const absent = [
      `sound/${picture}/`,
      `image/${spoken}/`,
      `image/${code}/`,
      `image/${code + picture.slice(32)}/`,
      `image/${picture.slice(0, 32)}/`,
      `image/${alter(picture, 40)}/`,
      'image/nonsense/',
      `image/${'x'.repeat(3000)}/`,
    ]
    for (const path of absent) {
      const answer = await test.get(path)
      expect([path, answer.statusCode, answer.headers['cache-control']]).toEqual([path, 404, 'no-store'])
      expect(answer.json().error).toBe('unknown_challenge')
    }
  })

  it('know a site by its public key only', async () => {
    for (const key of ['', test.secret, test.site.publicKey.toUpperCase(), 'x', '\0', '"><script>']) {
      for (const call of ['form/', 'generate/']) {
        const answer = await test.get(call, { key })
        expect([call, answer.statusCode, answer.body]).toEqual([call, 200, '{"status":"BAD_PUBLIC_KEY"}'])
      }
    }
    const twice = await test.app.inject(`/api/form/?key=${test.site.publicKey}&key=${test.site.publicKey}`)
    expect(twice.json()).toEqual({ status: 'BAD_PUBLIC_KEY' })
  })

  it.each(['', '/rocaptcha'])('are below %s/api, with a slash at their end and without', async prefix => {
    const { publicKey } = test.site
    for (const slash of ['', '/']) {
      const at = (call: string) => `${prefix}/api/${call}${slash}`
      const form = await test.app.inject(`${at('form')}?key=${publicKey}`)
      expect([at('form'), form.statusCode, form.json().status]).toEqual([at('form'), 200, 'OK'])
      const generated = await test.app.inject(`/${at('generate')}?key=${publicKey}`)
      const hash = generated.json().content
      expect((await test.app.inject(at(`image/${hash}`))).statusCode).toBe(200)
      const payload = `key=${test.secret}&hash=${hash}&response=${test.right(hash)}`
      const verdict = await test.app.inject({ method: 'POST', url: at('verify'), payload })
      expect(verdict.body).toBe('{"status":"PASSED"}')
      expect((await test.app.inject(at(`animal/${hash}`))).json().status).toBe('OK')
    }
  })

  it('leave other addresses alone', async () => {
    for (const url of ['/api/formula', '/api/', '/rocaptcha/', '/rocaptcha/api/oauth/token', '/api/jsx/']) {
      expect([url, (await test.app.inject(url)).statusCode]).toEqual([url, 404])
    }
    const token = await test.app.inject({ method: 'POST', url: '/api/oauth/token', payload: '' })
    expect(token.json().error).toBe('invalid_request')
    const get = await test.app.inject('/api/verify')
    expect([get.statusCode, get.headers.allow]).toEqual([405, 'POST'])
  })

  it('are answered as scripts where a page names its function', async () => {
    const hash = await test.generate()
    for (const callback of [
      'f',
      '_',
      '$',
      'jQuery1720_1699',
      'a.b.c',
      'angular.callbacks._0',
      'x'.repeat(64),
    ]) {
      for (const [call, wanted] of [
        ['form/', 'OK'],
        ['generate/', 'OK'],
      ] as const) {
        const answer = await test.get(call, { callback })
        expect(answer.headers).toMatchObject({
          'content-type': 'text/javascript; charset=utf-8',
          'x-content-type-options': 'nosniff',
        })
        expect(answer.body).toMatch(/^\/\*\*\/[\w$.]+\(\{[ !-%\x27-;=?-~]*\}\);$/)
        const got: { status: string }[] = []
        const [root, ...path] = callback.split('.')
        let target: unknown = (value: { status: string }) => got.push(value)
        for (const name of path.reverse()) target = { [name]: target }
        vm.runInNewContext(answer.body, { [root!]: target })
        expect(got).toMatchObject([{ status: wanted }])
      }
      expect((await test.get('form/', { callback, key: 'x' })).body).toBe(
        `/**/${callback}({"status":"BAD_PUBLIC_KEY"});`,
      )
    }
    const animal = await test.get(`animal/${hash}/`, { callback: 'f' })
    expect(animal.body).toBe('/**/f({"status":"WRONG_HASH"});')
  })

  it('are an error, and no script, where the name is none', async () => {
    const names = fc.oneof(
      fc.constantFrom(
        '<script>alert(1)</script>',
        'alert(1)//',
        'a;b',
        '1a',
        '.a',
        'a.',
        'a..b',
        'a b',
        'a\n',
        'a[0]',
        'é',
        'x'.repeat(65),
        '\u2028',
      ),
      fc.string({ minLength: 1, unit: 'binary' }).filter(name => !/^[a-z_$][\w$.]*$/i.test(name)),
    )
    await fc.assert(
      fc.asyncProperty(names, fc.constantFrom('form/', 'generate/', 'animal/x/'), async (callback, call) => {
        const answer = await test.get(call, { callback })
        expect(answer.statusCode).toBe(200)
        expect(answer.headers['content-type']).toBe('application/json; charset=utf-8')
        expect(answer.body).toBe('{"status":"ERROR"}')
      }),
      { numRuns: 100 },
    )
  })

  it('are an error where the address is too long, as JSON and as a script', async () => {
    const long = 'x'.repeat(9000)
    expect((await test.get('generate/', { long })).body).toBe('{"status":"ERROR"}')
    expect((await test.get('generate/', { long })).statusCode).toBe(200)
    expect((await test.get('form/', { long, callback: 'f' })).body).toBe('/**/f({"status":"ERROR"});')
  })
})
