import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { AXE, findings, launchBrowser, newVisit, turnDial } from './browser.ts'
import { serve } from './host.ts'
import { type Server, startServer } from './server.ts'

const folder = (name: string) => fileURLToPath(new URL(`../examples/rocaptcha-${name}/`, import.meta.url))

/** Where an interpreter is that answers for itself, or undefined where this machine has none. */
function interpreter(command: string, ...args: string[]): string | undefined {
  try {
    return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()
  } catch {
    return undefined
  }
}

/** The examples: what runs one on a port, and where its form goes. */
const examples = [
  {
    name: 'Python',
    program: interpreter('python3', '-c', 'import sys; print(sys.executable)'),
    command: () => [`${folder('python')}verify.py`],
    form: '/',
    back: '/',
  },
  {
    name: 'PHP',
    program: interpreter('php', '-r', 'echo PHP_BINARY;'),
    command: (port: string) => ['-S', `127.0.0.1:${port}`, '-t', folder('php')],
    form: '/verify.php',
    back: 'index.php',
  },
] as const

let server: Server
let browser: Browser
let site: Record<string, unknown>
beforeAll(async () => {
  ;[server, browser] = await Promise.all([startServer(), launchBrowser()])
  site = await server.upright('site', 'add', '--name', 'Example', '--origin', '*')
})
afterAll(async () => {
  await browser?.close()
  await server?.stop()
})

/** A hash, by default of a spoken number. */
async function generate(query: Record<string, string> = {}): Promise<string> {
  const all = { key: String(site.publicKey), kind: 'sound', ...query }
  const answer = await fetch(`${server.url}/api/generate/?${new URLSearchParams(all)}`)
  return ((await answer.json()) as { content: string }).content
}
const right = (hash: string) => server.answer(hash.slice(0, 32))
const wrong = async (hash: string) => String((Number(await right(hash)) + 90) % 360)

for (const { name, program, command, form, back } of examples) {
  describe.skipIf(!program)(
    `the example in ${name}${program ? '' : ': there is no interpreter here'}`,
    () => {
      let child: ChildProcess
      let address: string
      const start = async (url: string) => {
        const port = await freePort()
        child = spawn(program!, command(port), {
          env: {
            UPRIGHT_URL: url,
            ROCAPTCHA_PUBLIC_KEY: String(site.publicKey),
            ROCAPTCHA_PRIVATE_KEY: String(site.secret),
            PORT: port,
            PYTHONDONTWRITEBYTECODE: '1',
          },
          stdio: 'ignore',
        })
        address = `http://127.0.0.1:${port}`
        await answers(address, child)
      }
      beforeEach(() => start(server.url))
      afterEach(() => end(child))

      /** Sends the form as a browser does: what it says, or where it leads. */
      const send = async (hash: string, response: string, headers: Record<string, string> = {}) => {
        const body = new URLSearchParams({
          message: 'Dobrý den',
          rocaptcha_challenge_field: hash,
          rocaptcha_response_field: response,
          rocaptcha_session_id: 'x',
        })
        const answer = await fetch(address + form, { method: 'POST', body, headers, redirect: 'manual' })
        return answer.status === 200
          ? await answer.text()
          : `${answer.status} ${answer.headers.get('location')}`
      }
      const refused = (status: string) => `303 ${back}?error=${status}`

      it('lets a right answer in, once', async () => {
        const hash = await generate()
        const response = await right(hash)
        expect(await send(hash, response)).toContain('Thank you')
        expect(await send(hash, response)).toBe(refused('WRONG_HASH'))
      })

      it('sends everybody else back, with the reason', async () => {
        const hash = await generate()
        expect(await send('', '')).toBe(refused('WRONG_HASH'))
        expect(await send(hash, '')).toBe(refused('WRONG_RESPONSE'))
        expect(await send(hash, '1&hash=x')).toBe(refused('WRONG_RESPONSE'))
        expect(await send(hash, await wrong(hash))).toBe(refused('FAILED'))
        const empty = await fetch(address + form, { method: 'POST', redirect: 'manual' })
        expect(empty.headers.get('location')).toBe(`${back}?error=WRONG_HASH`)
      })

      it("tells the page's own session, which the challenge must have been made for", async () => {
        const hash = await generate({ session: 'a1' })
        const response = await right(hash)
        expect(await send(hash, response, { cookie: 'sessionid=b2' })).toBe(refused('WRONG_SESSION'))
        expect(await send(hash, response, { cookie: 'x=y; sessionid=a1' })).toContain('Thank you')
      })

      it('lets nobody in while Upright is away, or is none', async () => {
        const hash = await generate()
        const response = await right(hash)
        const other = await serve((request, reply) => {
          if (request.headers['content-length'] === '0') reply.end()
          else reply.end(request.method === 'POST' ? 'PASSED' : '')
        })
        for (const url of ['http://127.0.0.1:1', other.url]) {
          const before = child
          await start(url)
          expect(await send(hash, response)).toBe(refused('ERROR'))
          await end(before)
        }
        await other.stop()
      })

      it('repeats nothing that a link brings but a status', async () => {
        for (const [query, said] of [
          ['error=FAILED', 'FAILED'],
          ['error=%3Cscript%3Ealert(1)%3C/script%3E', ''],
          ['error=You+have+won', ''],
          ['error[]=FAILED', ''],
        ]) {
          const page = await (await fetch(`${address}/?${query}`)).text()
          const script = /<script src="([^"]*)">/.exec(page)![1]!.replaceAll('&amp;', '&')
          expect(script).toBe(`${server.url}/api/js/?key=${site.publicKey}&lang=en&error=${said}`)
        }
      })

      it('is a page that works, and in which axe finds nothing', async () => {
        const { page, complaints } = await newVisit(browser, undefined, AXE)
        await page.goto(address)
        const challenge = page.locator('input[name="rocaptcha_challenge_field"]')
        const hash = async (before = '') => {
          await expect.poll(() => challenge.inputValue(), { timeout: 10_000 }).toMatch(/^[0-9a-f]{48}$/)
          await expect.poll(() => challenge.inputValue()).not.toBe(before)
          return challenge.inputValue()
        }
        const answer = async (hash: string, turn: (hash: string) => Promise<string>) => {
          const degrees = Number(await turn(hash))
          await page.fill('#message', 'Dobrý den')
          const dial = page.getByRole('slider')
          await dial.focus()
          await turnDial(page, degrees)
          await page.getByRole('button', { name: 'Send', exact: true }).click()
        }
        const first = await hash()
        expect(await findings(page)).toEqual([])
        await answer(first, wrong)
        await page.waitForURL(/error=FAILED$/)
        await answer(await hash(first), right)
        await page.getByText('Thank you for your message').waitFor()
        expect(complaints).toEqual([])
        await page.context().close()
      })
    },
  )
}

/** A port that was free a moment ago: PHP does not tell which one it was given. */
async function freePort(): Promise<string> {
  const listener = await serve(() => {})
  await listener.stop()
  return new URL(listener.url).port
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return
  const ended = once(child, 'close')
  child.kill('SIGTERM')
  await ended
}

/** Waits until something answers; fails with the child that should. */
async function answers(address: string, child: ChildProcess): Promise<void> {
  for (let i = 0; ; i++) {
    if (child.exitCode !== null || i === 100) throw new Error(`nothing answers at ${address}`)
    if (
      await fetch(address).then(
        () => true,
        () => false,
      )
    )
      return
    await new Promise(resolve => setTimeout(resolve, 100))
  }
}
