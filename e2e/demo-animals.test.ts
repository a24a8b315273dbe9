/**
 * The part of the demo page that has an animal turned upright: the RoCAPTCHA widget in a form like any
 * site's.
 */
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  AXE,
  closeContexts,
  DESKTOP,
  findings,
  inSchemes,
  NARROW,
  overflow,
  PHONE,
  sharedBrowser,
  turnDial,
  visit,
} from './browser.ts'
import { type Server, startServer } from './server.ts'

let server: Server
let browser: Browser
beforeAll(async () => {
  ;[server, browser] = await Promise.all([startServer(), sharedBrowser()])
})
afterAll(async () => {
  await closeContexts(browser)
  await server?.stop()
})

/** Reports what a policy blocks. */
const WATCH = `addEventListener('securitypolicyviolation', ({ violatedDirective }) => console.error('policy: ' + violatedDirective))`

/** Opens the page, and waits until its widget shows a picture. */
async function open(lang = 'en', screen: BrowserContextOptions = DESKTOP, script = '') {
  const visited = await visit(browser, `${server.url}/demo?lang=${lang}`, screen, `${WATCH}\n${script}`)
  const { page } = visited
  return {
    ...visited,
    dial: page.locator('#animals').getByRole('slider'),
    first: await hash(page),
    close: () => page.context().close(),
  }
}

/** The hash of the challenge on show, once it is another one than before. */
async function hash(page: Page, before = ''): Promise<string> {
  const input = page.locator('[name=rocaptcha_challenge_field]')
  await expect
    .poll(async () => (await input.inputValue()).replace(before, ''), { timeout: 10_000 })
    .toMatch(/^[0-9a-f]{48}$/)
  return input.inputValue()
}

const right = async (hash: string) => Number(await server.answer(hash.slice(0, 32)))

/** Turns the picture of a hash by so much more than is right, and has it checked. */
async function answer(page: Page, hash: string, offset = 0): Promise<void> {
  await page.locator('#animals').getByRole('slider').focus()
  await turnDial(page, ((await right(hash)) + offset) % 360)
  await page.click('#turned')
}

const verdict = (page: Page) => page.textContent('#verdict')
const outcome = (page: Page, state: string) =>
  page.waitForSelector(`#animals [data-state="${state}"]`).catch(async (error: Error) => {
    throw new Error(`Not "${state}". The page says: ${await verdict(page)}`, { cause: error })
  })
const met = (page: Page) => page.locator('#met .title')
const wire = (page: Page) =>
  page.$$eval('#animal-exchanges summary code', all => all.map(({ textContent }) => textContent))
const sent = (requests: string[]) => requests.filter(url => url.endsWith('/demo/rocaptcha'))

describe('the animals of the demo page', () => {
  it('are the widget as any page embeds it, under the policy of this one', async () => {
    const { page, complaints, requests, close } = await open()
    const scripts = await page.$$eval('script[src*="/api/"]', all =>
      all.map(one => (one as HTMLScriptElement).src),
    )
    expect(scripts).toEqual([`${server.url}/api/js/?key=${server.publicKey}&lang=en`])
    const fields = await page.$$eval('#animals input[type=hidden]', all =>
      all.map(one => one.getAttribute('name')),
    )
    expect(fields).toEqual(['rocaptcha_challenge_field', 'rocaptcha_response_field', 'rocaptcha_session_id'])
    await outcome(page, 'open')
    expect(await verdict(page)).toBe('Give your answer, then check it.')
    expect(requests.filter(url => !url.startsWith(server.url) && !url.startsWith('data:'))).toEqual([])
    expect(complaints).toEqual([])
    await close()
  })

  it('pass by keyboard alone, and say who it was and what went over the wire', async () => {
    const { page, complaints, first, dial, close } = await open()
    await page.locator('#exchanges summary').last().focus()
    await page.keyboard.press('Tab')
    expect(await dial.evaluate(element => element.matches(':focus-visible'))).toBe(true)
    await turnDial(page, await right(first))
    // Past its two buttons, another picture, the sound and help.
    for (let i = 0; i < 6; i++) await page.keyboard.press('Tab')
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('turned')
    await page.keyboard.press('Enter')
    await outcome(page, 'passed')
    expect(await verdict(page)).toBe('PASSED: your form would accept this visitor.')
    await expect.poll(() => met(page).textContent()).toMatch(/^You have met ./)
    await expect
      .poll(() => wire(page))
      .toEqual([
        `/api/animal/${first}/`,
        '/demo/rocaptcha',
        `/api/image/${first}/`,
        `/api/generate/?key=${server.publicKey}&lang=en&work=ask`,
      ])
    const [request, response, command] = await page.$$eval(
      '#animal-exchanges details:nth-child(2) pre',
      all => all.map(block => block.textContent),
    )
    const form = `rocaptcha_challenge_field=${first}&rocaptcha_response_field=${await right(first)}`
    expect(request).toBe(`POST /demo/rocaptcha\n\n${form}`)
    expect(response).toBe('200 application/json\n\n{"status":"PASSED"}')
    expect(command).toBe(`curl -X POST '${server.url}/demo/rocaptcha' \\\n  -d '${form}'`)
    // It is spent: it can be looked at, and no longer turned.
    expect(await page.$eval('#rocaptcha_placeholder', place => (place as HTMLElement).inert)).toBe(true)
    await page.keyboard.press('Enter')
    expect(await hash(page, first)).not.toBe(first)
    await outcome(page, 'open')
    expect(await met(page).count()).toBe(0)
    expect(complaints).toEqual([])
    await close()
  })

  it('fail when they do not stand, and another one comes', async () => {
    const { page, complaints, first, close } = await open()
    await answer(page, first, 180)
    await outcome(page, 'wrong')
    expect(await verdict(page)).toMatch(/^FAILED: not right\. .* here is another\.$/)
    await hash(page, first)
    expect(await met(page).count()).toBe(0)
    expect(complaints).toEqual([])
    await close()
  })

  it('are not judged before they were turned', async () => {
    const { page, requests, close } = await open()
    await page.click('#turned')
    await outcome(page, 'wrong')
    expect(await verdict(page)).toMatch(/^No answer yet\. /)
    expect(sent(requests)).toEqual([])
    await close()
  })

  it('are judged once by two presses', async () => {
    const { page, requests, first, close } = await open()
    await page.route('**/demo/rocaptcha', async route => {
      await new Promise(done => setTimeout(done, 300))
      await route.continue()
    })
    await answer(page, first)
    await page.keyboard.press('Enter')
    await outcome(page, 'passed')
    expect(sent(requests)).toHaveLength(1)
    await close()
  })

  it('let who does not see them type a number that is spoken', async () => {
    const { page, complaints, first, close } = await open()
    await page.getByRole('button', { name: 'Listen instead' }).click()
    const spoken = await hash(page, first)
    await page
      .locator('#animals')
      .getByRole('textbox')
      .fill(`${await right(spoken)}`)
    await page.keyboard.press('Enter')
    await outcome(page, 'passed')
    expect(await met(page).count()).toBe(0)
    expect(complaints).toEqual([])
    await close()
  })

  it('speak the language of the page, and change it with the page', async () => {
    const { page, complaints, first, close } = await open()
    await answer(page, first)
    await outcome(page, 'passed')
    await page.click('.languages a[hreflang="fr"]')
    await hash(page, first)
    const title = page.locator('#rocaptcha_placeholder .title')
    expect(await title.textContent()).toBe('Remettez l’animal à l’endroit')
    expect(await page.locator('#animals ro-captcha').count()).toBe(1)
    await outcome(page, 'open')
    await page.click('.languages a[hreflang="en"]')
    await expect.poll(() => title.textContent()).toBe('Turn the animal upright')
    expect(complaints).toEqual([])
    await close()
  })

  it.each([
    ['en', 'Sample', ['Looking for a home', 'Found animal', 'Lost animal']],
    ['fr', 'Exemple', ['Cherche un foyer', 'Animal trouvé', 'Animal perdu']],
  ])('show samples of every status that are marked as samples: %s', async (lang, mark, statuses) => {
    const { page, close } = await open(lang)
    expect(await page.locator('#samples .badge').allTextContents()).toEqual(statuses)
    expect(await page.locator('#samples li > .mark').allTextContents()).toEqual([mark, mark, mark])
    await close()
  })

  const cases = ['en', 'fr'].flatMap(lang =>
    Object.entries({ DESKTOP, PHONE, NARROW }).map(([name, screen]) => ({ lang, name, screen })),
  )
  it.each(cases)('have nothing that axe finds, and lose nothing: $lang, $name', async ({ lang, screen }) => {
    const { page, complaints, first, close } = await open(lang, screen, AXE)
    expect(await page.getAttribute('html', 'lang')).toBe(lang)
    const check = async (scheme: string) => {
      expect(await findings(page), scheme).toEqual([])
      expect(await overflow(page)).toBe(0)
    }
    await inSchemes(page, check)
    await answer(page, first, 180)
    await outcome(page, 'wrong')
    const second = await hash(page, first)
    await inSchemes(page, check)
    await answer(page, second)
    await outcome(page, 'passed')
    await met(page).waitFor()
    await inSchemes(page, check)
    expect(complaints).toEqual([])
    await close()
  })

  it('say what is wrong, and judge the same answer afterwards', async () => {
    const { page, first, close } = await open()
    await page.context().setOffline(true)
    await answer(page, first)
    await outcome(page, 'trouble')
    expect(await verdict(page)).toContain('cannot be reached')
    await page.context().setOffline(false)
    for (const [status, text, headers] of [
      [429, 'Try again in 7 seconds', { 'Retry-After': '7' }],
      [404, 'This server has no demo site. Make one with: upright site add --name Demo --open', {}],
      [503, 'an error (503)', {}],
      [200, 'does not understand', {}],
    ] as const) {
      await page.route('**/demo/rocaptcha', route => route.fulfill({ status, headers, body: '{}' }))
      await page.click('#turned')
      await expect.poll(() => verdict(page)).toContain(text)
      await page.unroute('**/demo/rocaptcha')
    }
    await page.click('#turned')
    await outcome(page, 'passed')
    await close()
  })

  it('come after all when their script did not at first', async () => {
    const { page, close } = await open()
    await page.route('**/api/js/*', route => route.abort())
    await page.reload()
    await outcome(page, 'trouble')
    expect(await verdict(page)).toContain('cannot be reached')
    await page.unroute('**/api/js/*')
    await page.click('#turned')
    await hash(page)
    await outcome(page, 'open')
    await close()
  })
})
