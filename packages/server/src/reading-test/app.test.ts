import { mkdirSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { styleNamed } from '@upright/core'
import { afterEach, describe, expect, it } from 'vitest'
import { captchaFor, openLibrary } from '../commands/challenges.ts'
import { readFiles } from '../http/files.ts'
import { createPictures } from '../pictures/library.ts'
import { freshFolder } from '../testing/folder.ts'
import { createReading } from './app.ts'
import { createSession } from './session.ts'
import type { Result } from './wire.ts'

let close: (() => Promise<unknown>) | undefined
afterEach(() => close?.())

/** What answers say, as far as it is looked at here. */
interface Told {
  taken: boolean
  digits: boolean
  message: string
  end: { result: Result; misread: { n: number; src: string }[] }
}

/** A test that listens, with a clock that stands until it is moved. */
async function startTest({ style: name = 'captchaFR', form = 'picture' as const, count = 3 } = {}) {
  const folder = freshFolder()
  mkdirSync(join(folder, 'assets'))
  writeFileSync(join(folder, 'reading.html'), '<!doctype html><title>Reading test</title>')
  const style = styleNamed(name)!
  const library = await openLibrary(undefined)
  const clock = { ms: 0 }
  const saved: Result[] = []
  const captcha = captchaFor({ seed: 'a' })
  const session = createSession({
    ...{ captcha, style, form, count, seed: 'a', started: 0 },
    pictures: createPictures(captcha, library),
    now: () => clock.ms,
    save: result => saved.push(result),
  })
  const { app, ended } = createReading(session, readFiles(folder))
  close = () => app.close()
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  const post = (body: unknown) =>
    fetch(`${url}/answers`, {
      method: 'POST',
      body: typeof body === 'string' ? body : JSON.stringify(body),
    })
  const answer = async (n: number, typed: string | null) => (await (await post({ n, typed })).json()) as Told
  const look = (n: number | string) => fetch(`${url}/challenges/${n}`)
  const standing = async () => (await (await fetch(`${url}/test.json`)).json()) as Told
  // What the same seed asks for, as `upright render` labels it.
  const again = captchaFor({ seed: 'a' })
  const codes = Array.from({ length: count }, () => again.open(again.issue(1, style))!.answer)
  return { url, ended, clock, saved, codes, post, answer, look, standing }
}

/** Status of a request whose headers fetch would not send. */
const status = (url: string, headers: Record<string, string>) =>
  new Promise(resolve => request(url, { headers }, answer => resolve(answer.resume().statusCode)).end())

describe('a reading test', () => {
  it('shows one challenge after the other and says how it went at the end only', async () => {
    const { answer, look, standing, clock, saved, codes, ended } = await startTest()
    const known = { style: 'captchaFR', kind: 'text', form: 'picture', digits: false, count: 3 }
    expect(await standing()).toEqual({ ...known, next: 1 })
    const picture = await look(1)
    expect(picture.headers.get('content-type')).toBe('image/png')
    expect(picture.headers.get('cache-control')).toBe('no-store')
    clock.ms += 4230
    // The same picture again, after a reload, does not stop the time.
    await look(1)
    clock.ms += 1000
    expect(await answer(1, codes[0]!.toLowerCase())).toEqual({ ...known, taken: true, next: 2 })
    await look(2)
    clock.ms += 3000
    expect(await answer(2, null)).toEqual({ ...known, taken: true, next: 3 })
    await look(3)
    clock.ms += 2000
    const last = await answer(3, 'WRONG')
    await ended
    expect(last).toMatchObject({ taken: true, next: 4, end: { result: saved[2] } })
    expect(saved.map(({ items }) => items.length)).toEqual([1, 2, 3])
    expect(saved[2]).toMatchObject({ answered: 2, skipped: 1, whole: { right: 1, of: 3 }, seconds: 3.6 })
    expect(saved[2]!.items).toEqual([
      { n: 1, wanted: codes[0], typed: codes[0]!.toLowerCase(), right: true, seconds: 5.2 },
      { n: 2, wanted: codes[1], typed: null, right: false, seconds: 3 },
      { n: 3, wanted: codes[2], typed: 'WRONG', right: false, seconds: 2 },
    ])
    const third = Buffer.from(await (await look(3)).arrayBuffer()).toString('base64')
    expect(last.end.misread.map(({ n }) => n)).toEqual([2, 3])
    expect(last.end.misread[1]!.src).toBe(`data:image/png;base64,${third}`)
    expect((await standing()).end).toEqual(last.end)
  })

  it('takes the first answer to a challenge, and shows nothing ahead or behind', async () => {
    const { answer, look, saved } = await startTest()
    for (const n of [2, 3, 4, 0, -1, 1.5, 'x']) expect([n, (await look(n)).status]).toEqual([n, 404])
    await look(1)
    const both = await Promise.all([answer(1, 'FIRST'), answer(1, 'SECOND')])
    expect(both.map(({ taken }) => taken).sort()).toEqual([false, true])
    expect(await answer(1, 'THIRD')).toMatchObject({ taken: false, next: 2 })
    expect(saved).toHaveLength(1)
    expect((await look(1)).status).toBe(404)
    expect((await look(2)).status).toBe(200)
  })

  it.each([
    ['an answer ahead', { n: 2, typed: 'A' }, 400, 'challenge 1 comes first'],
    ['an answer far ahead', { n: 99, typed: 'A' }, 400, 'challenge 1 comes first'],
    ['number 0', { n: 0, typed: 'A' }, 400, 'an answer is'],
    ['a number as text', { n: '1', typed: 'A' }, 400, 'an answer is'],
    ['no answer', { n: 1 }, 400, 'an answer is'],
    ['an answer that is no text', { n: 1, typed: 5 }, 400, 'an answer is'],
    ['null', 'null', 400, 'an answer is'],
    ['broken JSON', '{', 400, 'an answer is'],
    ['nothing', '', 400, 'an answer is'],
    ['an empty answer', { n: 1, typed: '' }, 400, '1 to 64 characters'],
    ['white space', { n: 1, typed: ' \n ' }, 400, '1 to 64 characters'],
    ['an answer of 10 kB', { n: 1, typed: 'A'.repeat(10_000) }, 400, '1 to 64 characters'],
    ['an answer of 20 kB', { n: 1, typed: 'A'.repeat(20_000) }, 413, 'larger than this address takes'],
  ])('refuses %s', async (_name, body, code, message) => {
    const { post, look, saved, standing } = await startTest()
    await look(1)
    const refused = await post(body)
    const { message: said } = (await refused.json()) as Told
    expect([refused.status, said]).toEqual([code, expect.stringContaining(message)])
    expect(saved).toEqual([])
    expect(await standing()).toMatchObject({ next: 1 })
  })

  it('refuses an answer to what nobody has seen', async () => {
    const { answer } = await startTest()
    expect((await answer(1, 'A')).message).toContain('challenge 1 was not looked at')
  })

  it('judges discs as the service does, and says by how much they are off', async () => {
    const { answer, look, saved, codes, post } = await startTest({ style: 'rotate' })
    const turned = (i: number, by: number) => String((Number(codes[i]) + by + 360) % 360)
    expect((await look(1)).headers.get('content-type')).toBe('image/jpeg')
    for (const typed of ['x', '361', '1.5']) expect((await post({ n: 1, typed })).status).toBe(400)
    await answer(1, turned(0, 10))
    await look(2)
    await answer(2, turned(1, -11))
    await look(3)
    const { end } = await answer(3, null)
    const picture = { id: expect.any(Number), name: expect.any(String) }
    expect(saved[2]!.items).toMatchObject([
      { right: true, off: 10, picture },
      { right: false, off: -11, picture },
      { right: false, typed: null, picture },
    ])
    expect(end.result.turns).toMatchObject({ within: { 5: 0, 10: 1, 15: 2, 20: 2 }, median: 10.5 })
    expect(end.misread[0]!.src).toMatch(/^data:image\/jpeg;base64,/)
  })

  it.each([
    ['numberFR', 'audio/x-wav', true],
    ['numerique6_7CaptchaEN', 'image/png', true],
    ['alphabetique6_7CaptchaEN', 'image/png', false],
  ])('serves %s as %s', async (style, type, digits) => {
    const form = (style.startsWith('number') ? 'sound' : 'picture') as 'picture'
    const { look, standing, answer, codes } = await startTest({ style, form, count: 1 })
    expect((await look(1)).headers.get('content-type')).toBe(type)
    expect(await standing()).toMatchObject({ digits })
    expect((await answer(1, codes[0]!)).end.result.whole.right).toBe(1)
  })

  it('lets nobody in but pages of its own', async () => {
    const { url, standing } = await startTest()
    const page = await fetch(url)
    expect(await page.text()).toContain('Reading test')
    expect(page.headers.get('content-security-policy')).toContain("script-src 'self'; style-src 'self'")
    expect((await fetch(`${url}/elsewhere`)).status).toBe(404)
    const { port } = new URL(url)
    for (const [headers, expected] of [
      [{ host: `127.0.0.1:${port}` }, 200],
      [{ host: `localhost:${port}`, origin: `http://localhost:${port}` }, 200],
      [{ host: `evil.example:${port}` }, 403],
      [{ host: `127.0.0.1:${port}`, origin: 'https://evil.example' }, 403],
      [{ host: `127.0.0.1:${port}`, origin: 'null' }, 403],
    ] as const) {
      expect([headers, await status(`${url}/test.json`, headers)]).toEqual([headers, expected])
    }
    expect(await standing()).toMatchObject({ next: 1 })
  })
})
