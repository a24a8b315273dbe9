/**
 * ALTCHA's own widgets and library, unmodified from npm: a page on our origin, on another one and behind a
 * path prefix, in Chromium and Firefox, and back ends that verify by themselves or ask us.
 */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { buffer } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import type { Browser, Page } from 'playwright-core'
import type { Browser as Firefox } from 'puppeteer-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { closeContexts, leaveFirefox, newVisit, sharedBrowser, sharedFirefox } from './browser.ts'
import { type Listener, serve } from './host.ts'
import { type Server, startServer } from './server.ts'

const CLIENTS = fileURLToPath(new URL('clients/altcha/', import.meta.url))
/** Loads one of the packages there. */
const load = createRequire(CLIENTS)
const folderOf = (name: string) => `${CLIENTS}node_modules/${name}/`

/** Little work: what is tested is not how fast a browser is. */
const LITTLE = ['altcha-v1=sha256/256', 'altcha-v2=pbkdf2/16'].flatMap(work => ['--work', work])

/** A page whose form has a widget. */
const page = (body: string, script: string) =>
  `<!doctype html><html lang="en"><meta charset="utf-8"><title>Form</title><link rel="icon" href="data:,">
  <form>${body}</form><script type="module" src="/${script}"></script></html>`
const REACT = `
  import React from 'react'
  import { createRoot } from 'react-dom/client'
  import 'altcha'
  const challenge = new URLSearchParams(location.search).get('challenge')
  const Form = () => React.createElement('form', {}, React.createElement('altcha-widget', { challenge, auto: 'onload' }))
  createRoot(document.body).render(React.createElement(Form))`
const SCRYPT = `
  import '/altcha-3.js'
  $altcha.algorithms.set('SCRYPT', () => new Worker('/scrypt.js'))
  document.querySelector('form').innerHTML = '<altcha-widget auto="onload" challenge="' + new URLSearchParams(location.search).get('challenge') + '"></altcha-widget>'`

let server: Server
let browser: Browser
let firefox: Firefox
let host: Listener
/** Sites: with work alone, with a code after it, and with scrypt. */
const sites: Record<'work' | 'code' | 'scrypt', { publicKey: string; secret: string }> = {} as never
let altchaKey: string

beforeAll(async () => {
  ;[server, browser, firefox] = await Promise.all([startServer(), sharedBrowser(), sharedFirefox()])
  const { outputFiles } = await build({
    stdin: { contents: REACT, resolveDir: CLIENTS },
    bundle: true,
    write: false,
    format: 'esm',
    define: { 'process.env.NODE_ENV': '"production"' },
  })
  const scripts: Record<string, string | Buffer> = {
    '/altcha-3.js': readFileSync(`${folderOf('altcha')}dist/main/altcha.js`),
    '/altcha-2.js': readFileSync(`${folderOf('altcha-2')}dist/altcha.js`),
    '/scrypt.js': readFileSync(`${folderOf('altcha')}dist/workers/scrypt.js`),
    '/scrypt-form.js': SCRYPT,
    '/react.js': outputFiles[0]!.text,
  }
  host = await serve(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url!, 'http://localhost')
    const challenge = searchParams.get('challenge')
    const forms: Record<string, string> = {
      '/3': page(`<altcha-widget auto="onload" challenge="${challenge}"></altcha-widget>`, 'altcha-3.js'),
      '/2': page(`<altcha-widget auto="onload" challengeurl="${challenge}"></altcha-widget>`, 'altcha-2.js'),
      '/react': page('', 'react.js'),
      '/scrypt': page('', 'scrypt-form.js'),
    }
    const [body, type] = scripts[pathname]
      ? [scripts[pathname], 'text/javascript; charset=utf-8']
      : [forms[pathname], 'text/html; charset=utf-8']
    if (body) return response.writeHead(200, { 'content-type': type }).end(body)
    // All else is a proxy's: the service on the page's own origin, also below a path.
    const path = request.url!.replace(/^\/below\/a\/path/, '')
    const { origin, referer } = request.headers
    const answer = await fetch(server.url + path, {
      method: request.method!,
      headers: { ...(origin && { origin }), ...(referer && { referer }) },
      ...(request.method === 'POST' && { body: await buffer(request) }),
    })
    const bytes = Buffer.from(await answer.arrayBuffer())
    return response.writeHead(answer.status, Object.fromEntries(answer.headers)).end(bytes)
  })
  const add = async (name: keyof typeof sites, ...flags: string[]) => {
    const site = await server.upright('site', 'add', '--name', name, '--origin', host.url, ...flags)
    sites[name] = { publicKey: String(site.publicKey), secret: String(site.secret) }
    return String(site.id)
  }
  const id = await add('work', ...LITTLE)
  const code = await add('code', ...LITTLE, '--altcha-code', 'on')
  // Made here: the service hears of a key a moment later.
  await server.upright('site', 'show', code, '--altcha-key')
  await add('scrypt', '--work', 'altcha-v2=scrypt4/1')
  altchaKey = String((await server.upright('site', 'show', id, '--altcha-key')).altchaKey)
})
afterAll(async () => {
  await closeContexts(browser)
  await leaveFirefox()
  await host?.stop()
  await server?.stop()
})

/** Addresses of the service as a page reaches them. */
const PLACES = {
  'the same origin': () => host.url,
  'another origin': () => server.url,
  'a path of the same origin': () => `${host.url}/below/a/path`,
}
type Place = keyof typeof PLACES
const places = Object.keys(PLACES) as Place[]

/** Asks the service as a page of the sites does. */
const ask = (path: string, options: RequestInit = {}) =>
  fetch(server.url + path, { ...options, headers: { origin: host.url } })

const challengeAt = (place: Place, site: keyof typeof sites, version: number) =>
  `${PLACES[place]()}/v1/challenge?apiKey=${sites[site].publicKey}&v=${version}`

async function open(form: string, challenge: string) {
  const visit = await newVisit(browser, { locale: 'en-GB' })
  await visit.page.goto(`${host.url}/${form}?${new URLSearchParams({ challenge })}`)
  return visit
}

/** What the form would send, when it holds `what`: 3.x keeps the work there while it asks for a code. */
const payloadOf = async (page: Page, what: 'challenge' | 'verificationData' = 'challenge') => {
  await page.waitForFunction(
    what => atob(document.querySelector<HTMLInputElement>('[name=altcha]')?.value ?? '').includes(what),
    what,
  )
  return page.$eval('[name=altcha]', input => (input as HTMLInputElement).value)
}

async function verify(payload: string, site: keyof typeof sites = 'work') {
  const body = JSON.stringify({ payload, secret: sites[site].secret })
  return (await fetch(`${server.url}/v1/verify/signature`, { method: 'POST', body })).json()
}

describe.each([
  ['3', 2],
  ['3', 1],
  ['2', 1],
])('the widget of %s.x with protocol %i', (form, version) => {
  it.each(places)('solves a challenge of %s, which passes once', async place => {
    const { page, complaints } = await open(form, challengeAt(place, 'work', version))
    const payload = await payloadOf(page)
    expect(await verify(payload)).toEqual({ verified: true })
    expect(await verify(payload)).toEqual({ verified: false, reason: 'spent' })
    expect(complaints).toEqual([])
    await page.context().close()
  })

  it.each(places)('shows the code of %s, plays it, and sends what we sign', async place => {
    const { page } = await open(form, challengeAt(place, 'code', version))
    const image = await page.waitForSelector('.altcha-code-challenge img')
    await page.waitForFunction(() => {
      const shown = document.querySelector<HTMLImageElement>('.altcha-code-challenge img')
      return shown?.complete && shown.naturalWidth > 100
    })
    expect(await image.getAttribute('alt')).toBe('')
    const [sound] = await Promise.all([
      page.waitForResponse(response => response.url().includes('/altcha/sound/')),
      page.click('.altcha-code-challenge-row button, .altcha-code-challenge-audio'),
    ])
    expect([200, 206]).toContain(sound.status())
    const id = /sound\/([0-9a-f]{32})/.exec(sound.url())![1]!
    await page.fill('.altcha-code-challenge input[type=text]', await server.answer(id))
    await page.click('.altcha-code-challenge button[type=submit]')
    const payload = await payloadOf(page, 'verificationData')
    expect(await verify(payload, 'code')).toEqual({ verified: true })
    expect(await verify(payload, 'code')).toEqual({ verified: false, reason: 'spent' })
    await page.context().close()
  })
})

describe('a widget', () => {
  it('says that a code is wrong, and what its form holds then counts for nothing', async () => {
    const { page } = await open('3', challengeAt('another origin', 'code', 2))
    await page.waitForSelector('.altcha-code-challenge img')
    await page.fill('.altcha-code-challenge input[type=text]', 'wrong')
    await page.click('.altcha-code-challenge button[type=submit]')
    await page.waitForSelector('.altcha-error, [data-state=error]')
    expect(await verify(await payloadOf(page), 'code')).toEqual({ verified: false, reason: 'code_required' })
    await page.context().close()
  })

  it('solves scrypt with its own worker', async () => {
    const { page } = await open('scrypt', challengeAt('another origin', 'scrypt', 2))
    const payload = await payloadOf(page)
    expect(JSON.parse(atob(payload)).challenge.parameters).toMatchObject({ algorithm: 'SCRYPT', cost: 4096 })
    expect(await verify(payload, 'scrypt')).toEqual({ verified: true })
    await page.context().close()
  })

  it('works inside React', async () => {
    const { page } = await open('react', challengeAt('another origin', 'work', 2))
    expect(await verify(await payloadOf(page))).toEqual({ verified: true })
    await page.context().close()
  })

  it('is told in its own words that a page may not ask', async () => {
    const { secret: _, ...site } = sites.work
    const other = await fetch(`${server.url}/v1/challenge?apiKey=${site.publicKey}`, {
      headers: { origin: 'https://x.example' },
    })
    expect([other.status, (await other.json()).error]).toEqual([403, 'origin_refused'])
  })

  it('works in Firefox', async () => {
    const page = await firefox.newPage()
    const challenge = challengeAt('another origin', 'work', 2)
    await page.goto(`${host.url}/3?${new URLSearchParams({ challenge })}`)
    await page.waitForFunction(() => document.querySelector<HTMLInputElement>('[name=altcha]')?.value)
    const payload = await page.$eval('[name=altcha]', input => (input as HTMLInputElement).value)
    expect(await verify(payload)).toEqual({ verified: true })
    await page.close()
  })
})

/** As much of the library as is used here. */
interface Library {
  solveChallenge(options: object): Promise<object>
  verifySolution(options: object): Promise<{ verified: boolean }>
  verifyServerSignature(options: object): Promise<{ verified: boolean }>
  verifyServer(options: object): Promise<{ verified: boolean }>
}
interface FirstLibrary {
  solveChallenge(
    challenge: string,
    salt: string,
    algorithm: string,
    max: number,
  ): { promise: Promise<{ number: number }> }
  verifySolution(payload: object, key: string): Promise<boolean>
  verifyServerSignature(payload: string, key: string): Promise<{ verified: boolean }>
}
const base64 = (content: object) => Buffer.from(JSON.stringify(content)).toString('base64')

describe('altcha-lib', () => {
  const at = async (path: string, version: number, site: keyof typeof sites = 'work') =>
    (await ask(`${path}?apiKey=${sites[site].publicKey}&v=${version}`)).json()

  it('solves our challenges of protocol 2 and verifies them with the key of the site, as we do', async () => {
    const library: Library = load('altcha-lib')
    const { deriveKey } = load('altcha-lib/algorithms/pbkdf2')
    const challenge = await at('/altcha/challenge', 2)
    const solution = await library.solveChallenge({ challenge, deriveKey })
    const options = { challenge, solution, deriveKey, hmacSignatureSecret: altchaKey }
    expect((await library.verifySolution(options)).verified).toBe(true)
    const wrong = { ...options, hmacSignatureSecret: sites.work.secret }
    expect((await library.verifySolution(wrong)).verified).toBe(false)
    const { parameters, signature } = challenge
    const payload = base64({ challenge: { parameters, signature }, solution })
    const url = `${server.url}/v1/verify/signature`
    const ask = () => library.verifyServer({ url, payload, secret: sites.work.secret })
    expect([await ask(), await ask()]).toEqual([{ verified: true }, { verified: false, reason: 'spent' }])
  })

  it('solves our challenges of protocol 1 and verifies them with the key of the site, as we do', async () => {
    const library: FirstLibrary = load('altcha-lib/v1')
    const { challenge, salt, algorithm, maxnumber, signature } = await at('/altcha/challenge', 1)
    const { number } = await library.solveChallenge(challenge, salt, algorithm, maxnumber).promise
    const payload = { algorithm, challenge, number, salt, signature }
    expect(await library.verifySolution(payload, altchaKey)).toBe(true)
    expect(await library.verifySolution(payload, sites.work.secret)).toBe(false)
    expect(await verify(base64(payload))).toEqual({ verified: true })
  })

  it('verifies what we sign after a code, with the key of the site', async () => {
    const site = sites.code.publicKey
    const key = String((await server.upright('site', 'show', site, '--altcha-key')).altchaKey)
    const challenge = await at('/altcha/challenge', 2, 'code')
    const library: Library = load('altcha-lib')
    const { deriveKey } = load('altcha-lib/algorithms/pbkdf2')
    const solution = await library.solveChallenge({ challenge, deriveKey })
    const { parameters, signature } = challenge
    const payload = base64({ challenge: { parameters, signature }, solution })
    const alone = { challenge, solution, deriveKey, hmacSignatureSecret: key }
    expect((await library.verifySolution(alone)).verified).toBe(false)
    const body = JSON.stringify({ payload, code: await server.answer(parameters.data.code) })
    const answer = await (await ask('/altcha/verify', { method: 'POST', body })).json()
    const signed = JSON.parse(Buffer.from(answer.payload, 'base64').toString())
    const second = await library.verifyServerSignature({ payload: signed, hmacSecret: key })
    expect(second.verified).toBe(true)
    const first: FirstLibrary = load('altcha-lib/v1')
    expect((await first.verifyServerSignature(answer.payload, key)).verified).toBe(true)
  })
})

describe('upright answer', () => {
  it('solves a challenge of either protocol, whose payload passes', async () => {
    for (const version of [1, 2]) {
      const answer = await ask(`/v1/challenge?apiKey=${sites.work.publicKey}&v=${version}`)
      expect(await verify(await server.answer(await answer.text()))).toEqual({ verified: true })
    }
  })
})
