import { createHash } from 'node:crypto'
import { codeStyles } from '@upright/core'
import fc from 'fast-check'
import type { InjectOptions } from 'fastify'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type TestApp, testApp } from '../../../testing/app.ts'

const V1 = '/piste/captcha'
const ENDPOINT = `${V1}/simple-captcha-endpoint`

let test: TestApp
const start = async (settings = {}) => {
  test = await testApp(settings)
}

const get = (query: Record<string, string>, options: InjectOptions = {}) =>
  test.app.inject({
    url: `${ENDPOINT}?${new URLSearchParams(query)}`,
    ...options,
    headers: { keyid: test.secret, ...options.headers },
  })
const post = (payload: object | string) =>
  test.app.inject({ method: 'POST', url: `${V1}/valider-captcha`, payload, headers: { keyid: test.secret } })

const newId = async (c = 'captchaFR') =>
  /id="BDC_VCID_\w+" value="([0-9a-f]{32})"/.exec((await get({ get: 'html', c })).body)![1]!
/** The code of the picture that was shown last. */
const codeOf = async (t: string) => {
  const { captcha } = test.service
  return captcha.open(t, await captcha.latest(t))!.answer
}
const show = async (t: string) => {
  const picture = await get({ get: 'image', t })
  expect([picture.statusCode, picture.headers['content-type']]).toEqual([200, 'image/png'])
  return picture.rawPayload
}
const hears = async (t: string) => (await get({ get: 'sound', t, d: '1' })).rawPayload
const result = async (t: string, i: string, p = '') =>
  (await get({ get: 'validation-result', t, i, ...(p && { p }) })).body

describe('the markup', () => {
  beforeAll(() => start())
  afterAll(() => test.close())

  it.each(codeStyles.map(({ name }) => name))('of %s is what clients look for', async name => {
    const answer = await get({ get: 'html', c: name })
    expect(answer.statusCode).toBe(200)
    expect(answer.headers['content-type']).toBe('text/html; charset=utf-8')
    expect(answer.headers['cache-control']).toBe('no-store')
    const html = answer.body
    const id = /id="BDC_VCID_\w+" value="([0-9a-f]{32})"/.exec(html)![1]
    expect(test.service.captcha.open(id!)!.style.name).toBe(name)
    // The one element around all others.
    expect(html.trim()).toMatch(/^<div>\n.*<\/div>$/s)
    for (const [element, part] of [
      ['div', 'CaptchaDiv'],
      ['div', 'CaptchaImageDiv'],
      ['img', 'CaptchaImage'],
      ['div', 'CaptchaIconsDiv'],
      ['a', 'ReloadLink'],
      ['img', 'ReloadIcon'],
      ['a', 'SoundLink'],
      ['img', 'SoundIcon'],
    ] as const) {
      expect(html).toContain(`<${element} class="BDC_${part}" id="${name}_${part}"`)
    }
    expect(html).toContain(`<div class="BDC_Placeholder" id="${name}_AudioPlaceholder">`)
    expect(html).toContain(`id="${name}_CaptchaImage" src="`)
    expect(html).toContain(`id="${name}_ReloadLink" href="#"`)
    expect(html).toContain(`id="${name}_SoundLink" rel="nofollow"`)
    for (const [field, value] of [
      ['VCID', '[0-9a-f]{32}'],
      ['BackWorkaround', '0'],
      ['Hs', '[0-9a-f]{40}'],
      ['SP', '[0-9]+'],
    ]) {
      const input = `<input type="hidden" name="BDC_${field}_${name}" id="BDC_${field}_${name}" value="${value}">`
      expect(html).toMatch(new RegExp(input))
    }
    expect(html.split('\n').filter(line => line.includes('<script'))).toEqual([
      `<script src="/api/simple-captcha-endpoint?get=script-include&amp;c=${name}&amp;t=${id}"></script>`,
    ])
    const addresses = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, address]) => address!)
    expect(addresses).toHaveLength(7)
    const icons = addresses.filter(address => address.startsWith('data:'))
    expect(icons).toHaveLength(2)
    for (const icon of icons) expect(icon).toMatch(/^data:image\/png;base64,iVBORw0KGgo[\w+/]+=*$/)
    for (const address of addresses.filter(address => address !== '#' && !icons.includes(address))) {
      expect(address).toMatch(/^\/api\/simple-captcha-endpoint\?get=[a-z-]+(&amp;[ct]=\w+)*$/)
    }
    // What is said where scripts are off, or where the script does not come, which takes it away.
    expect(html).toMatch(
      name.endsWith('EN')
        ? /<noscript>Without JavaScript .*<div class="BDC_Late">Some parts /
        : /<noscript>Sans JavaScript, .*<div class="BDC_Late">Certains éléments /,
    )
    expect(html).toContain('data-expiry="1200"')
    expect(html).not.toContain("'")
    expect(html).not.toMatch(/ (style|on\w+)=/)
    expect(html).toContain(name.endsWith('EN') ? 'lang="en"' : 'lang="fr"')
  })

  it('has its icons in itself, which passes through proxies that handle text alone, unless mode is backend', async () => {
    const html = async (query = {}) => (await get({ get: 'html', c: 'captchaFR', ...query })).body
    for (const query of [{}, { mode: 'frontal' }, { mode: 'other' }]) {
      expect(await html(query)).not.toContain('get=reload-icon')
      expect((await html(query)).match(/data:image\/png/g)).toHaveLength(2)
    }
    const backend = await html({ mode: 'backend' })
    expect(backend).not.toContain('data:')
    expect(backend).toContain('src="/api/simple-captcha-endpoint?get=reload-icon"')
    expect(backend).toContain('src="/api/simple-captcha-endpoint?get=sound-icon"')
  })

  it('defers its script where that is asked for, and not by default', async () => {
    const scripts = async (query: Record<string, string>) =>
      (await get({ get: 'html', c: 'captchaFR', ...query })).body.match(/ defer><\/script>/g)
    expect(await scripts({ script: 'defer' })).toHaveLength(1)
    for (const query of [{}, { script: '' }, { script: 'async' }]) expect(await scripts(query)).toBeNull()
  })

  it('has another id each time, and writes nothing', async () => {
    const ids = await Promise.all(Array.from({ length: 20 }, () => newId()))
    expect(new Set(ids).size).toBe(20)
    for (const id of ids) expect(await test.service.captcha.latest(id)).toBe(0)
  })

  it('lets nothing in that was sent, whatever it is', async () => {
    const hostile = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('"><script>alert(1)</script>', "';alert(1)//", '</script><svg onload=x>', '{{7*7}}'),
    )
    await fc.assert(
      fc.asyncProperty(hostile, hostile, hostile, async (c, t, i) => {
        const html = await get({ get: 'html', c: 'captchaEN', t, i, cs: c, callback: t, mode: i })
        expect(html.body.replace(/[0-9a-f]{32,40}|value="\d+"/g, '')).toBe(await plain())
        for (const part of ['html', 'image', 'sound', 'p', 'validation-result', 'script-include', c]) {
          const answer = await get({ get: part, c, t, i })
          const type = String(answer.headers['content-type'])
          expect([200, 400, 404]).toContain(answer.statusCode)
          if (answer.statusCode === 200) expect(type).toMatch(/^(application\/json|text\/javascript)/)
          // The only thing of a request that an answer repeats is its path.
          else expect(answer.json().path).toBe(ENDPOINT)
        }
      }),
      { numRuns: 60 },
    )
    async function plain() {
      const { body } = await get({ get: 'html', c: 'captchaEN' })
      return body.replace(/[0-9a-f]{32,40}|value="\d+"/g, '')
    }
  })
})

describe('the parts of a captcha', () => {
  beforeAll(() => start())
  afterAll(() => test.close())

  it('are a picture of a new code each time it is asked for, under the same id', async () => {
    const t = await newId()
    const codes = new Set<string>()
    const pictures = new Set<string>()
    for (let i = 0; i < 5; i++) {
      pictures.add((await show(t)).toString('base64'))
      codes.add(await codeOf(t))
    }
    expect([pictures.size, codes.size]).toEqual([5, 5])
  })

  it('are not renewed by who asks for the head alone', async () => {
    const t = await newId()
    const size = (await show(t)).length
    const code = await codeOf(t)
    const head = await get({ get: 'image', t }, { method: 'HEAD' })
    expect([head.statusCode, head.headers['content-length']]).toEqual([200, String(size)])
    expect(await codeOf(t)).toBe(code)
  })

  it('are the sound of the last picture, the same as often as it is asked for', async () => {
    const t = await newId('captchaEN')
    await show(t)
    const first = await hears(t)
    expect(first.toString('latin1', 0, 4)).toBe('RIFF')
    expect((await hears(t)).equals(first)).toBe(true)
    await show(t)
    expect((await hears(t)).equals(first)).toBe(false)
    const { captcha } = test.service
    const { bytes } = captcha.show(test.site, t, 'sound', { generation: 2 })
    expect((await hears(t)).equals(bytes)).toBe(true)
  })

  it('are a sound to keep, or to play, or a part of one', async () => {
    const t = await newId()
    await show(t)
    const kept = await get({ get: 'sound', t }, { headers: { accept: 'application/json' } })
    expect(kept.headers).toMatchObject({
      'content-type': 'audio/x-wav',
      'content-disposition': 'attachment; filename="captcha.wav"',
    })
    expect((await get({ get: 'sound', t, d: '7' })).headers['content-disposition']).toBeUndefined()
    const part = await get({ get: 'sound', t, d: '7' }, { headers: { range: 'bytes=4-43' } })
    expect([part.statusCode, part.rawPayload.equals(kept.rawPayload.subarray(4, 44))]).toEqual([206, true])
  })

  it('are a script, a style sheet and icons that a browser may keep and ask about', async () => {
    for (const [part, type] of [
      ['script-include', 'text/javascript; charset=utf-8'],
      ['layout-stylesheet', 'text/css; charset=utf-8'],
      ['reload-icon', 'image/png'],
      ['sound-icon', 'image/png'],
      ['reload-disabled-icon', 'image/png'],
      ['sound-disabled-icon', 'image/png'],
    ] as const) {
      const answer = await get({ get: part, c: 'captchaFR', t: 'x' })
      expect([part, answer.statusCode, answer.headers['content-type']]).toEqual([part, 200, type])
      const { etag, 'cache-control': cache } = answer.headers
      expect(cache).toBe('no-cache')
      const again = await get({ get: part }, { headers: { 'if-none-match': String(etag) } })
      expect(again.statusCode).toBe(304)
    }
  })

  it('are work that can be done, the same for an id', async () => {
    const t = await newId()
    const { sp, hs } = (await get({ get: 'p', c: 'captchaFR', t })).json()
    expect((await get({ get: 'p', t })).json()).toEqual({ sp, hs })
    const found = search(t, Number(sp), hs)
    expect(found).toBeGreaterThanOrEqual(Number(sp) + 16_384)
    expect(found).toBeLessThan(Number(sp) + 100_000)
    const { body } = await get({ get: 'html', c: 'captchaFR' })
    const [, id, hash, from] = /VCID_\w+" value="(\w+)".*Hs_\w+" value="(\w+)".*SP_\w+" value="(\w+)"/s.exec(
      body,
    )!
    expect((await get({ get: 'p', t: id! })).json()).toEqual({ sp: from, hs: hash })
  })

  it.each([
    ['nothing', {}, 400],
    ['an unknown part', { get: 'clr' }, 400],
    ['a part of every object', { get: 'constructor' }, 400],
    ['markup of no style', { get: 'html' }, 400],
    ['markup of an unknown style', { get: 'html', c: 'captchaXX' }, 400],
    ['a picture of no id', { get: 'image', c: 'captchaFR' }, 400],
    ['a picture of an empty id', { get: 'image', t: '' }, 400],
    ['a picture of no hexadecimal id', { get: 'image', t: 'z'.repeat(32) }, 404],
    ['a picture of a forged id', { get: 'image', t: '0123456789ab4def8123456789abcdef' }, 404],
    ['a sound of a forged id', { get: 'sound', t: '0123456789ab4def8123456789abcdef' }, 404],
    ['work for a forged id', { get: 'p', t: '0123456789ab4def8123456789abcdef' }, 404],
    ['work for no id', { get: 'p' }, 400],
  ])('are refused to who asks for %s', async (_, query, status) => {
    const answer = await get(query as Record<string, string>)
    expect(answer.statusCode).toBe(status)
    expect(answer.json()).toMatchObject({ status, path: ENDPOINT })
  })

  it('are a verdict of false where the visitor leaves something out or makes it too long', async () => {
    const t = await newId()
    for (const query of [{ i: 'X' }, { t }, { t, i: '' }, { t: 'x', i: 'X' }, { t, i: 'X'.repeat(9000) }]) {
      const answer = await get({ get: 'validation-result', ...query } as Record<string, string>)
      expect([answer.statusCode, answer.body]).toEqual([200, 'false'])
    }
  })

  it('are refused for an id of another site, and for one that has expired', async () => {
    const own = await newId()
    const foreign = test.service.captcha.issue(test.service.demo!.site.id, codeStyles[0]!).replaceAll('-', '')
    for (const part of ['image', 'sound', 'p']) {
      expect([part, (await get({ get: part, t: foreign })).statusCode]).toEqual([part, 404])
    }
    test.pass(1201)
    for (const part of ['image', 'sound']) {
      expect([part, (await get({ get: part, t: own })).statusCode]).toEqual([part, 404])
    }
  })
})

/** What a browser does for `p`. */
function search(id: string, from: number, hash: string): number {
  for (let p = from; p < from + 200_000; p++) {
    if (createHash('sha1').update(`${p}${id}`).digest('hex') === hash) return p
  }
  throw new Error('there is no result')
}

describe('a verdict', () => {
  beforeEach(() => start())
  afterEach(() => test.close())

  it('is asked for without spending a right code, and told as the bare word', async () => {
    const t = await newId()
    await show(t)
    const code = await codeOf(t)
    for (let i = 0; i < 3; i++) {
      const answer = await get({ get: 'validation-result', c: 'captchaFR', t, i: ` ${code.toLowerCase()} ` })
      expect([answer.statusCode, answer.headers['content-type'], answer.body]).toEqual([
        200,
        'application/json',
        'true',
      ])
      expect(answer.headers['cache-control']).toBe('no-store')
    }
    expect((await post({ id: t, code })).body).toBe('true')
    expect(await result(t, code)).toBe('false')
  })

  it('on a wrong code burns it: the right one comes too late', async () => {
    const t = await newId()
    await show(t)
    const code = await codeOf(t)
    expect(await result(t, 'WRONG')).toBe('false')
    expect(await result(t, code)).toBe('false')
    expect((await post({ id: t, code })).body).toBe('false')
    // The next picture has a code of its own.
    await show(t)
    expect((await post({ id: t, code })).body).toBe('false')
    await show(t)
    expect((await post({ id: t, code: await codeOf(t) })).body).toBe('true')
  })

  it('is no oracle: of a thousand guesses at once none opens the way', async () => {
    const t = await newId('numerique6_7CaptchaFR')
    await show(t)
    const code = await codeOf(t)
    const guesses = Array.from({ length: 1000 }, (_, i) => result(t, i === 500 ? code : `${100_000 + i}`))
    await Promise.all(guesses)
    expect((await post({ id: t, code })).body).toBe('false')
  })

  it('burns nothing where nothing was typed', async () => {
    const t = await newId()
    await show(t)
    expect(await result(t, '')).toBe('false')
    expect(await result(t, ' \u200e- ')).toBe('false')
    expect((await get({ get: 'validation-result', t })).body).toBe('false')
    expect(await result(t, await codeOf(t))).toBe('true')
  })

  it('takes the result of the work, goes without it, and takes a forged one for a wrong code', async () => {
    const [t, u] = [await newId(), await newId()]
    for (const id of [t, u]) await show(id)
    const { sp, hs } = (await get({ get: 'p', t })).json()
    const p = String(search(t, Number(sp), hs))
    expect(await result(t, await codeOf(t), p)).toBe('true')
    expect(await result(t, await codeOf(t))).toBe('true')
    // Right for another id, wrong for this one.
    expect(await result(u, await codeOf(u), p)).toBe('false')
    expect((await post({ id: u, code: await codeOf(u) })).body).toBe('false')
    for (const forged of [String(Number(p) + 1), `0${p}`, `${p}.0`, '1e9', '-1', 'x']) {
      const id = await newId()
      await show(id)
      expect([forged, await result(id, await codeOf(id), forged)]).toEqual([forged, 'false'])
    }
  })

  it('for a back end spends the code, in the names of CaptchEtat and of BotDetect', async () => {
    for (const fields of [
      (id: string, code: string) => ({ id, code }),
      (id: string, code: string) => ({ captchaId: id, userEnteredCaptchaCode: code }),
      (id: string, code: string) => ({ id, code, captchaId: 'other', userEnteredCaptchaCode: 'other' }),
    ]) {
      await test.service.registry.setSite(test.site.id, { settings: { revalidation: 'strict' } })
      test.pass(3)
      const t = await newId()
      await show(t)
      const code = await codeOf(t)
      const first = await post(fields(t, code))
      expect([first.statusCode, first.headers['content-type'], first.body]).toEqual([
        200,
        'application/json',
        'true',
      ])
      expect((await post(fields(t, code))).body).toBe('false')
    }
    for (const broken of ['', '{', '[]', '{}', { id: 'x' }, { code: 'x' }, { id: 1, code: 2 }]) {
      const answer = await post(broken)
      expect([broken, answer.statusCode, answer.body]).toEqual([broken, 200, 'false'])
    }
    const form = await newId()
    await show(form)
    const fields = { captchaId: form, userEnteredCaptchaCode: await codeOf(form) }
    expect((await post(String(new URLSearchParams(fields)))).body).toBe('true')
    expect((await post({ id: 'nonsense', code: 'X' })).body).toBe('false')
  })

  it('lets one of a thousand parallel right codes of one picture in, in strict mode', async () => {
    await test.service.registry.setSite(test.site.id, { settings: { revalidation: 'strict' } })
    test.pass(3)
    const t = await newId()
    await show(t)
    const code = await codeOf(t)
    const verdicts = await Promise.all(Array.from({ length: 1000 }, () => post({ id: t, code })))
    expect(verdicts.filter(({ body }) => body === 'true')).toHaveLength(1)
  })

  it('is false when nobody can tell, and the log says why', async () => {
    const t = await newId()
    await show(t)
    const code = await codeOf(t)
    await test.service.ledger.close()
    const answer = await get({ get: 'validation-result', t, i: code })
    expect([answer.statusCode, answer.body]).toEqual([200, 'false'])
    expect((await post({ id: t, code })).body).toBe('false')
    expect((await get({ get: 'image', t })).statusCode).toBe(503)
    expect(test.logs.map(({ code }) => code)).toContain('unavailable')
    expect(JSON.stringify(test.logs)).not.toContain(code)
  })

  it('knows how long the code is that was shown last', async () => {
    const t = await newId()
    const lengths = new Set<number>()
    for (let i = 0; i < 8; i++) {
      await show(t)
      const infos = await test.app.inject({
        url: `${V1}/captcha/${t}/code/infos`,
        headers: { keyid: test.secret },
      })
      expect(infos.json()).toEqual({ taille: (await codeOf(t)).length, type: 'alphanumerique' })
      lengths.add(infos.json().taille)
    }
    expect(lengths.size).toBeGreaterThan(1)
  })
})

describe('what anybody may ask for', () => {
  beforeAll(() => start())
  afterAll(() => test.close())

  it.each([
    ['layout-stylesheet', 'text/css; charset=utf-8'],
    ['script-include', 'text/javascript; charset=utf-8'],
    ['reload-icon', 'image/png'],
    ['sound-icon', 'image/png'],
    ['reload-disabled-icon', 'image/png'],
    ['sound-disabled-icon', 'image/png'],
  ])('is %s, asked for without a token, and from any page', async (part, type) => {
    for (const prefix of ['', `/s/${test.site.publicKey}`]) {
      for (const headers of [{}, { authorization: 'Bearer old' }, { origin: 'https://other.example' }]) {
        const answer = await test.app.inject({ url: `${prefix}${ENDPOINT}?get=${part}`, headers })
        expect([answer.statusCode, answer.headers['content-type']]).toEqual([200, type])
        expect(answer.headers).toMatchObject({
          'access-control-allow-origin': '*',
          'cross-origin-resource-policy': 'cross-origin',
        })
      }
    }
  })
})

describe('who may', () => {
  afterEach(() => test.close())
  const from = (url: string, headers: Record<string, string>) => test.app.inject({ url, headers })

  it('needs a token or a key, unless the site is open and the page is one it allows', async () => {
    await start({ open: true, origins: ['https://form.example'] })
    const query = '/simple-captcha-endpoint?get=html&c=captchaFR'
    const named = `/s/${test.site.publicKey}${V1}${query}`
    const missing = await from(V1 + query, {})
    expect([missing.statusCode, missing.body]).toEqual([400, ''])
    expect(missing.headers['www-authenticate']).toContain('invalid_request')
    expect((await from(V1 + query, { authorization: 'Bearer x' })).statusCode).toBe(401)
    expect(
      (await from(`${V1.replace('captcha', '/captcha')}${query}`, { keyid: test.secret })).statusCode,
    ).toBe(200)
    const allowed = await from(named, { origin: 'https://form.example' })
    expect([allowed.statusCode, allowed.headers['access-control-allow-origin']]).toEqual([
      200,
      'https://form.example',
    ])
    // Pictures and scripts are asked for without an origin, but with the page they are for.
    expect((await from(named, { referer: 'https://form.example/contact' })).statusCode).toBe(200)
    for (const headers of [{ origin: 'https://other.example' }, { referer: 'https://other.example/' }, {}]) {
      expect((await from(named, headers as Record<string, string>)).statusCode).toBe(403)
    }
    await test.service.registry.setSite(test.site.id, { settings: { open: false } })
    test.pass(3)
    expect((await from(named, { origin: 'https://form.example' })).statusCode).toBe(400)
  })

  it('cannot have another page spend codes: a verdict on a wrong one needs an allowed page as well', async () => {
    await start({ open: true, origins: ['https://form.example'] })
    const t = await newId()
    await show(t)
    const url = `/s/${test.site.publicKey}${ENDPOINT}?get=validation-result&t=${t}&i=WRONG`
    expect((await from(url, { origin: 'https://evil.example' })).statusCode).toBe(403)
    expect((await from(url, { referer: 'https://evil.example/' })).statusCode).toBe(403)
    expect(await result(t, await codeOf(t))).toBe('true')
  })
})
