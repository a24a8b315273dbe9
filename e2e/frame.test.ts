/** The frame for pages without scripts, in Chromium with JavaScript switched off. */
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import {
  AXE,
  closeContexts,
  DESKTOP,
  findings,
  inSchemes,
  NARROW,
  newVisit,
  overflow,
  sharedBrowser,
} from './browser.ts'
import { type Form, put, startForm } from './captcha-page.ts'
import { type Server, startServer } from './server.ts'

let server: Server
let browser: Browser
let form: Form

beforeAll(async () => {
  ;[server, browser] = await Promise.all([startServer(), sharedBrowser()])
  form = await startForm(server, 2)
})
afterAll(async () => {
  await closeContexts(browser)
  await form?.host.stop()
  await server?.stop()
})

it('gives a pass without JavaScript, which the visitor pastes into the form around it', async () => {
  const frame = `${server.url}/upright/v1/frame?sitekey=${form.publicKey}&action=contact&lang=fr`
  const body = `<main><h1>Form</h1><form action="/send" method="post"><noscript>
    <iframe title="Verification" src="${frame.replaceAll('&', '&amp;')}"></iframe>
    <label for="pass">Pass</label> <textarea id="pass" name="upright-pass" required></textarea></noscript>
    <p><button id="send">Send</button></p></form></main>`
  const { page, complaints } = await newVisit(browser, { ...DESKTOP, javaScriptEnabled: false })
  await page.goto(put(server, form, { body, directives: { 'frame-src': server.url } }))
  const inside = page.frameLocator('iframe')
  const ticket = () => inside.locator('[name=ticket]').inputValue()
  const first = await ticket()
  await inside.locator('#speech').fill('000')
  await inside.locator('#speech').press('Enter')
  await inside.locator('#note').filter({ hasText: 'La réponse n’est pas correcte' }).waitFor()
  expect(await ticket()).not.toBe(first)

  await inside.locator('#text').fill((await server.answerTo(await ticket(), 'text')).toLowerCase())
  await inside.locator('#text').press('Enter')
  // All by keyboard: what is to be copied is the first that gets the focus.
  await inside.locator('#pass').waitFor()
  await page.keyboard.press('Tab')
  await page.keyboard.press('Control+A')
  await page.keyboard.press('Control+C')
  await page.locator('#pass').focus()
  await page.keyboard.press('Control+V')
  await page.click('#send')
  await page.waitForURL('**/send')
  expect(form.sent.at(-1)).toMatchObject({
    ...{ success: true, hostname: '127.0.0.1', action: 'contact', kind: 'text', rung: 2 },
  })
  expect(complaints).toEqual([])
  await page.context().close()
})

it('has nothing that axe would find, in each state, colour scheme and direction, at 320 pixels', async () => {
  const { page, complaints } = await newVisit(browser, NARROW, AXE)
  const address = `${server.url}/upright/v1/frame?lang=en&sitekey=`
  const states = {
    challenge: () => page.goto(address + server.publicKey),
    wrong: async () => {
      await page.fill('#text', 'x')
      await page.click('button >> nth=0')
      await page.waitForSelector('#note')
      expect(await page.title()).toMatch(/^That was not right/)
    },
    pass: async () => {
      await page.fill('#speech', await server.answerTo(await page.inputValue('[name=ticket]'), 'speech'))
      await page.click('button >> nth=0')
      await page.waitForSelector('#pass')
    },
    refusal: () => page.goto(`${address}x`),
  }
  for (const [state, reach] of Object.entries(states)) {
    await reach()
    for (const dir of ['ltr', 'rtl']) {
      await page.evaluate(to => {
        document.documentElement.dir = to
      }, dir)
      await inSchemes(page, async scheme => {
        expect([state, dir, scheme, ...(await findings(page))]).toEqual([state, dir, scheme])
      })
      expect([state, dir, await overflow(page)]).toEqual([state, dir, 0])
    }
  }
  // Chromium says of a page that was not found that it was not.
  expect(complaints.filter(line => !line.includes('404'))).toEqual([])
  await page.context().close()
})
