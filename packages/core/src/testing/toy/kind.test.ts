import { randomBytes } from 'node:crypto'
import { describe, expect, it, vi } from 'vitest'
import { createCaptcha } from '../../captcha.ts'
import type { Form } from '../../kinds.ts'
import { memoryLedger } from '../../ledger.ts'
import type { Rules } from '../../rules.ts'
import { type Style, styleNamed } from '../../styles.ts'
import { kindContract } from '../kind.ts'
import { sum } from './kind.ts'

/** The line in the list of kinds. */
vi.mock('../../kinds.ts', async original => {
  const module = await original<typeof import('../../kinds.ts')>()
  return { ...module, kinds: { ...module.kinds, sum: (await import('./kind.ts')).sum } }
})
/** The line in the list of styles. */
vi.mock('../../styles.ts', async original => {
  const module = await original<typeof import('../../styles.ts')>()
  return { ...module, styleNumbered: (n: number) => (n === 200 ? STYLE : module.styleNumbered(n)) }
})
const STYLE = { number: 200, name: 'sum', kind: 'sum', settings: { sign: 'plus' } } as unknown as Style
const WRITING = 'writing' as string as Form
const RULES: Rules = { expiry: 60, attempts: 1, revalidation: 'strict' }
const SITE = { id: 1, settings: RULES }

kindContract('a toy', sum, { sign: '+' }, { level: 5 })

describe('a kind that is one folder and one line', () => {
  const now = () => 1_800_000_000_000
  const setUp = () => {
    const ledger = memoryLedger(now)
    return createCaptcha({ secret: 's'.repeat(32), ledger, now, random: randomBytes })
  }

  it('is issued, opened, shown and checked as every other', async () => {
    const captcha = setUp()
    const id = captcha.issue(1, STYLE, 250)
    const { answer, level } = captcha.open(id)!
    expect(level).toBe(250)
    expect(Number(answer)).toBeGreaterThanOrEqual(250)
    const { type, bytes } = captcha.show(SITE, id, WRITING)
    const [, one, other] = /^(\d+) plus (\d+)$/.exec(Buffer.from(bytes).toString())!
    expect(type).toBe('text/plain; charset=utf-8')
    expect(Number(one) + Number(other)).toBe(Number(answer))
    expect(captcha.show(SITE, id, WRITING)).toEqual({ type, bytes })
    expect(await captcha.check(SITE, id, answer)).toBe('passed')
    expect(await captcha.check(SITE, id, answer)).toBe('spent')
  })

  it('has forms of its own, and levels, and what rules say of it', async () => {
    const captcha = setUp()
    const id = captcha.issue(1, STYLE, 3)
    expect(captcha.draft(SITE, id, WRITING)).toMatchObject({ level: 3, settings: { sign: 'plus' } })
    for (const form of ['picture', 'sound'] as const) {
      const refusal = expect.objectContaining({ code: 'form_unavailable' })
      expect(() => captcha.show(SITE, id, form)).toThrow(refusal)
    }
    const near = String(Number(captcha.open(id)!.answer) + 2)
    expect(await captcha.check({ ...SITE, settings: { ...RULES, tolerance: 2 } }, id, near)).toBe('passed')
    const strict = captcha.issue(1, STYLE, 3)
    const wrong = String(Number(captcha.open(strict)!.answer) + 2)
    expect(await captcha.check(SITE, strict, wrong)).toBe('wrong')
  })

  it('is kept apart from the others', async () => {
    const captcha = setUp()
    const [toy, code] = [captcha.issue(1, STYLE), captcha.issue(1, styleNamed('captchaFR')!)]
    const toys = captcha.only(['sum' as Style['kind']])
    expect(captcha.only(['text']).open(toy)).toBeUndefined()
    expect(toys.open(code)).toBeUndefined()
    expect(toys.open(toy)).toMatchObject({ style: STYLE, level: 0 })
    expect(captcha.open(code)).toMatchObject({ style: { kind: 'text' }, level: 0 })
  })
})
