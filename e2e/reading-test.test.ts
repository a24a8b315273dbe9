import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { runCommand } from '../packages/server/src/testing/command.ts'
import {
  AXE,
  closeContexts,
  DESKTOP,
  findings,
  NARROW,
  newVisit,
  overflow,
  PHONE,
  sharedBrowser,
} from './browser.ts'
import { CLI, SETTING } from './server.ts'

let browser: Browser
let folder: string
/** The test that was begun last. */
let running: ChildProcess | undefined
beforeAll(async () => {
  browser = await sharedBrowser()
  folder = await mkdtemp(join(tmpdir(), 'upright-reading-'))
})
afterAll(async () => {
  await closeContexts(browser)
  await rm(folder, { recursive: true, force: true })
})

afterEach(async () => {
  if (running?.exitCode !== null) return
  const ended = once(running, 'close')
  running.kill('SIGKILL')
  await ended
})

/** The codes that a seed asks for, or the turns of discs. */
async function labels(...args: string[]): Promise<string[]> {
  const out = await mkdtemp(join(folder, 'labels-'))
  const { stderr } = await runCommand(['render', ...args, '--count', '5', '--seed', 'a', '--out', out])
  expect(stderr).toBe('')
  const lines = (await readFile(join(out, 'labels.tsv'), 'utf8')).trimEnd().split('\n')
  return lines.map(line => line.split('\t')[1]!)
}

/** A reading test of five challenges, and somebody at its page. */
async function sit(
  args: string[],
  lang: 'en' | 'fr',
  screen: BrowserContextOptions = DESKTOP,
): Promise<{ page: Page; url: string; complaints: string[]; result(): Promise<Record<string, unknown>> }> {
  const out = join(await mkdtemp(join(folder, 'result-')), 'result.json')
  const all = [...CLI, 'reading-test', ...args, '--count', '5', '--seed', 'a', '--json', '--out', out]
  const child = spawn(process.execPath, all, SETTING)
  running = child
  const ended = once(child, 'close')
  const [line] = await once(createInterface({ input: child.stdout! }), 'line')
  const { url } = JSON.parse(line)
  const { page, complaints } = await newVisit(browser, screen, AXE)
  await page.goto(`${url}?lang=${lang}`)
  await page.waitForSelector('#begin')
  return {
    ...{ page, url, complaints },
    async result() {
      expect((await ended)[0]).toBe(0)
      return JSON.parse(await readFile(out, 'utf8'))
    },
  }
}

/** Waits until the challenge of a number can be answered. */
const reached = (page: Page, n: number) =>
  page.waitForFunction(
    n =>
      document.querySelector<HTMLProgressElement>('#progress')!.value === n - 1 &&
      document.querySelector('#test:not([hidden]):not([aria-busy])'),
    n,
  )

/** Nothing that axe finds, nothing cut off at the side. */
async function well(page: Page) {
  expect(await findings(page)).toEqual([])
  expect(await overflow(page)).toBe(0)
}

describe('the page of a reading test', () => {
  it('is gone through from the keyboard, and tells what was read at the end', async () => {
    const codes = await labels('text', '--style', 'captchaFR')
    const { page, complaints, result } = await sit(['--style', 'captchaFR'], 'en')
    const heard: string[] = []
    page.on('response', async response => {
      if (/json|answers/.test(response.url())) heard.push(await response.text().catch(() => ''))
    })
    await well(page)
    await page.keyboard.press('Enter')
    await reached(page, 1)
    const size = await page.$eval('#stage img', image => [image.clientWidth, image.clientHeight])
    expect(size).toEqual([200, 70])
    // Nothing typed: it is said, and nothing is sent.
    await page.keyboard.press('Enter')
    expect(await page.textContent('#trouble')).toBe('Type your answer, or skip it.')
    await well(page)
    await page.keyboard.type(codes[0]!.toLowerCase())
    await page.keyboard.press('Enter')
    await reached(page, 2)
    expect(await page.textContent('#place')).toBe('2 of 5')
    await page.keyboard.press('Escape')
    await reached(page, 3)
    await page.keyboard.type(`?${codes[2]!.slice(1)}`)
    await page.keyboard.press('Enter')
    await reached(page, 4)
    // Reloaded half-way, it goes on where it was.
    await page.reload()
    await page.waitForSelector('#start:not([hidden])')
    expect(await page.textContent('#begin')).toBe('Go on with number 4')
    await page.keyboard.press('Enter')
    await reached(page, 4)
    await page.keyboard.type(codes[3]!)
    await page.keyboard.press('Enter')
    await reached(page, 5)
    for (const code of codes) expect(heard.join()).not.toContain(`"${code}"`)
    await page.keyboard.type(codes[4]!)
    await page.keyboard.press('Enter')
    await page.waitForSelector('#end:not([hidden])')
    await well(page)
    expect(await page.$$eval('.figures strong', all => all.map(each => each.textContent))).toEqual([
      '3 of 5',
      `${codes.join('').length - codes[1]!.length - 1} of ${codes.join('').length - codes[1]!.length}`,
      expect.stringMatching(/^[\d.]+ s$/),
      '1',
    ])
    expect(await page.$$eval('tbody td', all => all.map(each => each.textContent))).toEqual([
      codes[2]![0],
      '?',
      '1',
      '3',
    ])
    expect(await page.$$eval('.study dd', all => all.map(each => each.textContent))).toEqual([
      ...[codes[1], 'skipped', codes[2], `?${codes[2]!.slice(1)}`],
    ])
    expect(complaints).toEqual([])
    expect(await result()).toMatchObject({ answered: 4, skipped: 1, whole: { right: 3, of: 5 } })
    await page.context().close()
  })

  it('lets a second window go on where the first is', async () => {
    const { page, url } = await sit(['--style', 'captchaEN'], 'fr')
    const other = await page.context().newPage()
    await other.goto(url)
    for (const each of [page, other]) {
      await each.waitForSelector('#start:not([hidden])')
      await each.click('#begin')
      await reached(each, 1)
    }
    await page.keyboard.type('ABC')
    await page.keyboard.press('Enter')
    await reached(page, 2)
    await other.fill('#typed', 'DEF')
    await other.press('#typed', 'Enter')
    await reached(other, 2)
    expect(await other.textContent('#trouble')).toContain('peut-être dans une autre fenêtre')
    await page.context().close()
  })

  it.each([
    ['en', 'light', NARROW],
    ['fr', 'dark', PHONE],
  ] as const)('plays sounds and waits for what was heard, in %s, %s', async (lang, colorScheme, screen) => {
    const codes = await labels('speech', '--style', 'captchaEN')
    const { page, complaints, result } = await sit(['--style', 'captchaEN', '--form', 'sound'], lang, {
      ...screen,
      colorScheme,
    })
    await page.keyboard.press('Enter')
    for (const [i, code] of codes.entries()) {
      await reached(page, i + 1)
      if (i === 0) {
        await page.waitForFunction(() => document.querySelector('.sound button')?.textContent === 'Pause')
        await well(page)
        await page.keyboard.press('Space')
        await page.waitForFunction(() => document.querySelector('.sound button')?.textContent !== 'Pause')
      }
      await page.keyboard.type(i < 3 ? code : 'WRONG')
      expect(await page.inputValue('#typed')).toBe(i < 3 ? code : 'WRONG')
      await page.keyboard.press('Enter')
    }
    await page.waitForSelector('#end audio')
    await well(page)
    expect(complaints).toEqual([])
    expect(await result()).toMatchObject({ form: 'sound', answered: 5, whole: { right: 3 } })
    await page.context().close()
  })

  it.each([
    ['en', 'dark', NARROW],
    ['fr', 'light', DESKTOP],
  ] as const)('has discs turned, in %s, %s', async (lang, colorScheme, screen) => {
    const turns = await labels('rotate')
    const { page, complaints, result } = await sit(['--style', 'rotate'], lang, { ...screen, colorScheme })
    await page.keyboard.press('Enter')
    for (const [i, turn] of turns.entries()) {
      await reached(page, i + 1)
      if (i === 0) {
        await well(page)
        await page.click('#next')
        expect(await page.isVisible('#trouble')).toBe(true)
        await page.press('[role=slider]', 'Home')
      }
      for (let left = i < 3 ? Number(turn) : 0; left >= 15; left -= 15) await page.keyboard.press('PageUp')
      await page.keyboard.press(i === 4 ? 'Escape' : 'Enter')
    }
    await page.waitForSelector('#end:not([hidden])')
    await well(page)
    expect(complaints).toEqual([])
    const { items, turns: told, skipped } = await result()
    // A turn by 15 degrees a key leaves up to 14.
    const off = turns.slice(0, 3).map(turn => -(Number(turn) % 15))
    expect((items as { off?: number }[]).slice(0, 3).map(({ off }) => off)).toEqual(
      off.map(each => each || 0),
    )
    expect(told).toMatchObject({ within: { 15: expect.any(Number) } })
    expect(skipped).toBe(1)
    await page.context().close()
  })

  it('can be switched to the other language in the middle of it', async () => {
    const { page } = await sit(['--style', 'rotate'], 'en')
    await page.keyboard.press('Enter')
    await reached(page, 1)
    await page.click('.languages a[hreflang="fr"]')
    expect(await page.textContent('#place')).toBe('1 sur 5')
    await page.press('[role=slider]', 'Enter')
    await reached(page, 2)
    expect(await page.getAttribute('[role=slider]', 'aria-valuetext')).toMatch(/degré/)
    await page.context().close()
  })
})
