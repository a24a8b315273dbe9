/** `<upright-captcha>` for everybody: by keyboard alone, as it is spoken, and by axe in each state. */
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AXE, DESKTOP, FAST, findings, inSchemes, launchBrowser, NARROW, overflow, PHONE } from './browser.ts'
import { type CaptchaVisit, type Form, openForm, put, startForm } from './captcha-page.ts'
import { type Server, startServer } from './server.ts'

/** Least size of a target in pixels: for a finger, and for everything else. */
const [TOUCH_TARGET, TARGET] = [44, 24]

let server: Server
let browser: Browser
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

/** Notes each text of the status from now on: what a screen reader says without being asked. */
const listen = (page: Page) =>
  page.evaluate(() => {
    const status = document.querySelector('upright-captcha')!.shadowRoot!.querySelector('[role=status]')!
    const said: string[] = Object.assign(window, { said: [] as string[] }).said
    new MutationObserver(() => said.push(status.textContent!)).observe(status, { childList: true })
  })
const said = (page: Page) => page.evaluate(() => (window as unknown as { said: string[] }).said)

/** The name of what has the focus in the element; empty where the focus is elsewhere. */
const focused = (page: Page) =>
  page.evaluate(() => {
    const element = document.querySelector('upright-captcha')!.shadowRoot!.activeElement as HTMLElement | null
    const label = element instanceof HTMLInputElement ? element.labels?.[0]?.textContent : undefined
    return label ?? element?.getAttribute('aria-label') ?? element?.title ?? ''
  })

/** Presses a key until an element of the captcha has the focus. */
async function tabTo(page: Page, selector: string): Promise<void> {
  const isThere = () =>
    page.evaluate(
      wanted =>
        document.querySelector('upright-captcha')!.shadowRoot!.activeElement?.matches(wanted) === true,
      selector,
    )
  for (let i = 0; i < 10 && !(await isThere()); i++) await page.keyboard.press('Tab')
  expect(await isThere(), selector).toBe(true)
}

/** Opens the choice of a site on rung 2, and chooses by keys alone. */
async function choose(name: string, script?: string): Promise<CaptchaVisit> {
  const visit = await openForm(browser, put(server, busy), DESKTOP, script)
  const { page, state } = visit
  await listen(page)
  await page.focus('#name')
  await state('choose')
  await tabTo(page, '.choices button')
  const names = await page.locator('upright-captcha .choices button').allTextContents()
  for (let i = 0; i < names.indexOf(name); i++) await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  return visit
}

describe('<upright-captcha> by keyboard, and what is said', () => {
  it('verifies', async () => {
    const { page, state, close } = await openForm(browser, put(server, calm))
    await listen(page)
    await page.keyboard.press('Tab')
    await state('passed')
    expect(await said(page)).toEqual(['Verifying…', 'Verified'])
    await close()
  })

  it('reads', async () => {
    const { page, tickets, state, close } = await choose('Read')
    await page.locator('upright-captcha input:focus').waitFor()
    await page.keyboard.type('wrong')
    await page.keyboard.press('Enter')
    await page.locator('upright-captcha [role=status]').filter({ hasText: 'not right' }).waitFor()
    await page.locator('upright-captcha input:focus').waitFor()
    await page.keyboard.type(await server.answerTo(tickets.at(-1)!, 'text'))
    await page.keyboard.press('Enter')
    await state('passed')
    expect(await said(page)).toEqual([
      ...['Verifying…', 'Please choose one', 'Read', 'Verifying…'],
      ...['That was not right. Here is a new one', 'Verifying…', 'Verified'],
    ])
    // The focus stays in the box, and Tab goes on after it.
    expect(await focused(page)).toBe('Verification')
    await page.keyboard.press('Tab')
    expect(await page.evaluate(() => document.activeElement!.id)).toBe('send')
    await close()
  })

  it('listens', async () => {
    const { page, tickets, state, close } = await choose('Listen', FAST)
    await page.locator('upright-captcha .play:focus').waitFor()
    await page.keyboard.press('Enter')
    await page.locator('upright-captcha input:focus').waitFor()
    await page.keyboard.type(await server.answerTo(tickets.at(-1)!, 'speech'))
    await page.keyboard.press('Enter')
    await state('passed')
    // A sound may come in pieces.
    const heard = (await said(page)).filter(text => text !== 'Loading…')
    expect(heard.filter((text, i) => text !== heard[i - 1])).toEqual([
      ...['Verifying…', 'Please choose one', 'Listen', 'Playing', 'Type what you heard'],
      ...['Verifying…', 'Verified'],
    ])
    await close()
  })

  it('turns', async () => {
    const { page, tickets, state, close } = await choose('Turn')
    await page.locator('upright-captcha .dial[aria-disabled=false]:focus').waitFor()
    const degrees = Number(await server.answerTo(tickets.at(-1)!, 'rotate'))
    await page.keyboard.press('Home')
    for (let i = 0; i < Math.round(degrees / 15); i++) await page.keyboard.press('PageUp')
    const turned = (Math.round(degrees / 15) * 15) % 360
    expect(await page.getByRole('slider').getAttribute('aria-valuetext')).toBe(`${turned} degrees`)
    await page.keyboard.press('Enter')
    await state('passed')
    expect(await said(page)).toEqual(['Verifying…', 'Please choose one', 'Turn', 'Verifying…', 'Verified'])
    await close()
  })

  it('turns with the arrows of the direction that the text has', async () => {
    const { page, close } = await choose('Turn')
    await page.locator('upright-captcha .dial[aria-disabled=false]:focus').waitFor()
    const pressed = async (key: string) => {
      await page.keyboard.press('Home')
      await page.keyboard.press('PageUp')
      await page.keyboard.press(key)
      return page.getByRole('slider').getAttribute('aria-valuenow')
    }
    expect(await pressed('ArrowRight')).toBe('16')
    await direct(page, 'rtl')
    expect(await pressed('ArrowRight')).toBe('14')
    expect(await pressed('ArrowUp')).toBe('16')
    await close()
  })

  it('waits', async () => {
    const { page, state, close } = await choose('Wait')
    await state('passed')
    expect(await said(page)).toEqual(['Verifying…', 'Please choose one', 'Verifying…', 'Verified'])
    expect(await focused(page)).toBe('Verification')
    await close()
  })

  it('gives the focus to the choice where a form is sent before', async () => {
    const { page, state, close } = await openForm(browser, put(server, busy))
    await page.focus('#name')
    await state('choose')
    await page.keyboard.press('Enter')
    await page.waitForFunction(
      () => document.querySelector('upright-captcha')!.shadowRoot!.activeElement?.textContent === 'Read',
    )
    await close()
  })
})

/** Gives the box the direction that a language has which is written so. */
const direct = (page: Page, direction: string) =>
  page.$eval(
    'upright-captcha',
    (element, dir) => {
      element.shadowRoot!.querySelector<HTMLElement>('.box')!.dir = dir
    },
    direction,
  )

/** Checks the element as it is: axe in both schemes and directions, sizes of targets, nothing cut off. */
async function check(page: Page, least: number): Promise<void> {
  for (const direction of ['ltr', 'rtl']) {
    await direct(page, direction)
    await inSchemes(page, async scheme => {
      expect(await findings(page), `${scheme} ${direction}`).toEqual([])
      expect(await overflow(page)).toBe(0)
    })
  }
  await direct(page, 'ltr')
  const small = await page
    .locator('upright-captcha')
    .locator('button, input')
    .evaluateAll(
      (all, size) =>
        all
          .map(element => ({ name: element.outerHTML, box: element.getBoundingClientRect() }))
          .filter(({ box }) => box.width > 0 && (box.width < size || box.height < size))
          .map(({ name }) => name),
      least,
    )
  expect(small).toEqual([])
}

describe.each([
  ['a phone', { ...PHONE, isMobile: true }, TOUCH_TARGET],
  ['a desktop', DESKTOP, TARGET],
  ['320 pixels', NARROW, TARGET],
] as const)('<upright-captcha> on %s', (_, screen, least) => {
  it('has nothing that axe finds on the calm rungs, in each state', async () => {
    const { page, state, close } = await openForm(browser, put(server, calm), screen, AXE)
    await check(page, least)
    await page.context().setOffline(true)
    await page.focus('#name')
    await state('offline')
    await check(page, least)
    await page.context().setOffline(false)
    await state('passed')
    await check(page, least)
    await page.$eval('upright-captcha', element => element.setAttribute('sitekey', 'unknown'))
    await state('failed')
    await check(page, least)
    await close()
  })

  it('has nothing that axe finds where the visitor chooses, in each panel', async () => {
    const { page, state, close } = await openForm(browser, put(server, busy, { lang: 'fr' }), screen, AXE)
    await page.focus('#name')
    await state('choose')
    await check(page, least)
    for (const [index, shown] of ['img', '.play', '.dial[aria-disabled=false]'].entries()) {
      await page.locator('upright-captcha .choices button').nth(index).click()
      await page.locator(`upright-captcha ${shown}`).waitFor()
      await check(page, least)
      await page.locator('upright-captcha .line button').click()
    }
    await page.locator('upright-captcha .choices button').first().click()
    await page.locator('upright-captcha input').fill('faux')
    await page.keyboard.press('Enter')
    await page.locator('upright-captcha [role=status]').filter({ hasText: 'pas cela' }).waitFor()
    await page.locator('upright-captcha input').waitFor()
    await check(page, least)
    await close()
  })
})
