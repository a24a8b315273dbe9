/** `<upright-captcha>` wherever a page may put it: its console and the reports of its policy stay empty. */
import { spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { networkInterfaces } from 'node:os'
import { buffer } from 'node:stream/consumers'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { freePorts } from '../packages/server/src/testing/ports.ts'
import { closeContexts, newVisit, sharedBrowser } from './browser.ts'
import { type Form, openForm, put, startForm } from './captcha-page.ts'
import type { Route } from './host.ts'
import { type Server, startServer } from './server.ts'

/** What a browser does that blocks a third party's storage: every use of it throws. */
const WITHOUT_STORAGE = `
  const blocked = { get() { throw new DOMException('Blocked', 'SecurityError') }, set() { this.get() } }
  for (const name of ['localStorage', 'sessionStorage', 'indexedDB', 'caches', 'cookieStore']) {
    Object.defineProperty(globalThis, name, blocked)
  }
  Object.defineProperty(Document.prototype, 'cookie', blocked)`

/** An address of this machine that browsers do not trust over plain http. */
const { address: UNTRUSTED } = Object.values(networkInterfaces())
  .flat()
  .find(address => address?.family === 'IPv4' && !address.internal)!

/** Milliseconds in which a form's server must start. */
const START_MS = 20_000

let server: Server
let browser: Browser
/** Sites on rungs 0 and 1. */
let calm: Form
let raised: Form
/** A site on rung 2 whose proxy has the service below a path, over plain http. */
let prefixed: Form

beforeAll(async () => {
  ;[server, browser] = await Promise.all([startServer(), sharedBrowser()])
  ;[calm, raised, prefixed] = await Promise.all([
    startForm(server, 0),
    startForm(server, 1),
    startForm(server, 2, UNTRUSTED),
  ])
})
afterAll(async () => {
  await closeContexts(browser)
  await Promise.all([calm, raised, prefixed].map(form => form?.host.stop()))
  await server?.stop()
})
beforeEach(() => {
  for (const { reports } of [calm, raised]) reports.length = 0
})

/** Addresses that the proxy was asked for. */
const forwarded: string[] = []
/** What a proxy passes on to the service, below a path of its own. */
const forward: Route = async (request, response) => {
  forwarded.push(request.url!)
  const body = request.method === 'POST' ? await buffer(request) : undefined
  const { origin, referer = '' } = request.headers
  const answer = await fetch(server.url + request.url!.replace('/captcha', ''), {
    method: request.method!,
    headers: { referer, 'accept-encoding': 'identity', ...(origin && { origin }) },
    ...(body && { body }),
  })
  response
    .writeHead(answer.status, Object.fromEntries(answer.headers))
    .end(Buffer.from(await answer.arrayBuffer()))
}

describe('<upright-captcha> on a page of another origin', () => {
  const isolated = {
    'cross-origin-embedder-policy': 'require-corp',
    'cross-origin-opener-policy': 'same-origin',
  }
  it.each([
    ['under a policy that lets in nothing but the API', 'calm', {}, 0],
    ['under a policy that allows neither frames nor workers, for memory-hard work', 'raised', {}, 0],
    ['under a policy that lets the solver in', 'raised', { attributes: 'solver="frame"' }, 1],
    ['isolated', 'raised', { attributes: 'solver="frame"', headers: isolated }, 1],
  ] as const)('verifies %s, without storage', async (_what, name, options, frames) => {
    const form = { calm, raised }[name]
    const directives =
      frames > 0 ? { 'frame-src': `${server.url}/` } : { 'frame-src': "'none'", 'worker-src': "'none'" }
    const address = put(server, form, { ...options, directives })
    const { page, requests, complaints, state, close } = await openForm(
      ...([browser, address, undefined, WITHOUT_STORAGE] as const),
    )
    await page.focus('#name')
    await state('passed')
    expect(requests.filter(url => url.endsWith('/upright/v1/solver'))).toHaveLength(frames)
    expect([complaints, form.reports]).toEqual([[], []])
    await page.click('#send')
    await page.waitForURL('**/send')
    expect(form.sent.at(-1)).toMatchObject({ success: true })
    await close()
  })

  it('sends its form from a sandboxed frame, which has an origin of its own', async () => {
    put(server, calm, { attributes: 'solver="frame"' })
    calm.host.routes['/outer'] = {
      type: 'text/html',
      body: `<!doctype html><title>Outer</title><link rel="icon" href="data:,">
        <iframe title="Form" sandbox="allow-scripts allow-forms" src="/" height="400"></iframe>`,
    }
    const { page, complaints } = await newVisit(browser)
    await page.goto(`${calm.host.url}/outer`)
    const inner = page.frameLocator('iframe')
    await inner.locator('#name').focus()
    await inner.locator('upright-captcha .box.passed').waitFor()
    const before = calm.sent.length
    await inner.locator('#send').click()
    await inner.getByText('Sent').waitFor()
    expect(calm.sent.slice(before)).toMatchObject([{ success: true }])
    expect([complaints, calm.reports]).toEqual([[], []])
    await page.context().close()
  })
})

describe('<upright-captcha> below a path', () => {
  it("works on the page's own origin, over plain http, also after a script that did not arrive", async () => {
    const list = await fetch(`${server.url}/upright/v1/integrity.json`)
    const { 'panels.js': panels } = (await list.json()) as Record<'panels.js', { address: string }>
    const paths = [
      '/upright.js',
      ...['challenge', 'answer', 'show', 'solver-scrypt.js', panels.address].map(
        name => `/upright/v1/${name}`,
      ),
    ]
    Object.assign(prefixed.host.routes, Object.fromEntries(paths.map(path => [`/captcha${path}`, forward])))
    const service = `${prefixed.host.url}/captcha`
    const { page, requests, tickets, complaints, state, close } = await openForm(
      browser,
      put(server, prefixed, { service, attributes: 'kinds="text"' }),
    )
    expect(await page.evaluate('isSecureContext')).toBe(false)
    await page.focus('#name')
    await page.route('**/panels.*', route => route.abort('internetdisconnected'))
    await page.locator('upright-captcha .choices button').first().click()
    await page.locator('upright-captcha [role=status]').filter({ hasText: 'could not be loaded' }).waitFor()
    await page.unroute('**/panels.*')
    await page.locator('upright-captcha .line button').click()
    await page.locator('upright-captcha .choices button').first().click()
    await page.locator('upright-captcha input').fill(await server.answerTo(tickets.at(-1)!, 'text'))
    await page.keyboard.press('Enter')
    await state('passed')
    expect(requests.filter(url => !url.startsWith(prefixed.host.url) && !url.startsWith('data:'))).toEqual([])
    expect(forwarded).toContain('/captcha/upright/v1/solver-scrypt.js')
    const others = complaints.filter(text => !text.includes('net::ERR_INTERNET_DISCONNECTED'))
    expect([others, prefixed.reports]).toEqual([[], []])
    await close()
  })
})

describe('<upright-captcha> on a network', () => {
  it('that is slow, lost and back passes, and asks for nothing while it is away', async () => {
    const { page, complaints, requests, state, close } = await openForm(browser, put(server, raised))
    const context = page.context()
    const network = await context.newCDPSession(page)
    // 2G, as the tools of Chromium have it.
    const slow = { offline: false, latency: 800, downloadThroughput: 35_000, uploadThroughput: 32_000 }
    await network.send('Network.emulateNetworkConditions', slow)
    await page.focus('#name')
    await state('working')
    await page.waitForResponse('**/challenge')
    await context.setOffline(true)
    await state('offline')
    const asked = requests.length
    await context.setOffline(false)
    await state('passed')
    expect(requests.slice(asked)).toEqual([`${server.url}/upright/v1/answer`])
    expect(complaints).toEqual([])
    await close()
  })
})

describe('the form of the README', () => {
  it('is shown, sent and verified', async () => {
    const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8')
    const [, program] = /as `form.mjs`:\n\n```js\n(.*?)```/s.exec(readme)!
    const [port] = (await freePorts(1)) as [number]
    const url = `http://127.0.0.1:${port}`
    const { publicKey, secret } = await server.upright(
      ...['site', 'add', '--name', 'README', '--origin', url, '--work', 'native=sha256/256'],
    )
    const child = spawn(process.execPath, ['--input-type=module', '--eval', program!], {
      env: { UPRIGHT: server.url, PUBLIC_KEY: String(publicKey), SECRET: String(secret), PORT: String(port) },
      stdio: ['ignore', 'ignore', 'inherit'],
    })
    try {
      const isUp = () =>
        fetch(url)
          .then(({ ok }) => ok)
          .catch(() => false)
      await expect.poll(isUp, { timeout: START_MS }).toBe(true)
      const { page, complaints, state, close } = await openForm(browser, url)
      await page.getByLabel('Message').fill('Hello')
      await state('passed')
      await page.getByText('Send').click()
      await page.getByText('Thank you.').waitFor()
      expect(complaints.filter(text => !text.includes('404'))).toEqual([])
      await close()
    } finally {
      child.kill()
    }
  })
})
