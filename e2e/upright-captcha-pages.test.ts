/** `<upright-captcha>` in pages of many kinds: moved, twice, in a shadow root, below a path. */
import { buffer } from 'node:stream/consumers'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launchBrowser } from './browser.ts'
import { type Form, openForm, put, startForm } from './captcha-page.ts'
import type { Route } from './host.ts'
import { type Server, startServer } from './server.ts'

let server: Server
let browser: Browser
/** Sites on rungs 0 and 2. */
let calm: Form
let busy: Form

beforeAll(async () => {
  ;[server, browser] = await Promise.all([startServer(), launchBrowser()])
  calm = await startForm(server, 0)
  busy = await startForm(server, 2)
})
afterAll(async () => {
  await browser?.close()
  await Promise.all([calm, busy].map(form => form?.host.stop()))
  await server?.stop()
})

describe('<upright-captcha>', () => {
  it('is moved with its pass, cloned without, and stops when it is removed', async () => {
    const { page, state, complaints, close } = await openForm(browser, put(server, calm))
    await page.focus('#name')
    await state('passed')
    const result = await page.evaluate(`(async () => {
      const element = document.querySelector('upright-captcha')
      const { form } = element
      const pass = element.value
      form.prepend(element)
      const moved = element.value === pass && new FormData(form).get('upright-pass') === pass
      const clone = element.cloneNode(true)
      element.remove()
      await null
      const removed = [element.value, element.state]
      form.append(clone)
      return { moved, removed, again: (await clone.execute()) !== pass }
    })()`)
    expect(result).toEqual({ moved: true, removed: ['', 'idle'], again: true })
    expect(complaints).toEqual([])
    await close()
  })

  it('asks again on a page that comes back from the cache: its pass may be spent', async () => {
    const { page, state, close } = await openForm(browser, put(server, calm))
    await page.focus('#name')
    await state('passed')
    await page.evaluate(() => {
      document.querySelector<HTMLElement>('#name')!.blur()
      dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))
    })
    await state('idle')
    await page.focus('#name')
    await state('passed')
    await close()
  })

  it('is there twice in a page, each for its own form', async () => {
    const element = `<upright-captcha sitekey="${calm.publicKey}"></upright-captcha>`
    const body = `<form id="a"><input aria-label="A">${element}</form><form id="b"><input aria-label="B">${element}</form>`
    const { page, complaints, close } = await openForm(browser, put(server, calm, { body }))
    await page.focus('#b input')
    await page.locator('#b .box.passed').waitFor()
    expect(await page.locator('#a .box.idle').count()).toBe(1)
    await page.focus('#a input')
    await page.locator('#a .box.passed').waitFor()
    const passes = await page.$$eval('upright-captcha', all =>
      all.map(each => new FormData(each.closest('form')!).get('upright-pass')),
    )
    expect(new Set(passes).size).toBe(2)
    expect(complaints).toEqual([])
    await close()
  })

  it('works in a shadow root, and speaks the language around that', async () => {
    const script = `customElements.define('my-form', class extends HTMLElement {
      connectedCallback() {
        const root = this.attachShadow({ mode: 'open' })
        const form = document.createElement('form')
        const captcha = document.createElement('upright-captcha')
        captcha.setAttribute('sitekey', '${calm.publicKey}')
        form.append(document.createElement('input'), captcha)
        root.append(form)
      }
    })`
    const { page, complaints, close } = await openForm(
      browser,
      put(server, calm, { body: '<my-form></my-form>', lang: 'fr-CA', script }),
    )
    await page.locator('my-form input').focus()
    await page.locator('upright-captcha [role=status]').filter({ hasText: 'Vérifié' }).waitFor()
    expect(complaints).toEqual([])
    await close()
  })

  it("works below a path of the page's own origin", async () => {
    const forward: Route = async (request, response) => {
      const body = request.method === 'POST' ? await buffer(request) : undefined
      const { origin, referer = '' } = request.headers
      const answer = await fetch(server.url + request.url!.replace('/captcha', ''), {
        ...{
          method: request.method!,
          headers: { referer, 'accept-encoding': 'identity', ...(origin && { origin }) },
        },
        ...(body && { body }),
      })
      response
        .writeHead(answer.status, Object.fromEntries(answer.headers))
        .end(Buffer.from(await answer.arrayBuffer()))
    }
    const list = await fetch(`${server.url}/upright/v1/integrity.json`)
    const { 'panels.js': panels } = (await list.json()) as Record<'panels.js', { address: string }>
    const paths = [
      '/upright.js',
      ...['challenge', 'answer', 'show', 'solver-scrypt.js', panels.address].map(
        name => `/upright/v1/${name}`,
      ),
    ]
    Object.assign(busy.host.routes, Object.fromEntries(paths.map(path => [`/captcha${path}`, forward])))
    const service = `${busy.host.url}/captcha`
    const { page, requests, tickets, complaints, state, close } = await openForm(
      browser,
      put(server, busy, { service, attributes: 'kinds="text"' }),
    )
    await page.focus('#name')
    await page.locator('upright-captcha .choices button').first().click()
    await page.locator('upright-captcha input').fill(await server.answerTo(tickets.at(-1)!, 'text'))
    await page.keyboard.press('Enter')
    await state('passed')
    expect(requests.filter(url => !url.startsWith(busy.host.url) && !url.startsWith('data:'))).toEqual([])
    expect(requests).toContain(`${service}/upright/v1/solver-scrypt.js`)
    expect(complaints).toEqual([])
    await close()
  })
})
