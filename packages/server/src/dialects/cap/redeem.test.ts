import { workStyleNamed } from '@upright/core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { solvedPuzzles } from '../../testing/cap-puzzles.ts'
import { type CapApp, capApp, puzzlesOf } from './testing.ts'

let test: CapApp
beforeEach(async () => {
  test = await capApp()
})
afterEach(() => test.close())

const redeem = async (body: unknown) => (await test.post('redeem', body)).json()
const WRONG = { success: false, error: 'The solution is wrong.' }
const GONE = { success: false, error: 'The token is unknown or was redeemed.' }
const EXPIRED = { success: false, error: 'The challenge has expired.' }
/** A ticket of the site that another part of the service could have issued. */
const ticket = (more: object = {}, style = 'sha256', level = 16) => {
  const id = test.service.captcha.issue(test.site.id, workStyleNamed(style)!, level)
  return test.service.tickets.issue({
    ...{ site: test.site.id, expiry: 1200, dialect: 'cap', hostname: '', action: '', cdata: '' },
    ...{ rung: 0, reasons: [], ids: new Map([['work', id]]), ...more },
  })
}

describe('a solved challenge', () => {
  it('earns a pass that tells what was solved, and lives as long as the site says', async () => {
    const response = await test.post('redeem', await test.solved(), {
      url: `/cap/${test.site.publicKey}/redeem`,
    })
    const answer = response.json()
    expect([response.statusCode, response.headers['cache-control']]).toEqual([200, 'no-store'])
    expect(answer).toEqual({
      success: true,
      token: expect.stringMatching(/^[\w-]{40,2048}$/),
      expires: test.service.now() + 1_200_000,
      expires_in: 1200,
    })
    expect(test.service.passes.open(answer.token, test.site.id)).toMatchObject({
      ...{ dialect: 'cap', hostname: '', action: '', kind: 'work', rung: 0, score: 0.9, expiry: 1200 },
      weights: { minute: 0.75, hour: 0.75, report: true },
    })
  })

  it('is taken in the shape of either format, whatever format it was issued in', async () => {
    for (const call of ['challenge', '2/challenge']) {
      for (const shape of [(nonce: number): unknown => nonce, (nonce: number): unknown => ({ nonce })]) {
        const challenge = (await test.post(call)).json()
        const solutions = solvedPuzzles(puzzlesOf(challenge)).map(shape)
        expect((await redeem({ token: challenge.token, solutions })).success).toBe(true)
      }
    }
    const { token, solutions } = await test.solved()
    const body = { token, solutions, instr: { a: 1 }, instr_blocked: true, instr_timeout: true }
    expect((await test.post('2/redeem', body)).json().success).toBe(true)
  })

  it('is expired where the site, or the network that redeems it, is asked for more by now', async () => {
    const [early, late] = [await test.solved(), await test.solved()]
    await test.service.registry.setSite(test.site.id, { settings: { rung: 1 } })
    expect(await redeem(early)).toMatchObject({ success: true })
    test.pass(121)
    expect(await redeem(late)).toEqual(EXPIRED)
    await test.service.registry.setSite(test.site.id, { settings: { rung: 0 } })
    const fresh = await test.solved()
    expect(await redeem(fresh)).toMatchObject({ success: true })
    const more = await test.solved()
    for (let i = 0; i < 75; i++) test.service.ladder.failed(test.site, '127.0.0.1', { worked: true })
    expect(await redeem(more)).toEqual(EXPIRED)
  })

  it('is redeemed once: not again, not in parallel, not after a thousand forged tokens', async () => {
    const solved = await test.solved()
    const forged = Array.from(
      { length: 1000 },
      (_, i) => `${solved.token.slice(0, 40)}${i}${solved.token.slice(44)}`,
    )
    const refusals = await Promise.all(forged.map(token => redeem({ ...solved, token })))
    expect(new Set(refusals.map(({ error }) => error))).toEqual(new Set([GONE.error]))
    const answers = await Promise.all(Array.from({ length: 20 }, () => redeem(solved)))
    expect(answers.filter(({ success }) => success)).toHaveLength(1)
    expect(answers.filter(({ error }) => error === GONE.error)).toHaveLength(19)
    expect(await redeem(solved)).toEqual(GONE)
    expect(await redeem({ ...solved, solutions: solved.solutions.with(0, 7) })).toEqual(GONE)
  })

  it('is spent by a wrong solution', async () => {
    const { token, solutions } = await test.solved()
    expect(await redeem({ token, solutions: solutions.with(3, solutions[3]! - 1) })).toEqual(WRONG)
    expect(await redeem({ token, solutions })).toEqual(GONE)
  })

  it('has every number that a puzzle asks for, in its place, and none beyond four bytes', async () => {
    const bad: ((solutions: number[]) => number[])[] = [
      () => [],
      solutions => solutions.slice(1),
      solutions => [...solutions, 0],
      solutions => solutions.with(0, -1),
      solutions => solutions.with(0, 0.5),
      solutions => solutions.with(0, 2 ** 32),
      solutions => solutions.with(0, 1e21),
      solutions => Array(4000).fill(solutions[0]),
    ]
    for (const change of bad) {
      const { token, solutions } = await test.solved()
      expect([change, await redeem({ token, solutions: change(solutions) })]).toEqual([change, WRONG])
    }
  })

  it('spends nothing where it is malformed or too large', async () => {
    const { token, solutions } = await test.solved()
    const malformed = [
      '',
      '{',
      'null',
      '7',
      '[]',
      '{}',
      { token },
      { solutions },
      { token, solutions: null },
      { token, solutions: { 0: 1 } },
      { token, solutions: solutions.map(String) },
      { token, solutions: [null] },
      { token, solutions: [{ y: '1' }] },
      { token, solutions: [[1]] },
      { token: 7, solutions },
      { token: [token], solutions },
    ]
    for (const body of malformed) {
      const answer = await test.post('redeem', body)
      expect([body, answer.statusCode, answer.json()]).toEqual([
        body,
        200,
        { success: false, error: expect.stringContaining('a token and a list of solutions are needed') },
      ])
    }
    const large = await test.post('redeem', { token, solutions, more: 'x'.repeat(1024 * 1024) })
    expect([large.statusCode, large.json().success]).toEqual([200, false])
    expect((await redeem({ token, solutions })).success).toBe(true)
  })
})

describe('a token that is refused', () => {
  it('is too late by a second, or from beyond the clock skew', async () => {
    const [first, second] = [await test.solved(), await test.solved()]
    test.pass(1200)
    expect((await redeem(first)).success).toBe(true)
    test.pass(1)
    expect(await redeem(second)).toEqual(EXPIRED)
    test.pass(3600)
    const early = await test.solved()
    test.pass(-3600)
    expect(await redeem(early)).toEqual(GONE)
  })

  it('is of another site or another dialect, a pass, or over another kind of work', async () => {
    const { site } = await test.service.registry.addSite('Other', {})
    const other = (await test.post(`/${site.publicKey}/challenge`)).json()
    const solutions = solvedPuzzles(other.challenge)
    for (const token of [
      other.token,
      ticket({ dialect: 'native' }),
      ticket({ ids: new Map() }),
      ticket({ ids: new Map([['picture', 'x']]) }),
      ticket({ ids: new Map([['work', test.captcha().uuid]]) }),
      ticket({ hostname: 'www.example.org' }),
      await test.earn(),
    ]) {
      expect(await redeem({ token, solutions })).toEqual(GONE)
    }
    for (const style of ['pbkdf2', 'scrypt4']) {
      expect(await redeem({ token: ticket({}, style, 8), solutions })).toEqual(WRONG)
    }
  })

  it('is answered without a claim while the ledger is away', async () => {
    const solved = await test.solved()
    await test.service.ledger.close()
    const answer = await test.post('redeem', solved)
    expect([answer.statusCode, answer.json()]).toEqual([
      200,
      { success: false, error: 'The service cannot answer at the moment: try again shortly.' },
    ])
    expect(JSON.stringify(test.logs)).not.toContain(solved.token)
  })

  it('leaves the visitor fewer tries where its solution was wrong', async () => {
    await test.close()
    test = await capApp({ rate: 5 })
    const { token } = await test.challenge()
    expect(await redeem({ token, solutions: [] })).toEqual(WRONG)
    expect((await test.post('challenge')).json().error).toContain('Too many requests')
  })
})
