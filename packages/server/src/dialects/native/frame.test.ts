import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { SiteSettings } from '../../registry/settings.ts'
import { type TestApp, testApp } from '../../testing/app.ts'
import type { AnswerReply, PlainChallenge, VerifyReply } from './wire.ts'

const FRAME = '/upright/v1/frame'
const PAGE = 'https://shop.example'

let test: TestApp
const start = async (settings: Partial<SiteSettings> = {}) => {
  test = await testApp({ rate: 0, ...settings })
}
beforeEach(() => start())
afterEach(() => test.close())

/** Opens the frame, as a browser does in a page. */
const open = (query: Record<string, string> = {}, referer = `${PAGE}/form`) =>
  test.app.inject({
    url: `${FRAME}?${new URLSearchParams({ sitekey: test.site.publicKey, ...query })}`,
    headers: { referer, 'sec-fetch-site': 'cross-site' },
  })
/** Sends the frame's form, as a browser does. */
const send = (fields: Record<string, string>, origin = 'http://localhost') =>
  test.app.inject({
    method: 'POST',
    url: FRAME,
    headers: { origin },
    payload: String(new URLSearchParams(fields)),
  })
const ticketIn = (html: string) => /name="ticket" value="([\w-]+)"/.exec(html)![1]!
const passIn = (html: string) => /<textarea[^>]*>([\w-]+)</.exec(html)?.[1]
/** The answer of a kind of a ticket, found as the master secret finds it. */
const answerTo = (ticket: string, kind: string) =>
  test.service.captcha.open(test.service.tickets.open(ticket, 'any')!.ids.get(kind)!)!.answer
const post = async <Reply>(path: string, body: object) => {
  const answer = await test.app.inject({
    method: 'POST',
    url: `/upright/v1/${path}`,
    payload: JSON.stringify(body),
  })
  return { status: answer.statusCode, reply: answer.json() as Reply }
}
const verify = async (response: string) =>
  (await post<VerifyReply>('siteverify', { secret: test.secret, response })).reply

describe('the frame for pages without scripts', () => {
  it.each(['text', 'speech'])('gives a pass for a right answer of %s, once', async kind => {
    const opened = await open({ action: 'contact', cdata: 'a"b', lang: 'fr-CA' })
    expect(opened.statusCode).toBe(200)
    expect(opened.headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'cross-origin-resource-policy': 'cross-origin',
    })
    expect(opened.body).toContain('<html lang="fr" dir="ltr">')
    expect(opened.body).toContain('Saisissez les chiffres entendus')
    expect(opened.body).not.toContain('<script')
    const ticket = ticketIn(opened.body)
    for (const [what, type] of [
      ['text', 'image/png'],
      ['speech', 'audio/x-wav'],
    ] as const) {
      const shown = await test.app.inject(`/upright/v1/show?ticket=${ticket}&kind=${what}`)
      expect(shown.headers['content-type']).toBe(type)
    }
    const fields = { ticket, lang: 'fr', [kind]: answerTo(ticket, kind) }
    const pass = passIn((await send(fields)).body)!
    // The same answer is repeated when the visitor loads the page again.
    expect(passIn((await send(fields)).body)).toBe(pass)
    expect(await verify(pass)).toMatchObject({
      ...{ success: true, hostname: 'shop.example', action: 'contact', cdata: 'a"b', kind },
      ...{ rung: 0, sitekey: test.site.publicKey },
    })
    expect(await verify(pass)).toEqual({ success: false, error: 'duplicate' })
  })

  it('says why there is another challenge, for the same page', async () => {
    const ticket = ticketIn((await open()).body)
    const wrong = await send({ ticket, lang: 'en', speech: '000' })
    expect(wrong.body).toContain('<title>That was not right. Here is a new one – Verification</title>')
    const spent = await send({ ticket, text: answerTo(ticket, 'text') })
    expect(spent.body).toContain('That took too long')
    const late = ticketIn(wrong.body)
    test.pass(1201)
    expect((await send({ ticket: late, text: answerTo(late, 'text') })).body).toContain('That took too long')
    const another = ticketIn((await send({ ticket: late, another: '1' })).body)
    const pass = passIn((await send({ ticket: another, text: answerTo(another, 'text') })).body)!
    expect(await verify(pass)).toMatchObject({ success: true, hostname: 'shop.example' })
  })

  it('asks for one more where the rung has risen', async () => {
    const ticket = ticketIn((await open()).body)
    await test.service.registry.setSite(test.site.id, { settings: { rung: 3 } })
    test.pass(121)
    expect((await send({ ticket, text: answerTo(ticket, 'text') })).body).toContain('One more step is needed')
  })

  it('may be framed by the pages of the site, and says in it what is wrong', async () => {
    const ancestors = (answer: { headers: Record<string, unknown> }) =>
      /frame-ancestors ([^;]*)/.exec(String(answer.headers['content-security-policy']))?.[1]
    expect(ancestors(await open())).toBe('*')
    await test.service.registry.setSite(test.site.id, { settings: { origins: [PAGE, 'null'] } })
    const mine = await open()
    expect([mine.statusCode, ancestors(mine)]).toEqual([200, `'self' ${PAGE}`])
    const policy = String(mine.headers['content-security-policy'])
    expect(policy).toContain("default-src 'none'")
    expect(policy).not.toMatch(/script-src|unsafe/)
    const foreign = await open({}, 'https://evil.example/')
    expect([foreign.statusCode, foreign.body]).toEqual([403, expect.stringContaining('origin_refused')])
    const unknown = await open({ sitekey: '<b>', lang: 'fr' })
    expect([unknown.statusCode, ancestors(unknown)]).toEqual([404, '*'])
    expect(unknown.body).toContain('La vérification est impossible pour le moment')
    expect(unknown.body).not.toContain('<form')
    expect((await open({ action: 'x'.repeat(101) })).statusCode).toBe(400)
    const forged = await send({ ticket: 'x', text: 'A' })
    expect([forged.statusCode, forged.body]).toEqual([404, expect.stringContaining('unknown_challenge')])
    const elsewhere = await send({ ticket: ticketIn(mine.body), text: 'A' }, 'https://evil.example')
    expect(elsewhere.statusCode).toBe(403)
    const large = await send({ ticket: 'x', text: 'x'.repeat(20_000) })
    expect([large.statusCode, large.headers['content-type']]).toEqual([413, 'text/html; charset=utf-8'])
  })

  it('keeps the challenge while the ledger is away', async () => {
    const ticket = ticketIn((await open()).body)
    await test.service.ledger.close()
    const answer = await send({ ticket, text: answerTo(ticket, 'text') })
    expect([answer.statusCode, ticketIn(answer.body)]).toEqual([503, ticket])
    expect(answer.body).toContain('Try again')
  })

  it.each([
    [0, 16],
    [1, 16],
    [2, 4],
    [3, 2],
  ])('counts more in the rate limits of a network on rung %i', async (rung, admitted) => {
    await test.close()
    await start({ rung, rate: 16 })
    const statuses = []
    for (let i = 0; i < 17; i++) statuses.push(await open())
    expect(statuses.filter(({ statusCode }) => statusCode === 200)).toHaveLength(admitted)
    const limited = statuses.at(-1)!
    expect([limited.statusCode, Number(limited.headers['retry-after']) > 0]).toEqual([429, true])
  })

  it('speaks the language that the browser prefers, and English where it knows no other', async () => {
    const speaking = async (language: string) => {
      const url = `${FRAME}?sitekey=${test.site.publicKey}`
      const { body } = await test.app.inject({ url, headers: { 'accept-language': language } })
      return /<html lang="(\w+)"/.exec(body)![1]
    }
    expect(await Promise.all(['xx, fr-FR;q=0.8, en', 'xx', ''].map(speaking))).toEqual(['fr', 'en', 'en'])
  })
})

describe('a challenge without work', () => {
  it('is for back ends with the secret of the site, and is not answered without it', async () => {
    const sitekey = test.site.publicKey
    const asked = await post<PlainChallenge>('challenge', { sitekey, lang: 'fr', secret: test.secret })
    expect(asked.reply).toEqual({
      ticket: expect.any(String),
      expires_in: 1200,
      kinds: ['text', 'speech'],
      speech_language: 'fr',
    })
    const { ticket } = asked.reply
    const sent = { ticket, kind: 'text', response: answerTo(ticket, 'text'), secret: test.secret }
    const right = await post<AnswerReply>('answer', sent)
    expect(right.reply).toMatchObject({ success: true })
    const wrong = await post<AnswerReply>('answer', { ...sent, response: 'x' })
    expect(wrong.reply).toMatchObject({ success: false, reason: 'expired', kinds: ['text', 'speech'] })
    expect(wrong.reply).not.toHaveProperty('work')
    for (const secret of ['x', (await test.service.registry.addSite('Other')).secret]) {
      const refused = await post('challenge', { sitekey, secret })
      expect(refused).toMatchObject({ status: 401, reply: { error: 'invalid_client' } })
    }
  })

  it('and one with work are not answered in the place of each other', async () => {
    const plain = ticketIn((await open({}, '')).body)
    const response = answerTo(plain, 'text')
    const asScript = await post<AnswerReply>('answer', { ticket: plain, kind: 'text', response, work: [] })
    expect(asScript.reply).toMatchObject({ success: false, reason: 'wrong' })

    await test.service.registry.setSite(test.site.id, { settings: { rung: 2 } })
    const sitekey = test.site.publicKey
    const { ticket } = (await post<PlainChallenge>('challenge', { sitekey })).reply
    const inFrame = await send({ ticket, text: answerTo(ticket, 'text') })
    expect(passIn(inFrame.body)).toBeUndefined()
    const again = (await post<PlainChallenge>('challenge', { sitekey })).reply.ticket
    const sent = { ticket: again, kind: 'text', response: answerTo(again, 'text'), secret: test.secret }
    expect((await post<AnswerReply>('answer', sent)).reply).toMatchObject({ success: false, reason: 'wrong' })
  })
})
