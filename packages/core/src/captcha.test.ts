import { createHash, randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Captcha, type CaptchaOptions, createCaptcha, SEASON } from './captcha.ts'
import type { Outage } from './fallback.ts'
import { type Ledger, memoryLedger } from './ledger.ts'
import type { Rules } from './rules.ts'
import { codeStyleNamed, codeStyles, styleNamed } from './styles.ts'
import { fonts } from './text/fonts.ts'

const SECRET = 'a master secret for tests, and for nothing else'
const OTHER_SECRET = 'another master secret, older than the first one'
const THIRD_SECRET = 'a third master secret, newer than both the others'
const RULES: Rules = { expiry: 1200, attempts: 1, revalidation: 'grace' }
const STRICT_RULES: Rules = { ...RULES, revalidation: 'strict' }
const STYLE = styleNamed('captchaFR')!
const SITE = { id: 1 }

/** A site of these rules. */
const siteOf = (settings: Rules, id = 1) => ({ id, settings })

function setUp(options: Partial<CaptchaOptions> = {}) {
  const clock = { time: 1_800_000_000_000 }
  const now = () => clock.time
  const ledger = options.ledger ?? memoryLedger(now)
  const captcha = createCaptcha({ secret: SECRET, random: randomBytes, ...options, ledger, now })
  const pass = (seconds: number) => {
    clock.time += seconds * 1000
  }
  return { captcha, ledger, pass, clock }
}

/** A ledger out of reach. */
const away = (): Ledger => {
  const refuse = () => Promise.reject(new Error('ledger away'))
  return { claim: refuse, claimed: refuse, count: refuse, counted: refuse, ping: refuse, close: refuse }
}

const answer = (captcha: Captcha, id: string, generation?: number) => captcha.open(id, generation)!.answer
const passes = async (checks: Promise<string>[]) =>
  (await Promise.all(checks)).filter(v => v === 'passed').length

describe('issuing', () => {
  it('writes nothing', () => {
    const { captcha } = setUp({ ledger: away() })
    const id = captcha.issue(1, STYLE)
    expect(captcha.show(siteOf(RULES), id, 'picture').bytes.length).toBeGreaterThan(100)
  })

  it.each(codeStyles.map(style => style.name))('seals the style %s and draws an answer of it', name => {
    const { captcha } = setUp()
    const style = codeStyleNamed(name)!
    const lengths = new Set<number>()
    for (let i = 0; i < 200; i++) {
      const challenge = captcha.open(captcha.issue(3, style))!
      expect(challenge).toMatchObject({ site: 3, style, issued: 1_800_000_000 })
      for (const character of challenge.answer) expect(style.settings.alphabet).toContain(character)
      lengths.add(challenge.answer.length)
    }
    const [shortest, longest] = style.settings.length
    expect([Math.min(...lengths), Math.max(...lengths)]).toEqual([shortest, longest])
  })
})

describe('ids of styles before their ids held a level', () => {
  // Issued before there were levels, by the same secret and at the time of the clock.
  const FORMER = [
    ['captchaFR', 'b97b5a76-38d3-4e99-bc42-35d117a17e77', '8A25T23', 'picture', '2b821b86fa680dfc'],
    [
      'alphanumerique4to6LightCaptchaEN',
      '0ca98c21-96f9-4a89-95bc-ea10a37932c1',
      'HL9YYH',
      'picture',
      'dffead9b95c87570',
    ],
    ['numberCS', '7d98c6b0-00fb-454e-8aed-d32ef74eb6bb', '155', 'sound', '083807ad38d4e525'],
  ] as const
  const DISC = '24bcdc6e-8f8e-4d6a-b6f3-75d35a391d82'
  const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

  it.each(FORMER)('show and pass as they did: %s', async (name, id, answer, form, digest) => {
    const { captcha } = setUp()
    const challenge = captcha.open(id)!
    expect(challenge).toMatchObject({ site: 1, answer, level: undefined, style: { name } })
    expect(challenge.style).not.toBe(styleNamed(name))
    expect(sha256(captcha.show(siteOf(RULES), id, form).bytes).slice(0, 16)).toBe(digest)
    expect(await captcha.check(siteOf(RULES), id, answer)).toBe('passed')
  })

  it('are discs with the tolerance of their site', async () => {
    const { captcha } = setUp()
    expect(captcha.open(DISC)).toMatchObject({ answer: '300', level: undefined })
    expect(await captcha.check(siteOf({ ...RULES, tolerance: 5 }), DISC, '306')).toBe('wrong')
    expect(await setUp().captcha.check(siteOf({ ...RULES, tolerance: 6 }), DISC, '306')).toBe('passed')
  })

  it('are not issued any more', () => {
    const { captcha } = setUp()
    const names = [...codeStyles.map(({ name }) => name), 'rotate', 'numberCS']
    for (const name of names) {
      expect(captcha.open(captcha.issue(1, styleNamed(name)!))).toMatchObject({ level: 0, style: { name } })
    }
  })
})

describe('showing', () => {
  it('gives the same bytes for the same id, from any node, and others for another id', () => {
    const { captcha } = setUp()
    const node = setUp().captcha
    const id = captcha.issue(1, STYLE)
    const picture = captcha.show(siteOf(RULES), id, 'picture')
    expect(picture.type).toBe('image/png')
    expect(captcha.show(siteOf(RULES), id, 'picture')).toEqual(picture)
    expect(node.show(siteOf(RULES), id.replaceAll('-', ''), 'picture')).toEqual(picture)
    expect(captcha.show(siteOf(RULES), captcha.issue(1, STYLE), 'picture').bytes).not.toEqual(picture.bytes)
  })

  it('refuses ids that are forged, of another site, or expired', () => {
    const { captcha, pass } = setUp()
    const id = captcha.issue(1, STYLE)
    const refusal = expect.objectContaining({ code: 'unknown_challenge' })
    expect(() => captcha.show(siteOf(RULES), crypto.randomUUID(), 'picture')).toThrow(refusal)
    expect(() => captcha.show(siteOf(RULES, 2), id, 'picture')).toThrow(refusal)
    pass(1200)
    expect(captcha.show(siteOf(RULES), id, 'picture').bytes.length).toBeGreaterThan(100)
    pass(1)
    expect(() => captcha.show(siteOf(RULES), id, 'picture')).toThrow(refusal)
  })
})

describe('checking', () => {
  it('passes the answer, in either letter case and between spaces', async () => {
    const { captcha } = setUp()
    for (const dress of [(s: string) => s, (s: string) => s.toLowerCase(), (s: string) => ` ${s}\t\n`]) {
      const id = captcha.issue(1, STYLE)
      expect(await captcha.check(siteOf(RULES), id, dress(answer(captcha, id)))).toBe('passed')
    }
  })

  it('spends a challenge on a wrong answer', async () => {
    const { captcha } = setUp()
    const id = captcha.issue(1, STYLE)
    expect(await captcha.check(siteOf(RULES), id, 'WRONG')).toBe('wrong')
    expect(await captcha.check(siteOf(RULES), id, answer(captcha, id))).toBe('spent')
  })

  it('passes once in strict mode, whatever is sent afterwards', async () => {
    const { captcha } = setUp()
    const id = captcha.issue(1, STYLE)
    const right = answer(captcha, id)
    expect(await captcha.check(siteOf(STRICT_RULES), id, right)).toBe('passed')
    expect(await captcha.check(siteOf(STRICT_RULES), id, right)).toBe('spent')
    expect(await captcha.check(siteOf(STRICT_RULES), id, 'WRONG')).toBe('spent')
  })

  it('passes at most two more times in the two minutes after, in grace mode', async () => {
    const { captcha, pass } = setUp()
    const id = captcha.issue(1, STYLE)
    const right = answer(captcha, id)
    const check = () => captcha.check(siteOf(RULES), id, right)
    expect(await check()).toBe('passed')
    expect(await captcha.check(siteOf(RULES), id, 'WRONG')).toBe('spent')
    pass(60)
    expect([await check(), await check(), await check()]).toEqual(['passed', 'passed', 'spent'])

    const late = captcha.issue(1, STYLE)
    expect(await captcha.check(siteOf(RULES), late, answer(captcha, late))).toBe('passed')
    pass(121)
    expect(await captcha.check(siteOf(RULES), late, answer(captcha, late))).toBe('spent')
  })

  it('still grants the grace when the challenge expires meanwhile, but lets no new answer in', async () => {
    const { captcha, pass } = setUp()
    const [solved, unsolved] = [captcha.issue(1, STYLE), captcha.issue(1, STYLE)]
    pass(1190)
    expect(await captcha.check(siteOf(RULES), solved, answer(captcha, solved))).toBe('passed')
    pass(60)
    expect(await captcha.check(siteOf(RULES), solved, answer(captcha, solved))).toBe('passed')
    expect(await captcha.check(siteOf(RULES), unsolved, answer(captcha, unsolved))).toBe('expired')
    pass(1000)
    expect(await captcha.check(siteOf(RULES), unsolved, answer(captcha, unsolved))).toBe('expired')
  })

  it.each([
    ['strict' as const, 1],
    ['grace' as const, 3],
  ])('lets ten thousand parallel checks in %s mode pass %i times', async (revalidation, times) => {
    const { captcha } = setUp()
    const id = captcha.issue(1, STYLE)
    const right = answer(captcha, id)
    const checks = Array.from({ length: 10_000 }, () =>
      captcha.check(siteOf({ ...RULES, revalidation }), id, right),
    )
    expect(await passes(checks)).toBe(times)
  })

  it('tells the first right answer of a challenge from its repeats, and from wrong ones', async () => {
    const { captcha } = setUp()
    let first = 0
    const options = { onFirstPass: () => void first++ }
    const check = (id: string, response: string, rules = RULES) =>
      captcha.check(siteOf(rules), id, response, options)
    const [id, other] = [captcha.issue(1, STYLE), captcha.issue(1, STYLE)]
    await check(other, 'WRONG')
    await check(other, answer(captcha, other))
    await check(captcha.issue(2, STYLE), 'WRONG')
    expect(first).toBe(0)
    const right = answer(captcha, id)
    expect(await passes(Array.from({ length: 5 }, () => check(id, right)))).toBe(3)
    expect(first).toBe(1)
    const renewed = { ...options, generation: await captcha.renew(siteOf(RULES), id) }
    await captcha.check(siteOf(RULES), id, answer(captcha, id, renewed.generation), renewed)
    expect(first).toBe(2)
  })

  it('allows as many answers as the site says', async () => {
    const rules = { ...STRICT_RULES, attempts: 3 }
    const { captcha } = setUp()
    const [two, three] = [captcha.issue(1, STYLE), captcha.issue(1, STYLE)]
    for (let i = 0; i < 2; i++) expect(await captcha.check(siteOf(rules), two, 'WRONG')).toBe('wrong')
    expect(await captcha.check(siteOf(rules), two, answer(captcha, two))).toBe('passed')
    expect(await captcha.check(siteOf(rules), two, answer(captcha, two))).toBe('spent')
    for (let i = 0; i < 3; i++) expect(await captcha.check(siteOf(rules), three, 'WRONG')).toBe('wrong')
    expect(await captcha.check(siteOf(rules), three, answer(captcha, three))).toBe('spent')
  })

  it('does not let parallel guesses exceed the attempts', async () => {
    const rules = { ...STRICT_RULES, attempts: 3 }
    const { captcha } = setUp()
    const id = captcha.issue(1, STYLE)
    const guesses = Array.from({ length: 100 }, (_, i) => captcha.check(siteOf(rules), id, `WRONG${i}`))
    guesses.push(captcha.check(siteOf(rules), id, answer(captcha, id)))
    expect(await passes(guesses)).toBe(0)
  })

  it('refuses the ids of other sites and forged ones, and spends nothing by it', async () => {
    const { captcha } = setUp()
    const id = captcha.issue(1, STYLE)
    expect(await captcha.check(siteOf(RULES, 2), id, answer(captcha, id))).toBe('unknown')
    expect(await captcha.check(siteOf(RULES), crypto.randomUUID(), 'x')).toBe('unknown')
    expect(await captcha.check(siteOf(RULES), 'no id', 'x')).toBe('unknown')
    expect(await captcha.check(siteOf(RULES), id, answer(captcha, id))).toBe('passed')
  })

  it('refuses a tampered id in every bit', async () => {
    const { captcha } = setUp()
    const id = captcha.issue(1, STYLE).replaceAll('-', '')
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 127 }), async bit => {
        const bytes = Buffer.from(id, 'hex')
        bytes[bit >> 3]! ^= 1 << (bit & 7)
        expect(await captcha.check(siteOf(RULES), bytes.toString('hex'), answer(captcha, id))).toBe('unknown')
      }),
      { numRuns: 300 },
    )
    expect(await captcha.check(siteOf(RULES), id, answer(captcha, id))).toBe('passed')
  })

  it('goes on when the clock is set back, without reviving what is spent', async () => {
    const { captcha, pass } = setUp()
    const [spent, open] = [captcha.issue(1, STYLE), captcha.issue(1, STYLE)]
    expect(await captcha.check(siteOf(STRICT_RULES), spent, answer(captcha, spent))).toBe('passed')
    pass(-600)
    expect(await captcha.check(siteOf(STRICT_RULES), spent, answer(captcha, spent))).toBe('spent')
    expect(await captcha.check(siteOf(STRICT_RULES), open, answer(captcha, open))).toBe('passed')
  })
})

describe('changing the rules', () => {
  const at = (captcha: Captcha, id: string) => captcha.open(id)!.issued

  it('revives nothing by a longer expiry: what was issued before keeps the shorter one', async () => {
    const { captcha, pass } = setUp()
    const short = { ...STRICT_RULES, expiry: 30 }
    const [spent, open] = [captcha.issue(1, STYLE), captcha.issue(1, STYLE)]
    expect(await captcha.check(siteOf(short), spent, answer(captcha, spent))).toBe('passed')
    const raised = { ...STRICT_RULES, previousExpiries: [{ expiry: 30, until: at(captcha, spent) }] }
    pass(20)
    expect(await captcha.check(siteOf(raised), spent, answer(captcha, spent))).toBe('spent')
    const later = captcha.issue(1, STYLE)
    pass(1180)
    // The claim was forgotten long ago.
    for (const id of [spent, open]) {
      expect(captcha.expired(captcha.open(id)!, raised)).toBe(true)
      expect(await captcha.check(siteOf(raised), id, answer(captcha, id))).toBe('expired')
      expect(await captcha.preview(siteOf(raised), id, answer(captcha, id))).toBe('expired')
      const refusal = { code: 'unknown_challenge' }
      expect(() => captcha.show(siteOf(raised), id, 'picture')).toThrow(expect.objectContaining(refusal))
      await expect(captcha.renew(siteOf(raised), id)).rejects.toMatchObject(refusal)
    }
    expect(await captcha.check(siteOf(raised), later, answer(captcha, later))).toBe('passed')
  })

  it('ends challenges at once by a shorter expiry', async () => {
    const { captcha, pass } = setUp()
    const id = captcha.issue(1, STYLE)
    pass(61)
    expect(await captcha.check(siteOf({ ...STRICT_RULES, expiry: 60 }), id, answer(captcha, id))).toBe(
      'expired',
    )
  })

  it('grants no grace to what passed while it counted once, and takes it away at once', async () => {
    const { captcha } = setUp()
    const [once, graced] = [captcha.issue(1, STYLE), captcha.issue(1, STYLE)]
    const check = (id: string, rules: Rules) => captcha.check(siteOf(rules), id, answer(captcha, id))
    expect([await check(once, STRICT_RULES), await check(once, RULES)]).toEqual(['passed', 'spent'])
    expect([await check(graced, RULES), await check(graced, STRICT_RULES)]).toEqual(['passed', 'spent'])
    expect([await captcha.outcome(SITE, once), await captcha.outcome(SITE, graced)]).toEqual([
      'passed',
      'passed',
    ])
  })

  it('revives nothing by more attempts, a wider tolerance or another policy for outages', async () => {
    const { captcha } = setUp()
    const more: Rules = { ...RULES, attempts: 10, tolerance: 20, outage: 'accept' }
    const [wrong, right] = [captcha.issue(1, STYLE), captcha.issue(1, STYLE)]
    const disc = captcha.issue(1, styleNamed('rotate')!)
    const near = `${(Number(answer(captcha, disc)) + 15) % 360}`
    expect(await captcha.check(siteOf(STRICT_RULES), wrong, 'WRONG')).toBe('wrong')
    expect(await captcha.check(siteOf(STRICT_RULES), right, answer(captcha, right))).toBe('passed')
    expect(await captcha.check(siteOf(STRICT_RULES), disc, near)).toBe('wrong')
    for (const id of [wrong, right]) {
      expect(await captcha.check(siteOf(more), id, answer(captcha, id))).toBe('spent')
    }
    expect(await captcha.check(siteOf(more), disc, near)).toBe('spent')
  })
})

describe('renewing', () => {
  it('gives an id a new answer, picture and sound each time, the same ones from any node', async () => {
    const ledger = memoryLedger(() => 1_800_000_000_000)
    const [captcha, node] = [setUp({ ledger }).captcha, setUp({ ledger }).captcha]
    const id = captcha.issue(1, STYLE)
    expect(await captcha.latest(id)).toBe(0)
    for (let generation = 1; generation <= 20; generation++) {
      expect(await (generation % 2 ? captcha : node).renew(siteOf(RULES), id)).toBe(generation)
      expect(await node.latest(id)).toBe(generation)
    }
    const generations = Array.from({ length: 21 }, (_, i) => i)
    expect(new Set(generations.map(i => answer(captcha, id, i))).size).toBe(21)
    for (const form of ['picture', 'sound'] as const) {
      const show = (from: Captcha, i: number) =>
        Buffer.from(from.show(siteOf(RULES), id, form, { generation: i }).bytes)
      expect(new Set(generations.map(i => show(captcha, i).toString('latin1'))).size).toBe(21)
      expect(show(node, 20).equals(show(captcha, 20))).toBe(true)
    }
    expect(captcha.show(siteOf(RULES), id, 'picture', { generation: 0 })).toEqual(
      captcha.show(siteOf(RULES), id, 'picture'),
    )
  })

  it('spends each generation by itself', async () => {
    const { captcha } = setUp()
    const id = captcha.issue(1, STYLE)
    expect(await captcha.check(siteOf(STRICT_RULES), id, 'WRONG', { generation: 1 })).toBe('wrong')
    expect(await captcha.check(siteOf(STRICT_RULES), id, answer(captcha, id, 1), { generation: 1 })).toBe(
      'spent',
    )
    expect(await captcha.check(siteOf(STRICT_RULES), id, answer(captcha, id, 1), { generation: 2 })).toBe(
      'wrong',
    )
    expect(await captcha.check(siteOf(STRICT_RULES), id, answer(captcha, id, 3), { generation: 3 })).toBe(
      'passed',
    )
    expect(await captcha.check(siteOf(STRICT_RULES), id, answer(captcha, id, 3), { generation: 3 })).toBe(
      'spent',
    )
    expect(await captcha.check(siteOf(STRICT_RULES), id, answer(captcha, id))).toBe('passed')
  })

  it('refuses ids that cannot be shown, and counts them not', async () => {
    const { captcha, pass, ledger } = setUp()
    const id = captcha.issue(1, STYLE)
    const refusal = { code: 'unknown_challenge' }
    await expect(captcha.renew(siteOf(RULES), crypto.randomUUID())).rejects.toMatchObject(refusal)
    await expect(captcha.renew(siteOf(RULES, 2), id)).rejects.toMatchObject(refusal)
    pass(1201)
    await expect(captcha.renew(siteOf(RULES), id)).rejects.toMatchObject(refusal)
    for (const text of [id, crypto.randomUUID(), 'no id']) expect(await captcha.latest(text)).toBe(0)
    expect((ledger as ReturnType<typeof memoryLedger>).size()).toBe(0)
  })

  it('gives parallel callers each a generation of their own', async () => {
    const { captcha } = setUp()
    const id = captcha.issue(1, STYLE)
    const turns = await Promise.all(Array.from({ length: 100 }, () => captcha.renew(siteOf(RULES), id)))
    expect(turns.sort((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, i) => i + 1))
  })

  it('knows the generation for as long as the challenge lives', async () => {
    const { captcha, pass } = setUp()
    const id = captcha.issue(1, STYLE)
    await captcha.renew(siteOf(RULES), id)
    pass(1000)
    await captcha.renew(siteOf(RULES), id)
    pass(200)
    expect(await captcha.latest(id)).toBe(2)
  })
})

describe('previewing', () => {
  it('does not spend a right answer, however often', async () => {
    const { captcha } = setUp()
    const id = captcha.issue(1, STYLE)
    const right = answer(captcha, id)
    for (let i = 0; i < 10; i++) expect(await captcha.preview(siteOf(STRICT_RULES), id, right)).toBe('passed')
    expect(await captcha.check(siteOf(STRICT_RULES), id, right)).toBe('passed')
    expect(await captcha.preview(siteOf(STRICT_RULES), id, right)).toBe('spent')
  })

  it('counts a wrong answer as any other', async () => {
    const { captcha } = setUp()
    const [one, two] = [captcha.issue(1, STYLE), captcha.issue(1, STYLE)]
    expect(await captcha.preview(siteOf(RULES), one, 'WRONG')).toBe('wrong')
    expect(await captcha.preview(siteOf(RULES), one, answer(captcha, one))).toBe('spent')
    expect(await captcha.check(siteOf(RULES), one, answer(captcha, one))).toBe('spent')
    const rules = { ...RULES, attempts: 2 }
    expect(await captcha.preview(siteOf(rules), two, 'WRONG')).toBe('wrong')
    expect(await captcha.preview(siteOf(rules), two, answer(captcha, two))).toBe('passed')
    expect(await captcha.preview(siteOf(rules), two, 'WRONG')).toBe('wrong')
    expect(await captcha.preview(siteOf(rules), two, answer(captcha, two))).toBe('spent')
  })

  it('lets no guess in that was made beside a hundred others', async () => {
    const { captcha } = setUp()
    const id = captcha.issue(1, STYLE)
    await Promise.all(Array.from({ length: 100 }, (_, i) => captcha.preview(siteOf(RULES), id, `WRONG${i}`)))
    expect(await captcha.check(siteOf(RULES), id, answer(captcha, id))).toBe('spent')
  })

  it('reports unknown and expired ids as a check does', async () => {
    const { captcha, pass } = setUp()
    const id = captcha.issue(1, STYLE)
    const right = answer(captcha, id)
    expect(await captcha.preview(siteOf(RULES, 2), id, right)).toBe('unknown')
    expect(await captcha.preview(siteOf(RULES), 'no id', right)).toBe('unknown')
    pass(1201)
    expect(await captcha.preview(siteOf(RULES), id, right)).toBe('expired')
    pass(1000)
    expect(await captcha.preview(siteOf(RULES), id, right)).toBe('expired')
  })
})

describe('the observer of responses', () => {
  const watched = () => {
    const judged: unknown[] = []
    const setup = setUp({ onJudged: (...response) => judged.push(response) })
    return { ...setup, judged }
  }

  it('hears of each once, whatever is asked again', async () => {
    const { captcha, judged } = watched()
    const [one, two] = [captcha.issue(1, STYLE), captcha.issue(2, STYLE)]
    for (let i = 0; i < 3; i++) await captcha.preview(siteOf(RULES), one, answer(captcha, one))
    expect(judged).toEqual([])
    for (let i = 0; i < 3; i++) await captcha.check(siteOf(RULES), one, answer(captcha, one))
    for (let i = 0; i < 3; i++) await captcha.preview(siteOf(RULES, 2), two, 'WRONG')
    expect(judged).toEqual([
      [1, 'text', true],
      [2, 'text', false],
    ])
  })

  it('hears of each attempt, and of none that is late or unknown', async () => {
    const { captcha, judged, pass } = watched()
    const [one, two] = [captcha.issue(1, STYLE), captcha.issue(1, STYLE)]
    const right = answer(captcha, one)
    for (const response of ['WRONG', 'WRONG', right, right])
      await captcha.check(siteOf({ ...STRICT_RULES, attempts: 3 }), one, response)
    expect(judged.map(response => (response as unknown[])[2])).toEqual([false, false, true])
    await captcha.check(siteOf(RULES, 2), two, 'WRONG')
    await captcha.judge(siteOf(RULES), two, 'WRONG')
    pass(1201)
    await captcha.check(siteOf(RULES), two, 'WRONG')
    expect(judged).toHaveLength(3)
  })
})

describe('while the ledger is out of reach', () => {
  const ACCEPT: Rules = { ...STRICT_RULES, outage: 'accept' }

  it('lets nobody pass, and calls the observer', async () => {
    const outages: Outage[] = []
    const { captcha } = setUp({ ledger: away(), onOutage: outage => outages.push(outage) })
    const id = captcha.issue(7, STYLE)
    expect(await captcha.check(siteOf(RULES, 7), id, answer(captcha, id))).toBe('unavailable')
    expect(await captcha.check(siteOf(RULES, 7), id, 'WRONG')).toBe('unavailable')
    expect(await captcha.preview(siteOf(RULES, 7), id, answer(captcha, id))).toBe('unavailable')
    const refusal = { code: 'unavailable', cause: expect.objectContaining({ message: 'ledger away' }) }
    await expect(captcha.renew(siteOf(RULES, 7), id)).rejects.toMatchObject(refusal)
    await expect(captcha.latest(id)).rejects.toMatchObject(refusal)
    expect(outages.map(({ site, policy }) => [site, policy])).toEqual(Array(5).fill([7, 'refuse']))
  })

  it('lets right answers pass once in each process, where the site wants that', async () => {
    const outages: Outage[] = []
    const { captcha } = setUp({ ledger: away(), onOutage: outage => outages.push(outage) })
    const [right, wrong] = [captcha.issue(1, STYLE), captcha.issue(1, STYLE)]
    const checks = Array.from({ length: 100 }, () =>
      captcha.check(siteOf(ACCEPT), right, answer(captcha, right)),
    )
    expect(await passes(checks)).toBe(1)
    expect(await captcha.only(['text']).check(siteOf(ACCEPT), right, answer(captcha, right))).toBe('spent')
    expect(await captcha.check(siteOf(ACCEPT), wrong, 'WRONG')).toBe('wrong')
    expect(await captcha.check(siteOf(ACCEPT), wrong, answer(captcha, wrong))).toBe('spent')
    expect(await captcha.check(siteOf(ACCEPT), crypto.randomUUID(), 'WRONG')).toBe('unknown')
    // Who was judged without the ledger is not asked about again.
    expect(outages).toHaveLength(101)
    expect(outages[0]).toMatchObject({ site: 1, policy: 'accept', error: { message: 'ledger away' } })
  })

  it('gives ids new answers all the same, where the site wants that', async () => {
    const { captcha } = setUp({ ledger: away() })
    const id = captcha.issue(1, STYLE)
    expect(await captcha.renew(siteOf(ACCEPT), id)).toBe(1)
    expect(await captcha.latest(id, ACCEPT)).toBe(1)
    expect(await captcha.check(siteOf(ACCEPT), id, answer(captcha, id, 1), { generation: 1 })).toBe('passed')
  })

  it('remembers what it decided by itself when the ledger is back', async () => {
    const { time } = setUp().clock
    const ledger = memoryLedger(() => time)
    let reachable = false
    const claim: Ledger['claim'] = async (...rest) =>
      reachable ? ledger.claim(...rest) : Promise.reject(new Error('ledger away'))
    const { captcha } = setUp({ ledger: { ...ledger, claim } })
    const [alone, other] = [captcha.issue(1, STYLE), captcha.issue(1, STYLE)]
    expect(await captcha.check(siteOf(ACCEPT), alone, answer(captcha, alone))).toBe('passed')
    reachable = true
    expect(await captcha.check(siteOf(ACCEPT), alone, answer(captcha, alone))).toBe('spent')
    expect(await captcha.check(siteOf(ACCEPT), other, answer(captcha, other))).toBe('passed')
  })
})

describe('when the ledger has lost what was spent', () => {
  /** A ledger that is emptied, which shows with its next answer only. */
  function forgetful(now: () => number) {
    let [ledger, emptied, before] = [memoryLedger(now), 0, 0]
    const answered = <A extends unknown[], R>(ask: (ledger: Ledger) => (...args: A) => Promise<R>) => {
      return async (...args: A) => {
        const answer = await ask(ledger)(...args)
        before = emptied
        return answer
      }
    }
    return {
      ...ledger,
      claim: answered(({ claim }) => claim),
      claimed: answered(({ claimed }) => claimed),
      count: answered(({ count }) => count),
      loss: () => (before > 0 ? { before, alarming: true } : undefined),
      empty() {
        ledger = memoryLedger(now)
        emptied = Math.floor(now() / 1000)
      },
    }
  }
  const start = () => {
    let time = 1_800_000_000_000
    const ledger = forgetful(() => time)
    const pass = (seconds: number) => {
      time += seconds * 1000
    }
    const captcha = createCaptcha({ secret: SECRET, random: randomBytes, ledger, now: () => time })
    return { ledger, captcha, pass }
  }

  it.each<[string, Rules]>([
    ['strict', STRICT_RULES],
    ['graceful', RULES],
    ['with three attempts', { ...STRICT_RULES, attempts: 3 }],
    ['that accept in an outage', { ...STRICT_RULES, outage: 'accept' }],
  ])('refuses what was issued before, at rules that are %s', async (_, rules) => {
    const { captcha, ledger, pass } = start()
    const [spent, open, seen] = [captcha.issue(1, STYLE), captcha.issue(1, STYLE), captcha.issue(1, STYLE)]
    expect(await captcha.check(siteOf(rules), spent, answer(captcha, spent))).toBe('passed')
    pass(10)
    ledger.empty()
    // The first claim after it is the one that shows it.
    expect(await captcha.check(siteOf(rules), spent, answer(captcha, spent))).toBe('expired')
    expect(await captcha.preview(siteOf(rules), seen, answer(captcha, seen))).toBe('expired')
    for (const id of [spent, open]) {
      expect(captcha.expired(captcha.open(id)!, rules)).toBe(true)
      expect(await captcha.check(siteOf(rules), id, answer(captcha, id))).toBe('expired')
      expect(() => captcha.show(siteOf(rules), id, 'picture')).toThrow(
        expect.objectContaining({ code: 'unknown_challenge' }),
      )
    }
    // What is issued from now on can be shown and answered, in the same second too.
    const later = captcha.issue(1, STYLE)
    expect(captcha.show(siteOf(rules), later, 'picture').bytes.length).toBeGreaterThan(100)
    expect(await captcha.check(siteOf(rules), later, answer(captcha, later))).toBe('passed')
  })

  it('tells so a page that asks first', async () => {
    const { captcha, ledger } = start()
    const id = captcha.issue(1, STYLE)
    expect(await captcha.preview(siteOf(STRICT_RULES), id, answer(captcha, id))).toBe('passed')
    ledger.empty()
    expect(await captcha.preview(siteOf(STRICT_RULES), id, answer(captcha, id))).toBe('expired')
  })
})

describe('the outcome', () => {
  it('notifies the observer of spent challenges, and of nothing else', async () => {
    const { captcha } = setUp()
    const [right, wrong, open] = [captcha.issue(1, STYLE), captcha.issue(1, STYLE), captcha.issue(1, STYLE)]
    await captcha.check(siteOf(RULES), right, answer(captcha, right))
    await captcha.check(siteOf(RULES), wrong, 'WRONG')
    await captcha.check(siteOf(RULES), wrong, answer(captcha, wrong))
    await captcha.preview(siteOf(RULES), open, answer(captcha, open))
    expect(await captcha.outcome(SITE, right)).toBe('passed')
    expect(await captcha.outcome(SITE, wrong)).toBe('failed')
    for (const [id, site] of [
      [open, 1],
      [right, 2],
      [crypto.randomUUID(), 1],
      ['no id', 1],
    ] as const) {
      expect(await captcha.outcome({ id: site }, id)).toBeUndefined()
    }
    expect(await captcha.outcome(SITE, right, { generation: 1 })).toBeUndefined()
    expect(await captcha.only(['rotate']).outcome(SITE, right)).toBeUndefined()
  })

  it('is forgotten with the challenge', async () => {
    const { captcha, pass } = setUp()
    const id = captcha.issue(1, STYLE)
    await captcha.check(siteOf(RULES), id, answer(captcha, id))
    pass(1200)
    expect(await captcha.outcome(SITE, id)).toBe('passed')
    pass(1200)
    expect(await captcha.outcome(SITE, id)).toBeUndefined()
  })

  it('passes on a failing ledger as an error', async () => {
    const { captcha } = setUp({ ledger: away() })
    await expect(captcha.outcome(SITE, captcha.issue(1, STYLE))).rejects.toThrow('ledger away')
  })
})

describe('a captcha for some kinds only', () => {
  it('knows no ids of others', async () => {
    const { captcha } = setUp()
    const [codes, discs] = [captcha.only(['text']), captcha.only(['rotate', 'number'])]
    const [code, disc] = [captcha.issue(1, STYLE), captcha.issue(1, styleNamed('rotate')!)]
    expect([codes.open(disc), discs.open(code)]).toEqual([undefined, undefined])
    expect(await codes.check(siteOf(RULES), disc, answer(captcha, disc))).toBe('unknown')
    expect(await discs.check(siteOf(RULES), code, answer(captcha, code))).toBe('unknown')
    expect(await codes.latest(disc)).toBe(0)
    const refusal = expect.objectContaining({ code: 'unknown_challenge' })
    expect(() => codes.draft(siteOf(RULES), disc, 'picture')).toThrow(refusal)
    expect(() => discs.only(['text']).show(siteOf(RULES), code, 'picture')).toThrow(refusal)
    // Nothing was spent by it.
    expect(await codes.check(siteOf(RULES), code, answer(captcha, code))).toBe('passed')
    expect(await discs.check(siteOf(RULES), disc, answer(captcha, disc))).toBe('passed')
  })
})

describe('a disc', () => {
  it('is right within the tolerance of its site', async () => {
    const { captcha } = setUp()
    for (const [off, tolerance, verdict] of [
      [10, undefined, 'passed'],
      [11, undefined, 'wrong'],
      [5, 5, 'passed'],
      [6, 5, 'wrong'],
      [180, 20, 'wrong'],
    ] as const) {
      const id = captcha.issue(1, styleNamed('rotate')!)
      const turned = (Number(answer(captcha, id)) + off) % 360
      expect(await captcha.check(siteOf({ ...RULES, tolerance }), id, `${turned}`)).toBe(verdict)
    }
  })

  it('cannot be shown without a picture, and has all that it is drawn from with one', () => {
    const { captcha } = setUp()
    const id = captcha.issue(1, styleNamed('rotate')!)
    expect(() => captcha.show(siteOf(RULES), id, 'picture')).toThrow(
      expect.objectContaining({ code: 'form_unavailable' }),
    )
    const one = captcha.draft(siteOf(RULES), id, 'picture')
    expect(one).toMatchObject({ style: styleNamed('rotate'), answer: answer(captcha, id) })
    expect(captcha.draft(siteOf(RULES), id, 'picture').stream.uint32()).toBe(one.stream.uint32())
  })
})

describe('a season', () => {
  const season = (captcha: Captcha, site: number, id = captcha.issue(site, STYLE)) =>
    captcha.draft(siteOf({ ...RULES, expiry: 30 * 24 * 3600 }, site), id, 'picture').look.season

  it('is one for all challenges of a site, a style and a week, from any node', () => {
    const { captcha, pass } = setUp()
    const first = season(captcha, 1)
    pass(60)
    expect(season(captcha, 1)).toBe(first)
    expect(season(setUp().captcha, 1)).toBe(first)
    expect(season(captcha, 2)).not.toBe(first)
    expect(season(captcha, 1, captcha.issue(1, styleNamed('captchaEN')!))).not.toBe(first)
    expect(season(setUp({ secret: OTHER_SECRET }).captcha, 1)).not.toBe(first)
    pass(7 * 24 * 3600)
    expect(season(captcha, 1)).not.toBe(first)
  })

  it('stays with the challenges that were issued in it', () => {
    const { captcha, clock } = setUp()
    const week = SEASON * 1000
    // A minute before the next season begins.
    clock.time = Math.ceil(clock.time / week) * week - 60_000
    const id = captcha.issue(1, STYLE)
    const [own, before] = [season(captcha, 1), captcha.show(siteOf(RULES), id, 'picture')]
    clock.time += 120_000
    expect(season(captcha, 1)).not.toBe(own)
    expect(season(captcha, 1, id)).toBe(own)
    expect(captcha.show(siteOf(RULES), id, 'picture')).toEqual(before)
  })
})

describe('fonts of the operator', () => {
  it('change pictures, and nothing else of a challenge', () => {
    const [plain, other, none] = [{}, { fonts: fonts().slice(3) }, { fonts: [] }].map(
      options => setUp(options).captcha,
    )
    const id = plain!.issue(1, STYLE)
    const show = (captcha: Captcha, form: 'picture' | 'sound') => captcha.show(siteOf(RULES), id, form)
    expect(show(other!, 'picture')).not.toEqual(show(plain!, 'picture'))
    expect(show(other!.only(['text']), 'picture')).toEqual(show(other!, 'picture'))
    expect(show(other!, 'sound')).toEqual(show(plain!, 'sound'))
    expect(other!.open(id)).toEqual(plain!.open(id))
    expect(show(none!, 'picture')).toEqual(show(plain!, 'picture'))
  })
})

describe('replacing the secret', () => {
  it('accepts the challenges of every secret that is accepted, older or newer', async () => {
    const nodes = [
      setUp({ accepted: [OTHER_SECRET, THIRD_SECRET] }),
      setUp({ secret: OTHER_SECRET, accepted: [SECRET, THIRD_SECRET] }),
      setUp({ secret: THIRD_SECRET, accepted: [SECRET, OTHER_SECRET] }),
    ].map(({ captcha }) => captcha)
    for (const maker of nodes) {
      for (const node of nodes) {
        const id = maker.issue(1, STYLE)
        expect(node.show(siteOf(RULES), id, 'picture')).toEqual(maker.show(siteOf(RULES), id, 'picture'))
        expect(await node.check(siteOf(RULES), id, answer(maker, id))).toBe('passed')
      }
    }
  })

  it('makes challenges under one secret alone', () => {
    const id = setUp({ accepted: [OTHER_SECRET] }).captcha.issue(1, STYLE)
    expect(setUp().captcha.open(id)).toBeDefined()
    expect(setUp({ secret: OTHER_SECRET }).captcha.open(id)).toBeUndefined()
  })

  it('refuses the challenges of other secrets, and secrets that are too short', async () => {
    const id = setUp({ secret: OTHER_SECRET }).captcha.issue(1, STYLE)
    expect(await setUp().captcha.check(siteOf(RULES), id, 'x')).toBe('unknown')
    const refusal = expect.objectContaining({ code: 'bad_secret' })
    expect(() => setUp({ secret: 'short' })).toThrow(refusal)
    expect(() => setUp({ accepted: ['short'] })).toThrow(refusal)
  })
})
