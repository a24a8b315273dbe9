import { fileURLToPath } from 'node:url'
import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { AXE, closeContexts, findings, newVisit, sharedBrowser, turnDial } from './browser.ts'
import { serve } from './host.ts'
import { PHP, PYTHON, type RunningExample, startExample } from './interpreters.ts'
import { type Server, startServer } from './server.ts'

const folder = (name: string) => fileURLToPath(new URL(`../examples/rocaptcha-${name}/`, import.meta.url))

/** The examples: what runs one on a port, and where its form goes. */
const examples = [
  {
    name: 'Python',
    program: PYTHON,
    command: () => [`${folder('python')}verify.py`],
  },
  {
    name: 'PHP',
    program: PHP,
    command: (port: string) => ['-S', `127.0.0.1:${port}`, '-t', folder('php')],
  },
] as const

let server: Server
let browser: Browser
let site: Record<string, unknown>
beforeAll(async () => {
  ;[server, browser] = await Promise.all([startServer(), sharedBrowser()])
  site = await server.upright('site', 'add', '--name', 'Example', '--origin', '*')
})
afterAll(async () => {
  await closeContexts(browser)
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

for (const { name, program, command } of examples) {
  describe.skipIf(!program)(
    `the example in ${name}${program ? '' : ': there is no interpreter here'}`,
    () => {
      let example: RunningExample
      const start = async (url: string) => {
        example = await startExample(program!, command, {
          UPRIGHT_URL: url,
          ROCAPTCHA_PUBLIC_KEY: String(site.publicKey),
          ROCAPTCHA_PRIVATE_KEY: String(site.secret),
        })
      }
      beforeEach(() => start(server.url))
      afterEach(() => example.stop())

      /** The status that a page gives to the widget. */
      const told = (page: string) => /<script async src="[^"]*&amp;error=(\w*)">/.exec(page)?.[1]
      const message = '</textarea>"{{key}} Dobrý den'
      /** Sends the form as a browser does: the status that it was refused with, or what the page says. */
      const send = async (hash: string, response: string, headers: Record<string, string> = {}) => {
        const body = new URLSearchParams({
          message,
          rocaptcha_challenge_field: hash,
          rocaptcha_response_field: response,
          rocaptcha_session_id: 'x',
        })
        const answer = await fetch(example.url, { method: 'POST', body, headers })
        const page = await answer.text()
        expect(page).toMatch(/^<!doctype html>\s<html lang="en">/)
        if (answer.status === 200) return page
        expect(answer.status).toBe(422)
        expect(page).toContain('required>&lt;/textarea&gt;&quot;{{key}} Dobrý den</textarea>')
        return told(page)
      }

      it('lets a right answer in, once', async () => {
        const hash = await generate()
        const response = await right(hash)
        expect(await send(hash, response)).toContain('Thank you')
        expect(await send(hash, response)).toBe('WRONG_HASH')
      })

      it('sends everybody else back, with the reason', async () => {
        const hash = await generate()
        expect(await send('', '')).toBe('WRONG_HASH')
        expect(await send(hash, '')).toBe('WRONG_RESPONSE')
        expect(await send(hash, '1&hash=x')).toBe('WRONG_RESPONSE')
        expect(await send(hash, await wrong(hash))).toBe('FAILED')
        const empty = await fetch(example.url, { method: 'POST' })
        expect([empty.status, told(await empty.text())]).toEqual([422, 'WRONG_HASH'])
      })

      it("tells the page's own session, which the challenge must have been made for", async () => {
        const hash = await generate({ session: 'a1' })
        const response = await right(hash)
        expect(await send(hash, response, { cookie: 'sessionid=b2' })).toBe('WRONG_SESSION')
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
          await example.stop()
          await start(url)
          expect(await send(hash, response)).toBe('ERROR')
        }
        await other.stop()
      })

      it('repeats nothing that a link brings', async () => {
        for (const query of [
          'error=FAILED',
          'error=%3Cscript%3Ealert(1)%3C/script%3E',
          'error[]=FAILED',
          'message=x',
        ]) {
          const page = await (await fetch(`${example.url}/?${query}`)).text()
          const script = /<script async src="([^"]*)">/.exec(page)![1]!.replaceAll('&amp;', '&')
          expect(script).toBe(`${server.url}/api/js/?key=${site.publicKey}&lang=en&error=`)
          expect(page).toContain('required></textarea>')
        }
      })

      it('is a page that works, and in which axe finds nothing', async () => {
        const { page, complaints } = await newVisit(browser, undefined, AXE)
        await page.goto(example.url)
        const challenge = page.locator('input[name="rocaptcha_challenge_field"]')
        const hash = async (before = '') => {
          await expect.poll(() => challenge.inputValue(), { timeout: 10_000 }).toMatch(/^[0-9a-f]{48}$/)
          await expect.poll(() => challenge.inputValue()).not.toBe(before)
          return challenge.inputValue()
        }
        const answer = async (hash: string, turn: (hash: string) => Promise<string>) => {
          const degrees = Number(await turn(hash))
          const dial = page.getByRole('slider')
          await dial.focus()
          await turnDial(page, degrees)
          await page.getByRole('button', { name: 'Send', exact: true }).click()
        }
        const first = await hash()
        expect(await findings(page)).toEqual([])
        await page.fill('#message', 'Dobrý den')
        await answer(first, wrong)
        await page.waitForSelector('script[src*="error=FAILED"]', { state: 'attached' })
        expect(await page.inputValue('#message')).toBe('Dobrý den')
        await answer(await hash(first), right)
        await page.getByText('Thank you for your message').waitFor()
        // Browsers note the status of the page that was shown again.
        expect(complaints.filter(line => !line.includes('422'))).toEqual([])
        await page.context().close()
      })
    },
  )
}
