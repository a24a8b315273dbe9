/** The solver of work in Chromium and Firefox: on every route, under strict policies, paused and stopped. */
import { createHash, scryptSync } from 'node:crypto'
import { networkInterfaces } from 'node:os'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Work } from '../packages/core/src/work/wire.ts'
import type { Place } from '../packages/widget/src/solver/routes.ts'
import type { solve } from '../packages/widget/src/solver/solve.ts'
import { closeContexts, leaveFirefox, sharedBrowser, sharedFirefox } from './browser.ts'
import { type Host, type Route, startHost } from './host.ts'
import { type Server, startServer } from './server.ts'

declare const solveWork: typeof solve

const hex = (label: string) => createHash('sha256').update(label).digest('hex').slice(0, 32)
const SHA: Work = {
  ...{ function: 'sha256', nonce: hex('nonce'), salt: hex('salt') },
  ...{ cost: 1, puzzles: 8, limit: 2 ** 18 },
}
const PBKDF2: Work = { ...SHA, function: 'pbkdf2', cost: 1000, puzzles: 1, limit: 2 ** 28 }
const SCRYPT: Work = { ...PBKDF2, function: 'scrypt', cost: 1024, memory: 8, puzzles: 1, limit: 2 ** 30 }
/** Work that no browser solves while a test runs. */
const ENDLESS: Work = { ...SHA, puzzles: 1, limit: 1 }

/** Whether counters solve work of SHA-256 or scrypt. */
function isSolved(
  { function: name, nonce, salt, cost, memory = 8, limit }: Work,
  solutions: number[],
): boolean {
  return solutions.every((counter, i) => {
    const last = Buffer.alloc(8)
    last.writeUInt32BE(i)
    last.writeUInt32BE(counter, 4)
    const password = Buffer.concat([Buffer.from(nonce, 'hex'), last])
    const salted = Buffer.from(salt, 'hex')
    const key =
      name === 'sha256'
        ? createHash('sha256').update(salted).update(password).digest()
        : scryptSync(password, salted, 32, { N: cost, r: memory, p: 1 })
    return key.readUInt32BE() < limit
  })
}

const STRICT =
  "default-src 'none'; script-src 'self'; img-src data:; base-uri 'none'; require-trusted-types-for 'script'"
const page = (policy: string): Route => ({
  type: 'text/html; charset=utf-8',
  headers: { 'content-security-policy': policy },
  body: '<!doctype html><meta charset="utf-8"><title>Form</title><link rel="icon" href="data:,"><script src="/page.js"></script>',
})
/** What a proxy before the service passes on, under its headers or with others on top. */
const passed =
  (path: string, headers: Record<string, string> = {}): Route =>
  async (_request, response) => {
    const answer = await fetch(server.url + path, { headers: { 'accept-encoding': 'identity' } })
    response
      .writeHead(answer.status, { ...Object.fromEntries(answer.headers), ...headers })
      .end(Buffer.from(await answer.arrayBuffer()))
  }

/** What is used of pages of Playwright and of Puppeteer. */
interface Tab {
  goto(address: string): Promise<unknown>
  evaluate<Argument, Result>(
    run: (argument: Argument) => Result | Promise<Result>,
    argument: Argument,
  ): Promise<Result>
  close(): Promise<void>
}

let server: Server
/** A site whose proxy passes the service on, below its own address. */
let same: Host
/** The same, but its proxy puts one policy on everything. */
let stamped: Host
/** A site that the service is not on. */
let other: Host
/** A service that has nothing of the solver. */
let missing: Host
/** A site over plain http, at an address that browsers do not trust. */
let intranet: Host

const FILES = ['solver', 'solver-frame.js', 'solver-worker.js', 'solver-scrypt.js']

beforeAll(async () => {
  server = await startServer()
  const { outputFiles } = await build({
    stdin: {
      contents: `import { solve } from './packages/widget/src/solver/solve.ts'; globalThis.solveWork = solve`,
      resolveDir: fileURLToPath(new URL('../', import.meta.url)),
    },
    bundle: true,
    write: false,
    target: 'es2022',
  })
  const script: Route = { type: 'text/javascript', body: outputFiles[0]!.text }
  const files = (headers?: Record<string, string>) =>
    Object.fromEntries(FILES.map(name => [`/upright/v1/${name}`, passed(`/upright/v1/${name}`, headers)]))
  const strict = page(`${STRICT}; trusted-types upright`)
  const blocked = page(`${STRICT}; frame-src 'none'; worker-src 'none'`)
  same = await startHost({ '/': strict, '/blocked': blocked, '/page.js': script, ...files() })
  stamped = await startHost({
    ...{ '/': strict, '/page.js': script },
    ...files({ 'content-security-policy': STRICT }),
  })
  missing = await startHost({ '/': strict, '/page.js': script })
  other = await startHost({
    '/missing': page(`${STRICT}; frame-src ${missing.url}`),
    '/': page(`${STRICT}; frame-src ${server.url}`),
    '/blocked': blocked,
    '/page.js': script,
  })
  const address = Object.values(networkInterfaces())
    .flat()
    .find(address => address?.family === 'IPv4' && !address.internal)
  intranet = await startHost({ '/': strict, '/page.js': script, ...files() }, address!.address)
})
afterAll(async () => {
  await Promise.all([same, stamped, missing, other, intranet, server].map(each => each?.stop()))
})

/** A new tab, and what its console has got. */
type Open = () => Promise<{ tab: Tab; complaints: string[] }>
const browsers: Record<string, () => Promise<{ open: Open; close(): Promise<void> }>> = {
  async Chromium() {
    const browser = await sharedBrowser()
    return {
      close: () => closeContexts(browser),
      async open() {
        const tab = await browser.newPage()
        const complaints: string[] = []
        tab.on('console', message => complaints.push(message.text()))
        tab.on('pageerror', error => complaints.push(error.message))
        return { tab: tab as unknown as Tab, complaints }
      },
    }
  },
  async Firefox() {
    const browser = await sharedFirefox()
    return {
      close: leaveFirefox,
      async open() {
        const tab = await browser.newPage()
        const complaints: string[] = []
        tab.on('console', message => complaints.push(message.text()))
        tab.on('pageerror', error => complaints.push(String(error)))
        return { tab: tab as unknown as Tab, complaints }
      },
    }
  },
}

describe.each(Object.entries(browsers))('the solver in %s', (_name, launch) => {
  let browser: Awaited<ReturnType<typeof launch>>
  beforeAll(async () => {
    browser = await launch()
  })
  afterAll(() => browser?.close())

  /** Solves work on a page, in a tab of its own. */
  async function solveOn(address: string, base: string, work: Work, place?: Place) {
    const { tab, complaints } = await browser.open()
    await tab.goto(address)
    const outcome = await tab.evaluate(
      async ({ work, ...options }) => {
        const outcome = await solveWork(work, options)
        if (outcome.status === 'timeout') throw new Error('No time was set')
        return outcome
      },
      { work, base, ...(place && { place }) },
    )
    await tab.close()
    return { ...outcome, complaints }
  }

  it('runs SIMD in workers of its own origin, under the strictest policy', async () => {
    for (const work of [SHA, SCRYPT]) {
      const { solutions, ...outcome } = await solveOn(same.url, same.url, work)
      expect(outcome).toMatchObject({ status: 'solved', route: 'worker', path: 'simd', complaints: [] })
      expect(isSolved(work, solutions)).toBe(true)
    }
  })

  it('runs without WebAssembly where a proxy puts one policy on everything', async () => {
    for (const [work, path] of [
      [SHA, 'plain'],
      [SCRYPT, 'plain'],
      [PBKDF2, 'subtle'],
    ] as const) {
      const { solutions, ...outcome } = await solveOn(stamped.url, stamped.url, work)
      expect(outcome).toMatchObject({ status: 'solved', route: 'worker', path, complaints: [] })
      if (work !== PBKDF2) expect(isSolved(work, solutions)).toBe(true)
    }
  })

  it('runs SIMD in a frame of the service, on pages of other origins', async () => {
    for (const work of [SHA, SCRYPT]) {
      const { solutions, ...outcome } = await solveOn(other.url, server.url, work, 'frame')
      expect(outcome).toMatchObject({ status: 'solved', route: 'frame', path: 'simd', complaints: [] })
      expect(isSolved(work, solutions)).toBe(true)
    }
  })

  it('runs on the page itself where a policy blocks all else, and tries nothing', async () => {
    for (const [address, base, work, place] of [
      [`${other.url}/blocked`, server.url, SHA, undefined],
      [`${other.url}/blocked`, server.url, SCRYPT, undefined],
      [`${same.url}/blocked`, same.url, SHA, 'page'],
    ] as const) {
      const { solutions, ...outcome } = await solveOn(address, base, work, place)
      expect(outcome).toMatchObject({ status: 'solved', route: 'page', path: 'plain', complaints: [] })
      expect(isSolved(work, solutions)).toBe(true)
    }
  })

  it('tries a frame once where a page is wrong about its policy', async () => {
    const { tab, complaints } = await browser.open()
    await tab.goto(`${other.url}/blocked`)
    const routes = await tab.evaluate(
      async ([work, base]) => {
        const solve = () => solveWork(work, { base, place: 'frame' })
        return [await solve(), await solve()].map(outcome => outcome.status === 'solved' && outcome.route)
      },
      [SHA, server.url] as const,
    )
    expect(routes).toEqual(['page', 'page'])
    expect(complaints.filter(text => /frame-src/.test(text))).toHaveLength(1)
    await tab.close()
  })

  it('goes on with the next route where one fails', async () => {
    // The service has no frame and no workers, as one of before this solver.
    for (const [address, base] of [
      [missing.url, missing.url],
      [`${other.url}/missing`, missing.url],
    ] as const) {
      const { solutions, ...outcome } = await solveOn(address, base, SHA, 'frame')
      expect(outcome).toMatchObject({ status: 'solved', route: 'page', path: 'plain' })
      expect(isSolved(SHA, solutions)).toBe(true)
    }
  })

  it('runs over plain http', async () => {
    for (const work of [SHA, PBKDF2]) {
      const outcome = await solveOn(intranet.url, intranet.url, work)
      expect(outcome).toMatchObject({ status: 'solved', route: 'worker', path: 'simd', complaints: [] })
    }
  })

  it('shares puzzles among all cores but one, up to four', async () => {
    const { tab, complaints } = await browser.open()
    for (const [address, base] of [
      [same.url, same.url],
      [other.url, server.url],
    ] as const) {
      await tab.goto(address)
      const solved = await tab.evaluate(
        async ([works, base]) => {
          Object.defineProperty(navigator, 'hardwareConcurrency', { value: 9 })
          let ports = 0
          const { port1 } = new MessageChannel()
          const { postMessage } = Object.getPrototypeOf(port1) as MessagePort
          MessagePort.prototype.postMessage = function (this: MessagePort, ...args: unknown[]) {
            if ((args[0] as { type?: string }).type === 'start') ports++
            return postMessage.apply(this, args as Parameters<MessagePort['postMessage']>)
          }
          const outcomes = []
          for (const work of works) outcomes.push(await solveWork(work, { base, place: 'frame' }))
          return { outcomes, ports }
        },
        [[SHA, SCRYPT], base] as const,
      )
      expect(solved.ports).toBe(8)
      for (const [i, work] of [SHA, SCRYPT].entries()) {
        const outcome = solved.outcomes[i]!
        expect(outcome.status === 'solved' && isSolved(work, outcome.solutions)).toBe(true)
      }
    }
    expect(complaints).toEqual([])
    await tab.close()
  })

  it('pauses while the page is hidden', async () => {
    const { tab, complaints } = await browser.open()
    await tab.goto(same.url)
    const statuses = await tab.evaluate(
      async ([work, base]) => {
        let hidden = true
        Object.defineProperty(document, 'hidden', { configurable: true, get: () => hidden })
        let tries = 0
        const paused = solveWork(work, {
          base,
          onProgress: progress => {
            tries = progress.tries
          },
        })
        // Another one is not told that the page was hidden, and is solved meanwhile.
        hidden = false
        const { status } = await solveWork(work, { base })
        const before = tries
        document.dispatchEvent(new Event('visibilitychange'))
        return [status, before, (await paused).status, tries > 0]
      },
      [SHA, same.url] as const,
    )
    expect(statuses).toEqual(['solved', 0, 'solved', true])
    expect(complaints).toEqual([])
    await tab.close()
  })

  it('stops after its time, goes on when it is asked to, and ends when it is aborted', async () => {
    const { tab, complaints } = await browser.open()
    await tab.goto(same.url)
    const result = await tab.evaluate(
      async ([work, base]) => {
        const control = new AbortController()
        let tries = 0
        const options = {
          ...{ base, signal: control.signal, budgetMs: 300 },
          onProgress(progress: { tries: number }) {
            tries = progress.tries
          },
        }
        const first = await solveWork(work, options)
        const triesThen = tries
        if (first.status !== 'timeout') throw new Error('Solved')
        const second = await first.resume()
        if (second.status !== 'timeout') throw new Error('Solved')
        const last = second.resume()
        control.abort(new Error('not needed'))
        const why = await last.catch((error: Error) => error.message)
        return [triesThen > 0, tries > triesThen, why]
      },
      [ENDLESS, same.url] as const,
    )
    expect(result).toEqual([true, true, 'not needed'])
    expect(complaints).toEqual([])
    await tab.close()
  })
})
