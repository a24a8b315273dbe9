import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import vm from 'node:vm'
import { gunzipSync } from 'node:zlib'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { readFiles } from '../../http/files.ts'
import { type RocaptchaApp, rocaptchaApp, wellFormed } from './testing.ts'
import type { ScriptSettings } from './wire.ts'

/** What stands in the place of the widget: it shows what it was told. */
const SCRIPT = `globalThis.told=globalThis.RoCaptchaSettings;/*${' '.repeat(1000)}*/`

let test: RocaptchaApp
let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'upright-script-'))
  await mkdir(join(folder, 'rocaptcha'))
  for (const language of ['en', 'cs', 'de', 'fr', 'ar']) {
    await writeFile(join(folder, `rocaptcha/rocaptcha.${language}.js`), SCRIPT)
  }
  test = await rocaptchaApp({}, readFiles(folder))
})
afterAll(async () => {
  await test.close()
  await rm(folder, { recursive: true })
})

const ask = (query: string, headers = {}) => test.app.inject({ url: `/api/js/?${query}`, headers })
/** What a script tells the widget, and that it does nothing else. */
function told(script: string): ScriptSettings {
  const scope: { told?: ScriptSettings; RoCaptchaSettings?: unknown } = {}
  const context = vm.createContext(scope)
  vm.runInContext(`new Function(${JSON.stringify(script)})()`, context)
  expect(Object.keys(scope).sort()).toEqual(['RoCaptchaSettings', 'told'])
  return { ...scope.told! }
}

describe('the script', () => {
  it('tells the widget what the page has asked for', async () => {
    const { publicKey } = test.site
    for (const [query, settings] of [
      [`key=${publicKey}&lang=cs`, { key: publicKey, lang: 'cs', error: '' }],
      [`key=${publicKey}&lang=en-us&error=x`, { key: publicKey, lang: 'en', error: 'x' }],
      [`key=${publicKey}`, { key: publicKey, lang: 'en', error: '' }],
      ['key=unknown&lang=ar-EG', { key: 'unknown', lang: 'ar', error: '' }],
      ['key=unknown&lang=de_AT', { key: 'unknown', lang: 'de', error: '' }],
      ['', { key: '', lang: 'en', error: '' }],
    ] as const) {
      const answer = await ask(query)
      expect(answer.statusCode).toBe(200)
      expect(answer.headers).toMatchObject({
        'content-type': 'text/javascript; charset=utf-8',
        'x-content-type-options': 'nosniff',
        'cross-origin-resource-policy': 'cross-origin',
        'access-control-allow-origin': '*',
        'content-length': String(answer.rawPayload.length),
      })
      expect(answer.body.endsWith(SCRIPT)).toBe(true)
      expect(told(answer.body)).toEqual({ ...settings, expiry: 1200 })
    }
  })

  it.each([
    ['100% sure', '100% sure'],
    ['100%25%20sure%', '100% sure%'],
    ['a+b', 'a b'],
    ['Cats & dogs', 'Cats & dogs'],
    ['a&b&_=17', 'a&b'],
    ['a&lang=cs', 'a'],
    ['x=y?error=z', 'x=y?error=z'],
    ['P%F8%EDli%9A', 'P\ufffd\ufffdli\ufffd'],
    ['P%C5%99%C3%ADli%C5%A1', 'Příliš'],
    ['%ff%C5', '\ufffd\ufffd'],
    ['%u0041%0', '%u0041%0'],
    ['</script><script>alert(1)</script>', '</script><script>alert(1)</script>'],
    ['%E2%80%A8%E2%80%A9%00%0D%0A', '\u2028\u2029\0\r\n'],
  ])('takes an error as it is sent: %s', async (sent, text) => {
    const { payload } = await ask(`key=x&error=${sent.replaceAll(' ', '%20')}`)
    expect(told(payload).error).toBe(text)
  })

  it('holds any error in a string that nothing gets out of', async () => {
    const hostile = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({
        unit: fc.constantFrom('"', "'", '\\', '<', '>', '&', '/', '\u2028', '\u2029', '\n', '`', '$', '{'),
      }),
      fc.constantFrom('"+alert(1)+"', '</script>', '<!--', ']]>', '\\u0022', '\\"', '__proto__'),
    )
    await fc.assert(
      fc.asyncProperty(hostile, hostile, async (error, key) => {
        const { payload } = await ask(String(new URLSearchParams({ key, error })))
        const line = payload.slice(0, payload.indexOf('\n'))
        expect(line).toMatch(
          /^globalThis\.RoCaptchaSettings=\{"key":".*","lang":"en","error":".*","expiry":1200\};$/,
        )
        expect(line).toMatch(/^[ -~]+$/)
        expect(line).not.toMatch(/[<>&']/)
        expect(told(payload)).toEqual({
          key: wellFormed(key),
          lang: 'en',
          error: wellFormed(error),
          expiry: 1200,
        })
      }),
      { numRuns: 300 },
    )
  })

  it('tells how long the challenges of a site last, and comes even when nobody knows', async () => {
    const { registry } = test.service
    const { site } = await registry.addSite('Quick', { expiry: 30 })
    expect(told((await ask(`key=${site.publicKey}`)).payload).expiry).toBe(30)
    // What is issued now keeps it, and is to be replaced in time.
    await registry.setSite(site.id, { settings: { expiry: 60 } })
    expect(told((await ask(`key=${site.publicKey}`)).payload).expiry).toBe(30)
    const broken = vi.spyOn(registry, 'siteByPublicKey').mockRejectedValue(new Error('disk'))
    const answer = await ask(`key=${site.publicKey}`)
    broken.mockRestore()
    expect([answer.statusCode, told(answer.payload).expiry]).toEqual([200, 1200])
  })

  it('comes compressed to who takes that, and is not sent again to who has it', async () => {
    const plain = await ask('key=a&lang=fr')
    const packed = await ask('key=a&lang=fr', { 'accept-encoding': 'br, gzip' })
    expect(packed.headers).toMatchObject({ 'content-encoding': 'gzip', vary: 'accept-encoding' })
    expect(gunzipSync(packed.rawPayload).equals(plain.rawPayload)).toBe(true)
    expect(packed.rawPayload.length).toBeLessThan(plain.rawPayload.length / 2)
    for (const [answer, headers] of [
      [plain, {}],
      [packed, { 'accept-encoding': 'gzip' }],
    ] as const) {
      const etag = String(answer.headers.etag)
      const again = await ask('key=a&lang=fr', { ...headers, 'if-none-match': etag })
      expect([again.statusCode, again.body]).toEqual([304, ''])
      expect((await ask('key=b&lang=fr', { ...headers, 'if-none-match': etag })).statusCode).toBe(200)
    }
  })

  it('stays right when more of them are asked for than are kept', async () => {
    for (let i = 0; i < 200; i++) expect(told((await ask(`key=k${i % 90}`)).payload).key).toBe(`k${i % 90}`)
  })

  it('is found by its early addresses', async () => {
    for (const url of [
      '/api/js?key=k',
      '/api/js/?key=k',
      '/rocaptcha/api/js?key=k',
      '//rocaptcha//api/js/?key=k',
    ]) {
      expect(told((await test.app.inject(url)).payload).key).toBe('k')
    }
  })
})

describe('where nothing is built', () => {
  it('there is no script, and everything else is as ever', async () => {
    const empty = join(folder, 'empty')
    await mkdir(empty)
    await writeFile(join(empty, 'other.js'), '')
    const bare = await rocaptchaApp({}, readFiles(empty))
    expect((await bare.app.inject('/api/js/?key=x')).statusCode).toBe(404)
    expect(await bare.generate()).toMatch(/^[0-9a-f]{48}$/)
    await bare.close()
  })
})
