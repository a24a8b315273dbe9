import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type RocaptchaApp, rocaptchaApp } from './testing.ts'
import { verifyUrl } from './verify-url.ts'

let test: RocaptchaApp
beforeAll(async () => {
  test = await rocaptchaApp()
})
afterAll(() => test.close())

describe('the address of a verification', () => {
  it.each([
    ['/api/verify/', '/api/verify/'],
    ['/api/verify/?a=b/c/d/e', '/api/verify/?a=b/c/d/e'],
    ['/api/verify/h/', '/api/verify/h/'],
    ['/api/verify/h/12/?x', '/api/verify/h/12/?x'],
    ['/api/verify/h/1/2/3/', '/api/verify/h/1%2F2%2F3/'],
    ['/api/verify/%zz/12/', '/api/verify/%25zz/12/'],
    ['/api/verify/h/%e9/', '/api/verify/h/%25e9/'],
    ['/api/verify/a#b/12/', '/api/verify/a%23b/12/'],
    ['/api/generate/%zz/1/2/', '/api/generate/%zz/1/2/'],
  ])('%s is routed as %s', (url, routed) => {
    expect(verifyUrl(url)).toBe(routed)
  })

  it('is answered 200 whatever a visitor had written into it, as clients may take another status for an outage', async () => {
    const hash = await test.generate()
    const payload = `key=${test.secret}`
    const statusAt = async (path: string) => {
      const answer = await test.app.inject({ method: 'POST', url: `/api/verify/${path}`, payload })
      return [path.slice(0, 20), answer.statusCode, answer.json().status]
    }
    for (const path of ['x/y/z', 'x/y/z/', '%zz/1', '%e9/1/', `${hash}/1/2/3`, 'a#b/1', 'é/1']) {
      const [, status, word] = await statusAt(path)
      expect([path, status]).toEqual([path, 200])
      expect(['WRONG_HASH', 'WRONG_RESPONSE']).toContain(word)
    }
    for (const long of [`${'x'.repeat(9000)}/1`, `${hash}/${'1'.repeat(9000)}`]) {
      expect((await statusAt(long)).slice(1)).toEqual([200, 'ERROR'])
    }
    expect((await statusAt(`${hash}/${test.right(hash)}`)).slice(1)).toEqual([200, 'PASSED'])
  })
})
