import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { createCaptcha } from './captcha.ts'
import { type Ledger, memoryLedger } from './ledger.ts'
import type { Rules } from './rules.ts'
import { styleNamed } from './styles.ts'
import { solveWork, type WorkShape, workResponse } from './work/index.ts'

/** Settings that would be lenient with a person. */
const RULES: Rules = { expiry: 60, attempts: 5, revalidation: 'grace' }
const SITE = { id: 7, settings: RULES }
const QUICK = styleNamed('sha256')!
const SLOW = styleNamed('scrypt4')!

function setUp(given?: Ledger) {
  let time = Date.UTC(2026, 10, 29)
  const now = () => time
  const ledger = given ?? memoryLedger(now)
  const captcha = createCaptcha({ secret: 's'.repeat(32), ledger, now, random: randomBytes })
  return {
    captcha,
    pass: (seconds: number) => {
      time += seconds * 1000
    },
    async solve(id: string, shape: WorkShape = 'native') {
      const challenge = captcha.open(id)!
      if (challenge.style.kind !== 'work') throw new Error('no work')
      const { settings } = challenge.style
      return workResponse(shape, await solveWork({ ...challenge, settings }, shape))
    },
  }
}

describe('a response to work', () => {
  it.each([
    [QUICK, 16],
    [SLOW, 2],
  ])('passes once, whatever the rules of the site are', async (style, level) => {
    const { captcha, solve } = setUp()
    const id = captcha.issue(SITE.id, style, level)
    const response = await solve(id)
    expect(captcha.open(id)).toMatchObject({ level, style: { name: style.name } })
    const verdicts = await Promise.all(Array.from({ length: 20 }, () => captcha.check(SITE, id, response)))
    expect(verdicts.filter(verdict => verdict === 'passed')).toHaveLength(1)
    expect(verdicts.filter(verdict => verdict === 'spent')).toHaveLength(19)
    expect(await captcha.check(SITE, id, response)).toBe('spent')
  })

  it.each([
    [QUICK, 16],
    [SLOW, 12],
  ])('spends the challenge when it is wrong', async (style, level) => {
    const { captcha } = setUp()
    const id = captcha.issue(SITE.id, style, level)
    const wrong = workResponse('native', style === QUICK ? Array(16).fill('1').join() : '4294967295')
    expect(await captcha.check(SITE, id, wrong)).toBe('wrong')
    expect(await captcha.check(SITE, id, wrong)).toBe('spent')
    expect(await captcha.outcome(SITE, id)).toBe('failed')
  })

  it('is too late after the expiry, without being derived', async () => {
    const { captcha, pass, solve } = setUp()
    const id = captcha.issue(SITE.id, SLOW, 0)
    const response = await solve(id)
    pass(61)
    expect(await captcha.check(SITE, id, response)).toBe('expired')
    expect(await captcha.judge(SITE, id, response)).toBe('expired')
  })

  it('that is expensive to judge is judged once for an id', async () => {
    const { captcha, solve } = setUp()
    const id = captcha.issue(SITE.id, SLOW, 2)
    expect(await captcha.judge(SITE, id, await solve(id))).toBe('passed')
    expect(await captcha.judge(SITE, id, await solve(id))).toBe('spent')
    expect(await captcha.check(SITE, id, await solve(id))).toBe('spent')
  })

  it('that is cheap is judged without spending anything', async () => {
    const { captcha, solve } = setUp()
    const id = captcha.issue(SITE.id, QUICK, 16)
    for (let i = 0; i < 3; i++) expect(await captcha.judge(SITE, id, await solve(id))).toBe('passed')
    expect(await captcha.judge(SITE, id, 'native 1')).toBe('wrong')
    expect(await captcha.judge(SITE, 'nonsense', 'native 1')).toBe('unknown')
    expect(await captcha.judge({ ...SITE, id: 8 }, id, await solve(id))).toBe('unknown')
    expect(await captcha.check(SITE, id, await solve(id))).toBe('passed')
  })

  it('waits for one of 52 places, and without one nothing is spent', async () => {
    const { captcha, solve } = setUp()
    const ids = Array.from({ length: 60 }, () => captcha.issue(SITE.id, SLOW, 0))
    const responses = await Promise.all(ids.map(id => solve(id)))
    const verdicts = await Promise.all(ids.map((id, i) => captcha.check(SITE, id, responses[i]!)))
    expect(verdicts.slice(0, 52).every(verdict => verdict === 'passed')).toBe(true)
    expect(verdicts.slice(52)).toEqual(Array(8).fill('unavailable'))
    expect(await captcha.check(SITE, ids[59]!, responses[59]!)).toBe('passed')
  })

  it('that is expensive is not derived while the ledger is away', async () => {
    const broken: Ledger = { ...memoryLedger(), count: () => Promise.reject(new Error('away')) }
    const { captcha, solve } = setUp(broken)
    const id = captcha.issue(SITE.id, SLOW, 0)
    expect(await captcha.check(SITE, id, await solve(id))).toBe('unavailable')
    const lenient = { ...SITE, settings: { ...RULES, outage: 'accept' as const } }
    const verdicts = await Promise.all(
      Array.from({ length: 5 }, async () => captcha.check(lenient, id, await solve(id))),
    )
    expect(verdicts.filter(verdict => verdict === 'passed')).toHaveLength(1)
  })

  it('is previewed as it is checked', async () => {
    const { captcha, solve } = setUp()
    const id = captcha.issue(SITE.id, SLOW, 0)
    expect(await captcha.preview(SITE, id, await solve(id))).toBe('passed')
    expect(await captcha.preview(SITE, id, await solve(id))).toBe('spent')
  })
})
