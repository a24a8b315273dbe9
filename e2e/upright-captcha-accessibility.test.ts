/**
 * `<upright-captcha>` for everybody: axe in each state, scheme and direction, sizes of targets, zoom, text
 * spacing, forced colours and motion. `upright-captcha-keyboard.test.ts` has what is said, and the keyboard.
 */
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AXE, closeContexts, DESKTOP, findings, NARROW, overflow, PHONE, sharedBrowser } from './browser.ts'
import { type CaptchaApp, startApp } from './captcha-app.ts'
import { openForm, put } from './captcha-page.ts'

/** Least size of a target in pixels: for a finger, and for everything else. */
const [TOUCH_TARGET, TARGET] = [44, 24]
/** Colour schemes and directions: all of them on a desktop. */
const LOOKS = [
  ['light', 'ltr'],
  ['dark', 'ltr'],
  ['light', 'rtl'],
  ['dark', 'rtl'],
] as const
/** The text spacing of WCAG 1.4.12, that a page's visitor may set. */
const SPACING = `* { line-height: 1.5 !important; letter-spacing: 0.12em !important;
  word-spacing: 0.16em !important } p { margin-block-end: 2em !important }`

let app: CaptchaApp
let browser: Browser

beforeAll(async () => {
  ;[app, browser] = await Promise.all([startApp(), sharedBrowser()])
  await app.set({ rung: 2 })
})
afterAll(async () => {
  await closeContexts(browser)
  await app?.stop()
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

/** Adds a style sheet to the element, as a visitor's browser does; none takes it away. */
const restyle = (page: Page, css?: string) =>
  page.$eval(
    'upright-captcha',
    (element, text) => {
      const [own] = element.shadowRoot!.adoptedStyleSheets
      const sheet = new CSSStyleSheet()
      sheet.replaceSync(text)
      element.shadowRoot!.adoptedStyleSheets = [own!, sheet]
    },
    css ?? '',
  )

/** What of the box goes over its edge, or has text that does not fit. */
const cutOff = (page: Page) =>
  page.$eval('upright-captcha', ({ shadowRoot }) => {
    const edge = shadowRoot!.querySelector('.box')!.getBoundingClientRect()
    return [...shadowRoot!.querySelectorAll<HTMLElement>('.box *:not(.help, svg *, img)')]
      .filter(element => element.checkVisibility() && !element.closest('.dial'))
      .filter(({ clientWidth, scrollWidth }) => scrollWidth > clientWidth + 1 && clientWidth > 0)
      .concat(
        [...shadowRoot!.querySelectorAll<HTMLElement>('button, input, .status, p, img')].filter(element => {
          if (!element.checkVisibility()) return false
          const { left, right } = element.getBoundingClientRect()
          return left < edge.left || right > edge.right
        }),
      )
      .map(element => element.outerHTML.slice(0, 100))
  })

/** Targets that are smaller than they may be. */
const smallTargets = (page: Page, least: number) =>
  page
    .locator('upright-captcha')
    .locator('button, input, [role=slider]')
    .evaluateAll(
      (all, size) =>
        all
          .map(element => ({ name: element.outerHTML, box: element.getBoundingClientRect() }))
          .filter(({ box }) => box.width > 0 && (box.width < size || box.height < size))
          .map(({ name }) => name),
      least,
    )

describe.each([
  ['a phone', { ...PHONE, isMobile: true }, TOUCH_TARGET, [LOOKS[0]]],
  ['a desktop', DESKTOP, TARGET, LOOKS],
  ['320 pixels', NARROW, TARGET, [LOOKS[3]]],
] as const)('<upright-captcha> on %s', (name, screen, least, looks) => {
  /** Opens the page; it is checked as it is, whenever that is asked. */
  const open = async () => {
    const visit = await openForm(browser, put(app, app.form, { lang: 'fr' }), screen, AXE)
    const { page } = visit
    const check = async (what: string) => {
      for (const [colorScheme, direction] of looks) {
        await page.emulateMedia({ colorScheme })
        await direct(page, direction)
        expect(await findings(page), `${what} ${colorScheme} ${direction}`).toEqual([])
      }
      await direct(page, 'ltr')
      expect(await smallTargets(page, least), what).toEqual([])
      for (const css of ['', SPACING, ':host { font-size: 200% }']) {
        await restyle(page, css)
        expect(await cutOff(page), `${what} ${css}`).toEqual([])
        expect(await overflow(page), `${what} ${css}`).toBe(0)
      }
      await restyle(page)
      if (name !== 'a desktop') return
      await page.emulateMedia({ forcedColors: 'active' })
      expect(await findings(page), `${what} in forced colours`).toEqual([])
      await page.emulateMedia({ forcedColors: 'none' })
    }
    const press = (where: string, index = 0) =>
      page.locator(`upright-captcha ${where} button`).nth(index).click()
    return { ...visit, check, press, hold: (path: string) => page.route(`**/upright/v1/${path}`, () => {}) }
  }

  it('has nothing that axe finds, that is too small or cut off, on the way to the choice', async () => {
    const { page, state, check, hold, close } = await open()
    await check('idle')
    await hold('challenge')
    await page.focus('#name')
    await state('working')
    await check('working')
    await page.context().setOffline(true)
    await page.unrouteAll()
    await page.$eval('upright-captcha', element => element.setAttribute('action', 'other'))
    await state('offline')
    await check('offline')
    await page.context().setOffline(false)
    await state('choose')
    await check('choose')
    await page.$eval('upright-captcha', element => element.setAttribute('sitekey', 'unknown'))
    await state('failed')
    await check('failed')
    await close()
  })

  it('has nothing of that in each panel', async () => {
    const { page, state, check, press, close } = await open()
    await page.focus('#name')
    await state('choose')
    for (const [index, shown] of ['img', '.play', '.dial[aria-disabled=false]'].entries()) {
      await press('.choices', index)
      await page.locator(`upright-captcha ${shown}`).waitFor()
      await check(shown)
      await press('.line')
    }
    await close()
  })

  it('has nothing of that while it works for long, and after', async () => {
    const { page, state, check, press, hold, close } = await open()
    await page.clock.install()
    await page.goto(app.form.host.url)
    await page.focus('#name')
    await state('choose')
    await hold('answer')
    await press('.choices', 3)
    await page.clock.fastForward(5000)
    await page.locator('upright-captcha .choices button').first().waitFor()
    expect(await page.locator('upright-captcha [role=status]').textContent()).toContain('plutôt')
    await check('working for long')
    await page.unrouteAll()
    await press('.choices')
    await press('.line')
    await press('.choices', 3)
    await state('passed')
    await check('passed')
    await page.clock.fastForward('30:00')
    await state('expired')
    await check('expired')
    await close()
  })
})

describe('<upright-captcha>', () => {
  it('moves nothing by itself, and a disc at once where motion is to be reduced', async () => {
    const visit = await openForm(browser, put(app, app.form), { ...DESKTOP, reducedMotion: 'no-preference' })
    const { page, state } = visit
    const moving = () => page.$eval('upright-captcha', ({ shadowRoot }) => shadowRoot!.getAnimations().length)
    await page.focus('#name')
    await state('choose')
    expect(await moving()).toBe(0)
    await page.locator('upright-captcha .choices button').nth(2).click()
    await page.locator('upright-captcha .dial[aria-disabled=false]').waitFor()
    expect(await moving()).toBe(0)
    const turn = () =>
      page.$eval('upright-captcha', ({ shadowRoot }) => {
        const dial = shadowRoot!.querySelector('.dial')!
        dial.dispatchEvent(new KeyboardEvent('keydown', { key: 'PageUp' }))
        return shadowRoot!.getAnimations().length
      })
    expect(await turn()).toBe(1)
    await page.emulateMedia({ reducedMotion: 'reduce' })
    expect(await turn()).toBe(0)
    await visit.close()
  })

  it('turns a disc with the arrows of the direction that the text has', async () => {
    const { page, state, close } = await openForm(browser, put(app, app.form))
    await page.focus('#name')
    await state('choose')
    await page.locator('upright-captcha .choices button').nth(2).click()
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

  it('shows the keys of its choices where keys are used, and that a sound is slower by more than a colour', async () => {
    const { page, state, close } = await openForm(browser, put(app, app.form), {
      ...DESKTOP,
      forcedColors: 'active',
    })
    const shown = (selector: string, pseudo: string) =>
      page.$eval(
        'upright-captcha',
        ({ shadowRoot }, [selector, pseudo]) =>
          getComputedStyle(shadowRoot!.querySelector(selector!)!, pseudo).content,
        [selector, pseudo],
      )
    await page.focus('#name')
    await state('choose')
    expect(await shown('.choices button', '::after')).toBe('none')
    await page.keyboard.press('Tab')
    expect(await shown('.choices button', '::after')).toContain('1')
    await page.keyboard.press('2')
    await page.locator('upright-captcha .play:focus').waitFor()
    await page.keyboard.press('-')
    expect(await shown('[aria-pressed=true]', '::before')).toContain('✓')
    // Pressed and with the focus, it shows both.
    await page.keyboard.press('Tab')
    await page.keyboard.press('Tab')
    const outline = await page.$eval(
      'upright-captcha',
      ({ shadowRoot }) => getComputedStyle(shadowRoot!.activeElement!).outlineWidth,
    )
    expect(outline).toBe('3px')
    await close()
  })

  it('gives the focus to the choice where a form is sent before', async () => {
    const { page, state, close } = await openForm(browser, put(app, app.form))
    await page.focus('#name')
    await state('choose')
    await page.keyboard.press('Enter')
    await page.waitForFunction(
      () => document.querySelector('upright-captcha')!.shadowRoot!.activeElement?.textContent === 'Read',
    )
    await close()
  })
})
