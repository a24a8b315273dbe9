import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { createCaptcha } from './captcha.ts'
import { type Ledger, memoryLedger } from './ledger.ts'
import type { Rules } from './rules.ts'
import { styleNamed } from './styles.ts'

const STYLE = styleNamed('captchaFR')!
const STRICT: Rules = { expiry: 1200, attempts: 1, revalidation: 'strict' }
const GRACE: Rules = { ...STRICT, revalidation: 'grace' }

function setUp(over: (ledger: Ledger) => Partial<Ledger> = () => ({})) {
  const clock = { time: 1_800_000_000_000 }
  const now = () => clock.time
  const memory = memoryLedger(now)
  const ledger: Ledger = { ...memory, ...over(memory) }
  const captcha = createCaptcha({ secret: 's'.repeat(32), random: randomBytes, ledger, now })
  const issue = () => {
    const id = captcha.issue(1, STYLE)
    return { id, right: captcha.open(id)!.answer }
  }
  const pass = (seconds: number) => {
    clock.time += seconds * 1000
  }
  return { captcha, issue, pass }
}

describe('an id', () => {
  it('is known from 15 minutes before its time, and not from earlier', async () => {
    const { captcha, issue, pass } = setUp()
    const { id, right } = issue()
    pass(-15 * 60 - 1)
    expect(captcha.open(id)).toBeUndefined()
    expect(await captcha.check(id, 1, right, STRICT)).toBe('unknown')
    pass(1)
    expect(captcha.open(id)).toBeDefined()
    expect(await captcha.check(id, 1, right, STRICT)).toBe('passed')
  })

  it('is known for two days, and not for longer', () => {
    const { captcha, issue, pass } = setUp()
    const { id } = issue()
    pass(48 * 3600)
    expect(captcha.open(id)).toBeDefined()
    pass(1)
    expect(captcha.open(id)).toBeUndefined()
  })
})

describe('attempts', () => {
  it('are not exceeded by a right guess that overtakes the last wrong one', async () => {
    let release = () => {}
    let first = true
    const { captcha, issue } = setUp(ledger => ({
      async claim(...rest) {
        if (first) {
          first = false
          await new Promise<void>(resolve => {
            release = resolve
          })
        }
        return ledger.claim(...rest)
      },
    }))
    const rules = { ...STRICT, attempts: 2 }
    const { id, right } = issue()
    expect(await captcha.check(id, 1, 'WRONG', rules)).toBe('wrong')
    const last = captcha.check(id, 1, 'WRONG', rules)
    // The last wrong one is counted, but has not claimed the challenge yet.
    expect(await captcha.check(id, 1, right, rules)).toBe('spent')
    release()
    expect(await last).toBe('spent')
    expect(await captcha.check(id, 1, right, rules)).toBe('spent')
  })
})

describe('grace', () => {
  it('lasts two minutes to the second', async () => {
    const { captcha, issue, pass } = setUp()
    const { id, right } = issue()
    expect(await captcha.check(id, 1, right, GRACE)).toBe('passed')
    pass(120)
    expect(await captcha.check(id, 1, right, GRACE)).toBe('passed')
    pass(1)
    expect(await captcha.check(id, 1, right, GRACE)).toBe('spent')
  })
})
