/** `<upright-captcha>` in pages that frameworks draw, exchange and keep: each sends a form with a pass. */
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { build, type Plugin } from 'esbuild'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { closeContexts, sharedBrowser } from './browser.ts'
import { type Form, openForm, put, startForm } from './captcha-page.ts'
import type { Route } from './host.ts'
import { type Server, startServer } from './server.ts'

const CLIENTS = new URL('clients/frameworks/', import.meta.url)
const clients = createRequire(CLIENTS)

/** Compiles Svelte's components for browsers. */
const svelte: Plugin = {
  name: 'svelte',
  setup({ onLoad }) {
    const { compile } = clients('svelte/compiler') as {
      compile(source: string, options: object): { js: { code: string } }
    }
    onLoad({ filter: /\.svelte$/ }, async ({ path }) => {
      const { js } = compile(await readFile(path, 'utf8'), { generate: 'client', filename: path })
      return { contents: js.code, loader: 'js' }
    })
  },
}

/** A page's script with a framework in it; `key` in it is the site's public key. */
async function bundle(name: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL(name, CLIENTS))],
    ...{ bundle: true, write: false, format: 'iife', target: 'es2022', jsx: 'automatic', jsxDev: true },
    define: {
      ...{ key: JSON.stringify(form.publicKey), 'process.env.NODE_ENV': '"development"' },
      ...{ __VUE_OPTIONS_API__: 'false', __VUE_PROD_DEVTOOLS__: 'false' },
      __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: 'false',
    },
    conditions: ['browser', 'svelte'],
    plugins: [svelte],
  })
  return outputFiles[0]!.text
}

let server: Server
let browser: Browser
let form: Form

beforeAll(async () => {
  ;[server, browser] = await Promise.all([startServer(), sharedBrowser()])
  form = await startForm(server, 0)
})
afterAll(async () => {
  await closeContexts(browser)
  await form?.host.stop()
  await server?.stop()
})
beforeEach(() => {
  form.sent.length = 0
})

/** Policies for Trusted Types that frameworks make, or that pages make for them. */
const DIRECTIVES = { 'trusted-types': 'upright vue svelte-trusted-html' }
/** What exchanges parts of a page fetches them from its origin, and hands text to the page. */
const EXCHANGING = () => ({ 'connect-src': `'self' ${server.url}`, 'trusted-types': 'upright default' })

describe('<upright-captcha> in a component', () => {
  it.each(['react.jsx', 'vue.js', 'svelte.js'])(
    'of %s is drawn, hears events, and sends its form',
    async name => {
      const script = await bundle(name)
      const address = put(server, form, { body: '<main id="app"></main>', script, directives: DIRECTIVES })
      const { page, complaints, state, close } = await openForm(browser, address)
      await page.focus('#name')
      await state('passed')
      await page.locator('#told').filter({ hasText: 'passed' }).waitFor()
      // What is around it is drawn again, and it keeps its pass.
      await page.click('#again')
      await page.locator('#told').filter({ hasText: 'again' }).waitFor()
      await page.click('#send')
      await page.waitForURL('**/send')
      expect(form.sent).toMatchObject([{ success: true, action: 'contact' }])
      expect([complaints, form.reports]).toEqual([[], []])
      await close()
    },
  )
})

describe('<upright-captcha> in a page of which parts are exchanged', () => {
  const fields = () => `<input id="name" name="name" aria-label="Name">
    <upright-captcha sitekey="${form.publicKey}"></upright-captcha><button id="send">Send</button>`
  const value = (page: Page) => page.$eval('upright-captcha', element => (element as HTMLInputElement).value)
  const send = async (page: Page) => {
    await page.click('#send')
    await page.waitForURL('**/send')
    expect(form.sent).toMatchObject([{ success: true }])
  }

  it('by htmx verifies again when it is swapped, and keeps its pass when it is morphed', async () => {
    form.host.routes['/fields'] = { type: 'text/html', body: fields() }
    const button = (swap: string) =>
      `<button id="${swap}" hx-get="/fields" hx-target="form" hx-swap="${swap}">Again</button>`
    const { page, complaints, state, close } = await openForm(
      browser,
      put(server, form, {
        body: `<meta name="htmx-config" content='{"includeIndicatorCSS":false}'>
          ${button('innerHTML')}${button('innerMorph')}<form action="/send" method="post">${fields()}</form>`,
        script: await bundle('htmx.js'),
        directives: EXCHANGING(),
      }),
    )
    await page.focus('#name')
    await state('passed')
    await page.click('#innerHTML')
    await state('idle')
    await page.focus('#name')
    await state('passed')
    const pass = await value(page)
    const answered = page.waitForResponse('**/fields')
    await page.click('#innerMorph')
    await answered
    await page.waitForFunction(() => (globalThis as { swaps?: number }).swaps === 2)
    expect(await value(page)).toBe(pass)
    await send(page)
    expect([complaints, form.reports]).toEqual([[], []])
    await close()
  })

  it('by turbo verifies again on a page from its cache, and keeps its pass when it is morphed', async () => {
    const address = put(server, form, {
      body: `<meta name="turbo-refresh-method" content="morph"><meta name="csp-nonce" content="bar"><a id="other" href="/other">Other</a>
        <form action="/send" method="post" data-turbo="false">${fields()}</form>`,
      script: await bundle('turbo.js'),
      // Its progress bar has a style of its own.
      directives: { ...EXCHANGING(), 'style-src': "'nonce-bar'" },
    })
    const first = form.host.routes['/'] as Exclude<Route, (...args: never[]) => unknown>
    const body = String(first.body).replace(/<form.*<\/form>/s, '<p id="there">Other</p>')
    form.host.routes['/other'] = { ...first, body }
    const { page, requests, complaints, state, close } = await openForm(browser, address)
    await page.focus('#name')
    await state('passed')
    await page.click('#other')
    await page.locator('#there').waitFor()
    await page.goBack()
    await state('idle')
    await page.focus('#name')
    await state('passed')
    const pass = await value(page)
    await page.evaluate('refresh()')
    expect(await value(page)).toBe(pass)
    // The page was loaded once: what came afterwards was fetched and put into it.
    expect(requests.filter(url => url.endsWith('/upright.js'))).toHaveLength(1)
    await send(page)
    expect([complaints, form.reports]).toEqual([[], []])
    await close()
  })
})
