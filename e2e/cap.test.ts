/**
 * Cap's own widget, unmodified from npm, against our dialect: with its solver in WebAssembly and without, on
 * the same origin, on another one, and under a path; and in a wrapper for React.
 */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import type { Browser, Page } from 'playwright-core'
import type { Browser as Firefox } from 'puppeteer-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { closeContexts, leaveFirefox, newVisit, sharedBrowser, sharedFirefox } from './browser.ts'
import { type Host, type Route, startHost } from './host.ts'
import { type Server, startServer } from './server.ts'

const CLIENTS = fileURLToPath(new URL('clients/cap/', import.meta.url))
const require = createRequire(CLIENTS)

const script = (body: string | Buffer): Route => ({ type: 'text/javascript; charset=utf-8', body })
const fileOf = (name: string) => readFileSync(require.resolve(name))
const NONCE = 'bm9uY2U'
/** A form whose page has the policy that the docs name, for a widget whose calls are below an address. */
const form = (body: string, connect: string, wasm = '/cap_wasm_bg.wasm'): Route => ({
  type: 'text/html; charset=utf-8',
  headers: {
    'content-security-policy':
      `default-src 'none'; script-src 'self' 'nonce-${NONCE}' 'wasm-unsafe-eval'; style-src 'nonce-${NONCE}'; ` +
      `worker-src blob:; connect-src 'self' ${connect}; img-src data:; form-action 'self'`,
  },
  body: `<!doctype html><html lang="en"><meta charset="utf-8"><title>Form</title><link rel="icon" href="data:,">
    <script nonce="${NONCE}">CAP_CSS_NONCE = '${NONCE}'; CAP_CUSTOM_WASM_URL = '${wasm}'</script>
    <form action="/send" method="post">${body}<button id="send">Send</button></form></html>`,
})
const widget = (endpoint: string) =>
  `<script src="/cap.js"></script><cap-widget data-cap-api-endpoint="${endpoint}"></cap-widget>`

let server: Server
let browser: Browser
let host: Host
let key: string
let secret: string

/** Passes a call on, as a proxy of the application does that has the service below a path. */
const pass =
  (path: string): Route =>
  async (request, response) => {
    const { origin } = request.headers
    const answer = await fetch(server.url + path, {
      method: 'POST',
      body: await text(request),
      headers: origin === undefined ? {} : { origin },
    })
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(await answer.text())
  }

beforeAll(async () => {
  ;[server, browser, host] = await Promise.all([startServer(), sharedBrowser(), startHost({})])
  const added = await server.upright(
    ...['site', 'add', '--name', 'Form', '--origin', host.url, '--work', 'cap=sha256/4096'],
  )
  ;[key, secret] = [String(added.publicKey), String(added.secret)]
  const react = await build({
    stdin: {
      contents: `
        import React from 'react'
        import { createRoot } from 'react-dom/client'
        import { CapWidget } from '@pitininja/cap-react-widget'
        createRoot(document.getElementById('captcha')).render(
          React.createElement(CapWidget, { endpoint: '${server.url}/cap/${key}/', onSolve: () => {} }))`,
      resolveDir: CLIENTS,
    },
    bundle: true,
    write: false,
    define: { 'process.env.NODE_ENV': '"production"' },
  })
  Object.assign(host.routes, {
    '/cap.js': script(fileOf('@cap.js/widget/cap.min.js')),
    '/cap_wasm_bg.wasm': {
      type: 'application/wasm',
      body: fileOf('@cap.js/wasm/browser/cap_wasm_bg.wasm'),
    },
    '/react.js': script(react.outputFiles[0]!.text),
    '/captcha/challenge': pass(`/cap/${key}/challenge`),
    '/captcha/redeem': pass(`/cap/${key}/redeem`),
    '/same-origin': form(widget('/captcha'), ''),
    '/cross-origin': form(widget(`${server.url}/${key}/`), server.url),
    '/format-2': form(widget(`${server.url}/cap/${key}/2/`), server.url),
    '/without-wasm': form(widget(`${server.url}/cap/${key}/`), server.url, '/none.wasm'),
    '/react': form('<div id="captcha"></div><script src="/react.js"></script>', server.url),
    '/send': (async (request, response) => {
      const sent = new URLSearchParams(await text(request))
      const body = JSON.stringify({ secret, response: sent.get('cap-token') })
      const answer = await fetch(`${server.url}/${key}/siteverify`, { method: 'POST', body })
      response.end(await answer.text())
    }) satisfies Route,
  } satisfies Record<string, Route>)
})
afterAll(async () => {
  await Promise.all([closeContexts(browser), host?.stop(), server?.stop()])
})

const TOKEN = 'input[name=cap-token]'

/** Lets the widget of a page work, and sends the form; what the back end was answered. */
async function solve(page: Page): Promise<string> {
  await page.locator('cap-widget').click()
  await page.waitForFunction(selector => document.querySelector<HTMLInputElement>(selector)?.value, TOKEN)
  await Promise.all([page.waitForURL('**/send'), page.locator('#send').click()])
  return (await page.locator('body').textContent())!
}

describe('the widget in Chromium', () => {
  it.each(['same-origin', 'cross-origin', 'format-2', 'react'])(
    'passes, and asks nobody else: %s',
    async path => {
      const { page, complaints, requests } = await newVisit(browser)
      await page.goto(`${host.url}/${path}`)
      expect(await solve(page)).toBe('{"success":true}')
      expect(complaints).toEqual([])
      const ours = [host.url, server.url, 'blob:', 'data:']
      expect(requests.filter(request => !ours.some(start => request.startsWith(start)))).toEqual([])
      await page.context().close()
    },
  )

  it('passes without WebAssembly', async () => {
    const { page } = await newVisit(browser)
    await page.goto(`${host.url}/without-wasm`)
    expect(await solve(page)).toBe('{"success":true}')
    await page.context().close()
  })

  it('sends a token that is good once', async () => {
    const { page } = await newVisit(browser)
    await page.goto(`${host.url}/cross-origin`)
    await page.locator('cap-widget').click()
    await page.waitForFunction(selector => document.querySelector<HTMLInputElement>(selector)?.value, TOKEN)
    const token = await page.locator(TOKEN).inputValue()
    const body = new URLSearchParams({ secret, response: token })
    const verify = async () => (await fetch(`${server.url}/siteverify`, { method: 'POST', body })).json()
    expect([(await verify()).success, (await verify()).success]).toEqual([true, false])
    await page.context().close()
  })

  it('says so where the page is not one of the site', async () => {
    const foreign = await server.upright(
      'site',
      'add',
      '--name',
      'Other',
      '--origin',
      'https://www.example.org',
    )
    host.routes['/foreign'] = form(widget(`${server.url}/${foreign.publicKey}/`), server.url)
    const { page } = await newVisit(browser)
    await page.goto(`${host.url}/foreign`)
    const failed = page.evaluate(
      () =>
        new Promise(done =>
          document.querySelector('cap-widget')!.addEventListener('error', () => done(true)),
        ),
    )
    await page.locator('cap-widget').click()
    expect(await failed).toBe(true)
    await page.context().close()
  })
})

describe('the widget in Firefox', () => {
  let firefox: Firefox
  beforeAll(async () => {
    firefox = await sharedFirefox()
  })
  afterAll(leaveFirefox)

  it('passes across origins', async () => {
    const page = await firefox.newPage()
    await page.goto(`${host.url}/cross-origin`)
    await page.locator('cap-widget').click()
    await page.waitForFunction(
      (selector: string) => document.querySelector<HTMLInputElement>(selector)?.value,
      {},
      TOKEN,
    )
    await Promise.all([page.waitForNavigation(), page.locator('#send').click()])
    expect(await page.evaluate(() => document.body.textContent)).toBe('{"success":true}')
  })
})
