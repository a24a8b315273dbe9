import { fileURLToPath } from 'node:url'
import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { AXE, closeContexts, findings, newVisit, sharedBrowser } from './browser.ts'
import { serve } from './host.ts'
import { PHP, PYTHON, type RunningExample, startExample } from './interpreters.ts'
import { type Server, startServer } from './server.ts'

const folder = (name: string) => fileURLToPath(new URL(`../examples/captchetat-${name}/`, import.meta.url))

/** The examples: what runs one on a port, and where it passes pictures and sounds on. */
const examples = [
  { name: 'Python', program: PYTHON, command: () => [`${folder('python')}server.py`], endpoint: '/captcha' },
  {
    name: 'PHP',
    program: PHP,
    command: (port: string) => ['-S', `127.0.0.1:${port}`, '-t', folder('php')],
    endpoint: '/captcha.php',
  },
] as const

let server: Server
let browser: Browser
let secret: string
beforeAll(async () => {
  ;[server, browser] = await Promise.all([startServer(), sharedBrowser()])
  const site = await server.upright('site', 'add', '--name', 'Example', '--revalidation', 'strict')
  secret = String(site.secret)
})
afterAll(async () => {
  await closeContexts(browser)
  await server?.stop()
})

for (const { name, program, command, endpoint } of examples) {
  describe.skipIf(!program)(
    `the example of codes in ${name}${program ? '' : ': no interpreter here'}`,
    () => {
      let example: RunningExample
      const start = async (url: string) => {
        example = await startExample(program!, command, { UPRIGHT_URL: url, UPRIGHT_CLIENT_SECRET: secret })
      }
      beforeEach(() => start(server.url))
      afterEach(() => example.stop())

      const get = (query: string, headers = {}) => fetch(`${example.url}${endpoint}?${query}`, { headers })
      const newUuid = async () =>
        ((await (await get('get=image&c=captchaEN')).json()) as { uuid: string }).uuid
      const message = '</textarea>"{{error}} Dobrý den'
      /** Sends the form as a browser does: whether it was accepted. */
      const send = async (fields: Record<string, string>) => {
        const body = new URLSearchParams({ message, ...fields })
        const answer = await fetch(example.url, { method: 'POST', body })
        const page = await answer.text()
        expect(page).toMatch(/^<!doctype html>\s<html lang="en">/)
        if (answer.status === 200) return page.includes('Thank you for your message')
        expect(answer.status).toBe(422)
        expect(page).toContain('required>&lt;/textarea&gt;&quot;{{error}} Dobrý den</textarea>')
        expect(page).toContain('That code was not accepted')
        return false
      }

      it('lets a right code in, once, and keeps what was typed of all others', async () => {
        const uuid = await newUuid()
        const code = await server.answer(uuid)
        expect(await send({ 'captchetat-uuid': uuid, code: ` ${code.toLowerCase()}` })).toBe(true)
        expect(await send({ 'captchetat-uuid': uuid, code })).toBe(false)
        expect(await send({ 'captchetat-uuid': await newUuid(), code: 'wrong' })).toBe(false)
        expect(await send({ 'captchetat-uuid': '', code: '' })).toBe(false)
        expect(await send({ 'captchetat-uuid[]': uuid, 'code[]': code })).toBe(false)
      })

      it('passes sounds on as they are, whole and in part, and refusals with their status', async () => {
        const query = `get=sound&c=captchaEN&t=${await newUuid()}`
        const whole = await get(query)
        expect([whole.status, whole.headers.get('content-type')]).toEqual([200, 'audio/x-wav'])
        const bytes = Buffer.from(await whole.arrayBuffer())
        expect(bytes.toString('latin1', 0, 4)).toBe('RIFF')
        const part = await get(query, { range: 'bytes=10-109' })
        expect([part.status, part.headers.get('content-range')]).toEqual([
          206,
          `bytes 10-109/${bytes.length}`,
        ])
        expect(Buffer.from(await part.arrayBuffer())).toEqual(bytes.subarray(10, 110))
        expect((await get('get=nothing&c=captchaEN')).status).toBe(400)
        const picture = await get('get=image&c=captchaEN')
        expect(picture.headers.get('content-type')).toMatch(/^application\/json/)
        expect(picture.headers.get('cache-control')).toBe('no-store')
      })

      it('lets nobody in while Upright is away, or is none', async () => {
        const uuid = await newUuid()
        const fields = { 'captchetat-uuid': uuid, code: await server.answer(uuid) }
        const other = await serve((_request, reply) => {
          reply.end('"true"')
        })
        for (const [url, status] of [
          ['http://127.0.0.1:1', 502],
          [other.url, 200],
        ] as const) {
          await example.stop()
          await start(url)
          expect(await send(fields)).toBe(false)
          expect((await get('get=image&c=captchaEN')).status).toBe(status)
        }
        await other.stop()
      })

      it('is a page that works, and in which axe finds nothing', async () => {
        const { page, complaints } = await newVisit(browser, undefined, AXE)
        await page.goto(example.url)
        const uuid = page.locator('#captchetat-uuid')
        const shown = async () => {
          await expect.poll(() => uuid.inputValue(), { timeout: 10_000 }).toMatch(/^[0-9a-f-]{36}$/)
          return uuid.inputValue()
        }
        await shown()
        expect(await findings(page)).toEqual([])
        await page.fill('#message', 'Dobrý den')
        await page.fill('#code', 'wrong')
        await page.getByRole('button', { name: 'Send', exact: true }).click()
        await page.getByText('That code was not accepted').waitFor()
        expect(await page.inputValue('#message')).toBe('Dobrý den')
        await page.fill('#code', await server.answer(await shown()))
        expect(await findings(page)).toEqual([])
        await page.getByRole('button', { name: 'Send', exact: true }).click()
        await page.getByText('Thank you for your message').waitFor()
        // Browsers note the status of the page that was shown again.
        expect(complaints.filter(line => !line.includes('422'))).toEqual([])
        await page.context().close()
      })
    },
  )
}
