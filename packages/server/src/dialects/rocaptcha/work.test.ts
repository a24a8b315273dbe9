/** Work that lifts the rate limit of `/api/generate/`, and what the ladder learns of answers. */
import { levelOf, type Style, solveWork, styleNamed, type WorkSettings } from '@upright/core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { SiteSettings } from '../../registry/settings.ts'
import { createHashes } from './hash.ts'
import { type RocaptchaApp, rocaptchaApp } from './testing.ts'
import type { ChallengeAnswer, OfferedWork, WorkAnswer } from './wire.ts'

/** The smallest rate: two requests at once, of which one that counts four times takes all. */
const RATE = 1

let test: RocaptchaApp
const start = async (settings: Partial<SiteSettings> = {}) => {
  test = await rocaptchaApp({ rate: RATE, ...settings })
}
afterEach(() => test.close())

/** What a request is answered, and whether it says when to come back. */
async function generate(query: Record<string, string> = {}) {
  const { headers, ...answer } = await test.get('generate/', query)
  return {
    ...(answer.json() as Partial<ChallengeAnswer & WorkAnswer>),
    isLater: headers['retry-after'] !== undefined,
  }
}

/** The query with which a client sends work that it was asked for. */
async function solved({ id }: Pick<OfferedWork, 'id'>) {
  const { style, level, answer } = test.service.captcha.open(id)!
  const drawn = { settings: style.settings as WorkSettings, level, answer }
  return { work: id, solution: await solveWork(drawn, 'native-beside') }
}

/** The level in a hash: the tolerance of its disc in degrees, 0 for the site's. */
const levelIn = (hash: string) => test.service.captcha.open(hash.slice(0, 32))!.level

/** Work that an attacker can have of elsewhere. */
const workOf = (style: Style['name'], tries: number, site = test.site.id) => ({
  id: test.service.captcha.issue(site, styleNamed(style)!, levelOf(tries)),
})

describe('work on rungs 0 and 1', () => {
  it('is asked for past the rate limit alone, and lifts it once', async () => {
    await start()
    const plain = await generate({ work: 'ask' })
    expect(plain).toEqual({
      status: 'OK',
      content: expect.stringMatching(/^[0-9a-f]{48}$/),
      animal_status: 'ADOPTION',
      isLater: false,
    })
    await generate()
    const refused = await generate()
    expect(refused).toEqual({
      status: 'ERROR',
      work: expect.objectContaining({ function: 'scrypt', puzzles: 1, limit: 2 ** 31 }),
      isLater: true,
    })
    const done = await solved(refused.work!)
    const lifted = await generate(done)
    expect([lifted.status, levelIn(lifted.content!)]).toEqual(['OK', 10])
    expect(await generate(done)).toMatchObject({ status: 'ERROR', isLater: true })
  })

  it('lifts the limit of sounds just so, and is asked for in scripts', async () => {
    await start({ rung: 1 })
    for (let i = 0; i < 2; i++) await generate({ kind: 'sound' })
    const answer = await test.get('generate/', { kind: 'sound', callback: 'f' })
    const [, json = ''] = /^\/\*\*\/f\((.*)\);$/.exec(answer.body)!
    const done = await solved(JSON.parse(json).work)
    expect(await generate({ ...done, kind: 'sound', lang: 'cs' })).toMatchObject({
      status: 'OK',
      sound: expect.stringContaining('/api/sound/'),
    })
  })

  it('has a rate limit of its own, at which none is spent', async () => {
    await start()
    for (let i = 0; i < 2; i++) await generate()
    for (let i = 0; i < 2; i++) {
      const { work } = await generate()
      expect(await generate(await solved(work!))).toMatchObject({ status: 'OK' })
    }
    const { work } = await generate()
    const done = await solved(work!)
    expect(await generate(done)).toMatchObject({ status: 'ERROR', isLater: true })
    test.pass(60)
    for (let i = 0; i < 2; i++) await generate()
    expect(await generate(done)).toMatchObject({ status: 'OK' })
  })

  it('is not spent by a process that sheds load, which offers none', async () => {
    await start()
    for (let i = 0; i < 2; i++) await generate()
    const done = await solved((await generate()).work!)
    test.pressure.value = 10
    expect(await generate(done)).toEqual({ status: 'ERROR', isLater: true })
    test.pressure.value = 0
    test.pass(60)
    for (let i = 0; i < 2; i++) await generate()
    expect(await generate(done)).toMatchObject({ status: 'OK' })
  })

  it.each([
    ['wrong', async () => ({ ...(await generate()).work, solution: '0,1' })],
    ['unsolved', async () => ({ ...(await generate()).work, solution: '' })],
    ['no id', async () => ({ id: 'x'.repeat(3000), solution: '0' })],
    ['too long', async () => ({ id: (await generate()).work!.id, solution: '0'.repeat(3000) })],
  ])('counts as none where it is %s', async (_, make) => {
    await start()
    for (let i = 0; i < 2; i++) await generate()
    const { id, solution } = await make()
    expect(await generate({ work: id!, solution })).toMatchObject({ status: 'ERROR', isLater: true })
  })

  it('counts as none where another site, another kind or another dialect has issued it', async () => {
    await start()
    const { site } = await test.service.registry.addSite('Other')
    const others = [workOf('scrypt8', 4, site.id), workOf('scrypt8', 2), workOf('sha256', 2 ** 14)]
    for (let i = 0; i < 2; i++) await generate()
    for (const other of others) {
      expect(await generate(await solved(other))).toMatchObject({ status: 'ERROR' })
    }
    const hash = test.service.captcha.issue(test.site.id, styleNamed('rotate')!)
    expect(await generate({ work: hash, solution: '0' })).toMatchObject({ status: 'ERROR' })
    // Nothing of that was checked, so that nothing of it is taken from the limit of work.
    for (let i = 0; i < 2; i++) {
      expect(await generate(await solved(workOf('scrypt8', 4)))).toMatchObject({ status: 'OK' })
    }
  })
})

describe('work on rungs 2 and 3', () => {
  it.each([
    [2, 4],
    [3, 8],
  ])('is left out on rung %i by requests that count %i times', async (rung, count) => {
    await start({ rung, rate: 2 * count })
    for (let i = 0; i < 2; i++) {
      const { status, content } = await generate()
      expect([status, levelIn(content!)]).toEqual(['OK', 10])
    }
    expect(await generate()).toMatchObject({ status: 'ERROR', isLater: true })
  })

  it.each([
    [2, 20],
    [3, 10],
  ])('comes before a hash on rung %i, whose tolerance is then %i°', async (rung, level) => {
    await start({ rung })
    const asked = await Promise.all([1, 2, 3].map(() => generate({ work: 'ask' })))
    expect(asked.map(({ status, isLater }) => [status, isLater])).toEqual(Array(3).fill(['ERROR', false]))
    const disc = await generate(await solved(asked[0]!.work!))
    expect(levelIn(disc.content!)).toBe(level)
    const sound = await generate({ ...(await solved(asked[1]!.work!)), kind: 'sound' })
    expect(levelIn(sound.content!)).toBe(0)
    // It has counted once: a request without it has all of its own.
    const { status, content } = await generate({ work: asked[2]!.work!.id, solution: '' })
    expect([status, levelIn(content!)]).toEqual(['OK', 10])
  })

  it('widens nothing when it was asked for on a lower rung', async () => {
    await start({ rung: 2 })
    const disc = await generate(await solved(workOf('scrypt8', 4)))
    expect([disc.status, levelIn(disc.content!)]).toEqual(['OK', 10])
  })

  it('lets a disc of rung 2 be off by 20°, and no more', async () => {
    await start({ rung: 2, rate: 0, tolerance: 5 })
    const answers = []
    for (const off of [20, 21]) {
      const { work } = await generate({ work: 'ask' })
      const hash = (await generate(await solved(work!))).content!
      answers.push(await test.verify({ hash, response: (test.right(hash) + off) % 360 }))
    }
    const hash = (await generate()).content!
    answers.push(await test.verify({ hash, response: (test.right(hash) + 6) % 360 }))
    expect(answers).toEqual(['PASSED', 'FAILED', 'FAILED'])
  })
})

describe('the limits around work', () => {
  it('let a network be offered three times its rate', async () => {
    await start({ rung: 2, rate: 2 })
    const offers = []
    for (let i = 0; i < 8; i++) offers.push((await generate({ work: 'ask' })).work !== undefined)
    expect(offers.filter(Boolean)).toHaveLength(6)
  })

  it('charge a wrong solution as a wrong response', async () => {
    await start({ rate: 8 })
    const { work } = await solved(workOf('scrypt8', 4))
    // What is wrong is asked for without work as well: one of eight, and four for the wrong response.
    expect((await generate({ work, solution: 'x' })).status).toBe('OK')
    const admitted = []
    for (let i = 0; i < 8; i++) admitted.push((await generate()).status === 'OK')
    expect(admitted.filter(Boolean)).toHaveLength(3)
  })

  it('are not used up by work that was spent', async () => {
    await start({ rate: 2 })
    const done = await solved(workOf('scrypt8', 4))
    expect((await generate(done)).status).toBe('OK')
    for (let i = 0; i < 5; i++) await generate(done)
    expect((await generate(await solved(workOf('scrypt8', 4)))).status).toBe('OK')
    expect((await generate(await solved(workOf('scrypt8', 4)))).status).toBe('ERROR')
  })

  it('give nothing for the head of an answer, and keep the work', async () => {
    await start()
    const done = await solved(workOf('scrypt8', 4))
    const query = new URLSearchParams({ key: test.site.publicKey, ...done })
    await test.app.inject({ method: 'HEAD', url: `/api/generate/?${query}` })
    await generate()
    expect((await generate()).status).toBe('ERROR')
    expect((await generate(done)).status).toBe('OK')
  })
})

describe('work of another time', () => {
  it('lifts nothing two minutes after it was offered on a lower rung', async () => {
    await start({ rate: 24 })
    const [early, late] = [await solved(workOf('scrypt8', 4)), await solved(workOf('scrypt8', 4))]
    await test.service.registry.setSite(test.site.id, { settings: { rung: 3 } })
    const limited = async () => (await generate()).status === 'ERROR'
    while (!(await limited())) {}
    expect((await generate(early)).status).toBe('OK')
    test.pass(121)
    while (!(await limited())) {}
    expect((await generate(late)).status).toBe('ERROR')
  })
})

it('an id of work opens nothing else', async () => {
  await start({ rate: 0 })
  const { id } = workOf('sha256', 2 ** 8)
  const hash = createHashes(test.service.keys('rocaptcha-session', 32)).make(id, '')
  for (const form of ['image', 'sound']) expect((await test.get(`${form}/${hash}/`)).statusCode).toBe(404)
  expect((await test.get(`animal/${hash}/`)).json()).toEqual({ status: 'WRONG_HASH' })
  const { solution } = await solved({ id })
  for (const response of ['0', solution, `native-beside ${solution}`]) {
    expect(await test.verify({ hash, response })).toBe('WRONG_HASH')
  }
})

describe('the ladder', () => {
  /** Weighted passes that were counted since the last call. */
  const counted = () => test.service.ladder.takeReports().map(({ site, minute }) => [site, minute])
  beforeEach(() => start({ rate: 0 }))

  it('counts a right answer once, and a wrong one for nobody else', async () => {
    const [right, wrong] = [await test.generate(), await test.generate({ kind: 'sound' })]
    const send = () => test.verify({ hash: right, response: test.right(right) })
    expect((await Promise.all([send(), send(), send()])).sort()).toEqual([
      'PASSED',
      'WRONG_HASH',
      'WRONG_HASH',
    ])
    expect(await test.verify({ hash: wrong, response: (test.right(wrong) + 1) % 360 })).toBe('FAILED')
    expect(counted()).toEqual([[test.site.id, 1]])
  })

  it.each([
    ['203.0.113.9', 12],
    ['None', 13],
    ['', 13],
  ])('lets one network lift a site no further, where it is known: "%s"', async (remoteip, most) => {
    for (let i = 0; i < 13; i++) {
      const hash = await test.generate()
      expect(await test.verify({ hash, response: test.right(hash), remoteip })).toBe('PASSED')
    }
    expect(counted()).toEqual([[test.site.id, most]])
  })

  it('counts a wrong answer once for the network that the back end names', async () => {
    const fail = async () => {
      const hash = await test.generate()
      const response = (test.right(hash) + 180) % 360
      return test.verify({ hash, response, remoteip: '203.0.113.9' })
    }
    const rungOf = (address: string) => test.service.ladder.current(test.site, address).rung
    for (let i = 0; i < 39; i++) await fail()
    expect(rungOf('203.0.113.9')).toBe(0)
    await fail()
    expect([rungOf('203.0.113.200'), rungOf('203.0.114.9')]).toEqual([1, 0])
  })
})
