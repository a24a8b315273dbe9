/**
 * `<upright-captcha>` in Chromium and Firefox by the same script: every route by keyboard alone, what the
 * live region says on each, in order, and names and roles of both accessibility trees. One page a browser.
 */
import type { Browser, ElementHandle, Page } from 'puppeteer-core'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { launchChromium } from '../bench/browsers.ts'
import { leaveFirefox, sharedFirefox } from './browser.ts'
import { type CaptchaApp, startApp } from './captcha-app.ts'
import { put } from './captcha-page.ts'

/** What every visit of a site on rung 2 says first. */
const ASKED = ['Verifying…', 'Please choose one']
const DONE = ['Verifying…', 'Verified']
const WRONG = 'That was not right. Here is a new one'
const OFFLINE = 'The service is not responding. Trying again automatically'

let app: CaptchaApp

beforeAll(async () => {
  app = await startApp()
})
afterAll(() => app?.stop())

/** What the script of a page notes for the test: texts of the live region, and tickets. */
interface Notes {
  said: string[]
  tickets: string[]
}
const notes = `
  Object.assign(window, { said: [], tickets: [] })
  const ask = window.fetch
  window.fetch = async (...all) => {
    const reply = await ask(...all)
    const { ticket } = await reply.clone().json().catch(() => ({}))
    if (ticket) window.tickets.push(ticket)
    return reply
  }
  // Firefox plays nothing without a sound card, unless nothing is heard.
  const { play } = HTMLMediaElement.prototype
  HTMLMediaElement.prototype.play = function () {
    this.muted = true
    return play.call(this)
  }
  customElements.whenDefined('upright-captcha').then(() => {
    const { shadowRoot } = document.querySelector('upright-captcha')
    const status = shadowRoot.querySelector('[role=status]')
    new MutationObserver(() => window.said.push(status.textContent)).observe(status, { childList: true })
  })`

describe.each([
  ['Chromium', launchChromium, (browser: Browser) => browser.close()],
  ['Firefox', sharedFirefox, leaveFirefox],
] as const)('<upright-captcha> in %s by keyboard', (_, launch, leave) => {
  let browser: Browser
  let page: Page
  let box: ElementHandle
  const complaints: string[] = []

  beforeAll(async () => {
    browser = await launch()
    page = await browser.newPage()
    page.on('pageerror', error => complaints.push(String(error)))
    // Its work on rungs 1 to 3 takes many times as long on the page itself.
    const quick = { attributes: 'solver="frame"', directives: { 'frame-src': app.url } }
    await page.goto(put(app, app.form, { script: notes, ...quick }))
    await find('.status:not(:empty)')
    box = (await page.$('>>> .box'))!
  })
  afterAll(() => leave(browser))

  /** Waits for something in the element. */
  const find = (selector: string) =>
    page.waitForFunction(
      wanted => document.querySelector('upright-captcha')!.shadowRoot?.querySelector(wanted) != null,
      {},
      selector,
    )
  const press = async (...keys: string[]) => {
    for (const key of keys) await page.keyboard.press(key as 'Tab')
  }
  const shift = async (key: string) => {
    await page.keyboard.down('Shift')
    await press(key)
    await page.keyboard.up('Shift')
  }
  /** Presses Tab, or Shift and Tab, until something in the element has the focus. */
  const tabTo = async (selector: string, move = () => press('Tab')) => {
    const isThere = () =>
      page.evaluate(
        wanted =>
          document.querySelector('upright-captcha')!.shadowRoot!.activeElement?.matches(wanted) === true,
        selector,
      )
    for (let i = 0; i < 6 && !(await isThere()); i++) await move()
    expect(await isThere(), selector).toBe(true)
  }
  /** What was said since the last time. */
  const noted = () => page.evaluate(() => (window as unknown as Notes).said.splice(0))
  /** The same without pauses in which a sound loads. */
  const said = async () => {
    const heard = (await noted()).filter(text => text !== 'Loading…')
    return heard.filter((text, i) => text !== heard[i - 1])
  }
  const answer = async (kind: string) =>
    app.answerTo(await page.evaluate(() => (window as unknown as Notes).tickets.at(-1)!), kind)
  /** The visitor comes to the form of a site on a rung. */
  const come = async (rung: number) => {
    await app.set({ rung })
    await page.evaluate(() => {
      // In the form the focus would start it at once.
      const heading = document.querySelector('h1')!
      heading.tabIndex = -1
      heading.focus()
    })
    await page.evaluate("document.querySelector('upright-captcha').reset()")
    await said()
    await page.focus('#name')
  }
  /** Comes to a site on rung 2, and chooses with one key. */
  const choose = async (key: string) => {
    await come(2)
    await find('.box.choose')
    await tabTo('.choices button')
    await press(key)
  }
  /** Whether the accessibility tree has something by its role and name, once. */
  const has = async (role: string, name: string) => {
    const found = await box.$$(`aria/${name}[role="${role}"]`)
    expect(found.length, `${role} ${name}`).toBe(1)
  }

  it('verifies by itself on rungs 0 and 1', async () => {
    for (const rung of [0, 1]) {
      await come(rung)
      await find('.box.passed')
      expect(await said()).toEqual(DONE)
    }
    expect((await box.$$('aria/[role="status"]')).length).toBe(1)
    await has('group', 'Verification')
  })

  it('offers four ways of equal standing on rung 2, and three on rung 3', async () => {
    for (const [rung, names] of [
      [2, ['Read', 'Listen', 'Turn', 'Wait']],
      [3, ['Read', 'Listen', 'Turn']],
    ] as const) {
      await come(rung)
      await find('.box.choose')
      await has('group', 'How do you want to verify?')
      for (const name of names) await has('button', name)
      const offered = await page.$$eval('>>> .choices button', all =>
        all.map(each => [each.textContent, each.getAttribute('aria-keyshortcuts'), each.clientHeight]),
      )
      const height = offered[0]![2]
      expect(offered).toEqual(names.map((name, i) => [name, String(i + 1), height]))
    }
  })

  it('shows a way on where a panel cannot be loaded', async () => {
    app.away = /panels/
    await choose('1')
    const lost = 'This could not be loaded. Please try another one'
    for (const before of [[...ASKED, 'Read'], ['Loading…']]) {
      await page.waitForFunction(text => (window as unknown as Notes).said.at(-1) === text, {}, lost)
      await has('button', 'Try again')
      await has('button', 'Another way')
      expect(await noted()).toEqual([...before, lost])
      await find('[part=panel] button:focus')
      if (before.length === 1) app.away = undefined
      await press('Enter')
    }
    await find('input:focus')
    const ticket = await page.evaluate(() => (window as unknown as Notes).tickets.at(-1))
    await tabTo('.line button', () => shift('Tab'))
    await press('Enter', '1')
    await find('input:focus')
    expect(await page.evaluate(() => (window as unknown as Notes).tickets.at(-1))).toBe(ticket)
  })

  it('reads, after a wrong response', async () => {
    await choose('1')
    await find('input:focus')
    await has('textbox', 'Type the characters in the picture')
    await has('image', 'Picture of a code')
    for (const name of ['Check', 'Another one', 'Another way']) await has('button', name)
    await page.keyboard.type('wrong')
    await press('Enter')
    await page.waitForFunction(() => (window as unknown as Notes).said.at(-1)!.startsWith('That was not'))
    await find('input:focus')
    await page.keyboard.type(await answer('text'))
    await press('Enter')
    await find('.box.passed')
    expect(await said()).toEqual([...ASKED, 'Read', 'Verifying…', WRONG, ...DONE])
    // The focus stays in the box, and Tab goes on after it.
    await press('Tab')
    expect(await page.evaluate(() => document.activeElement!.id)).toBe('send')
  })

  it('listens: pauses, slows down and plays again by keys that type nothing', async () => {
    await choose('2')
    await find('.play:focus')
    await has('group', 'Listen')
    await has('textbox', 'Type the digits you hear')
    for (const name of ['Listen', 'From the start', 'Slower']) await has('button', name)
    const keys = 'Shift+Enter: Pause Home: From the start -: Slower'
    expect(await page.$eval('>>> #keys', element => element.textContent!.trim())).toBe(keys)
    const attributes = await page.$$eval('>>> [role=group] .row button', all =>
      all.map(each => each.getAttribute('aria-keyshortcuts')).filter(Boolean),
    )
    expect(attributes).toEqual(['Shift+Enter', 'Home', '-'])
    const heard = async (...texts: string[]) => {
      await page.waitForFunction(text => (window as unknown as Notes).said.at(-1) === text, {}, texts.at(-1))
      const list = await said()
      expect(list.slice(-texts.length)).toEqual(texts)
      return list
    }
    await press('Enter')
    expect(await heard('Playing')).toEqual([...ASKED, 'Listen', 'Playing'])
    await has('button', 'Pause')
    await tabTo('input')
    await page.keyboard.type('1-')
    await press('Home', 'Delete', 'Delete')
    await shift('Enter')
    await heard('Paused')
    await has('button', 'Resume')
    // In the field these keys are the field's own: nothing plays by them.
    expect(await page.$eval('>>> input', input => (input as HTMLInputElement).value)).toBe('')
    await press('Home', '-', 'Backspace')
    expect(await said()).toEqual([])
    await shift('Tab')
    await press('-')
    await find('button[aria-pressed=true]:focus')
    await press('Home')
    await heard('Playing')
    await shift('Enter')
    await heard('Paused')
    await tabTo('input')
    await page.keyboard.type(await answer('speech'))
    await press('Enter')
    await find('.box.passed')
    expect(await said()).toEqual(DONE)
  })

  it('turns', async () => {
    await choose('3')
    await find('.dial[aria-disabled=false]:focus')
    await has('slider', 'Turn the animal upright')
    for (const name of ['Turn clockwise', 'Turn anticlockwise', 'Check']) await has('button', name)
    const degrees = Math.round(Number(await answer('rotate')) / 15)
    await press('Home', ...Array<string>(degrees).fill('PageUp'), 'Enter')
    await find('.box.passed')
    expect(await said()).toEqual([...ASKED, 'Turn', ...DONE])
  })

  it('waits', async () => {
    await choose('4')
    await find('.box.passed')
    // A slow machine takes so long that other ways are offered.
    const instead = 'Solve something instead of waiting'
    expect((await said()).filter(text => text !== instead)).toEqual([...ASKED, ...DONE])
  })

  it('goes to another way from each, with the keys that any button has', async () => {
    await choose('1')
    await find('input:focus')
    await tabTo('.line button', () => shift('Tab'))
    await press('Enter')
    await find('.choices button:focus')
    await press('2')
    await find('.play:focus')
    expect(await said()).toEqual([...ASKED, 'Read', 'Please choose one', 'Listen'])
  })

  it('asks for more where the rung has risen meanwhile, and spends nothing while nothing is decided', async () => {
    await choose('1')
    await find('input:focus')
    const ledger = vi.spyOn(app.service.ledger, 'claimed').mockRejectedValueOnce(new Error('away'))
    await page.keyboard.type(await answer('text'))
    app.pass(121)
    await app.set({ rung: 3 })
    await press('Enter')
    await page.waitForFunction(() => (window as unknown as Notes).said.at(-1)!.startsWith('One more'))
    ledger.mockRestore()
    await find('input:focus')
    await page.keyboard.type(await answer('text'))
    await press('Enter')
    await find('.box.passed')
    expect(await said()).toEqual([
      ...[...ASKED, 'Read', 'Verifying…', OFFLINE, 'Verifying…', 'One more step is needed', ...DONE],
    ])
  })

  it('says once that the service is away, and goes on by itself', async () => {
    app.away = /challenge/
    await come(0)
    await find('.box.offline')
    app.away = undefined
    await find('.box.passed')
    expect(await said()).toEqual(['Verifying…', OFFLINE, ...DONE])
  })

  it('fails without a site, tries again by its button, and is sent with its form', async () => {
    const setKey = (key: string) =>
      page.$eval('upright-captcha', (element, to) => element.setAttribute('sitekey', to), key)
    await setKey('unknown')
    await come(0)
    await find('.box.failed')
    await tabTo('.line button')
    await has('button', 'Try again')
    await press('Enter')
    await page.waitForFunction(() => (window as unknown as Notes).said.length === 4)
    const failed = ['Verifying…', 'The verification is not possible at the moment']
    expect(await said()).toEqual([...failed, ...failed])
    await setKey(app.form.publicKey)
    await find('.box.passed')
    await Promise.all([page.waitForNavigation(), page.click('#send')])
    expect(app.form.sent.at(-1)).toMatchObject({ success: true })
    // Firefox lists requests that got no answer as errors of the page, and that they lack their integrity.
    const isAnswered = (text: string) => !/CORS request did|“sha384” hashes/.test(text)
    expect(complaints.filter(isAnswered)).toEqual([])
  })
})
