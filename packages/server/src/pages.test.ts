import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliCompressSync, brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { readFiles } from './http/files.ts'
import { type TestApp, testApp } from './testing/app.ts'

let test: TestApp

const LIBRARY = 'window.captchetatComponentModule={};'.repeat(20)

function build(): string {
  const folder = mkdtempSync(join(tmpdir(), 'upright-pages-'))
  mkdirSync(join(folder, 'public/assets'), { recursive: true })
  writeFileSync(join(folder, 'secret.txt'), 'secret')
  writeFileSync(join(folder, 'public/index.html'), '<!doctype html><title>Home</title>')
  writeFileSync(join(folder, 'public/docs.html'), '<!doctype html><title>Docs</title>')
  writeFileSync(join(folder, 'public/assets/demo.js'), 'export {}')
  writeFileSync(join(folder, 'public/assets/mark.svg'), '<svg/>')
  mkdirSync(join(folder, 'public/captchetat/v2'), { recursive: true })
  writeFileSync(join(folder, 'public/captchetat/v2/captchetat-js.js'), LIBRARY)
  writeFileSync(join(folder, 'public/captchetat/v2/captchetat-js.js.br'), brotliCompressSync(LIBRARY))
  writeFileSync(join(folder, 'public/captchetat/v2/captchetat-js.js.gz'), gzipSync(LIBRARY))
  writeFileSync(join(folder, 'public/assets/alone.gz'), 'of nothing')
  return join(folder, 'public')
}

describe('the pages', () => {
  beforeAll(async () => {
    test = await testApp({}, {}, { files: readFiles(build()) })
  })
  afterAll(() => test.close())

  it('are served with their types and a policy that lets in nothing from elsewhere', async () => {
    for (const [url, type, content] of [
      ['/', 'text/html; charset=utf-8', 'Home'],
      ['/?x=y', 'text/html; charset=utf-8', 'Home'],
      ['/docs', 'text/html; charset=utf-8', 'Docs'],
      ['/assets/demo.js', 'text/javascript; charset=utf-8', 'export'],
      ['/assets/mark.svg', 'image/svg+xml', '<svg/>'],
      ['/favicon.ico', 'image/svg+xml', '<svg/>'],
    ] as const) {
      const answer = await test.app.inject(url)
      expect([url, answer.statusCode]).toEqual([url, 200])
      expect(answer.headers['content-type']).toBe(type)
      expect(answer.body).toContain(content)
      expect(answer.headers).toMatchObject({
        'content-security-policy':
          "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self' blob:; " +
          "connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'",
        'cross-origin-opener-policy': 'same-origin',
        'permissions-policy': expect.stringContaining('camera=()'),
        'x-content-type-options': 'nosniff',
      })
    }
  })

  it('are sent once and then confirmed', async () => {
    const { etag } = (await test.app.inject('/')).headers
    for (const tag of [etag, `W/${etag}`, `"x", ${etag}`, '*']) {
      const again = await test.app.inject({ url: '/', headers: { 'if-none-match': String(tag) } })
      expect([again.statusCode, again.body]).toEqual([304, ''])
    }
    const changed = await test.app.inject({ url: '/', headers: { 'if-none-match': '"x"' } })
    expect(changed.statusCode).toBe(200)
  })

  it('are nothing but what was built', async () => {
    for (const path of [
      '',
      'none.js',
      '../index.html',
      '../../secret.txt',
      '..%2f..%2fsecret.txt',
      '%2e%2e/%2e%2e/secret.txt',
      '..%5csecret.txt',
      '%00',
      '__proto__',
    ]) {
      const answer = await test.app.inject(`/assets/${path}`)
      expect([path, answer.statusCode]).toEqual([path, 404])
    }
  })

  it('may be loaded by other sites where they are meant to be, and nowhere else', async () => {
    const library = await test.app.inject('/captchetat/captchetat-js.js')
    expect(library.statusCode).toBe(200)
    expect(library.body).toBe(LIBRARY)
    expect(library.headers).toMatchObject({
      'content-type': 'text/javascript; charset=utf-8',
      'cross-origin-resource-policy': 'cross-origin',
      'access-control-allow-origin': '*',
      'cache-control': 'no-cache',
      'x-content-type-options': 'nosniff',
    })
    const again = await test.app.inject({
      url: '/captchetat/captchetat-js.js',
      headers: { 'if-none-match': String(library.headers.etag) },
    })
    expect([again.statusCode, again.body]).toEqual([304, ''])
    expect(again.headers['access-control-allow-origin']).toBe('*')
    const own = await test.app.inject('/assets/demo.js')
    expect(own.headers['access-control-allow-origin']).toBeUndefined()
    expect(own.headers['cross-origin-resource-policy']).toBeUndefined()
    for (const path of ['', 'none.js', '../index.html', '..%2fassets%2fdemo.js', '__proto__']) {
      expect([path, (await test.app.inject(`/captchetat/${path}`)).statusCode]).toEqual([path, 404])
    }
  })

  it.each([
    [undefined, undefined],
    ['', undefined],
    ['identity', undefined],
    ['*;q=0', undefined],
    ['br;q=0', undefined],
    ['br;q=0, gzip;q=0', undefined],
    ['deflate, zstd', undefined],
    ['br;q=nonsense', undefined],
    ['identity, br;q=0.5', undefined],
    ['br', 'br'],
    ['*', 'br'],
    ['identity, br', 'br'],
    ['gzip, deflate, br, zstd', 'br'],
    ['GZIP;Q=0.5, BR;Q=1', 'br'],
    ['gzip', 'gzip'],
    ['br;q=0, gzip', 'gzip'],
    ['br;q=0, *', 'gzip'],
    ['br;q=0.5 ,gzip ; q=0.8', 'gzip'],
    ['gzip, *;q=0', 'gzip'],
  ])('come compressed as they are accepted: %j', async (accepted, encoding) => {
    const url = '/captchetat/captchetat-js.js'
    const headers = accepted === undefined ? {} : { 'accept-encoding': accepted }
    const plain = (await test.app.inject(url)).headers.etag
    const answer = await test.app.inject({ url, headers })
    expect(answer.headers['content-encoding']).toBe(encoding)
    expect(answer.headers['content-type']).toBe('text/javascript; charset=utf-8')
    expect(answer.headers.vary).toBe('accept-encoding')
    expect(answer.headers['content-length']).toBe(String(answer.rawPayload.length))
    const read = encoding === 'br' ? brotliDecompressSync : encoding === 'gzip' ? gunzipSync : Buffer.from
    expect(String(read(answer.rawPayload))).toBe(LIBRARY)
    const { etag } = answer.headers
    expect(etag).toBe(encoding ? String(plain).replace(/"$/, `-${encoding}"`) : plain)
    const again = await test.app.inject({ url, headers: { ...headers, 'if-none-match': String(etag) } })
    expect([again.statusCode, again.headers.vary]).toEqual([304, 'accept-encoding'])
    if (!encoding) return
    const other = await test.app.inject({ url, headers: { ...headers, 'if-none-match': String(plain) } })
    expect(other.statusCode).toBe(200)
  })

  it('are not their compressed forms, which have no address', async () => {
    for (const extension of ['.br', '.gz']) {
      const answer = await test.app.inject(`/captchetat/captchetat-js.js${extension}`)
      expect(answer.statusCode).toBe(404)
    }
    // A page that was not compressed is plain for everyone.
    const answer = await test.app.inject({ url: '/', headers: { 'accept-encoding': 'br' } })
    expect(answer.body).toContain('Home')
    expect([answer.headers['content-encoding'], answer.headers.vary]).toEqual([undefined, undefined])
    expect((await test.app.inject('/assets/alone.gz')).body).toBe('of nothing')
  })
})

describe('the pages of a service', () => {
  afterEach(() => test.close())

  it('are not there where the demo is switched off, nor is what belongs to them', async () => {
    test = await testApp({}, { demo: false }, { files: readFiles(build()) })
    for (const url of ['/', '/docs', '/demo.json', '/assets/demo.js'])
      expect([url, (await test.app.inject(url)).statusCode]).toEqual([url, 404])
    await test.service.registry.addSite('Demo', { open: true })
    const form = { method: 'POST', url: '/demo/rocaptcha', payload: 'hash=1&response=1' } as const
    expect((await test.app.inject(form)).json()).not.toMatchObject({ status: 'OK' })
    expect((await test.call('/healthcheck')).statusCode).toBe(200)
    const { paths, components, externalDocs } = (await test.app.inject('/openapi.json')).json()
    for (const path of ['/', '/docs', '/demo.json', '/favicon.ico']) expect(paths).not.toHaveProperty([path])
    expect(Object.keys(paths)).toContain('/healthz')
    expect([components.schemas.Demo, externalDocs]).toEqual([undefined, undefined])
  })

  it('say how to build them when they are not built', async () => {
    test = await testApp({}, {}, { files: readFiles('/nowhere') })
    for (const url of ['/', '/docs', '/assets/demo.js']) {
      const answer = await test.app.inject(url)
      expect(answer.statusCode).toBe(404)
      expect(answer.json().message).toContain('npm run build')
    }
  })
})

describe('what the demo page is told', () => {
  afterEach(() => test.close())

  it("is the demo site's public key and every style, until the site is removed or closed", async () => {
    test = await testApp()
    const { site, secret } = test.service.demo!
    const answer = await test.app.inject('/demo.json')
    expect(answer.json()).toMatchObject({ publicKey: site.publicKey, version: test.service.version })
    expect(answer.json().styles).toHaveLength(16)
    expect(answer.json().styles[0]).toEqual({
      name: 'captchaFR',
      language: 'fr',
      characters: 'both',
      length: [6, 8],
      level: 'standard',
    })
    expect(answer.body).not.toContain(secret)
    expect(answer.body).not.toContain(site.secretHash)
    await test.service.registry.removeSite(site.id)
    test.pass(2)
    expect((await test.app.inject('/demo.json')).statusCode).toBe(404)
  })
})
