import { existsSync, readFileSync } from 'node:fs'
import { brotliDecompressSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type TestApp, testApp } from '../../testing/app.ts'
import { VENDORS } from './vendors.ts'

/** Bytes that a script may have as browsers load it, without the element. */
const MAX_BYTES = 5120

let test: TestApp
beforeAll(async () => {
  test = await testApp()
})
afterAll(() => test.close())

describe.each(Object.values(VENDORS))('the script of $title', ({ name, script }) => {
  it('comes small and compressed to pages of all origins, whatever is asked for', async () => {
    for (const path of script.paths) {
      const url = `${path}?onload=a&onload=b&render=explicit&hl=zh-CN&_=1&trustedtypes=true`
      const headers = { 'accept-encoding': 'br', origin: 'https://www.example.org' }
      const answer = await test.app.inject({ url, headers })
      expect(answer.statusCode, path).toBe(200)
      // A loader asks with `crossorigin`, whose answer browsers read only so.
      expect(answer.headers).toMatchObject({
        'access-control-allow-origin': '*',
        'cross-origin-resource-policy': 'cross-origin',
        'content-encoding': 'br',
        'content-type': 'text/javascript; charset=utf-8',
      })
      console.info(`${path}: ${answer.rawPayload.length} bytes`)
      expect(answer.rawPayload.length).toBeLessThanOrEqual(MAX_BYTES)
      const text = brotliDecompressSync(answer.rawPayload).toString()
      // Pages of any charset load it.
      expect(Buffer.byteLength(text)).toBe(text.length)
      for (const global of script.globals) expect(text).toContain(global)
      expect(text).toContain(`"${script.className}"`)
      const known = await test.app.inject({
        url,
        headers: { ...headers, 'if-none-match': answer.headers.etag! },
      })
      expect(known.statusCode).toBe(304)
    }
  })

  it('has the field that the table of vendors names', () => {
    const built = new URL(`../../../public/siteverify/${name}.js`, import.meta.url)
    expect(existsSync(built)).toBe(true)
    expect(readFileSync(built, 'utf8')).toContain(VENDORS[name].field)
  })
})
