import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { EventEmitter, once } from 'node:events'
import { readFileSync } from 'node:fs'
import { type IncomingMessage, request } from 'node:http'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { AXE, closeContexts, DESKTOP, findings, NARROW, overflow, PHONE, sharedBrowser } from './browser.ts'
import { type Listener, serve } from './host.ts'
import { freePort } from './interpreters.ts'
import { type Server, startServer } from './server.ts'

const file = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url))

let server: Server
let browser: Browser
/** The keys of a site whose codes pass once: that one which was used is refused shows at once. */
let site: Record<string, unknown>
const answerOf = (uuid: string) => server.answer(uuid)

beforeAll(async () => {
  ;[server, browser] = await Promise.all([startServer(), sharedBrowser()])
  site = await server.upright('site', 'add', '--name', 'Example', '--revalidation', 'strict')
})
afterAll(async () => {
  await closeContexts(browser)
  await server?.stop()
})

describe.each(['express', 'fastify'])('the example with %s', name => {
  let relay: Relay
  let example: Child
  let address: string
  const keys = () => ({
    UPRIGHT_URL: relay.url,
    UPRIGHT_CLIENT_ID: String(site.publicKey),
    UPRIGHT_CLIENT_SECRET: String(site.secret),
  })
  const script = file(`examples/captchetat-${name}/server.js`)

  beforeEach(async () => {
    relay = await openRelay(server.url)
    example = await start([script], { ...keys(), PORT: '0' })
    address = /http:\S+$/.exec(example.line)![0]
  })
  afterEach(async () => {
    await example.stop()
    await relay.stop()
  })

  const picture = () => fetch(`${address}/api/simple-captcha-endpoint?get=image&c=captchaFR`)
  const newUuid = async () => ((await (await picture()).json()) as { uuid: string }).uuid
  /** Sends the form as a browser does; where the answer leads. */
  const send = async (uuid: string, code: string) => {
    const body = new URLSearchParams({ 'captchetat-uuid': uuid, code })
    const response = await fetch(`${address}/form`, { method: 'POST', body, redirect: 'manual' })
    expect(response.status).toBe(303)
    return response.headers.get('location')
  }

  it('shows a picture, plays it, refuses a wrong code and passes the right one', async () => {
    const { page, complaints } = await open(address)
    await listen(page)
    await submit(page, 'wrong')
    await page.waitForSelector('#wrong:visible')
    expect(page.url()).toBe(`${address}/#wrong`)
    expect(await page.isVisible('#away')).toBe(false)
    await shown(page)
    await submit(page, (await answerOf(await uuidOf(page))).toLowerCase())
    await page.waitForURL(`${address}/done.html`)
    expect(await page.textContent('h1')).toBe('Demande confirmée')
    expect(complaints).toEqual([])
    await page.context().close()
  })

  it('refuses a right code that was used, and one without a captcha', async () => {
    const uuid = await newUuid()
    const code = await answerOf(uuid)
    expect(await send(uuid, code)).toBe('/done.html')
    expect(await send(uuid, code)).toBe('/#wrong')
    expect(await send('', code)).toBe('/#wrong')
    const empty = await fetch(`${address}/form`, { method: 'POST', redirect: 'manual' })
    expect(empty.headers.get('location')).toBe('/#wrong')
  })

  it('passes sounds on as they are, whole and in part, and refusals with their status', async () => {
    const query = `get=sound&c=captchaFR&t=${await newUuid()}`
    const get = (query: string, headers = {}) =>
      fetch(`${address}/api/simple-captcha-endpoint?${query}`, { headers })
    const whole = await get(query)
    expect(whole.status).toBe(200)
    expect(whole.headers.get('content-type')).toBe('audio/x-wav')
    expect(whole.headers.get('accept-ranges')).toBe('bytes')
    const bytes = Buffer.from(await whole.arrayBuffer())
    expect(bytes.toString('latin1', 0, 4)).toBe('RIFF')
    const part = await get(query, { range: 'bytes=10-109' })
    expect(part.status).toBe(206)
    expect(part.headers.get('content-range')).toBe(`bytes 10-109/${bytes.length}`)
    expect(Buffer.from(await part.arrayBuffer())).toEqual(bytes.subarray(10, 110))
    const refusal = await get('get=nothing&c=captchaFR')
    expect(refusal.status).toBe(400)
    expect(await refusal.json()).toMatchObject({ status: 400, path: expect.any(String) })
    expect((await get('')).status).toBe(400)
    expect((await picture()).headers.get('content-type')).toMatch(/^application\/json/)
    expect((await picture()).headers.get('cache-control')).toBe('no-store')
  })

  it('fetches one token for all requests, also for those that come together', async () => {
    const together = await Promise.all(Array.from({ length: 8 }, picture))
    expect(together.map(({ status }) => status)).toEqual(Array(8).fill(200))
    const uuid = await newUuid()
    expect(await send(uuid, await answerOf(uuid))).toBe('/done.html')
    expect(relay.tokens).toHaveLength(1)
  })

  it('renews a refused token once, and the visitor notices nothing', async () => {
    const { page, complaints } = await open(address)
    relay.refused = relay.tokens.at(-1)
    await page.click('#reloadCaptchaIcon')
    await shown(page)
    expect(relay.tokens).toHaveLength(2)
    // Also when it is the form that finds out.
    relay.refused = relay.tokens.at(-1)
    await submit(page, await answerOf(await uuidOf(page)))
    await page.waitForURL(`${address}/done.html`)
    expect(relay.tokens).toHaveLength(3)
    expect(complaints).toEqual([])
    await page.context().close()
  })

  it('renews it once for all requests that were refused together', async () => {
    await picture()
    relay.refused = relay.tokens.at(-1)
    relay.crowd = 8
    const together = await Promise.all(Array.from({ length: 8 }, picture))
    expect(together.map(({ status }) => status)).toEqual(Array(8).fill(200))
    expect(relay.tokens).toHaveLength(2)
    expect(relay.refusals).toBe(8)
  })

  it('does not ask for ever when every token is refused', async () => {
    relay.refused = 'all'
    expect((await picture()).status).toBe(401)
    expect([relay.tokens.length, relay.refusals]).toEqual([2, 2])
    expect(await send('a', 'b')).toBe('/#away')
  })

  it('answers 502 and refuses the form while Upright is away, and goes on once it is back', async () => {
    const { page } = await open(address)
    const uuid = await uuidOf(page)
    const code = await answerOf(uuid)
    relay.away = true
    expect((await picture()).status).toBe(502)
    await submit(page, code)
    await page.waitForSelector('#away:visible')
    expect(await page.isVisible('#wrong')).toBe(false)
    // Not even the front library came.
    const hint = page.locator('.captcha .hint')
    await hint.waitFor()
    expect(await hint.textContent()).toContain('rechargez cette page')
    relay.away = false
    await page.reload()
    await shown(page)
    expect(await hint.isVisible()).toBe(false)
    expect(await send(uuid, code)).toBe('/done.html')
    await example.stop()
    expect(example.complaints()).toContain('fetch failed')
    await page.context().close()
  })

  it('refuses the form when Upright answers anything but a plain yes', async () => {
    for (const [status, body] of [
      [500, 'true'],
      [201, 'true'],
      [200, '"true"'],
      [200, 'true\n'],
      [200, '{"success":true}'],
      [200, ''],
    ] as const) {
      relay.verdict = { status, body }
      expect(await send('a', 'b'), `${status} ${body}`).toBe('/#away')
    }
  })

  it('starts before Upright does', async () => {
    relay.away = true
    expect((await picture()).status).toBe(502)
    relay.away = false
    expect((await picture()).status).toBe(200)
  })

  it('passes on version 1 of the API when its path is given', async () => {
    const other = await start([script], { ...keys(), UPRIGHT_API: '/piste/captcha', PORT: '0' })
    const url = /http:\S+$/.exec(other.line)![0]
    const markup = await fetch(`${url}/api/simple-captcha-endpoint?get=html&c=captchaFR`)
    expect(markup.headers.get('content-type')).toBe('text/html; charset=utf-8')
    expect(await markup.text()).toContain('id="captchaFR_CaptchaDiv"')
    await other.stop()
  })

  it('says in one line what is missing', async () => {
    const failed = (env: object) =>
      promisify(execFile)(process.execPath, [script], { env: { PORT: '0', ...env } }).catch(error => error)
    const missing = 'Set UPRIGHT_URL, UPRIGHT_CLIENT_ID and UPRIGHT_CLIENT_SECRET\n'
    expect(await failed({})).toMatchObject({
      code: 1,
      stdout: '',
      stderr: missing,
    })
    expect(await failed({ ...keys(), UPRIGHT_CLIENT_SECRET: '' })).toMatchObject({
      code: 1,
      stderr: missing,
    })
  })

  it('sends the same pages as the others, in which axe finds nothing', async () => {
    for (const path of ['/', '/done.html', '/style.css']) {
      const served = await (await fetch(address + path)).text()
      const source = `examples/captchetat-express/public${path === '/' ? '/index.html' : path}`
      expect(served).toBe(readFileSync(file(source), 'utf8'))
    }
    if (name !== 'express') return
    for (const path of ['/', '/#wrong', '/#away', '/done.html']) await inspect(address + path)
  })
})

describe('the plain page', () => {
  const read = (name: string) => readFileSync(file(`examples/captchetat-html/${name}`), 'utf8')
  const readme = read('README.md')
  const [tokenCommand, verdictCommand] = [...readme.matchAll(/^curl (?:.*\\\n)*.*$/gm)].map(
    ([command]) => command,
  )
  const policy = /^ *default-src .*$/m.exec(readme)![0].trim()

  let page: Listener
  let keys: Record<string, unknown>
  beforeAll(async () => {
    page = await serve(async (request, response) => {
      const name = request.url!.slice(1)
      if (request.method === 'POST') {
        const form = new URLSearchParams(await text(request))
        return response.end(await verdictOf(form.get('captchetat-uuid')!, form.get('code')!))
      }
      // Beside a bare verdict, browsers ask for an icon.
      if (name === 'favicon.ico') return response.writeHead(204).end()
      const type = name.endsWith('.css') ? 'text/css' : 'text/html'
      response.setHeader('content-type', type).setHeader('content-security-policy', filled(policy))
      return response.end(filled(read(name)))
    })
    const settings = ['--open', '--origin', page.url, '--revalidation', 'strict']
    keys = await server.upright('site', 'add', '--name', 'Plain', ...settings)
  })
  afterAll(() => page?.stop())

  /** A text of the example, changed as its README asks. */
  const filled = (text: string) =>
    text
      .replaceAll('https://UPRIGHT_SERVER', server.url)
      .replaceAll('PUBLIC_KEY', String(keys.publicKey))
      .replaceAll('YOUR_BACK_END', 'back-end')

  /** What the commands of the README say. */
  async function verdictOf(uuid: string, code: string): Promise<string> {
    const run = async (command: string) =>
      (await promisify(execFile)('sh', ['-c', command.replace('curl', 'curl -sS')])).stdout
    const { access_token } = JSON.parse(
      await run(filled(tokenCommand!).replace('SECRET', String(keys.secret))),
    )
    return run(
      filled(verdictCommand!).replace('TOKEN', access_token).replace('UUID', uuid).replace('CODE', code),
    )
  }

  it.each([
    ['index.html', 'fr', 'Confirmer'],
    ['en.html', 'en', 'Confirm'],
  ])('%s shows and plays a code, which a back end checks as the README says', async (name, lang, label) => {
    const { page: tab, complaints } = await open(`${page.url}/${name}`)
    expect(await tab.getAttribute('html', 'lang')).toBe(lang)
    expect(await tab.getAttribute('.captchetat-box', 'lang')).toBe(lang)
    expect(await tab.textContent('[type="submit"]')).toBe(label)
    await listen(tab)
    const uuid = await uuidOf(tab)
    const code = await answerOf(uuid)
    await submit(tab, code)
    await tab.waitForURL(`${page.url}/back-end`)
    expect(await tab.textContent('body')).toBe('true')
    expect(await verdictOf(uuid, code)).toBe('false')
    await tab.goto(`${page.url}/${name}`)
    await shown(tab)
    await submit(tab, 'wrong')
    await tab.waitForURL(`${page.url}/back-end`)
    expect(await tab.textContent('body')).toBe('false')
    expect(complaints).toEqual([])
    await tab.context().close()
  })

  it.each(['index.html', 'en.html'])('%s has nothing that axe would find', async name => {
    await inspect(`${page.url}/${name}`)
  })

  it('marks all there is to change, and carries nothing inline', () => {
    for (const name of ['index.html', 'en.html']) {
      const html = read(name).replace(/<!--.*?-->/gs, '')
      expect(html.match(/\b[A-Z]+(_[A-Z]+)+\b/g)).toEqual([
        'UPRIGHT_SERVER',
        'YOUR_BACK_END',
        'UPRIGHT_SERVER',
        'PUBLIC_KEY',
      ])
      expect(html).not.toMatch(/<style|style=|\son[a-z]+=|<script(?![^>]*src=)/)
    }
  })
})

describe('the form without scripts', () => {
  it('keeps the message until a right code, and lets each answer in once', async () => {
    const port = await freePort()
    const { publicKey, secret } = await server.upright(
      ...['site', 'add', '--name', 'Plain form', '--origin', `http://127.0.0.1:${port}`],
    )
    const script = file('examples/native-node/server.js')
    const keys = { UPRIGHT_PUBLIC_KEY: String(publicKey), UPRIGHT_SECRET: String(secret) }
    const relay = await openRelay(server.url)
    const example = await start([script], { UPRIGHT_URL: relay.url, ...keys, PORT: port })
    const address = /http:\S+$/.exec(example.line)![0]
    const context = await browser.newContext({ javaScriptEnabled: false })
    const page = await context.newPage()
    const complaints: string[] = []
    page.on('console', message => complaints.push(message.text()))
    await page.goto(address)
    const ticket = () => page.inputValue('[name=ticket]')
    // Both are loaded from the service, which knows the page by its Referer.
    for (const [selector, type] of [
      ['img', 'image/png'],
      ['audio', 'audio/x-wav'],
    ] as const) {
      const shown = await fetch((await page.getAttribute(selector, 'src'))!, {
        headers: { referer: address },
      })
      expect([shown.status, shown.headers.get('content-type')]).toEqual([200, type])
    }
    const first = await ticket()
    await page.fill('#message', 'Hello "you" <b>')
    await page.fill('#digits', '000')
    await page.click('button')
    await page.waitForSelector('text=That was not what')
    expect(await page.inputValue('#message')).toBe('Hello "you" <b>')
    expect(await ticket()).not.toBe(first)

    relay.away = true
    await page.fill('#code', 'x')
    await page.click('button')
    await page.waitForSelector('text=cannot be checked at the moment')
    relay.away = false
    await page.goto(address)
    const fields = { ticket: await ticket(), code: await server.answerTo(await ticket(), 'text') }
    await page.fill('#message', 'Hello')
    await page.fill('#code', fields.code.toLowerCase())
    await page.click('button')
    await page.waitForSelector('text=has been sent')
    const again = await fetch(address, { method: 'POST', body: new URLSearchParams(fields) })
    expect(await again.text()).not.toContain('has been sent')
    // A browser says of a page with the status 503 that it has it.
    expect(complaints.filter(line => !line.includes('503'))).toEqual([])
    await context.close()
    await inspect(address)
    await example.stop()
    await relay.stop()
    const failed = promisify(execFile)(process.execPath, [script], { env: { PORT: '0' } })
    await expect(failed).rejects.toMatchObject({
      code: 1,
      stderr: 'Set UPRIGHT_URL, UPRIGHT_PUBLIC_KEY and UPRIGHT_SECRET\n',
    })
  })
})

/** Opens a page and waits for its picture. `script` runs before the page's own. */
async function open(address: string, script = '') {
  const context = await browser.newContext({ reducedMotion: 'reduce', ...DESKTOP })
  await context.addInitScript(`const Real = Audio
    window.Audio = function () { return window.lastAudio = new Real() }`)
  if (script) await context.addInitScript(script)
  const page = await context.newPage()
  page.setDefaultTimeout(10_000)
  const complaints: string[] = []
  page.on('console', message => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text())
  })
  page.on('pageerror', error => complaints.push(error.message))
  await page.goto(address)
  if (await page.$('#captchetat')) await shown(page)
  return { page, complaints }
}

/** Waits until the picture is there. */
const shown = (page: Page) =>
  page.waitForFunction(() => {
    const uuid = document.querySelector<HTMLInputElement>('#captchetat-uuid')
    const image = document.querySelector<HTMLImageElement>('#captchaImage')
    return uuid?.value && image?.checkVisibility() && image.naturalWidth === 200
  })

const uuidOf = (page: Page) => page.inputValue('#captchetat-uuid')

async function submit(page: Page, code: string): Promise<void> {
  await page.fill('#code', code)
  await page.click('[type="submit"]')
}

async function listen(page: Page): Promise<void> {
  await page.click('#playSoundIcon')
  await page.waitForFunction(() => {
    const { lastAudio } = window as { lastAudio?: HTMLAudioElement }
    return lastAudio && lastAudio.currentTime > 0
  })
  await page.click('#playSoundIcon')
}

/** Looks at a page as axe does, on screens of every width and in both colour schemes. */
async function inspect(address: string): Promise<void> {
  const { page, complaints } = await open(address, AXE)
  for (const { viewport } of [DESKTOP, PHONE, NARROW]) {
    await page.setViewportSize(viewport)
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme })
      expect(await findings(page)).toEqual([])
    }
    expect(await overflow(page)).toBe(0)
  }
  expect(complaints).toEqual([])
  await page.context().close()
}

/** A program that has said its first line. */
interface Child {
  line: string
  /** What it wrote to standard error. */
  complaints(): string
  stop(): Promise<void>
}

async function start(args: string[], env: Record<string, string> = {}): Promise<Child> {
  const child: ChildProcess = spawn(process.execPath, args, { env })
  let [said, complaints] = ['', '']
  child.stderr!.on('data', chunk => {
    complaints += chunk
  })
  const ended = once(child, 'close')
  await new Promise<void>((resolve, reject) => {
    ended.then(([code]) => reject(new Error(`${args.at(-1)} ended with ${code}: ${complaints}`)))
    child.stdout!.on('data', chunk => {
      said += chunk
      if (said.includes('\n')) resolve()
    })
  })
  return {
    line: said.split('\n')[0]!,
    complaints: () => complaints,
    async stop() {
      child.kill('SIGTERM')
      await ended
    },
  }
}

/** A proxy between an example and Upright: counts requests, and fails on demand. */
interface Relay extends Listener {
  /** The tokens that were given out. */
  tokens: string[]
  refusals: number
  away?: boolean
  /** A token that is refused, as one that has ended is, or `all`. */
  refused?: string | undefined
  /** How many requests must have come before the first of them is refused. */
  crowd?: number
  verdict?: { status: number; body: string }
}

async function openRelay(target: string): Promise<Relay> {
  const gathered = new EventEmitter()
  const site = await serve(async (incoming, response) => {
    const { method, url = '', headers, socket } = incoming
    if (relay.away) return socket.destroy()
    const body = await text(incoming)
    const token = headers.authorization?.slice('Bearer '.length)
    if (token !== undefined && (token === relay.refused || relay.refused === 'all')) {
      relay.refusals += 1
      if (relay.crowd === relay.refusals) gathered.emit('all')
      else if (relay.crowd) await once(gathered, 'all')
      const said = 'Bearer realm="DefaultRealm",error="invalid_token",error_description="expired"'
      return response.writeHead(401, { 'www-authenticate': said }).end()
    }
    if (relay.verdict && url.endsWith('/valider-captcha')) {
      return response.writeHead(relay.verdict.status).end(relay.verdict.body)
    }
    const outgoing = request(target + url, { method, headers: { ...headers, host: new URL(target).host } })
    const [answer] = (await once(outgoing.end(body), 'response')) as [IncomingMessage]
    if (url !== '/api/oauth/token' || answer.statusCode !== 200) {
      return answer.pipe(response.writeHead(answer.statusCode!, answer.headers))
    }
    const given = JSON.parse(await text(answer))
    relay.tokens.push(given.access_token)
    return response.end(JSON.stringify(given))
  })
  const relay: Relay = { ...site, tokens: [], refusals: 0 }
  return relay
}
