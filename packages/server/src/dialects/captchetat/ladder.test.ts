/** What the ladder changes for clients of CaptchEtat, and what they count in it. */
import { createHash } from 'node:crypto'
import { renderDraft, styleNumbered } from '@upright/core'
import { afterEach, describe, expect, it } from 'vitest'
import type { SiteSettings } from '../../registry/settings.ts'
import { type TestApp, testApp, V2 } from '../../testing/app.ts'
import { V1 } from './v1/openapi.ts'

const [STRONG, LIGHT] = ['captchaFR', 'alphanumerique4to6LightCaptchaFR']

let test: TestApp
afterEach(() => test.close())
const start = async (settings: Partial<SiteSettings> = {}) => {
  test = await testApp({ rate: 0, open: true, origins: ['*'], ...settings })
}

/** Calls a part of a version, as a page of the open site. */
const get = (base: string, query: Record<string, string>) =>
  test.app.inject({
    url: `/s/${test.site.publicKey}${base}/simple-captcha-endpoint?${new URLSearchParams(query)}`,
    headers: { origin: 'https://form.example' },
  })
/** Checks a code, as a page of the open site or as its back end. */
const check = async (fields: object, asked: 'by a page' | 'by a back end' = 'by a back end') => {
  const headers: Record<string, string> =
    asked === 'by a page' ? { origin: 'https://form.example' } : { keyid: test.secret }
  const base = asked === 'by a page' ? `/s/${test.site.publicKey}${V2}` : V2
  const url = `${base}/valider-captcha`
  return (await test.app.inject({ method: 'POST', url, headers, payload: fields })).body
}
const newV1 = async (c = STRONG!) =>
  /VCID_\w+" value="(\w+)"/.exec((await get(V1, { get: 'html', c })).body)![1]!
const open = (id: string) => test.service.captcha.open(id)!
/** The weighted passes of the site since the last call. */
const counted = () =>
  test.service.ladder
    .takeReports()
    .filter(({ hour }) => hour > 0)
    .map(({ minute, hour }) => [minute, hour])
const rungOfNetwork = () => test.service.ladder.current(test.site, '127.0.0.1').rung

/** The picture of a challenge as it would be if its level were this one. */
function pictureAt(id: string, level: number): Buffer {
  const draft = test.service.captcha.draft(test.site, id, 'picture')
  return Buffer.from(renderDraft({ ...draft, level }, 'picture').bytes)
}

/** The number that solves v1's work for an id. */
function search(id: string, { sp, hs }: { sp: string; hs: string }): number {
  const hashOf = (p: number) => createHash('sha1').update(`${p}${id}`).digest('hex')
  let p = Number(sp)
  while (hashOf(p) !== hs) p++
  return p
}

describe('a rung', () => {
  it.each([
    [0, false],
    [1, false],
    [2, true],
    [3, true],
  ])('%i draws the codes of easier styles as strongly as others: %s', async (rung, stronger) => {
    await start({ rung })
    for (const [style, differs] of [
      [STRONG, false],
      [LIGHT, stronger],
    ] as const) {
      const { uuid, imageb64 } = (await get(V2, { get: 'image', c: style! })).json()
      const picture = Buffer.from(imageb64.split(',')[1], 'base64')
      const [own, standard] = [pictureAt(uuid, 0), pictureAt(uuid, 2)]
      expect([style, picture.equals(own), own.equals(standard)]).toEqual([style, !differs, style === STRONG])
      if (differs) expect(picture.equals(standard)).toBe(true)
      expect(await check({ uuid, code: open(uuid).answer })).toBe('true')
      expect(open(await newV1(style)).level).toBe(open(uuid).level)
    }
  })

  it('below 2 does the same while codes are guessed, and asks for nothing else', async () => {
    await start()
    const levels = async () => {
      const { uuid } = (await get(V2, { get: 'image', c: LIGHT! })).json()
      return [uuid, await newV1(LIGHT)].map(id => open(id).level)
    }
    expect(await levels()).toEqual([0, 0])
    for (let i = 0; i < 20; i++) {
      const { uuid } = (await get(V2, { get: 'image', c: LIGHT! })).json()
      await check({ uuid, code: 'WRONG' })
    }
    expect(await levels()).toEqual([2, 2])
    expect(rungOfNetwork()).toBe(0)
    test.pass(3600)
    expect(await levels()).toEqual([0, 0])
  })

  it('3 lets a first visitor have a page of version 1 and its picture, however low the rate is', async () => {
    await start({ rung: 3, rate: 2 })
    const page = await get(V1, { get: 'html', c: STRONG! })
    const t = test.service.captcha.issue(test.site.id, styleNumbered(112)!)
    const picture = await get(V1, { get: 'image', t })
    const another = await get(V1, { get: 'image', t })
    expect([page, picture, another].map(({ statusCode }) => statusCode)).toEqual([200, 200, 429])
  })

  it.each([
    [0, 17],
    [1, 17],
    [2, 6],
    [3, 3],
  ])(
    '%i lets a network have %i of 24 challenges a minute, of 17 that it asks for',
    async (rung, admitted) => {
      await start({ rung, rate: 24 })
      const t = test.service.captcha.issue(test.site.id, styleNumbered(112)!)
      for (const [base, query] of [
        [V2, { get: 'image', c: STRONG! }],
        [V1, { get: 'html', c: STRONG! }],
        [V1, { get: 'image', t }],
      ] as const) {
        test.pass(120)
        const statuses = []
        for (let i = 0; i < 17; i++) statuses.push((await get(base, query)).statusCode)
        expect([query.get, statuses.filter(status => status === 200).length]).toEqual([query.get, admitted])
      }
    },
  )

  it('is that of the site for its back end, whose requests have no limit', async () => {
    await start({ rung: 3, rate: 1 })
    for (let i = 0; i < 5; i++) {
      const { uuid } = (await test.call(`/simple-captcha-endpoint?get=image&c=${LIGHT}`)).json()
      expect(open(uuid).level).toBe(0x32)
    }
  })

  it('is counted for each challenge under the label of its version', async () => {
    test = await testApp({ open: true, origins: ['*'] }, { metrics: { host: '127.0.0.1', port: 0 } })
    await get(V2, { get: 'image', c: STRONG! })
    await newV1()
    const t = await newV1()
    await get(V1, { get: 'image', t })
    const decisions = (await test.service.metrics!.render()).match(/^upright_decisions_total.*$/gm)!
    expect(decisions.map(line => /dialect="([\w-]+)".* (\d+)$/.exec(line)!.slice(1)).sort()).toEqual([
      ['captchetat-v1', '2'],
      ['captchetat-v2', '1'],
    ])
  })

  it('leaves ids from before there were levels as they were', async () => {
    await start({ rung: 2 })
    const former = styleNumbered(15)!
    expect(former.name).toBe(LIGHT)
    const uuid = test.service.captcha.issue(test.site.id, former)
    expect(open(uuid).level).toBeUndefined()
    const drawn = Buffer.from(test.service.captcha.show(test.site, uuid, 'picture').bytes)
    expect(drawn.equals(pictureAt(uuid, 1))).toBe(true)
    expect(await check({ uuid, code: open(uuid).answer })).toBe('true')
  })
})

describe('a right answer', () => {
  it.each(['by a page', 'by a back end'] as const)(
    'counts once, however often it is asked %s',
    async asked => {
      await start()
      for (const style of [STRONG, LIGHT]) {
        const { uuid, code } = test.captcha(style)
        const verdicts = await Promise.all(Array.from({ length: 5 }, () => check({ uuid, code }, asked)))
        expect(verdicts.filter(verdict => verdict === 'true')).toHaveLength(3)
        expect(counted()).toEqual([[1, 1]])
      }
    },
  )

  it('counts once in version 1 for each picture, and not before it is checked', async () => {
    await start()
    const t = await newV1()
    for (let pictures = 1; pictures <= 2; pictures++) {
      await get(V1, { get: 'image', t })
      const i = test.service.captcha.open(t, pictures)!.answer
      expect((await get(V1, { get: 'validation-result', t, i })).body).toBe('true')
      expect(counted()).toEqual([])
      const payload = { id: t, code: i }
      for (let times = 0; times < 2; times++) {
        const url = `${V1}/valider-captcha`
        const { body } = await test.app.inject({
          method: 'POST',
          url,
          headers: { keyid: test.secret },
          payload,
        })
        expect(body).toBe('true')
      }
      expect(counted()).toEqual([[1, 1]])
    }
  })

  it('of one network counts no more than it may hold', async () => {
    await start()
    for (let i = 0; i < 30; i++) expect(await check({ ...test.captcha() }, 'by a page')).toBe('true')
    expect(counted()[0]![0]).toBe(12)
  })
})

describe('a wrong answer', () => {
  /** Answers that lift a network to rung 1 where each counts 1. */
  const LIFTING = 40
  const wrong = (uuid: string) => check({ uuid, code: 'WRONG' }, 'by a page')

  it('counts once for its own network, and for nobody else', async () => {
    await start()
    for (let i = 1; i < LIFTING; i++) await wrong(test.captcha().uuid)
    // Nothing is counted again: neither what was spent, nor what is no answer, nor what a back end asks.
    const { uuid } = test.captcha()
    expect(rungOfNetwork()).toBe(0)
    for (const code of ['', ' ']) await check({ uuid, code }, 'by a page')
    await check({ uuid, code: 'WRONG' })
    await wrong(uuid)
    expect(rungOfNetwork()).toBe(0)
    await wrong(test.captcha().uuid)
    expect(rungOfNetwork()).toBe(1)
    expect(test.service.ladder.current(test.site, '192.0.2.1').rung).toBe(0)
    expect(counted()).toEqual([])
  })

  it('counts double where the work of version 1 was right, and once where that was wrong', async () => {
    await start()
    for (let i = 4; i < LIFTING; i++) await wrong(test.captcha().uuid)
    const [t, u] = [await newV1(), await newV1()]
    const p = String(search(t, (await get(V1, { get: 'p', t })).json()))
    await get(V1, { get: 'validation-result', t, i: 'WRONG', p })
    await get(V1, { get: 'validation-result', t: u, i: open(u).answer, p: '1' })
    expect(rungOfNetwork()).toBe(0)
    await wrong(test.captcha().uuid)
    expect(rungOfNetwork()).toBe(1)
  })
})

describe("version 1's work", () => {
  it.each([0, 1])('is that of rung %i in markup and answer, and nothing else is accepted', async rung => {
    await start({ rung })
    const { body } = await get(V1, { get: 'html', c: STRONG! })
    const [, t, hs, sp] = /VCID_\w+" value="(\w+)".*Hs_\w+" value="(\w+)".*SP_\w+" value="(\w+)"/s.exec(body)!
    // The rung is in the id: what has changed since changes nothing.
    await test.service.registry.setSite(test.site.id, { settings: { rung: 3 - rung } })
    test.pass(3)
    expect((await get(V1, { get: 'p', t: t! })).json()).toEqual({ sp, hs })
    const p = search(t!, { sp: sp!, hs: hs! })
    expect(p - Number(sp)).toBeGreaterThanOrEqual(16_384 * [1, 4][rung]!)
    const i = open(t!).answer
    expect((await get(V1, { get: 'validation-result', t: t!, i, p: String(p) })).body).toBe('true')
    expect((await get(V1, { get: 'validation-result', t: t!, i })).body).toBe('true')
    expect((await get(V1, { get: 'validation-result', t: t!, i, p: String(p + 1) })).body).toBe('false')
  })
})
