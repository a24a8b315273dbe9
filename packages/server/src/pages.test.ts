import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { type TestApp, testApp } from './operate/testing.ts'

let test: TestApp
afterEach(() => test.close())

function build(): string {
  const folder = mkdtempSync(join(tmpdir(), 'upright-pages-'))
  mkdirSync(join(folder, 'public/assets'), { recursive: true })
  writeFileSync(join(folder, 'secret.txt'), 'secret')
  writeFileSync(join(folder, 'public/index.html'), '<!doctype html><title>Home</title>')
  writeFileSync(join(folder, 'public/docs.html'), '<!doctype html><title>Docs</title>')
  writeFileSync(join(folder, 'public/assets/demo.js'), 'export {}')
  writeFileSync(join(folder, 'public/assets/mark.svg'), '<svg/>')
  return join(folder, 'public')
}

describe('the pages', () => {
  it('are served with their types and a policy that lets in nothing from elsewhere', async () => {
    test = await testApp({}, {}, build())
    for (const [url, type, content] of [
      ['/', 'text/html; charset=utf-8', 'Home'],
      ['/?x=y', 'text/html; charset=utf-8', 'Home'],
      ['/docs', 'text/html; charset=utf-8', 'Docs'],
      ['/assets/demo.js', 'text/javascript; charset=utf-8', 'export'],
      ['/assets/mark.svg', 'image/svg+xml', '<svg/>'],
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
    test = await testApp({}, {}, build())
    const { etag } = (await test.app.inject('/')).headers
    for (const tag of [etag, `W/${etag}`, `"x", ${etag}`, '*']) {
      const again = await test.app.inject({ url: '/', headers: { 'if-none-match': String(tag) } })
      expect([again.statusCode, again.body]).toEqual([304, ''])
    }
    const changed = await test.app.inject({ url: '/', headers: { 'if-none-match': '"x"' } })
    expect(changed.statusCode).toBe(200)
  })

  it('are nothing but what was built', async () => {
    test = await testApp({}, {}, build())
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

  it('say how to build them when they are not built', async () => {
    test = await testApp({}, {}, '/nowhere')
    for (const url of ['/', '/docs', '/assets/demo.js']) {
      const answer = await test.app.inject(url)
      expect(answer.statusCode).toBe(404)
      expect(answer.json().message).toContain('npm run build')
    }
  })
})

describe('what the demo page is told', () => {
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
