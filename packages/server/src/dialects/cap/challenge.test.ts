import { capPuzzles, type WorkSettings } from '@upright/core'
import { afterEach, describe, expect, it } from 'vitest'
import { findChallenge } from '../../commands/answer.ts'
import { seededDigits, seededPuzzles, solvedPuzzles } from '../../testing/cap-puzzles.ts'
import { type CapApp, capApp, puzzlesOf } from './testing.ts'

let test: CapApp
afterEach(() => test.close())

describe('a challenge', () => {
  it('asks for 8 puzzles of 4 digits where the site says nothing else', async () => {
    test = await capApp({ work: {} })
    const { challenge } = await test.challenge()
    expect(challenge.map(([salt, target]) => [salt.length, target.length])).toEqual(Array(8).fill([32, 4]))
  })

  it('has its puzzles written out in both formats, each with a salt of its own, and a life', async () => {
    test = await capApp({ expiry: 600 })
    for (const path of ['challenge', '2/challenge']) {
      const response = await test.post(path)
      const answer = response.json()
      expect([
        response.statusCode,
        response.headers['content-type'],
        response.headers['cache-control'],
      ]).toEqual([200, 'application/json; charset=utf-8', 'no-store'])
      const puzzles = puzzlesOf(answer)
      for (const [salt, target] of puzzles) {
        expect(salt).toMatch(/^[0-9a-f]{32}$/)
        expect(target).toMatch(/^[0-9a-f]$/)
      }
      expect(new Set(puzzles.map(([salt]) => salt)).size).toBe(16)
      expect(answer).toMatchObject({ expires: test.service.now() + 600_000, expires_in: 600 })
      expect(answer.token).toMatch(/^[\w-]{40,2048}$/)
    }
  })

  it('never lives so long that the widget would take its life for an error', async () => {
    test = await capApp({ expiry: 86_400 })
    expect(await test.challenge()).toMatchObject({
      expires: test.service.now() + 82_800_000,
      expires_in: 82_800,
    })
  })

  it('has the puzzles of the id in its token, which nothing stores', async () => {
    test = await capApp()
    const { token, challenge } = await test.challenge()
    const found = await findChallenge(test.service, token)
    const { style, level, answer } = found!.challenge
    expect(capPuzzles({ settings: style.settings as WorkSettings, level, answer })).toEqual(challenge)
    expect(await found!.dialect!.solve!(found!.challenge, token)).toEqual(solvedPuzzles(challenge))
  })

  it('is never seeded from the token, of which a table of all solutions could be made', async () => {
    test = await capApp()
    expect([seededDigits('abc', 32), seededDigits('token1', 16)]).toEqual([
      '0bb9adb8ffd8e55f8d1de826333f356a',
      '8539570754e5fd8b',
    ])
    const { token, challenge } = await test.challenge()
    const salts = new Set(challenge.map(([salt]) => salt))
    expect(seededPuzzles(token, 16, 32, 1).some(([salt]) => salts.has(salt))).toBe(false)
  })

  it('is found at the root and below /cap, and not below what is no key', async () => {
    test = await capApp()
    const { publicKey } = test.site
    for (const path of ['', '/cap']) {
      for (const call of ['challenge', 'challenge/', '2/challenge', '2/challenge/?x=1']) {
        const answer = await test.post(`${path}/${publicKey}/${call}`)
        expect([path, call, answer.statusCode, typeof answer.json().token]).toEqual([
          path,
          call,
          200,
          'string',
        ])
      }
    }
    for (const path of ['/challenge', '/piste/challenge', `/${publicKey.toUpperCase()}/challenge`]) {
      expect([path, (await test.post(path)).statusCode]).toEqual([path, 404])
    }
    const get = await test.app.inject(`/${publicKey}/challenge`)
    expect([get.statusCode, get.headers.allow]).toEqual([405, 'OPTIONS, POST'])
  })

  it('is refused to a key that no site has, and where the dialect is off', async () => {
    test = await capApp({ dialects: ['rocaptcha'] })
    const refusal = { success: false, error: 'There is no such site' }
    for (const key of [test.site.publicKey, '0'.repeat(30), test.secret]) {
      for (const call of ['challenge', '2/challenge', 'redeem']) {
        const answer = await test.post(`/cap/${key}/${call}`)
        expect([call, answer.statusCode, answer.json()]).toEqual([call, 200, refusal])
      }
    }
  })
})

describe('limits', () => {
  it('of visitors and of the site are said with status 200, and when to come back', async () => {
    test = await capApp({ rate: 1 })
    for (let i = 0; i < 2; i++) await test.challenge()
    const limited = await test.post('challenge')
    expect([limited.statusCode, limited.json().error]).toEqual([
      200,
      'Too many requests from your network: try again later.',
    ])
    expect(Number(limited.headers['retry-after'])).toBeGreaterThan(0)
    expect(limited.headers['cache-control']).toBe('no-store')
    await test.close()

    test = await capApp({ quota: 1 })
    await test.post('challenge')
    expect((await test.post('challenge')).json()).toMatchObject({ success: false })
  })

  it('of the process refuse challenges, and no solution', async () => {
    test = await capApp()
    const solved = await test.solved()
    test.pressure.value = 10
    const shed = await test.post('challenge')
    expect([shed.statusCode, shed.json().success, shed.headers['retry-after']]).toEqual([200, false, '2'])
    expect((await test.post('redeem', solved)).json().success).toBe(true)
  })
})
