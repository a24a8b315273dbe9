/**
 * Writes pictures of the pages, in every state that a person should look at, into the folder given:
 * `npx tsx --conditions=source e2e/screenshots.ts FOLDER`
 */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { BrowserContextOptions, Page } from 'playwright-core'
import { launchBrowser } from '../bench/browsers.ts'
import { DESKTOP, NARROW, PHONE, turnDial, visit } from './browser.ts'
import { startServer } from './server.ts'

interface Shot {
  name: string
  path: string
  screen: BrowserContextOptions
  act?(page: Page): Promise<unknown>
  /** What is in view instead of the whole page, which for the reference is very long. */
  part?: boolean
}

const folder = process.argv[2]
if (!folder) throw new Error('Say which folder: npx tsx --conditions=source e2e/screenshots.ts FOLDER')
await mkdir(folder, { recursive: true })
const [server, browser] = await Promise.all([startServer(), launchBrowser()])

const state = (page: Page, name: string) => page.waitForSelector(`#try .outcome[data-state="${name}"]`)
async function type(page: Page, code: string) {
  await page.fill('#code', code)
  await page.click('#check')
}
async function pass(page: Page) {
  const [response] = await Promise.all([
    page.waitForResponse(response => response.url().includes('get=image')),
    page.click('#renew'),
  ])
  const { uuid } = await response.json()
  await page.waitForSelector('#frame:not([data-busy])')
  await type(page, await server.answer(uuid))
  await state(page, 'passed')
}
async function fail(page: Page) {
  await type(page, 'WRONG')
  await state(page, 'wrong')
}
async function listen(page: Page) {
  await page.click('#listen')
  await page.waitForFunction(() => document.querySelector<HTMLProgressElement>('#heard')!.value > 0.3)
}
async function listenSlowly(page: Page) {
  await listen(page)
  await page.click('#slower')
  await page.keyboard.press('Escape')
  await page.waitForFunction(() => document.querySelector('#status')?.textContent?.match(/pause/i))
}
async function listenThenFail(page: Page) {
  await listen(page)
  await fail(page)
}
async function lose(page: Page) {
  await page.context().setOffline(true)
  await page.click('#renew')
  await state(page, 'trouble')
}

async function turn(page: Page, offset: number) {
  await page.waitForFunction(
    () => document.querySelector<HTMLInputElement>('[name=rocaptcha_challenge_field]')?.value,
  )
  const hash = await page.inputValue('[name=rocaptcha_challenge_field]')
  await page.locator('#animals').getByRole('slider').focus()
  const degrees = (Number(await server.answer(hash.slice(0, 32))) + offset) % 360
  await turnDial(page, degrees)
  await page.click('#turned')
}
async function meet(page: Page) {
  await turn(page, 0)
  await page.waitForSelector('#met .title')
}
async function miss(page: Page) {
  await turn(page, 180)
  await page.waitForSelector('#animals [data-state="wrong"]')
}

const dark = { colorScheme: 'dark' } as const
const forced = { forcedColors: 'active' } as const
const en = '/?lang=en'
const fr = '/?lang=fr'
const docs = { path: '/docs?lang=en', part: true }
const validation = { path: '/docs?lang=en#post-piste-captchetat-v2-valider-captcha', part: true }
const shots: Shot[] = [
  { name: 'phone-en-fresh', path: en, screen: PHONE },
  { name: 'phone-fr-dark-passed', path: fr, screen: { ...PHONE, ...dark }, act: pass },
  { name: 'phone-fr-wrong', path: fr, screen: PHONE, act: fail },
  { name: 'phone-en-dark-error', path: en, screen: { ...PHONE, ...dark }, act: lose },
  { name: 'phone-en-sound', path: en, screen: PHONE, act: listen },
  { name: 'phone-fr-dark-sound-paused', path: fr, screen: { ...PHONE, ...dark }, act: listenSlowly },
  { name: 'phone-en-sound-wrong', path: en, screen: PHONE, act: listenThenFail },
  { name: 'narrow-fr-sound', path: fr, screen: NARROW, act: listen },
  { name: 'desktop-fr-sound-paused', path: fr, screen: DESKTOP, act: listenSlowly },
  { name: 'desktop-en-dark-sound', path: en, screen: { ...DESKTOP, ...dark }, act: listen },
  { name: 'desktop-en-forced-sound', path: en, screen: { ...DESKTOP, ...forced }, act: listenSlowly },
  { name: 'zoom-200-en', path: en, screen: { viewport: { width: 640, height: 450 }, deviceScaleFactor: 2 } },
  { name: 'desktop-en-fresh', path: en, screen: DESKTOP },
  { name: 'desktop-en-passed', path: en, screen: DESKTOP, act: pass },
  { name: 'desktop-fr-dark-wrong', path: fr, screen: { ...DESKTOP, ...dark }, act: fail },
  { name: 'desktop-fr-error', path: fr, screen: DESKTOP, act: lose },
  { name: 'desktop-en-forced', path: en, screen: { ...DESKTOP, ...forced }, act: pass },
  { name: 'desktop-en-animal-met', path: en, screen: DESKTOP, act: meet },
  { name: 'desktop-fr-dark-animal-missed', path: fr, screen: { ...DESKTOP, ...dark }, act: miss },
  { name: 'phone-fr-animal-met', path: fr, screen: PHONE, act: meet },
  { name: 'phone-en-dark-animal-met', path: en, screen: { ...PHONE, ...dark }, act: meet },
  { name: 'desktop-en-forced-animal-met', path: en, screen: { ...DESKTOP, ...forced }, act: meet },
  { name: 'docs-desktop', ...docs, screen: DESKTOP },
  { name: 'docs-desktop-operation', ...validation, screen: DESKTOP },
  {
    name: 'docs-desktop-errors-dark',
    path: '/docs?lang=en#errors',
    part: true,
    screen: { ...DESKTOP, ...dark },
  },
  { name: 'docs-desktop-forced', ...validation, screen: { ...DESKTOP, ...forced } },
  { name: 'docs-phone-fr', path: '/docs?lang=fr', part: true, screen: PHONE },
  { name: 'docs-phone-operation-dark', ...validation, screen: { ...PHONE, ...dark } },
]

try {
  for (const { name, path, screen, act, part } of shots) {
    const { page } = await visit(browser, server.url + path, screen)
    await act?.(page)
    await page.screenshot({ path: join(folder, `${name}.png`), fullPage: !part })
    await page.context().close()
    console.log(name)
  }
} finally {
  await browser.close()
  await server.stop()
}
