import { readdirSync, readFileSync } from 'node:fs'
import { DISTORTIONS, styleNamed } from '@upright/core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { SiteSettings } from '../../registry/settings.ts'
import { type TestApp, testApp } from '../../testing/app.ts'
import { solve, ticketOf } from '../../testing/native-answer.ts'
import type { AnswerReply, NativeChallenge, NativeKind, VerifyReply } from './wire.ts'

const BASE = '/upright/v1'
const PAGE = 'https://shop.example'
/** Work that a test solves at once. */
const EASY = { work: { native: { style: 'sha256', level: 16 } } }
/** Seconds after which a ticket of a lower rung does not count as it stands any more. */
const LOWER_RUNG_SECONDS = 121

let test: TestApp
const start = async (settings: Partial<SiteSettings> = {}) => {
  test = await testApp({ rate: 0, ...EASY, ...settings })
}
beforeEach(() => start())
afterEach(() => test.close())

const post = (path: string, payload: object | string, headers: Record<string, string> = {}) =>
  test.app.inject({
    method: 'POST',
    url: `${BASE}/${path}`,
    headers,
    payload: typeof payload === 'string' ? payload : JSON.stringify(payload),
  })
const challenge = async (more: object = {}, headers = {}): Promise<NativeChallenge> => {
  const answer = await post('challenge', { sitekey: test.site.publicKey, ...more }, headers)
  expect(answer.statusCode).toBe(200)
  return answer.json()
}
/** What solves a challenge, found as the master secret finds it. */
async function solved({ ticket }: Pick<NativeChallenge, 'ticket'>, kind: NativeKind = 'work') {
  const { ids } = test.service.tickets.open(ticket, 'any')!
  const work = (await solve(test, ids.get('work')!, kind !== 'work')).split(',').map(Number)
  const response = kind === 'work' ? '' : test.service.captcha.open(ids.get(kind)!)!.answer
  return { ticket, kind, response, work }
}
const answer = async (sent: object, headers = {}): Promise<AnswerReply> => {
  const reply = await post('answer', sent, headers)
  expect(reply.statusCode).toBe(200)
  return reply.json()
}
const passOf = (reply: AnswerReply): string => {
  if (!reply.success) throw new Error(`no pass: ${reply.reason}`)
  return reply.pass
}
const verify = async (fields: Record<string, string>): Promise<VerifyReply> =>
  (await post('siteverify', { secret: test.secret, ...fields })).json()

describe('a challenge on rung 0', () => {
  it('is work alone, and earns a pass that is redeemed once', async () => {
    const asked = await challenge({ action: 'contact', cdata: 'x1' }, { origin: PAGE })
    expect(asked).toMatchObject({
      kinds: ['work'],
      expires_in: 1200,
      work: { function: 'sha256', puzzles: 16 },
    })
    expect(asked.ticket).toMatch(/^[A-Za-z0-9_-]{1,2048}$/)
    const reply = await answer(await solved(asked), { origin: PAGE })
    expect(reply).toMatchObject({ success: true, expires_in: 1200 })
    const response = passOf(reply)
    expect(await verify({ response })).toEqual({
      success: true,
      challenge_ts: '2027-01-15T08:00:00.000Z',
      hostname: 'shop.example',
      action: 'contact',
      cdata: 'x1',
      kind: 'work',
      sitekey: test.site.publicKey,
      rung: 0,
      reasons: [],
    })
    expect(await verify({ response })).toEqual({ success: false, error: 'duplicate' })
  })

  it('gives the same pass again for the same right answer, for a minute', async () => {
    const sent = await solved(await challenge())
    const first = await answer(sent)
    test.pass(60)
    expect(await answer(sent)).toEqual(first)
    test.pass(1)
    expect(await answer(sent)).toMatchObject({ success: false, reason: 'expired' })
  })

  it('is spent by wrong work, and comes with a fresh one', async () => {
    const sent = await solved(await challenge())
    const reply = await answer({ ...sent, work: sent.work.map(() => 1) })
    expect(reply).toMatchObject({ success: false, reason: 'wrong', kinds: ['work'] })
    expect(await answer(sent)).toMatchObject({ success: false, reason: 'expired' })
    if (reply.success) throw new Error('a pass')
    expect(await answer(await solved(reply as NativeChallenge))).toMatchObject({ success: true })
  })
})

describe('a ticket that is answered many times at once', () => {
  const passesOf = async (sent: object, times = 1000) => {
    const replies = await Promise.all(Array.from({ length: times }, () => answer(sent)))
    return replies.flatMap(reply => (reply.success ? reply.pass : []))
  }

  it('makes one pass, which is redeemed once', async () => {
    const passes = await passesOf(await solved(await challenge()))
    expect(passes).toHaveLength(1000)
    expect(new Set(passes).size).toBe(1)
    const [pass] = passes
    const verified = await Promise.all(Array.from({ length: 50 }, () => verify({ response: pass! })))
    expect(verified.filter(({ success }) => success)).toHaveLength(1)
  })

  it('makes one where the work is expensive to judge, and is judged once', async () => {
    await test.service.registry.setSite(test.site.id, { settings: { rung: 1 } })
    const passes = await passesOf(await solved(await challenge()), 40)
    expect(passes).toHaveLength(40)
    expect(new Set(passes).size).toBe(1)
  })
})

describe('the rungs', () => {
  it('ask for memory-hard work, unseen, on the first', async () => {
    await test.close()
    await start({ rung: 1 })
    const asked = await challenge()
    expect(asked).toMatchObject({ kinds: ['work'], work: { function: 'scrypt', cost: 8192, memory: 8 } })
    expect(asked.work.limit).toBe(2 ** 30)
    const response = passOf(await answer(await solved(asked)))
    expect(await verify({ response })).toMatchObject({ success: true, rung: 1, reasons: ['operator'] })
  })

  it('let the visitor choose on the second: wait, read or listen', async () => {
    await test.close()
    await start({ rung: 2 })
    for (const kind of ['work', 'text', 'speech'] as const) {
      const asked = await challenge({ lang: 'fr-FR' })
      expect(asked).toMatchObject({ kinds: ['work', 'text', 'speech'], speech_language: 'fr' })
      expect([asked.work.limit, asked.limit_beside]).toEqual([2 ** 28, 2 ** 29])
      const response = passOf(await answer(await solved(asked, kind)))
      expect(await verify({ response })).toMatchObject({ success: true, kind })
    }
  })

  it('want a challenge of choice with work on the third, for half the time', async () => {
    await test.close()
    await start({ rung: 3 })
    const asked = await challenge()
    expect(asked).toMatchObject({ kinds: ['text', 'speech'], expires_in: 600 })
    const alone = await solved(asked)
    expect(await answer(alone)).toMatchObject({ success: false, reason: 'wrong' })
    const read = await solved(await challenge(), 'text')
    expect(await answer({ ...read, work: [1, 2] })).toMatchObject({ reason: 'wrong' })
    expect(await answer(await solved(await challenge(), 'speech'))).toMatchObject({ success: true })
  })

  it('offer discs where the library has pictures, and what the client can show', async () => {
    const folder = new URL('../../../pictures/', import.meta.url)
    const file = readFileSync(new URL(readdirSync(folder).find(name => name.endsWith('.webp'))!, folder))
    await test.service.registry.addPicture({ name: 'Rex', fingerprint: '0123456789abcdef' } as never, file)
    await test.service.registry.setSite(test.site.id, { settings: { rung: 3 } })
    const asked = await challenge({ kinds: ['rotate', 'speech', 'dance'] })
    expect(asked.kinds).toEqual(['speech', 'rotate'])
    expect(await answer(await solved(asked, 'rotate'))).toMatchObject({ success: true })
    // The route that needs no eyes is never left out where work is not enough.
    for (const kinds of [['work'], ['rotate', 'dance'], []]) {
      expect((await challenge({ kinds })).kinds).toContain('speech')
    }
  })

  it('have codes that are guessed distorted more, and nothing that is heard', async () => {
    await test.close()
    await start({ rung: 2 })
    const { captcha, tickets } = test.service
    const levels = async () => {
      const { ids } = tickets.open((await challenge()).ticket, 'any')!
      return (['text', 'speech'] as const).map(kind => captcha.open(ids.get(kind)!)!.level)
    }
    const guess = async (kind: 'text' | 'speech', worked: boolean) => {
      const issue = (name: string, level: number) => captcha.issue(test.site.id, styleNamed(name)!, level)
      for (let i = 0; i < 30; i++) {
        const work = issue('sha256', EASY.work.native.level)
        const ticket = ticketOf(test, { work, [kind]: issue(kind === 'text' ? 'read' : 'hearEN', 1) })
        const sent = { ...(await solved({ ticket }, kind)), response: 'WRONG' }
        expect(await answer(worked ? sent : { ...sent, work: [1] })).toMatchObject({ reason: 'wrong' })
      }
    }
    expect(await levels()).toEqual([DISTORTIONS.light, 0])
    await guess('speech', true)
    await guess('text', false)
    expect(await levels()).toEqual([DISTORTIONS.light, 0])
    await guess('text', true)
    expect(await levels()).toEqual([DISTORTIONS.standard, 0])
    expect(test.service.ladder.figures()).toMatchObject([{ site: test.site.id, guessed: ['text', 'speech'] }])
  })

  it('ask for the present one where a right answer of a lower one comes late', async () => {
    const [early, late] = [await solved(await challenge()), await solved(await challenge())]
    await test.service.registry.setSite(test.site.id, { settings: { rung: 2 } })
    expect(await answer(early)).toMatchObject({ success: true })
    test.pass(LOWER_RUNG_SECONDS)
    const raised = await answer(late)
    expect(raised).toMatchObject({ success: false, reason: 'raised', work: { function: 'scrypt' } })
    expect(await answer(late)).toMatchObject({ reason: 'expired' })
  })

  it('ask for the present one at once where a network that sends much answers what another asked for', async () => {
    const [one, two] = [await solved(await challenge()), await solved(await challenge())]
    const sends = (wrong: number) => {
      for (let i = 0; i < wrong; i++) test.service.ladder.failed(test.site, '127.0.0.1', { worked: true })
    }
    sends(25)
    expect(await answer(one)).toMatchObject({ success: true })
    sends(50)
    expect(await answer(two)).toMatchObject({ reason: 'raised', work: { function: 'scrypt' } })
  })
})

describe('the demo site', () => {
  it('asks for the rung that a visitor chooses, and no other site does', async () => {
    const { site } = test.service.demo!
    const rungOf = async (sitekey: string, action: string) => {
      const { ticket } = await challenge({ sitekey, action })
      return test.service.tickets.open(ticket, 'any')!.rung
    }
    for (const rung of [0, 1, 2, 3]) expect(await rungOf(site.publicKey, `rung-${rung}`)).toBe(rung)
    expect(await rungOf(site.publicKey, 'rung-4')).toBe(0)
    expect(await rungOf(test.site.publicKey, 'rung-3')).toBe(0)
    await test.service.registry.setSite(site.id, { settings: { rung: 2 } })
    expect(await rungOf(site.publicKey, 'rung-0')).toBe(2)
  })

  it('has its passes redeemed by the playground without a secret, and no others', async () => {
    const redeem = async (sitekey: string) => {
      const response = passOf(await answer(await solved(await challenge({ sitekey }))))
      const payload = String(new URLSearchParams({ response }))
      return (await test.app.inject({ method: 'POST', url: '/demo/upright', payload })).json()
    }
    const { id, publicKey: sitekey } = test.service.demo!.site
    await test.service.registry.setSite(id, { settings: EASY })
    expect(await redeem(sitekey)).toMatchObject({ success: true, sitekey })
    expect(await redeem(test.site.publicKey)).toEqual({ success: false, error: 'unknown' })
  })
})

describe('what is shown', () => {
  const show = (ticket: string, kind: string, more = '') =>
    test.app.inject({ url: `${BASE}/show?ticket=${ticket}&kind=${kind}${more}` })

  it('is the picture or the sound of a kind, and never the other form', async () => {
    await test.close()
    await start({ rung: 2 })
    const { ticket } = await challenge()
    const picture = await show(ticket, 'text')
    expect([picture.statusCode, picture.headers['content-type']]).toEqual([200, 'image/png'])
    expect(picture.headers['cache-control']).toBe('no-store')
    expect((await show(ticket, 'text')).rawPayload.equals(picture.rawPayload)).toBe(true)
    expect((await show(ticket, 'text', '&scale=2')).rawPayload.length).toBeGreaterThan(
      picture.rawPayload.length,
    )
    expect((await show(ticket, 'speech')).headers['content-type']).toBe('audio/x-wav')
    for (const kind of ['rotate', 'work', '', 'toString'])
      expect((await show(ticket, kind)).statusCode).toBe(404)
    expect((await show('x', 'text')).statusCode).toBe(404)
  })
})

describe('what is refused', () => {
  it.each(['', '[]', '{', 'null', '1', '{"sitekey":1}', '{"sitekey":"x","kinds":"text"}'])(
    'a request for a challenge that is %j',
    async payload => {
      expect((await post('challenge', payload)).statusCode).toBe(400)
    },
  )

  it('an answer whose work is no list of numbers, with nothing spent', async () => {
    const sent = await solved(await challenge())
    for (const work of ['1', [String(sent.work)], [sent.work], [null]]) {
      expect((await post('answer', { ...sent, work })).statusCode).toBe(400)
    }
    expect(passOf(await answer(sent))).not.toBe('')
  })

  it('an unknown key, a dialect that is not served, and texts that are too long', async () => {
    expect((await post('challenge', { sitekey: 'f'.repeat(30) })).json().error).toBe('site_unknown')
    const sitekey = test.site.publicKey
    for (const more of [{ dialect: 'recaptcha3' }, { action: 'x'.repeat(101) }, { cdata: 'é'.repeat(128) }]) {
      expect((await post('challenge', { sitekey, ...more })).json().error).toBe('bad_request')
    }
  })

  it('pages that the site does not list, and an answer from another page than the question', async () => {
    await test.close()
    await start({ origins: [PAGE, 'https://other.example'] })
    const sitekey = test.site.publicKey
    const origin = 'https://evil.example'
    expect((await post('challenge', { sitekey }, { origin })).json().error).toBe('origin_refused')
    const sent = await solved(await challenge({}, { origin: PAGE }))
    expect((await post('answer', sent, { origin })).json().error).toBe('origin_refused')
    expect((await post('answer', sent, { origin: 'https://other.example' })).json().error).toBe(
      'origin_refused',
    )
    expect(await answer(sent, { origin: PAGE })).toMatchObject({ success: true })
  })

  it('a ticket, a pass or an id in the place of another, and forged ones', async () => {
    const asked = await challenge()
    const sent = await solved(asked)
    const pass = passOf(await answer(sent))
    const { ids } = test.service.tickets.open(asked.ticket, 'any')!
    const foreign = ticketOf(test, { work: ids.get('work')! }, { dialect: 'cap' })
    const elsewhere = test.captcha().uuid
    for (const ticket of [
      pass,
      foreign,
      ids.get('work')!,
      elsewhere,
      `${asked.ticket}A`,
      '',
      'x'.repeat(3000),
    ]) {
      expect((await post('answer', { ...sent, ticket })).json().error).toBe('unknown_challenge')
    }
    for (const response of [asked.ticket, ids.get('work')!, `${pass}A`, '', 'null']) {
      expect(await verify({ response })).toEqual({ success: false, error: 'unknown' })
    }
    await test.service.registry.setSite(test.site.id, { settings: { rung: 2 } })
    const text = test.service.tickets.open((await challenge()).ticket, 'any')!.ids.get('text')!
    expect(await test.validate(text, test.service.captcha.open(text)!.answer)).not.toBe('true')
    expect(await verify({ response: pass, secret: 'x' })).toEqual({ success: false, error: 'secret' })
    const { secret } = await test.service.registry.addSite('Other')
    expect(await verify({ response: pass, secret })).toEqual({ success: false, error: 'unknown' })
  })

  it('work of another ticket, a response without its work, and a kind that was not offered', async () => {
    const other = await solved(await challenge())
    expect(await answer({ ...(await solved(await challenge())), work: other.work })).toMatchObject({
      reason: 'wrong',
    })
    const { ticket } = await challenge()
    expect(await answer({ ticket, kind: 'work' })).toMatchObject({ reason: 'wrong' })
    const { ticket: again } = await challenge()
    expect(await answer({ ticket: again, kind: 'text', response: 'AAAAAA', work: [1] })).toMatchObject({
      reason: 'wrong',
    })
  })

  it('what is too late, with a fresh challenge', async () => {
    const sent = await solved(await challenge())
    test.pass(1201)
    expect(await answer(sent)).toMatchObject({ success: false, reason: 'expired', kinds: ['work'] })
    const pass = passOf(await answer(await solved(await challenge())))
    test.pass(1201)
    expect(await verify({ response: pass })).toEqual({ success: false, error: 'expired' })
  })

  it('everything while the ledger is away, with nothing spent', async () => {
    const sent = await solved(await challenge())
    const pass = passOf(await answer(await solved(await challenge())))
    await test.service.ledger.close()
    expect(await answer(sent)).toEqual({ success: false, reason: 'retry' })
    expect(await verify({ response: pass })).toEqual({ success: false, error: 'unavailable' })
  })
})

describe('the report of an outcome', () => {
  const report = async (fields: Record<string, string>) => {
    const reply = await post('outcome', { secret: test.secret, ...fields })
    expect(reply.statusCode).toBe(200)
    return reply.json()
  }
  const badShare = () => test.service.ladder.figures()[0]!.badShare
  const refused = (error: string) => ({ success: false, error })
  const sealed = (dialect: string, report = true) =>
    test.service.passes.issue({
      ...{ site: test.site.id, expiry: 120, dialect, hostname: '', action: '', cdata: '' },
      ...{ kind: 'text', rung: 0, reasons: [], score: 1, weights: { minute: 0, hour: 0, report } },
    })

  it('counts once, for a pass of any dialect that was earned within bounds', async () => {
    const ofCap = sealed('cap')
    const response = passOf(await answer(await solved(await challenge())))
    const before = badShare()
    expect(await report({ response, outcome: 'bad' })).toEqual({ success: true })
    const once = badShare()
    expect(once).toBeGreaterThan(before)
    expect(await report({ response, outcome: 'bad' })).toEqual({ success: true })
    expect(await report({ response, outcome: 'good' })).toEqual(refused('duplicate'))
    expect(badShare()).toBe(once)
    // Long after it could be redeemed, at a site that our own dialect is off for.
    test.pass(1300)
    await test.service.registry.setSite(test.site.id, { settings: { dialects: ['cap'] } })
    expect(await report({ response: ofCap, outcome: 'bad' })).toEqual({ success: true })
    await test.service.registry.setSite(test.site.id, { settings: { dialects: 'all' } })
    const twice = badShare()
    expect(twice).toBeGreaterThan(once)
    // Its network had as many passes already as count.
    expect(await report({ response: sealed('native', false), outcome: 'bad' })).toEqual({ success: true })
    expect(badShare()).toBe(twice)
    expect(JSON.stringify(test.logs)).not.toContain(response)
  })

  it('is refused with another secret, for what is no pass, and after a day', async () => {
    const asked = await challenge()
    const response = passOf(await answer(await solved(asked)))
    const other = await test.service.registry.addSite('Other')
    expect(await report({ secret: 'x', response, outcome: 'bad' })).toEqual(refused('secret'))
    expect(await report({ secret: other.secret, response, outcome: 'bad' })).toEqual(refused('unknown'))
    for (const forged of ['', asked.ticket, `${response.slice(0, -4)}AAAA`, 'x'.repeat(3000)]) {
      expect(await report({ response: forged, outcome: 'bad' })).toEqual(refused('unknown'))
    }
    for (const outcome of ['', 'BAD', 'spam']) {
      expect(await report({ response, outcome })).toEqual(refused('request'))
    }
    expect((await test.app.inject({ url: `${BASE}/outcome` })).statusCode).toBe(405)
    expect((await post('outcome', 'x'.repeat(20_000))).json()).toEqual(refused('request'))
    test.pass(24 * 3600 + 1)
    expect(await report({ response, outcome: 'bad' })).toEqual(refused('expired'))
    await test.service.ledger.close()
    expect(await report({ response: sealed('cap'), outcome: 'good' })).toEqual(refused('unavailable'))
  })
})

describe('the verification', () => {
  it('is repeated to the request with the same idempotency key', async () => {
    const response = passOf(await answer(await solved(await challenge())))
    const first = await verify({ response, idempotency_key: 'a' })
    expect(await verify({ response, idempotency_key: 'a' })).toEqual(first)
    expect(await verify({ response, idempotency_key: 'b' })).toMatchObject({ error: 'duplicate' })
  })

  it('says that a body is too large, with the status 200', async () => {
    const reply = await post('siteverify', 'x'.repeat(20_000))
    expect([reply.statusCode, reply.json()]).toEqual([200, { success: false, error: 'request' }])
  })

  it('refuses a field that is there twice, and broken JSON, and spends nothing', async () => {
    const response = passOf(await answer(await solved(await challenge())))
    const sent = `secret=${test.secret}&response=${response}`
    const refused = { success: false, error: 'request' }
    for (const [query, payload] of [
      ['', `response=x&secret=x&${sent}`],
      ['?secret=x', sent],
      [`?${sent}&response=x`, ''],
      ['', `{"secret":"${test.secret}"`],
    ] as const) {
      const url = `${BASE}/siteverify${query}`
      const reply = await test.app.inject({ method: 'POST', url, payload })
      expect([reply.statusCode, reply.json()]).toEqual([200, refused])
    }
    const head = await test.app.inject({ method: 'HEAD', url: `${BASE}/siteverify?${sent}` })
    expect(head.statusCode).toBe(405)
    expect(await verify({ response })).toMatchObject({ success: true })
  })

  it('answers GET, and keeps the query out of the log', async () => {
    const response = passOf(await answer(await solved(await challenge())))
    const query = new URLSearchParams({ secret: test.secret, response })
    expect((await test.app.inject({ url: `${BASE}/siteverify?${query}` })).json()).toMatchObject({
      success: true,
    })
    expect(JSON.stringify(test.logs)).not.toContain(test.secret)
  })
})
