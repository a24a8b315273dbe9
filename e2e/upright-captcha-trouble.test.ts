/**
 * `<upright-captcha>` where something goes wrong: the service away at each step, a page that changes it
 * half-way, attributes that mean nothing, wrong clocks. What gets through must be a pass that is redeemed.
 */
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { closeContexts, sharedBrowser } from './browser.ts'
import { type CaptchaApp, startApp } from './captcha-app.ts'
import { type CaptchaVisit, inState, openForm, put } from './captcha-page.ts'

/** Milliseconds of a day. */
const DAY_MS = 86_400_000
const LOST = 'This could not be loaded. Please try another one'

let app: CaptchaApp
let browser: Browser
let visit: CaptchaVisit

beforeAll(async () => {
  ;[app, browser] = await Promise.all([startApp(), sharedBrowser()])
})
beforeEach(async () => {
  await app.set({ rung: 2, origins: [] })
  return () => visit.close()
})
afterAll(async () => {
  await closeContexts(browser)
  await app?.stop()
})

const open = async (attributes = '') => {
  visit = await openForm(browser, put(app, app.form, { attributes }))
  return visit
}
/** Comes to the form, and chooses what there is by its place. */
const choose = async ({ page, state }: CaptchaVisit, index: number) => {
  await page.focus('#name')
  await state('choose')
  await page.locator('upright-captcha .choices button').nth(index).click()
}
const button = (page: Page, name: string) =>
  page.locator('upright-captcha').getByRole('button', { name, exact: true })
const status = (page: Page, text: string) =>
  page.locator('upright-captcha [role=status]').filter({ hasText: text })
/** Answers the picture of the last ticket. */
const read = async ({ page, tickets }: CaptchaVisit) => {
  await page.locator('upright-captcha input').fill(app.answerTo(tickets.at(-1)!, 'text'))
  await page.keyboard.press('Enter')
}
/** Sends the form; what its back end found of the pass. */
const send = async (page: Page) => {
  await page.click('#send')
  await page.waitForURL('**/send')
  return app.form.sent.at(-1)
}

describe('<upright-captcha> whose service is away', () => {
  it('goes on by itself at the challenge and at the answer, and offers another picture, sound or disc', async () => {
    const { page, state, tickets } = await open()
    app.away = /challenge/
    await page.focus('#name')
    await state('offline')
    app.away = undefined
    await state('choose')
    for (const [index, shown] of ['img', '.play', '.dial'].entries()) {
      app.away = /show/
      await page.locator('upright-captcha .choices button').nth(index).click()
      await page.locator(`upright-captcha ${shown}`).waitFor()
      if (shown === '.play') await button(page, 'Listen').click()
      await status(page, LOST).waitFor()
      app.away = undefined
      await button(page, 'Another one').click()
      await page.locator(`upright-captcha ${shown}`).waitFor()
      await status(page, ['Read', 'Listen', 'Turn'][index]!).waitFor()
      await button(page, 'Another way').click()
    }
    await page.locator('upright-captcha .choices button').first().click()
    await page.locator('upright-captcha input').waitFor()
    const [asked] = tickets.slice(-1)
    app.away = /answer/
    await read(visit)
    await state('offline')
    app.away = undefined
    await state('passed')
    expect(tickets.at(-1)).toBe(asked)
    expect(await send(page)).toMatchObject({ success: true, kind: 'text' })
  })

  it('works without its workers where they cannot be loaded', async () => {
    await app.set({ rung: 1 })
    const { page, state } = await open()
    app.away = /solver/
    await page.focus('#name')
    await state('passed')
    app.away = undefined
    expect(await send(page)).toMatchObject({ success: true, kind: 'work', rung: 1 })
  })
})

describe('<upright-captcha> in a page that changes it half-way', () => {
  it('goes on where it is moved; its clone begins by itself', async () => {
    const { page, state, complaints } = await open('action="a"')
    await choose(visit, 0)
    await page.locator('upright-captcha input').fill('AB')
    await page.evaluate(`{
      const element = document.querySelector('upright-captcha')
      const clone = element.cloneNode(true)
      element.form.prepend(element)
      document.querySelector('main').append(clone)
    }`)
    await page.locator('main > upright-captcha .box.choose').waitFor()
    expect(await page.locator('form upright-captcha input').inputValue()).toBe('AB')
    await page.$eval('main > upright-captcha', clone => clone.remove())
    const moved = new URL((await page.locator('upright-captcha img').getAttribute('srcset'))!.split(' ')[0]!)
    const answer = app.answerTo(moved.searchParams.get('ticket')!, 'text')
    await page.locator('upright-captcha input').fill(answer)
    await page.keyboard.press('Enter')
    await state('passed')
    expect(await send(page)).toMatchObject({ success: true, kind: 'text', action: 'a' })
    expect(complaints).toEqual([])
  })

  it('begins again with other attributes, and drops what was under way', async () => {
    const { page, state, tickets, complaints } = await open('action="before"')
    await choose(visit, 0)
    await page.locator('upright-captcha input').waitFor()
    const [first] = tickets
    await page.$eval('upright-captcha', element => element.setAttribute('action', 'after'))
    await state('choose')
    await page.locator('upright-captcha .choices button').first().click()
    await page.locator('upright-captcha input').waitFor()
    expect(tickets.at(-1)).not.toBe(first)
    await read(visit)
    // While its answer is on the way its name changes, and the language.
    await page.$eval('upright-captcha', element => {
      element.setAttribute('name', 'other')
      element.setAttribute('lang', 'fr')
      element.setAttribute('name', 'upright-pass')
    })
    await state('passed')
    expect(await page.locator('upright-captcha [role=status]').textContent()).toBe('Vérifié')
    expect(await send(page)).toMatchObject({ success: true, action: 'after' })
    expect(complaints).toEqual([])
  })
})

describe('<upright-captcha>', () => {
  it('takes attributes that mean nothing for none, and speaks English where it does not know a language', async () => {
    await app.set({ rung: 0 })
    const { page, state, complaints } = await open(
      'lang="xx" theme="neon" size="-1" start="never" kinds="dance"',
    )
    await page.focus('#name')
    await state('passed')
    await status(page, 'Verified').waitFor()
    expect(await send(page)).toMatchObject({ success: true })
    expect(complaints).toEqual([])
  })

  it('says that it is not possible on pages that the site does not list', async () => {
    await app.set({ rung: 0, origins: ['https://shop.example'] })
    const { page, state } = await open()
    await page.focus('#name')
    await state('failed')
    await app.set({ origins: [app.form.host.url] })
    await button(page, 'Try again').click()
    await state('passed')
    expect(await send(page)).toMatchObject({ success: true })
  })

  it('gives each tab a pass of its own, by whatever clock', async () => {
    await app.set({ rung: 0 })
    const { page } = await open()
    const tabs = await Promise.all(
      [DAY_MS, -DAY_MS].map(async error => {
        const tab = await page.context().newPage()
        await tab.addInitScript(`{ const { now } = Date; Date.now = () => now() + ${error} }`)
        await tab.goto(app.form.host.url)
        await tab.focus('#name')
        await inState(tab, 'passed')
        return tab
      }),
    )
    const passes = await Promise.all(
      tabs.map(tab => tab.evaluate("document.querySelector('upright-captcha').value")),
    )
    expect(new Set(passes).size).toBe(2)
    for (const tab of tabs) {
      expect(await tab.locator('upright-captcha .box.passed').count()).toBe(1)
      expect(await send(tab)).toMatchObject({ success: true })
    }
  })

  it('renews its pass when somebody looks at the page, where nobody is asked for anything', async () => {
    await app.set({ rung: 1 })
    const { page, state, tickets } = await open('start="manual"')
    await page.clock.install()
    await page.goto(app.form.host.url)
    await page.locator('upright-captcha button').click()
    await state('passed')
    const hide = (hidden: boolean) =>
      page.evaluate(isHidden => {
        Object.defineProperty(document, 'hidden', { value: isHidden, configurable: true })
        document.dispatchEvent(new Event('visibilitychange'))
      }, hidden)
    await hide(true)
    await page.clock.fastForward('30:00')
    await state('expired')
    expect(tickets).toHaveLength(1)
    await hide(false)
    await state('passed')
    expect(tickets).toHaveLength(2)
    // One that is seen meanwhile is renewed at once, without a word of its expiry.
    const states = page.evaluate(
      () =>
        new Promise<string[]>(resolve => {
          const seen: string[] = []
          document.addEventListener('upright-state', ({ detail }: CustomEventInit) => {
            seen.push(detail.state)
            if (detail.state === 'passed') resolve(seen)
          })
        }),
    )
    await page.clock.fastForward('30:00')
    expect(await states).toEqual(['working', 'passed'])
    expect(await send(page)).toMatchObject({ success: true, rung: 1, kind: 'work' })
  })
})
