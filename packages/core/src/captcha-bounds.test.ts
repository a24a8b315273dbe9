import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { createCaptcha } from './captcha.ts'
import { type Ledger, memoryLedger } from './ledger.ts'
import type { Rules } from './rules.ts'
import { styleNamed } from './styles.ts'

const STYLE = styleNamed('captchaFR')!
const STRICT_RULES: Rules = { expiry: 1200, attempts: 1, revalidation: 'strict' }
const GRACE_RULES: Rules = { ...STRICT_RULES, revalidation: 'grace' }

/** A site of these rules. */
const siteOf = (settings: Rules, id = 1) => ({ id, settings })

function setUp(over: (ledger: Ledger) => Partial<Ledger> = () => ({})) {
  const clock = { time: 1_800_000_000_000 }
  const now = () => clock.time
  const memory = memoryLedger(now)
  /** Every write, as it was asked for. */
  const writes: [name: string, key: string, seconds: number][] = []
  const watched: Ledger = {
    ...memory,
    claim(key, ttl, value) {
      writes.push(['claim', key, ttl])
      return memory.claim(key, ttl, value)
    },
    count(key, window) {
      writes.push(['count', key, window])
      return memory.count(key, window)
    },
  }
  const ledger: Ledger = { ...watched, ...over(watched) }
  const captcha = createCaptcha({ secret: 's'.repeat(32), random: randomBytes, ledger, now })
  const issue = () => {
    const id = captcha.issue(1, STYLE)
    return { id, right: captcha.open(id)!.answer }
  }
  const pass = (seconds: number) => {
    clock.time += seconds * 1000
  }
  return { captcha, issue, pass, writes }
}

describe('an id', () => {
  it('is known from 15 minutes before its time, and not from earlier', async () => {
    const { captcha, issue, pass } = setUp()
    const { id, right } = issue()
    pass(-15 * 60 - 1)
    expect(captcha.open(id)).toBeUndefined()
    expect(await captcha.check(siteOf(STRICT_RULES), id, right)).toBe('unknown')
    pass(1)
    expect(captcha.open(id)).toBeDefined()
    expect(await captcha.check(siteOf(STRICT_RULES), id, right)).toBe('passed')
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

describe('a response', () => {
  it('is in time to the last second, and expired after it', async () => {
    const { captcha, issue, pass } = setUp()
    const [one, two, three] = [issue(), issue(), issue()]
    pass(1200)
    expect(await captcha.check(siteOf(STRICT_RULES), one.id, one.right)).toBe('passed')
    expect(await captcha.preview(siteOf(STRICT_RULES), two.id, two.right)).toBe('passed')
    pass(1)
    expect(await captcha.check(siteOf(STRICT_RULES), two.id, two.right)).toBe('expired')
    expect(await captcha.preview(siteOf(STRICT_RULES), three.id, three.right)).toBe('expired')
  })

  it('is expired, whatever it says and however many attempts are left', async () => {
    const { captcha, issue, pass, writes } = setUp()
    const [right, wrong] = [issue(), issue()]
    pass(1201)
    const rules = { ...STRICT_RULES, attempts: 3 }
    expect(await captcha.check(siteOf(rules), right.id, right.right)).toBe('expired')
    expect(await captcha.check(siteOf(rules), wrong.id, 'WRONG')).toBe('expired')
    expect(writes.map(([name]) => name)).toEqual(['claim', 'claim'])
  })

  it('costs one write where there is one attempt, right or wrong', async () => {
    const { captcha, issue, writes } = setUp()
    const [right, wrong] = [issue(), issue()]
    await captcha.check(siteOf(STRICT_RULES), right.id, right.right)
    await captcha.check(siteOf(STRICT_RULES), wrong.id, 'WRONG')
    expect(writes.map(([name]) => name)).toEqual(['claim', 'claim'])
  })

  it('is written down for as long as the challenge and its grace last, and then not any more', async () => {
    const { captcha, issue, pass, writes } = setUp()
    const [early, late, last, gone] = [issue(), issue(), issue(), issue()]
    await captcha.check(siteOf(STRICT_RULES), early.id, early.right)
    pass(1000)
    await captcha.check(siteOf(STRICT_RULES), late.id, late.right)
    pass(320)
    expect(await captcha.check(siteOf(STRICT_RULES), last.id, last.right)).toBe('expired')
    pass(1)
    expect(await captcha.check(siteOf(STRICT_RULES), gone.id, gone.right)).toBe('expired')
    expect(writes.map(([, , seconds]) => seconds)).toEqual([1320, 320, 0])
  })

  it('is written down under one name for as long as the ledger may know it, another for each generation', async () => {
    const { captcha, issue, writes } = setUp()
    const { id } = issue()
    for (const generation of [undefined, 0, 1, 2])
      await captcha.check(siteOf(STRICT_RULES), id, 'WRONG', { generation })
    const name = `6b49d200.${Buffer.from(id.replaceAll('-', ''), 'hex').toString('base64url')}`
    expect(writes.map(([, key]) => key)).toEqual([name, name, `${name}.1`, `${name}.2`])
  })
})

describe('time', () => {
  it('is counted in whole seconds that have passed', () => {
    const { captcha, issue, pass } = setUp()
    pass(0.999)
    expect(captcha.open(issue().id)!.issued).toBe(1_800_000_000)
  })
})

describe('a season', () => {
  const WEEK = 7 * 24 * 3600

  it('begins with the second, and lasts a week', () => {
    const { captcha, issue, pass } = setUp()
    const season = () => captcha.draft(siteOf(STRICT_RULES), issue().id, 'picture').look.season
    pass(WEEK - (1_800_000_000 % WEEK) - 1)
    const before = season()
    pass(1)
    const first = season()
    pass(1)
    const second = season()
    pass(WEEK - 2)
    const last = season()
    expect([second, last]).toEqual([first, first])
    pass(1)
    expect(new Set([before, first, season()]).size).toBe(3)
  })
})

describe('attempts', () => {
  it('that are left over do not keep a right answer from passing', async () => {
    const { captcha, issue } = setUp()
    const [first, second] = [issue(), issue()]
    const rules = { ...STRICT_RULES, attempts: 3 }
    expect(await captcha.check(siteOf(rules), first.id, first.right)).toBe('passed')
    expect(await captcha.check(siteOf(rules), second.id, 'WRONG')).toBe('wrong')
    expect(await captcha.check(siteOf(rules), second.id, second.right)).toBe('passed')
  })

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
    const rules = { ...STRICT_RULES, attempts: 2 }
    const { id, right } = issue()
    expect(await captcha.check(siteOf(rules), id, 'WRONG')).toBe('wrong')
    const last = captcha.check(siteOf(rules), id, 'WRONG')
    // The last wrong one is counted, but has not claimed the challenge yet.
    expect(await captcha.check(siteOf(rules), id, right)).toBe('spent')
    release()
    expect(await last).toBe('spent')
    expect(await captcha.check(siteOf(rules), id, right)).toBe('spent')
  })
})

describe('grace', () => {
  it('lasts two minutes to the second', async () => {
    const { captcha, issue, pass } = setUp()
    const { id, right } = issue()
    expect(await captcha.check(siteOf(GRACE_RULES), id, right)).toBe('passed')
    pass(120)
    expect(await captcha.check(siteOf(GRACE_RULES), id, right)).toBe('passed')
    pass(1)
    expect(await captcha.check(siteOf(GRACE_RULES), id, right)).toBe('spent')
  })
})
