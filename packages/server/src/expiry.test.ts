import { afterEach, describe, expect, it } from 'vitest'
import { type RocaptchaApp, rocaptchaApp } from './dialects/rocaptcha/testing.ts'

let test: RocaptchaApp
afterEach(() => test.close())

describe('a site whose expiry is raised', () => {
  it('revives nothing that was spent under the shorter one, in any dialect', async () => {
    test = await rocaptchaApp({ expiry: 30, revalidation: 'strict' })
    const { uuid, code } = test.captcha()
    const hash = await test.generate()
    expect(await test.validate(uuid, code)).toBe('true')
    expect(await test.verify({ hash, response: test.right(hash) })).toBe('PASSED')
    // The ledger has forgotten both.
    test.pass(200)
    await test.service.registry.setSite(test.site.id, { settings: { expiry: 86_400 } })
    expect(await test.validate(uuid, code)).toBe('false')
    expect(await test.verify({ hash, response: test.right(hash) })).toBe('TIMEOUT')
    expect((await test.call(`/captcha/${uuid}/code/infos`)).statusCode).toBe(400)
    expect((await test.get(`image/${hash}/`)).statusCode).toBe(404)
  })

  it('tells widgets how long what they get can be answered', async () => {
    test = await rocaptchaApp({ expiry: 30 })
    const told = async () => {
      const url = '/piste/captcha/simple-captcha-endpoint?get=html&c=captchaFR'
      const { body } = await test.app.inject({ url, headers: { keyid: test.secret } })
      return /data-expiry="(\d+)"/.exec(body)?.[1]
    }
    await test.service.registry.setSite(test.site.id, { settings: { expiry: 600 } })
    expect(await told()).toBe('30')
    test.pass(901)
    expect(await told()).toBe('600')
    const { uuid, code } = test.captcha()
    test.pass(599)
    expect(await test.validate(uuid, code)).toBe('true')
  })
})
