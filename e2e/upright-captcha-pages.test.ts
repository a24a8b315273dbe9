/** `<upright-captcha>` moved, twice in a page, and in a shadow root. */
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { closeContexts, sharedBrowser } from './browser.ts'
import { type Form, openForm, put, startForm } from './captcha-page.ts'
import { type Server, startServer } from './server.ts'

let server: Server
let browser: Browser
let calm: Form

beforeAll(async () => {
  ;[server, browser] = await Promise.all([startServer(), sharedBrowser()])
  calm = await startForm(server, 0)
})
afterAll(async () => {
  await closeContexts(browser)
  await calm?.host.stop()
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
})
