import { styleNamed } from '@upright/core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createHashes } from './hash.ts'
import { alter, type RocaptchaApp, rocaptchaApp } from './testing.ts'

let test: RocaptchaApp
beforeEach(async () => {
  test = await rocaptchaApp()
})
afterEach(() => test.close())

const post = (payload: string | Buffer) =>
  test.app.inject({ method: 'POST', url: '/demo/rocaptcha', payload })
/** Sends the fields of a form. */
const send = (hash: string, response: string | number) =>
  post(
    `name=x&${new URLSearchParams({ rocaptcha_challenge_field: hash, rocaptcha_response_field: `${response}` })}`,
  )
const status = async (hash: string, response: string | number) => (await send(hash, response)).json().status
/** A hash of the demo site. */
const generate = (query = {}) => test.generate({ key: test.service.demo!.site.publicKey, ...query })

describe("the demo page's own back end", () => {
  it('judges a form as any back end has it judged, once', async () => {
    const [hash, other] = [await generate(), await generate()]
    const answer = await send(hash, test.right(hash))
    expect([answer.statusCode, answer.json()]).toEqual([200, { status: 'PASSED' }])
    expect(answer.headers).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'no-store',
    })
    expect(await status(hash, test.right(hash))).toBe('WRONG_HASH')
    expect((await test.get(`animal/${hash}/`)).json().animal.name).toBe('Rex')
    expect(await status(other, (test.right(other) + 180) % 360)).toBe('FAILED')
    expect(await status(other, test.right(other))).toBe('WRONG_HASH')
    const spoken = await generate({ kind: 'sound', session: 's' })
    expect(await status(spoken, test.right(spoken))).toBe('PASSED')
  })

  it('says what is wrong, and spends nothing by it', async () => {
    const hash = await generate()
    const right = test.right(hash)
    for (const response of ['', 'x', '-1', '361', '1.5', '0x10', '9'.repeat(1000)]) {
      expect([response, await status(hash, response)]).toEqual([response, 'WRONG_RESPONSE'])
    }
    for (const wrong of ['', 'x', '0'.repeat(48), alter(hash, 47), hash.slice(0, 32), 'a'.repeat(10_000)]) {
      expect([wrong, await status(wrong, right)]).toEqual([wrong, 'WRONG_HASH'])
    }
    for (const body of [
      '',
      '{',
      '[]',
      'null',
      '%%%',
      '{"rocaptcha_challenge_field":{}}',
      Buffer.alloc(99, 255),
    ]) {
      expect((await post(body)).json()).toEqual({ status: 'WRONG_HASH' })
    }
    expect(await status(hash, right)).toBe('PASSED')
    const late = await generate()
    test.pass(20 * 60 + 1)
    expect(await status(late, test.right(late))).toBe('TIMEOUT')
  })

  it('knows no challenge but those of animals and numbers, and of the demo site', async () => {
    const { captcha, demo, keys } = test.service
    const foreign = await test.generate()
    expect(await status(foreign, test.right(foreign))).toBe('WRONG_HASH')
    expect(await test.verify({ hash: foreign, response: test.right(foreign) })).toBe('PASSED')
    const code = captcha.issue(demo!.site.id, styleNamed('captchaFR')!)
    expect(await status(createHashes(keys('rocaptcha-session', 32)).make(code, ''), 1)).toBe('WRONG_HASH')
    const own = await generate()
    expect(captcha.open(own.slice(0, 32))!.site).toBe(demo!.site.id)
    expect(await test.verify({ key: demo!.site.publicKey, hash: own, response: 1 })).toBe('BAD_PRIVATE_KEY')
  })

  it('reports errors as the service itself does', async () => {
    const { registry, demo } = test.service
    expect((await post('x'.repeat(20_000))).json().error).toBe('body_too_large')
    await registry.setSite(demo!.site.id, { settings: { rate: 1 } })
    test.pass(60)
    const hash = await generate()
    expect(await status(hash, (test.right(hash) + 180) % 360)).toBe('FAILED')
    // A wrong answer is as dear as anywhere else.
    const answer = await send('', '')
    expect([answer.statusCode, answer.json().error]).toEqual([429, 'rate_limited'])
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0)
    await registry.setSite(demo!.site.id, { settings: { open: false } })
    test.pass(60)
    expect((await send('', '')).json().error).toBe('not_found')
  })
})
