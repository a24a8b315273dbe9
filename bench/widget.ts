import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { readdirSync, statSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Browser, Page, Request } from 'playwright-core'
import { launchBrowser } from './browsers.ts'
import { addSite } from './client.ts'
import { startUpright, withFolder } from './processes.ts'
import { type Row, whole } from './table.ts'

/** A phone of the middle range on a 4G network, as WebPageTest has it: bytes a second, and milliseconds. */
const PHONE = { slower: 4, down: 9_000_000 / 8, up: 9_000_000 / 8, latency: 170 }
const RUNS = 20
const TIMEOUT_MS = 60_000
/** Bytes that the element's script may have as browsers load it. */
const MAX_BYTES = 15_360

/** What a page says of where work is solved, by route. */
const ROUTES = { 'on the page': '', 'in a frame': 'solver="frame"' }
/** Work of a rung that asks nothing of people. */
const RUNGS = [0, 1]

const BUILT = new URL('../packages/server/public/', import.meta.url)

/** Bytes of what browsers load, as it is sent in Brotli. */
function sizeRows(): Row[] {
  return ['element', 'solver'].flatMap(folder =>
    readdirSync(new URL(`${folder}/`, BUILT))
      .filter(name => name.endsWith('.br'))
      .map((name): Row => {
        const { size } = statSync(new URL(`${folder}/${name}`, BUILT))
        const row = { what: `${folder}/${name.slice(0, -3)}, in Brotli`, figure: `${whole(size)} bytes` }
        return name === 'upright.js.br'
          ? { ...row, budget: `≤ ${whole(MAX_BYTES)}`, ok: size <= MAX_BYTES }
          : row
      }),
  )
}

/** Milliseconds from a request's start on. */
const startOf = (request: Request) => request.timing().startTime

/**
 * Milliseconds from the request of the script to the pass, on a first visit. The browser slows what runs on
 * the page, not workers: their search counts as often as a phone is slower.
 */
async function timeVisit(browser: Browser, url: string): Promise<number> {
  const context = await browser.newContext()
  const page = await context.newPage()
  page.setDefaultTimeout(TIMEOUT_MS)
  await slowDown(page)
  const asked = new Map<string, Request>()
  page.on('request', request => asked.set(new URL(request.url()).pathname, request))
  await page.goto(url)
  await page.waitForFunction('document.querySelector("upright-captcha")?.state === "passed"')
  const end = await page.evaluate(() => performance.timeOrigin + performance.now())
  const [script, answer] = ['/upright.js', '/upright/v1/answer'].map(path => startOf(asked.get(path)!))
  const worker = ['/upright/v1/solver-worker.js', '/upright/v1/solver-scrypt.js']
    .map(path => asked.get(path)?.timing())
    .find(timing => timing !== undefined)
  const search = worker ? answer! - (worker.startTime + worker.responseEnd) : 0
  await context.close()
  return end - script! + (PHONE.slower - 1) * search
}

async function slowDown(page: Page): Promise<void> {
  const session = await page.context().newCDPSession(page)
  await session.send('Emulation.setCPUThrottlingRate', { rate: PHONE.slower })
  await session.send('Network.emulateNetworkConditions', {
    ...{ offline: false, latency: PHONE.latency },
    ...{ downloadThroughput: PHONE.down, uploadThroughput: PHONE.up },
  })
}

/** A site whose page has the element, which begins as soon as it is there. */
async function startPage(): Promise<{ url: string; show(html: string): void; stop(): Promise<void> }> {
  let body = ''
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/html' }).end(body)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    show(html) {
      body = `<!doctype html><title>Form</title><link rel="icon" href="data:,">${html}`
    },
    async stop() {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
}

const seconds = (ms: number) => `${(ms / 1000).toFixed(2)} s`

/** `<upright-captcha>`: its files, and how long a first visit takes from the script to the pass. */
export function benchWidget(): Promise<Row[]> {
  return withFolder(async folder => {
    const env = { UPRIGHT_DATA: folder, UPRIGHT_SECRET: randomBytes(32).toString('hex') }
    const page = await startPage()
    // The rung that is measured alone, however often one address asks.
    const flags = ['--origin', page.url, '--rate', '0', '--ladder', 'off']
    const sites = RUNGS.map(rung => addSite(env, ...flags, '--rung', String(rung)))
    const server = await startUpright(env)
    const browser = await launchBrowser()
    const times = new Map<string, number[]>()
    try {
      for (let run = 0; run < RUNS; run++) {
        for (const [i, { publicKey }] of sites.entries()) {
          for (const [route, attribute] of Object.entries(ROUTES)) {
            page.show(`<script type="module" src="${server.url}/upright.js"></script>
              <upright-captcha sitekey="${publicKey}" start="visible" ${attribute}></upright-captcha>`)
            const what = `rung ${RUNGS[i]}, ${route}`
            times.set(what, [...(times.get(what) ?? []), await timeVisit(browser, page.url)])
          }
        }
      }
    } finally {
      await browser.close()
      await Promise.all([server.stop(), page.stop()])
    }
    const rows = [...times].map(([what, all]): Row => {
      const sorted = all.sort((a, b) => a - b)
      const at = (share: number) => seconds(sorted[Math.ceil(share * sorted.length) - 1]!)
      return {
        what: `script to pass, first visit, phone ${PHONE.slower} × as slow, 4G: ${what}`,
        figure: `p50 ${at(0.5)}, p95 ${at(0.95)} (${RUNS} visits)`,
      }
    })
    return [...sizeRows(), ...rows]
  })
}
