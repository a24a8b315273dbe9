/**
 * mCaptcha's own script for pages, unmodified from npm, in a form as Forgejo and Gitea have it: our frame is
 * 5 em high there, and what does not fit into it is answered in a window.
 */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import type { Browser, Page, Response } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { until } from '../packages/server/src/testing/until.ts'
import { AXE, closeContexts, findings, newVisit, sharedBrowser } from './browser.ts'
import { type Host, startHost } from './host.ts'
import { type Server, startServer } from './server.ts'

const require = createRequire(fileURLToPath(new URL('clients/mcaptcha/', import.meta.url)))
const fileOf = (name: string) => readFileSync(require.resolve(name))
/** Work of rung 0 that a test solves at once. */
const EASY_WORK = 'native=sha256/256'

let server: Server
let browser: Browser
let host: Host
let keys: { key: string; secret: string }

/** What the service answers to a back end that has a token. */
async function verify(token: string): Promise<unknown> {
  const body = JSON.stringify({ token, ...keys })
  const answer = await fetch(`${server.url}/api/v1/pow/siteverify`, { method: 'POST', body })
  return answer.json()
}

beforeAll(async () => {
  ;[server, browser, host] = await Promise.all([startServer(), sharedBrowser(), startHost({})])
  const { publicKey, secret } = await server.upright(
    ...['site', 'add', '--name', 'Forge', '--origin', host.url, '--work', EASY_WORK],
  )
  keys = { key: String(publicKey), secret: String(secret) }
  const link = `${server.url}/widget/?sitekey=${keys.key}`
  Object.assign(host.routes, {
    '/glue.js': {
      type: 'text/javascript; charset=utf-8',
      body: fileOf('@mcaptcha/vanilla-glue'),
    },
    '/style.css': { type: 'text/css', body: '#mcaptcha__widget-container { height: 5em }' },
    '/': {
      type: 'text/html; charset=utf-8',
      headers: {
        'content-security-policy': `default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; frame-src ${server.url}/; form-action 'self'`,
      },
      body: `<!doctype html><html lang="en"><meta charset="utf-8"><title>Register</title>
        <link rel="icon" href="data:,"><link rel="stylesheet" href="/style.css">
        <form action="/send" method="post">
        <label data-mcaptcha_url="${link}" for="mcaptcha__token" id="mcaptcha__token-label">Token
        <input id="mcaptcha__token" name="mcaptcha__token"></label>
        <div id="mcaptcha__widget-container"></div><button id="send">Register</button></form>
        <script src="/glue.js"></script></html>`,
    },
    '/send': (async (request, response) => {
      const token = new URLSearchParams(await text(request)).get('mcaptcha__token') ?? ''
      response.end(JSON.stringify(await verify(token)))
    }) satisfies Host['routes'][string],
  } satisfies Host['routes'])
})
afterAll(async () => {
  await Promise.all([closeContexts(browser), host?.stop(), server?.stop()])
})

/** Waits for the token in the form. */
const tokenIn = (page: Page) => page.waitForFunction(() => document.querySelector('input')!.value)

describe('the script of mCaptcha in Chromium', () => {
  it('gets a pass for its form, which is good once, and asks nobody else', async () => {
    const { page, complaints, requests } = await newVisit(browser, { locale: 'fr' })
    await page.goto(host.url)
    const token = String(await (await tokenIn(page)).jsonValue())
    const frame = page.frameLocator('iframe')
    await frame.locator('upright-captcha .box.passed').waitFor()
    expect(await frame.locator('html').getAttribute('lang')).toBe('fr')
    const size = await frame.locator('html').evaluate(html => [html.scrollHeight, html.clientHeight])
    expect(size).toEqual([80, 80])
    const scrolled = await frame.locator('main').evaluate(main => main.scrollHeight - main.clientHeight)
    expect(scrolled).toBe(0)
    await Promise.all([page.waitForURL('**/send'), page.locator('#send').click()])
    expect(await page.locator('body').textContent()).toBe('{"valid":true}')
    expect(await verify(token)).toEqual({ valid: false })
    expect(complaints).toEqual([])
    const ours = [host.url, server.url, 'data:']
    expect(requests.filter(request => !ours.some(start => request.startsWith(start)))).toEqual([])
    await page.context().close()
  })

  it('gets the pass of a challenge that was answered in a window', async () => {
    await server.upright('site', 'set', keys.key, '--rung', '2')
    // The service hears of a change a moment later.
    await until(async () => {
      const body = JSON.stringify({ sitekey: keys.key, dialect: 'mcaptcha' })
      const headers = { origin: server.url }
      const answer = await fetch(`${server.url}/upright/v1/challenge`, { method: 'POST', headers, body })
      return ((await answer.json()) as { kinds: string[] }).kinds.includes('text')
    })
    const { page, complaints } = await newVisit(browser, undefined, AXE)
    const challenges: Response[] = []
    page.context().on('response', answer => {
      if (answer.url().endsWith('/upright/v1/challenge')) challenges.push(answer)
    })
    await page.goto(host.url)
    const frame = page.frameLocator('iframe')
    const open = frame.getByRole('button', { name: 'Continue in a window' })
    await open.waitFor()
    expect(await findings(page.frames()[1]!)).toEqual([])
    const opening = page.waitForEvent('popup')
    await open.click()
    const popup = await opening
    await popup.getByRole('button', { name: 'Read' }).click()
    // What ran in the window at its start looks at the empty page that was there before.
    await popup.evaluate(AXE)
    expect(await findings(popup)).toEqual([])
    const { ticket } = (await challenges.at(-1)!.json()) as { ticket: string }
    await popup.getByRole('textbox').fill(await server.answerTo(ticket, 'text'))
    const closed = popup.waitForEvent('close')
    await popup.getByRole('button', { name: 'Check' }).click()
    await closed
    await frame.getByRole('status').filter({ hasText: 'Verified' }).waitFor()
    await tokenIn(page)
    await Promise.all([page.waitForURL('**/send'), page.locator('#send').click()])
    expect(await page.locator('body').textContent()).toBe('{"valid":true}')
    expect(complaints).toEqual([])
    await page.context().close()
  })

  it('lets the challenge scroll in the frame where no window can be had', async () => {
    const { page } = await newVisit(browser, undefined, 'open = () => null')
    await page.goto(host.url)
    const frame = page.frameLocator('iframe')
    await frame.getByRole('button', { name: 'Continue in a window' }).click()
    const read = frame.getByRole('button', { name: 'Read' })
    await read.press('Enter')
    await frame.getByRole('textbox').waitFor()
    const size = await frame.locator('main').evaluate(main => main.scrollHeight - main.clientHeight)
    expect(size).toBeGreaterThan(0)
    expect(await frame.locator('html').evaluate(html => html.scrollHeight - html.clientHeight)).toBe(0)
    await page.context().close()
  })

  it('is not framed by a page of another site', async () => {
    const other = await startHost(host.routes, '127.0.0.2')
    const { page, complaints } = await newVisit(browser)
    await page.goto(other.url)
    await expect.poll(() => complaints.join()).toContain('frame-ancestors')
    expect(await page.locator('input').inputValue()).toBe('')
    await page.context().close()
    await other.stop()
  })
})
