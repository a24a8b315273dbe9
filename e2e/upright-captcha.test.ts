/** `<upright-captcha>` in Chromium: what its form gets, on each rung and whatever the page does with it. */
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { get, type IncomingMessage } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { brotliDecompressSync } from 'node:zlib'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { closeContexts, sharedBrowser } from './browser.ts'
import { type Form, inState, openForm, put, startForm } from './captcha-page.ts'
import { type Server, startServer } from './server.ts'

/** Bytes that the script may have as browsers load it. */
const MAX_BYTES = 15_360

let server: Server
let browser: Browser
/** Sites on rungs 0, 2 and 3. */
let calm: Form
let busy: Form
let attacked: Form

beforeAll(async () => {
  ;[server, browser] = await Promise.all([startServer(), sharedBrowser()])
  calm = await startForm(server, 0)
  busy = await startForm(server, 2)
  attacked = await startForm(server, 3)
})
afterAll(async () => {
  await closeContexts(browser)
  await Promise.all([calm, busy, attacked].map(form => form?.host.stop()))
  await server?.stop()
})

describe('upright.js', () => {
  it('is small, comes compressed with its length, and to modules of other origins', async () => {
    const built = new URL('../packages/server/public/element/upright.js.br', import.meta.url)
    expect((await readFile(built)).length).toBeLessThanOrEqual(MAX_BYTES)
    const list = await fetch(`${server.url}/upright/v1/integrity.json`)
    const files = (await list.json()) as Record<string, { address: string; integrity: string }>
    expect(Object.keys(files)).toEqual(
      expect.arrayContaining(['upright.js', 'panels.js', 'solver-worker.js']),
    )
    const { integrity } = files['upright.js']!
    const all = [{ address: '/upright.js', integrity }, ...Object.values(files)]
    for (const { address, integrity } of all) {
      const path = new URL(address, list.url).pathname
      const headers = { 'accept-encoding': 'br', origin: 'https://example.org' }
      const [response] = (await once(get(server.url + path, { headers }), 'response')) as [IncomingMessage]
      const body = await buffer(response)
      expect(response.statusCode, path).toBe(200)
      expect(response.headers).toMatchObject({
        'content-encoding': 'br',
        'content-length': String(body.length),
        'content-type': 'text/javascript; charset=utf-8',
        'cache-control': path.includes('/files/') ? 'public, max-age=31536000, immutable' : 'no-cache',
        ...(!path.includes('solver') && {
          'access-control-allow-origin': '*',
          'cross-origin-resource-policy': 'cross-origin',
        }),
      })
      const hash = createHash('sha384').update(brotliDecompressSync(body)).digest('base64')
      expect(integrity, path).toBe(`sha384-${hash}`)
    }
    const unknown = await fetch(`${server.url}/upright/v1/files/panels.0123456789abcdef.js`)
    expect([unknown.status, unknown.headers.get('cache-control')]).toEqual([404, 'no-store'])
  })

  it('is loaded by its address that never changes, and runs no part that is not its own', async () => {
    const files = (await (await fetch(`${server.url}/upright/v1/integrity.json`)).json()) as Record<
      string,
      { address: string; integrity: string }
    >
    const { address, integrity } = files['upright.js']!
    const tag = `src="${server.url}/upright/v1/${address}" integrity="${integrity}" crossorigin`
    const site = put(server, busy, { tag, attributes: 'kinds="text"', lang: 'fr' })
    const { page, tickets, complaints, requests, state, close } = await openForm(browser, site)
    await page.locator('upright-captcha [role=status]').filter({ hasText: 'Pas encore vérifié' }).waitFor()
    // What the service did not build is not run; what failed once is loaded when it is asked for again.
    const marked = 'globalThis.isRun = true\n'
    await page.route('**/panels.*', async route => {
      const response = await route.fetch()
      await route.fulfill({ response, body: marked + (await response.text()) })
    })
    await page.focus('#name')
    await state('choose')
    const read = page.locator('upright-captcha .choices button').first()
    await read.click()
    const said = page.locator('upright-captcha [role=status]').filter({ hasText: 'Le chargement a échoué' })
    await said.waitFor()
    expect(await page.evaluate('globalThis.isRun')).toBeUndefined()
    expect(complaints.splice(0).join()).toContain('integrity')
    await page.unroute('**/panels.*')
    await page.locator('upright-captcha .line button').click()
    await state('choose')
    await read.click()
    await page.locator('upright-captcha input').fill(await server.answerTo(tickets.at(-1)!, 'text'))
    await page.keyboard.press('Enter')
    await state('passed')
    expect(complaints).toEqual([])
    expect(requests).not.toContain(`${server.url}/upright.js`)
    await close()
  })
})

describe('<upright-captcha>', () => {
  it('verifies when its form gets the focus, and the back end redeems what is sent', async () => {
    const { page, complaints, state, close } = await openForm(
      browser,
      put(server, calm, { attributes: 'action="contact" cdata="42"' }),
    )
    await page.focus('#name')
    await state('passed')
    await page.click('#send')
    await page.waitForURL('**/send')
    expect(calm.sent.at(-1)).toMatchObject({
      ...{ success: true, hostname: '127.0.0.1', action: 'contact', cdata: '42' },
      ...{ kind: 'work', rung: 0, sitekey: calm.publicKey },
    })
    expect(complaints).toEqual([])
    await close()
  })

  it.each(['submit', 'focus'])(
    'sends a form by itself that was sent before the pass, start=%s',
    async start => {
      const { page, complaints, close } = await openForm(
        browser,
        put(server, calm, { attributes: `start="${start}"` }),
      )
      const before = calm.sent.length
      await page.locator('#name').press('Enter')
      await page.waitForURL('**/send')
      expect(calm.sent.slice(before)).toMatchObject([{ success: true }])
      expect(complaints).toEqual([])
      await close()
    },
  )

  it('sends nothing where a script only asks whether the form is valid', async () => {
    const { page, close } = await openForm(browser, put(server, calm, { attributes: 'start="manual"' }))
    const valid = () => page.evaluate(() => document.querySelector('form')!.checkValidity())
    expect(await valid()).toBe(false)
    await inState(page, 'passed')
    expect(await valid()).toBe(true)
    expect(new URL(page.url()).pathname).toBe('/')
    await close()
  })

  it('gives scripts a promise, a value and events, and is reset with its form', async () => {
    const { page, close } = await openForm(browser, put(server, calm, { attributes: 'start="manual"' }))
    const result = await page.evaluate(`(async () => {
      const captcha = () => document.querySelector('upright-captcha')
      const events = []
      for (const type of ['upright-state', 'upright-pass']) {
        document.addEventListener(type, ({ detail }) => events.push(detail.state ?? detail.pass))
      }
      const first = await captcha().execute()
      const same = [captcha().value, await captcha().execute(), new FormData(captcha().form).get('upright-pass')]
      captcha().form.reset()
      const after = [captcha().value, captcha().state, new FormData(captcha().form).has('upright-pass')]
      const rejected = captcha().execute().catch(error => error.message)
      captcha().reset()
      return { first, same, after, events, rejected: await rejected }
    })()`)
    const { first } = result as { first: string }
    expect(result).toEqual({
      first: expect.stringMatching(/^[\w-]+$/),
      same: [first, first, first],
      after: ['', 'idle', false],
      events: ['working', 'passed', first, 'idle', 'working', 'idle'],
      rejected: 'The verification was reset',
    })
    await close()
  })

  it.each([
    ['busy', 'text'],
    ['busy', 'rotate'],
    ['attacked', 'text'],
  ] as const)('passes on a site that is %s with a right response, by %s', async (name, kind) => {
    const form = { busy, attacked }[name]
    const address = put(server, form, { attributes: `kinds="${kind}"` })
    const { page, tickets, complaints, state, close } = await openForm(browser, address)
    await page.focus('#name')
    await state('choose')
    await page.locator('upright-captcha .choices button').first().click()
    await page.locator('upright-captcha .panel').waitFor()
    const answer = await server.answerTo(tickets.at(-1)!, kind)
    if (kind === 'text') await page.keyboard.type(answer)
    else {
      await page.locator('upright-captcha .dial[aria-disabled=false]').waitFor()
      for (let i = 0; i < Math.round(Number(answer) / 15); i++) await page.keyboard.press('PageUp')
    }
    await page.keyboard.press('Enter')
    await state('passed')
    await page.click('#send')
    await page.waitForURL('**/send')
    expect(form.sent.at(-1)).toMatchObject({ success: true, kind, rung: name === 'busy' ? 2 : 3 })
    expect(complaints).toEqual([])
    await close()
  })

  it('shows another challenge after a wrong response, and after a ticket that was answered before', async () => {
    const { page, tickets, complaints, state, close } = await openForm(
      browser,
      put(server, busy, { attributes: 'kinds="text"' }),
    )
    await page.focus('#name')
    await page.locator('upright-captcha .choices button').first().click()
    const status = page.locator('upright-captcha [role=status]')
    await page.locator('upright-captcha input').fill('wrong')
    await page.keyboard.press('Enter')
    await status.filter({ hasText: 'That was not right' }).waitFor()
    await page.locator('upright-captcha input:focus').waitFor()
    await page.evaluate(
      ([url, ticket]) =>
        fetch(`${url}/upright/v1/answer`, { method: 'POST', body: JSON.stringify({ ticket, kind: 'text' }) }),
      [server.url, tickets.at(-1)!] as const,
    )
    const spent = tickets.at(-1)!
    await page.keyboard.type('late')
    await page.keyboard.press('Enter')
    await status.filter({ hasText: 'That took too long' }).waitFor()
    await page.locator('upright-captcha input:focus').waitFor()
    expect(tickets.at(-1)).not.toBe(spent)
    await page.keyboard.type(await server.answerTo(tickets.at(-1)!, 'text'))
    await page.keyboard.press('Enter')
    await state('passed')
    expect(complaints).toEqual([])
    await close()
  })

  it('says that it is not possible where no site has its key, and tries another one at once', async () => {
    const { page, state, close } = await openForm(browser, put(server, { ...calm, publicKey: 'unknown' }))
    await page.focus('#name')
    await state('failed')
    await page.evaluate(
      key => document.querySelector('upright-captcha')!.setAttribute('sitekey', key),
      calm.publicKey,
    )
    await state('passed')
    await close()
  })

  it('has no pass any more after its life, where the visitor was asked for something', async () => {
    const visit = await openForm(browser, put(server, busy, { attributes: 'start="manual"' }))
    const { page, state } = visit
    const value = () =>
      page.$eval('upright-captcha', element => new FormData(element.closest('form')!).get('upright-pass'))
    await page.clock.install()
    await page.goto(busy.host.url)
    await page.locator('upright-captcha button').click()
    await page.locator('upright-captcha .choices button').last().click()
    await state('passed')
    expect(await value()).not.toBeNull()
    await page.clock.fastForward('30:00')
    await state('expired')
    expect(await value()).toBeNull()
    await visit.close()
  })
})
