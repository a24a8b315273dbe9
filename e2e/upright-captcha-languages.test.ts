/** `<upright-captcha>` in each of its languages: what it says, its direction, and that nothing is cut off. */
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { LANGUAGES } from '../packages/widget/src/element/languages.ts'
import type { Words } from '../packages/widget/src/element/words/en.ts'
import { AXE, closeContexts, findings, NARROW, sharedBrowser } from './browser.ts'
import { type CaptchaVisit, type Form, openForm, put, startForm } from './captcha-page.ts'
import { type Server, startServer } from './server.ts'

const RIGHT_TO_LEFT = ['ar', 'he']
/** Bytes of the words of a language as they are sent, at most. */
const MAX_BYTES = 1024

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

const wordsOf = async (language: string) =>
  ((await import(`../packages/widget/src/element/words/${language}.ts`)) as { words: Words }).words

/** Sets the element's `lang`, waits until it speaks a language, and lists what is there then. */
const speak = (page: Page, tag: string, language = tag) =>
  page.$eval(
    'upright-captcha',
    async (element, [lang, wanted]) => {
      const box = element.shadowRoot!.querySelector<HTMLElement>('.box')!
      element.setAttribute('lang', lang!)
      // A panel is there a moment later.
      const isThere = () => box.lang === wanted && box.querySelector('[part=panel]:is(:empty, :has(.panel))')
      while (!isThere()) await new Promise(requestAnimationFrame)
      const texts = (selector: string) => [...box.querySelectorAll(selector)].map(each => each.textContent)
      return {
        dir: getComputedStyle(box).direction,
        name: box.ariaLabel,
        status: texts('[role=status]')[0],
        choices: texts('.choices button'),
        labels: texts('label'),
        heardIn: texts('#spoken')[0],
        overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth,
      }
    },
    [tag, language],
  )

/** Chooses one of the ways from the list. */
async function choose({ page }: CaptchaVisit, index: number, selector: string): Promise<void> {
  await page.locator('upright-captcha .choices button').nth(index).click()
  await page.locator(`upright-captcha ${selector}`).waitFor()
}

it('speaks each language, in its direction and within 320 pixels', { timeout: 60_000 }, async () => {
  const options = { ...NARROW, locale: 'pt-BR' }
  const visit = await openForm(browser, put(server, form, { lang: 'sr' }), options, AXE)
  const { page, state, close } = visit
  const asked = page.waitForRequest(/\/challenge$/)
  const sizes = new Map<string, number>()
  page.on('response', response => {
    const language = /\/words\.(\w+)\.[\w-]+\.js$/.exec(response.url())?.[1]
    if (language) sizes.set(language, Number(response.headers()['content-length']))
  })
  await page.focus('#name')
  await state('choose')
  // Serbian is not there: the browser's language is, and it is that of the challenge too.
  expect(await page.locator('upright-captcha .box').getAttribute('lang')).toBe('pt')
  expect((await asked).postDataJSON()).toMatchObject({ lang: 'pt' })

  for (const language of LANGUAGES) {
    const { name, choose: status, text, speech, rotate, work } = await wordsOf(language)
    expect(await speak(page, language)).toEqual({
      dir: RIGHT_TO_LEFT.includes(language) ? 'rtl' : 'ltr',
      ...{ name, status, choices: [text, speech, rotate, work], labels: [], overflow: 0 },
    })
  }
  // All but English, which is in the script itself, and Portuguese, which was there before.
  expect([...sizes.keys()]).toEqual(LANGUAGES.filter(language => !['en', 'pt'].includes(language)))
  expect(Math.max(...sizes.values())).toBeLessThanOrEqual(MAX_BYTES)
  await speak(page, 'nn-NO', 'nb')
  await speak(page, 'iw', 'he')
  expect(await findings(page)).toEqual([])

  await choose(visit, 1, '.play')
  for (const language of LANGUAGES) {
    const { hearCode, heardIn, languages } = await wordsOf(language)
    const shown = await speak(page, language)
    expect(shown).toMatchObject({ labels: [hearCode], overflow: 0 })
    // The challenge was asked for in Portuguese, which has no voice.
    expect(shown.heardIn).toBe(language === 'en' ? undefined : heardIn.replace('{language}', languages.en))
  }
  await speak(page, 'ar')
  expect(await findings(page)).toEqual([])

  await page.locator('upright-captcha .line button').click()
  await choose(visit, 2, '.dial[aria-disabled=false]')
  const turn = async (key: string, times: number) => {
    await page.locator('upright-captcha .dial[aria-disabled=false]').focus()
    for (let i = 0; i < times; i++) await page.keyboard.press(key)
    return page
      .getByRole('slider')
      .evaluate(({ ariaValueNow, ariaValueText }) => [ariaValueNow, ariaValueText])
  }
  // The arrow to the left is the one that goes on.
  expect(await turn('ArrowLeft', 2)).toEqual(['2', 'درجتان'])
  expect(await findings(page)).toEqual([])
  expect(await speak(page, 'ga')).toMatchObject({ overflow: 0 })
  expect(await turn('ArrowRight', 7)).toEqual(['7', '7 gcéim'])
  await close()
})
