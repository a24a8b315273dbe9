import { readFileSync } from 'node:fs'
import { brotliDecompressSync } from 'node:zlib'
import { afterEach, describe, expect, it } from 'vitest'
import { type TestApp, testApp } from './testing/app.ts'

let test: TestApp
afterEach(() => test.close())

describe('the solver', () => {
  it.each(['solver-worker.js', 'solver-scrypt.js'])(
    'has a policy on %s under which a worker may compile WebAssembly, without a demo too',
    async name => {
      test = await testApp({}, { demo: false })
      const { statusCode, headers } = await test.app.inject(`/upright/v1/${name}`)
      expect(statusCode).toBe(200)
      expect(headers).toMatchObject({
        'content-type': 'text/javascript; charset=utf-8',
        'content-security-policy':
          "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'",
        'cross-origin-embedder-policy': 'require-corp',
        'x-content-type-options': 'nosniff',
      })
    },
  )

  it('has a frame that any page may embed, and whose policy lets in its own script alone', async () => {
    test = await testApp()
    const { statusCode, headers, body } = await test.app.inject('/upright/v1/solver')
    expect(statusCode).toBe(200)
    expect(body).toContain('<script src="solver-frame.js"></script>')
    expect(headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy':
        "default-src 'none'; script-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors *; " +
        "require-trusted-types-for 'script'",
      'cross-origin-embedder-policy': 'require-corp',
      'cross-origin-resource-policy': 'cross-origin',
    })
    expect(headers['x-frame-options']).toBeUndefined()
    expect((await test.app.inject('/upright/v1/solver-frame.js')).statusCode).toBe(200)
  })

  it.each([
    ['solver-worker.js', 6500],
    ['solver-scrypt.js', 10_240],
    ['solver-frame.js', 1000],
  ])('sends %s in at most %i bytes', async (name, most) => {
    test = await testApp()
    const headers = { 'accept-encoding': 'br' }
    const { rawPayload } = await test.app.inject({ url: `/upright/v1/${name}`, headers })
    const built = readFileSync(new URL(`../public/solver/${name}`, import.meta.url))
    expect(brotliDecompressSync(rawPayload).equals(built)).toBe(true)
    expect(rawPayload.length).toBeLessThanOrEqual(most)
  })
})
