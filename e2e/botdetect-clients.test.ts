/**
 * BotDetect's own clients, unmodified from npm, against our v1: what a page that has one keeps working with.
 */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { closeContexts, DESKTOP, sharedBrowser } from './browser.ts'
import { type Host, judge, proxy, type Route, startHost } from './host.ts'
import { type Server, startServer } from './server.ts'

const STYLE = 'captchaFR'
const V1 = '/piste/captcha'
const CLIENTS = fileURLToPath(new URL('clients/botdetect/', import.meta.url))
const require = createRequire(CLIENTS)

declare global {
  interface Window {
    /** What each page says of its client. */
    client: {
      id(): string
      check(): Promise<boolean>
    }
    /** Sounds that were played. */
    played: HTMLMediaElement[]
  }
}

const script = (body: string | Buffer): Route => ({ type: 'text/javascript; charset=utf-8', body })
const library = (name: string) => script(readFileSync(require.resolve(name)))
const page = (body: string, ...scripts: string[]): Route => ({
  type: 'text/html; charset=utf-8',
  body: `<!doctype html><html lang="fr"><meta charset="utf-8"><title>Formulaire</title><main>${body}
    <label for="captchaFormulaireExtInput">Code de sécurité</label></main>
    ${scripts.map(src => `<script src="${src}"></script>`).join('')}</html>`,
})
const input = (more = '') => `<input id="captchaFormulaireExtInput" autocomplete="off" ${more}>`

const JQUERY = `
  const captcha = $('#captcha').captcha({ captchaEndpoint: '/api/simple-captcha-endpoint' })
  window.client = {
    id: () => captcha.getCaptchaId(),
    check: () => new Promise(done => captcha.validateUnsafe(done)),
  }`
const REACT = `
  import React from 'react'
  import { render } from 'react-dom'
  import { Captcha, captchaSettings } from 'reactjs-captcha'
  captchaSettings.set({ captchaEndpoint: '/api/simple-captcha-endpoint' })
  let captcha
  render(React.createElement(Captcha, { captchaStyleName: '${STYLE}', ref: made => { captcha = made } }), document.getElementById('captcha'))
  window.client = {
    id: () => captcha.getCaptchaId(),
    check: () => new Promise(done => captcha.validateUnsafe(done)),
  }`
const ANGULAR = `
  angular.module('form', ['BotDetectCaptcha'])
    .config(captchaSettingsProvider => {
      captchaSettingsProvider.setSettings({ captchaEndpoint: '/api/simple-captcha-endpoint' })
    })
    .run(Captcha => {
      window.client = {
        id: () => new Captcha().getCaptchaId(),
        check: () => new Promise(done => new Captcha().validateUnsafe(done)),
      }
    })`

let server: Server
let browser: Browser
let host: Host
let secret: string

beforeAll(async () => {
  ;[server, browser] = await Promise.all([startServer(), sharedBrowser()])
  secret = String((await server.upright('site', 'add', '--name', 'Form', '--revalidation', 'strict')).secret)
  const bundle = await build({
    stdin: { contents: REACT, resolveDir: CLIENTS },
    bundle: true,
    write: false,
    define: { 'process.env.NODE_ENV': '"production"' },
  })
  host = await startHost({
    '/api/simple-captcha-endpoint': proxy(`${server.url}${V1}/simple-captcha-endpoint`, secret),
    '/submit': judge(`${server.url}${V1}/valider-captcha`, secret),
    '/jquery': page(
      `<div id="captcha" data-captchastylename="${STYLE}"></div>${input()}`,
      '/jquery.js',
      '/jquery-captcha.js',
      '/jquery-form.js',
    ),
    '/jquery.js': library('jquery/dist/jquery.js'),
    '/jquery-captcha.js': library('jquery-captcha'),
    '/jquery-form.js': script(JQUERY),
    '/react': page(`<div id="captcha"></div>${input()}`, '/react-form.js'),
    '/react-form.js': script(bundle.outputFiles[0]!.text),
    '/angular': page(
      `<div ng-app="form"><botdetect-captcha captchaStyleName="${STYLE}"></botdetect-captcha>${input('ng-model="code"')}</div>`,
      '/angular.js',
      '/angularjs-captcha.js',
      '/angular-form.js',
    ),
    '/angular.js': library('angular/angular.js'),
    '/angularjs-captcha.js': library('angularjs-captcha/dist/angularjs-captcha.min.js'),
    '/angular-form.js': script(ANGULAR),
  })
})
afterAll(async () => {
  await closeContexts(browser)
  await host?.stop()
  await server?.stop()
})

/** Notes what is played, and plays it fast: it is the end that is waited for. */
const LISTEN = `window.played = []
  const play = HTMLMediaElement.prototype.play
  HTMLMediaElement.prototype.play = function () {
    this.playbackRate = 8
    if (!played.includes(this)) played.push(this)
    return play.call(this)
  }`

/** Opens a form; resolves when its picture is there and its client is ready. */
async function open(path: string) {
  const context = await browser.newContext({ locale: 'fr-FR', ...DESKTOP })
  await context.addInitScript(LISTEN)
  const page = await context.newPage()
  page.setDefaultTimeout(10_000)
  const complaints: string[] = []
  const pictures: string[] = []
  page.on('pageerror', error => complaints.push(error.message))
  page.on('request', request => {
    if (request.url().includes('get=image')) pictures.push(request.url())
  })
  await page.goto(host.url + path)
  await shown(page)
  await page.waitForFunction(() => 'client' in window && 'botdetect' in window)
  return { page, complaints, pictures }
}

/** Waits until a picture is on show, another one than `before`. */
async function shown(page: Page, before?: string): Promise<string> {
  await page.waitForFunction(
    ([selector, before]) => {
      const image = document.querySelector<HTMLImageElement>(selector!)
      return image?.complete && image.naturalWidth === 200 && image.src !== before
    },
    [`#${STYLE}_CaptchaImage`, before] as const,
  )
  return page.$eval(`#${STYLE}_CaptchaImage`, image => (image as HTMLImageElement).src)
}

const idOf = (page: Page) => page.evaluate(() => window.client.id())
const check = (page: Page) => page.evaluate(() => window.client.check())
const type = (page: Page, code: string) => page.fill('#captchaFormulaireExtInput', code)
const submit = (page: Page, captchaId: string, userEnteredCaptchaCode: string) =>
  page.evaluate(
    async body => (await fetch('/submit', { method: 'POST', body: JSON.stringify(body) })).json(),
    { captchaId, userEnteredCaptchaCode },
  )

describe.each(['jquery', 'react', 'angular'])('the %s client', client => {
  it('shows a picture, another one on demand, and plays its sound to the end', async () => {
    const { page, complaints, pictures } = await open(`/${client}`)
    const first = await shown(page)
    expect(pictures).toHaveLength(1)
    const id = await idOf(page)
    expect(id).toMatch(/^[0-9a-f]{32}$/)
    await page.click(`#${STYLE}_ReloadLink`)
    await shown(page, first)
    expect(pictures).toHaveLength(2)
    expect(await idOf(page)).toBe(id)

    const [sound] = await Promise.all([
      page.waitForResponse(response => response.url().includes('get=sound')),
      page.click(`#${STYLE}_SoundLink`),
    ])
    expect([200, 206]).toContain(sound.status())
    await page.waitForFunction(() => window.played[0]?.ended)
    expect(await page.evaluate(() => window.played[0]!.duration)).toBeGreaterThan(3)
    expect(complaints).toEqual([])
    await page.context().close()
  })

  it('refuses a wrong code and shows another picture', async () => {
    const { page, complaints } = await open(`/${client}`)
    const id = await idOf(page)
    const [before, code] = [await shown(page), await server.answer(id)]
    await type(page, 'WRONG')
    expect(await check(page)).toBe(false)
    await shown(page, before)
    expect(await server.answer(id)).not.toBe(code)
    expect(complaints).toEqual([])
    await page.context().close()
  })

  it('passes the right code on to a back end, which takes it once', async () => {
    const { page, complaints } = await open(`/${client}`)
    const id = await idOf(page)
    const code = await server.answer(id)
    await type(page, code.toLowerCase())
    expect(await check(page)).toBe(true)
    expect(await submit(page, id, code)).toBe(true)
    expect(await submit(page, id, code)).toBe(false)
    await type(page, code)
    expect(await check(page)).toBe(false)
    expect(complaints).toEqual([])
    await page.context().close()
  })
})
