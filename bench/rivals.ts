import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync } from 'node:zlib'
import type { Browser } from 'playwright-core'
import { launchBrowser } from './browsers.ts'
import { addSite, type BenchSite } from './client.ts'
import { startUpright, withFolder } from './processes.ts'
import { type Row, whole } from './table.ts'

/** Milliseconds in which a widget must verify. */
const TIMEOUT_MS = 20_000

const RIVALS = fileURLToPath(new URL('./rivals/', import.meta.url))
const CLIENTS = fileURLToPath(new URL('../e2e/clients/', import.meta.url))
const ALTCHA = `${CLIENTS}altcha/node_modules/`

/** A policy without anything inline or evaluated. */
const strict = (service: string) =>
  [
    "default-src 'none'",
    ...['script', 'style', 'media', 'connect', 'worker', 'frame', 'font'].map(
      what => `${what}-src 'self' ${service}`,
    ),
    `img-src 'self' data: ${service}`,
    "base-uri 'none'",
    "form-action 'self'",
  ].join('; ')
/** The same alone, and with Trusted Types. Policies of any name are allowed. */
const POLICIES: Record<string, (service: string) => string> = {
  'strict policy': strict,
  'the same and Trusted Types': service => `${strict(service)}; require-trusted-types-for 'script'`,
}

/** A stock widget as its makers say to put it into a page. */
interface Widget {
  /** Its script, as it was published. */
  file: string
  type?: 'module'
  /** A script that loads it in place of the page, and other files of it, by path. */
  setup?: string
  files?: Record<string, string>
  markup(service: string, site: BenchSite): string
  /** Starts it as a visitor does. */
  start?: string
  /** What has the value that its form sends. */
  field: string
}

/** Characters that a value has at least: some widgets say in it how far they are. */
const MIN_LENGTH = 20

const widgets: Record<string, Widget> = {
  'upright-captcha': {
    file: fileURLToPath(new URL('../packages/server/public/element/upright.js', import.meta.url)),
    type: 'module',
    markup: (service, { publicKey }) =>
      `<upright-captcha server="${service}" sitekey="${publicKey}" start="visible"></upright-captcha>`,
    field: 'upright-captcha',
  },
  'altcha 3': {
    file: `${ALTCHA}altcha/dist/main/altcha.js`,
    type: 'module',
    markup: (service, { publicKey }) =>
      `<altcha-widget auto="onload" challenge="${service}/v1/challenge?apiKey=${publicKey}&v=2"></altcha-widget>`,
    field: '[name=altcha]',
  },
  'altcha 2': {
    file: `${ALTCHA}altcha-2/dist/altcha.js`,
    type: 'module',
    markup: (service, { publicKey }) =>
      `<altcha-widget auto="onload" challengeurl="${service}/v1/challenge?apiKey=${publicKey}&v=1"></altcha-widget>`,
    field: '[name=altcha]',
  },
  'altcha 3, its build for strict policies': {
    file: `${ALTCHA}altcha/dist/external/altcha.min.js`,
    type: 'module',
    setup: `import '/widget.js'
      $altcha.algorithms.set('PBKDF2/SHA-256', () => new Worker('/worker.js'))`,
    files: {
      '/worker.js': `${ALTCHA}altcha/dist/workers/pbkdf2.js`,
      '/widget.css': `${ALTCHA}altcha/dist/external/altcha.css`,
    },
    markup: (service, { publicKey }) =>
      `<altcha-widget auto="onload" challenge="${service}/v1/challenge?apiKey=${publicKey}&v=2"></altcha-widget>`,
    field: '[name=altcha]',
  },
  'altcha 2, its build for strict policies': {
    file: `${ALTCHA}altcha-2/dist_external/altcha.js`,
    type: 'module',
    files: {
      '/worker.js': `${ALTCHA}altcha-2/dist_external/worker.js`,
      '/widget.css': `${ALTCHA}altcha-2/dist_external/altcha.css`,
    },
    markup: (service, { publicKey }) =>
      `<altcha-widget auto="onload" workerurl="/worker.js" challengeurl="${service}/v1/challenge?apiKey=${publicKey}&v=1"></altcha-widget>`,
    field: '[name=altcha]',
  },
  '@cap.js/widget': {
    file: `${CLIENTS}cap/node_modules/@cap.js/widget/cap.min.js`,
    markup: (service, { publicKey }) =>
      `<cap-widget data-cap-api-endpoint="${service}/${publicKey}/"></cap-widget>`,
    start: "document.querySelector('cap-widget').solve()",
    field: '[name=cap-token]',
  },
  'friendly-challenge': {
    file: `${RIVALS}node_modules/friendly-challenge/widget.module.min.js`,
    type: 'module',
    markup: () =>
      '<div class="frc-captcha" data-sitekey="KEY" data-puzzle-endpoint="/puzzle" data-start="auto"></div>',
    field: '[name=frc-captcha-solution]',
  },
}

/** An easy puzzle of friendly-challenge: one, of a low difficulty, for an hour. */
function puzzle(): string {
  const bytes = Buffer.alloc(32)
  bytes.writeUInt32BE(Math.floor(Date.now() / 1000))
  bytes.set([1, 12, 1, 60], 12)
  randomBytes(8).copy(bytes, 24)
  return JSON.stringify({ data: { puzzle: `${'0'.repeat(32)}.${bytes.toString('base64')}` } })
}

/** Puts one widget into a page under the policy; what came of it. */
async function judge(browser: Browser, url: string, widget: Widget): Promise<Omit<Row, 'what'>> {
  const context = await browser.newContext()
  await context.addInitScript(`globalThis.violations = []
    document.addEventListener('securitypolicyviolation', event => violations.push(event.effectiveDirective))`)
  const page = await context.newPage()
  let errors = 0
  page.on('console', message => {
    if (message.type() === 'error') errors++
  })
  page.on('pageerror', () => {
    errors++
  })
  await page.goto(url)
  if (widget.start)
    await page.evaluate(`void Promise.resolve(${widget.start}).catch(() => {})`).catch(() => {})
  const isDone = await page
    .waitForFunction(
      ({ field, length }) => (document.querySelector<HTMLInputElement>(field)?.value?.length ?? 0) > length,
      { field: widget.field, length: MIN_LENGTH },
      { timeout: TIMEOUT_MS },
    )
    .then(
      () => true,
      () => false,
    )
  const violations = (await page.evaluate('violations')) as string[]
  await context.close()
  const directives = [...new Set(violations)].sort().join(', ')
  const size = brotliCompressSync(readFileSync(widget.file)).length
  const said = `${violations.length} violations${directives && ` (${directives})`}, ${errors} errors`
  return { figure: `${isDone ? 'verifies' : 'does not verify'}; ${said}; ${whole(size)} bytes` }
}

/** Stock widgets that need no service of their makers, in a page with a strict policy. */
export function benchRivals(): Promise<Row[]> {
  for (const folder of [RIVALS, `${CLIENTS}altcha`, `${CLIENTS}cap`]) {
    if (!existsSync(`${folder}/node_modules`))
      execFileSync('npm', ['ci', '--ignore-scripts'], { cwd: folder })
  }
  return withFolder(async folder => {
    const env = { UPRIGHT_DATA: folder, UPRIGHT_SECRET: randomBytes(32).toString('hex') }
    let current = ''
    let under = ''
    let service = ''
    let site: BenchSite | undefined
    const host = createServer(({ url }, response) => {
      const { file, type, setup, files = {}, markup } = widgets[current]!
      const send = (kind: string, body: string | Buffer) =>
        response
          .writeHead(200, { 'content-type': kind, 'content-security-policy': POLICIES[under]!(service) })
          .end(body)
      if (url === '/widget.js') return send('text/javascript', readFileSync(file))
      if (url === '/setup.js') return send('text/javascript', setup!)
      if (url! in files) {
        return send(url!.endsWith('.css') ? 'text/css' : 'text/javascript', readFileSync(files[url!]!))
      }
      if (url?.startsWith('/puzzle')) return send('application/json', puzzle())
      const script = `<script ${type ? `type="${type}"` : 'defer'} src="/${setup ? 'setup' : 'widget'}.js"></script>
        ${'/widget.css' in files ? '<link rel="stylesheet" href="/widget.css">' : ''}`
      return send(
        'text/html',
        `<!doctype html><title>Form</title><link rel="icon" href="data:,">${script}<form>${markup(service, site!)}</form>`,
      )
    }).listen(0, '127.0.0.1')
    await once(host, 'listening')
    const url = `http://127.0.0.1:${(host.address() as AddressInfo).port}`
    site = addSite(env, '--origin', url, '--rate', '0', '--ladder', 'off')
    const server = await startUpright(env)
    service = server.url
    const browser = await launchBrowser()
    const rows: Row[] = []
    try {
      for (under of Object.keys(POLICIES)) {
        for (const [name, widget] of Object.entries(widgets)) {
          current = name
          rows.push({ what: `${under}: ${name}`, ...(await judge(browser, url, widget)) })
        }
      }
    } finally {
      await browser.close()
      host.closeAllConnections()
      host.close()
      await server.stop()
    }
    return rows
  })
}
