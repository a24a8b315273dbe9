import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type RocaptchaApp, rocaptchaApp } from './testing.ts'

let test: RocaptchaApp
const start = async (...args: Parameters<typeof rocaptchaApp>) => {
  test = await rocaptchaApp(...args)
}

describe('a session', () => {
  beforeAll(() => start())
  afterAll(() => test.close())
  const verify = async (hash: string, cookie?: string) =>
    test.verify({ hash, response: test.right(hash) }, cookie === undefined ? {} : { headers: { cookie } })

  it('must be the one that the hash was made for, where the back end tells it', async () => {
    for (const [session, cookie, wanted] of [
      ['abc', 'sessionid=abc', 'PASSED'],
      ['abc', 'other=1; sessionid=abc; more=2', 'PASSED'],
      ['abc', 'sessionid="abc"', 'PASSED'],
      ['a b&c', `sessionid=${encodeURIComponent('a b&c')}`, 'PASSED'],
      ['a%62', 'sessionid=a%62', 'PASSED'],
      ['abc', ' ;;sessionid= \t"abc" ;', 'PASSED'],
      ['abc', 'sessionid=a"b; sessionid=abc; sessionid=abd', 'PASSED'],
      ['abc', undefined, 'PASSED'],
      ['abc', 'sessionid=', 'PASSED'],
      ['abc', 'xsessionid=abd', 'PASSED'],
      ['', 'sessionid=abc', 'PASSED'],
      ['abc', 'sessionid=abd', 'WRONG_SESSION'],
      ['abc', 'sessionid=%', 'WRONG_SESSION'],
      ['abc', 'sessionid=ABC', 'WRONG_SESSION'],
      ['None', 'sessionid=null', 'WRONG_SESSION'],
    ] as const) {
      const hash = await test.generate(session ? { session } : {})
      expect([session, cookie, await verify(hash, cookie)]).toEqual([session, cookie, wanted])
    }
  })

  it('is read in no time from a cookie of nothing but spaces', async () => {
    const hash = await test.generate({ session: 'abc' })
    for (const tail of ['x', '"a"b', '""";', ';x']) {
      const start = performance.now()
      expect(await verify(hash, `sessionid=${' '.repeat(1500)}${tail}`)).not.toBe('ERROR')
      expect(performance.now() - start).toBeLessThan(1000)
    }
  })

  it('that is wrong spends nothing', async () => {
    const hash = await test.generate({ session: 'mine' })
    expect(await verify(hash, 'sessionid=yours')).toBe('WRONG_SESSION')
    expect(await verify(hash, 'sessionid=mine')).toBe('PASSED')
  })

  it('cannot be taken off a hash', async () => {
    const hash = await test.generate({ session: 'mine' })
    const free = await test.generate()
    for (const forged of [
      hash.slice(0, 32),
      hash.slice(0, 32) + free.slice(32),
      hash.slice(0, 32) + '0'.repeat(16),
      `${hash.slice(0, 32)}00000000${hash.slice(40)}`,
    ]) {
      const response = test.right(hash)
      for (const headers of [{}, { cookie: 'sessionid=yours' }]) {
        expect(await test.verify({ hash: forged, response }, { headers })).toBe('WRONG_HASH')
      }
    }
    expect(await verify(hash, 'sessionid=mine')).toBe('PASSED')
  })
})
