import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import type { Browser as PuppetBrowser } from 'puppeteer-core'
import { launchBrowser, launchFirefox } from '../bench/browsers.ts'

let chromium: Promise<Browser> | undefined

/**
 * A Chromium that all files of a process of tests share, and that ends with it: each start makes the next few
 * visits slow. Each test visits in a context of its own.
 */
export function sharedBrowser(): Promise<Browser> {
  chromium ??= launchBrowser()
  return chromium
}

/** Closes what a file of tests has left open in a shared Chromium. */
export async function closeContexts(browser: Browser | undefined): Promise<void> {
  await Promise.all((browser?.contexts() ?? []).map(context => context.close()))
}

/** Milliseconds in which another file of tests must ask for a Firefox: one that nobody uses is busy too. */
const FIREFOX_IDLE_MS = 3000
let firefox: Promise<PuppetBrowser> | undefined
let firefoxIdle: NodeJS.Timeout | undefined

/** A Firefox that files share which follow each other in a process: its start costs as much as ten visits. */
export function sharedFirefox(): Promise<PuppetBrowser> {
  clearTimeout(firefoxIdle)
  firefox ??= launchFirefox()
  return firefox
}

/** Closes the tabs of a shared Firefox but the first, with which it would end. */
export async function leaveFirefox(): Promise<void> {
  const browser = await firefox
  const [, ...tabs] = (await browser?.pages()) ?? []
  await Promise.all(tabs.map(tab => tab.close()))
  clearTimeout(firefoxIdle)
  firefoxIdle = setTimeout(() => {
    firefox = undefined
    void browser?.close()
  }, FIREFOX_IDLE_MS).unref()
}

/** The screens that pages are judged on. */
export const PHONE = { viewport: { width: 360, height: 740 }, deviceScaleFactor: 2, hasTouch: true }
export const DESKTOP = { viewport: { width: 1280, height: 900 } }
/** The narrowest screen that must lose nothing; also what is left of 640 pixels at 200 % zoom. */
export const NARROW = { viewport: { width: 320, height: 640 }, deviceScaleFactor: 2 }

/** For a page's start: sounds play fast, where it is their end that is waited for. */
export const FAST = `
  const play = HTMLMediaElement.prototype.play
  HTMLMediaElement.prototype.play = function () {
    this.defaultPlaybackRate = this.playbackRate = 8
    return play.call(this)
  }`

/** Milliseconds after which what a test waits for counts as missing. */
const TIMEOUT_MS = 10_000

/** A page of its own context, and all it complained of or asked elsewhere. */
export interface Visit {
  page: Page
  /** Console errors and warnings, exceptions, refused loads. */
  complaints: string[]
  /** Every address the page asked for. */
  requests: string[]
}

/** A page that has gone nowhere yet. `script` runs before the page's own. */
export async function newVisit(
  browser: Browser,
  options: BrowserContextOptions = DESKTOP,
  script?: string,
): Promise<Visit> {
  const context = await browser.newContext({ reducedMotion: 'reduce', locale: 'en-GB', ...options })
  if (script) await context.addInitScript(script)
  const page = await context.newPage()
  page.setDefaultTimeout(TIMEOUT_MS)
  const complaints: string[] = []
  const requests: string[] = []
  page.on('console', message => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text())
  })
  page.on('pageerror', error => complaints.push(error.message))
  page.on('request', request => requests.push(request.url()))
  return { page, complaints, requests }
}

/** What is there when a page of the service has what it fetches itself, by path. */
const READY: Record<string, string> = {
  '/': 'upright-captcha .box',
  '/demo': '#picture:not([hidden])',
  '/docs': 'main section',
}

/**
 * Opens an address and waits until the page has what it fetches itself. `script` runs before the page's own.
 */
export async function visit(
  browser: Browser,
  address: string,
  options?: BrowserContextOptions,
  script?: string,
): Promise<Visit> {
  const visited = await newVisit(browser, options, script)
  const { page } = visited
  await page.goto(address)
  await page.waitForSelector(READY[new URL(address).pathname]!)
  return visited
}

/** Brings axe into a page, before its own scripts: a strict policy admits none later. */
export const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** The rules that pages must keep. Without a list, axe leaves out those that are new in WCAG 2.2. */
const AXE_TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

/** The rules that depend on colours. */
const COLOUR_RULES = ['color-contrast', 'link-in-text-block']

/** Marks an element that has no text, or looks as others before it do. */
const UNMEASURED = 'data-unmeasured'
/** Elements of one look whose contrast axe measures: a single one may be covered, or of one letter. */
const MAX_MEASURED = 3

/**
 * Leaves axe a few elements of each look to measure the contrast of: same colours, font and background, in
 * elements that are the same. To measure every word of a long page takes it longer than all other rules.
 */
const markUnmeasured = (page: Pick<Page, 'evaluate'>) =>
  page.evaluate(
    ({ unmeasured, most }) => {
      const looks = new Map<string, { number: number; measured: number }>()
      const mark = (element: Element, parent: number) => {
        // To ask for the style of what is not shown takes longest.
        const isShown = element.checkVisibility()
        const style = getComputedStyle(element)
        const look = [
          parent,
          element.tagName,
          element.getAttribute('class'),
          element.matches(':disabled, [aria-disabled=true]'),
          ...[style.color, style.backgroundColor, style.backgroundImage, style.opacity, style.textShadow],
          ...[style.fontSize, style.fontWeight, style.position, style.filter, style.mixBlendMode],
        ].join()
        if (!looks.has(look)) looks.set(look, { number: looks.size, measured: 0 })
        const known = looks.get(look)!
        const text = [...element.childNodes].map(node => (node.nodeType === 3 ? node.nodeValue : '')).join('')
        const { length } = text.trim()
        const isSeenAgain = length > 1 && isShown && known.measured++ >= most
        // A field's text is its value.
        const isEmpty = length === 0 && !element.matches('input, select, textarea')
        element.toggleAttribute(unmeasured, isSeenAgain || isEmpty)
        for (const child of element.children) mark(child, known.number)
      }
      mark(document.documentElement, -1)
    },
    { unmeasured: UNMEASURED, most: MAX_MEASURED },
  )

/**
 * Whether a document is what it was when axe last found nothing there, in all that axe sees but colours:
 * elements, attributes, text, states, boxes and what hides them. One with frames never is.
 */
const isUnchanged = (page: Pick<Page, 'evaluate'>) =>
  page.evaluate(unmeasured => {
    const seen: unknown[] = []
    let frames = 0
    const see = (node: Node) => {
      if (node instanceof Element) {
        const { x, y, width, height } = node.getBoundingClientRect()
        const style = getComputedStyle(node)
        seen.push(node.tagName, x, y, width, height)
        seen.push(style.display, style.visibility, style.opacity, style.clip, style.clipPath)
        seen.push(style.position, style.zIndex, style.overflow, style.pointerEvents)
        for (const { name, value } of node.attributes) if (name !== unmeasured) seen.push(name, value)
        const { value, checked, disabled } = node as HTMLInputElement
        seen.push(value, checked, disabled)
        if (node.matches('iframe')) frames++
        node.shadowRoot?.childNodes.forEach(see)
      } else seen.push(node.nodeValue)
      node.childNodes.forEach(see)
    }
    see(document.documentElement)
    const now = seen.join()
    const state = window as { unchanged?: string }
    const isSame = frames === 0 && state.unchanged === now
    state.unchanged = now
    return isSame
  }, UNMEASURED)

/**
 * What axe finds in a page or a frame, one line a finding. Where nothing but colours has changed since it
 * found nothing, as in another colour scheme, it runs the rules about colours alone.
 */
export async function findings(page: Pick<Page, 'evaluate'>): Promise<string[]> {
  const runOnly = (await isUnchanged(page)) ? COLOUR_RULES : AXE_TAGS
  await markUnmeasured(page)
  // axe looks for a selector of every node that it reports: those that are well are most of them. It also
  // keeps the HTML of each, which for the root is the whole page, unless it is told not to.
  const options = JSON.stringify({ resultTypes: ['violations'], runOnly })
  const violations = await page.evaluate<
    { id: string; nodes: { target: string[]; failureSummary: string }[] }[]
  >(`axe.configure({ noHtml: true, rules: [{ id: 'color-contrast', selector: '*:not([${UNMEASURED}])' }] })
     axe.run(${options}).then(({ violations }) => {
       if (violations.length > 0) delete window.unchanged
       return violations
     })`)
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(node => `${id}: ${node.target} ${node.failureSummary}`),
  )
}

/** Checks a page as it is in one colour scheme after the other: one visit serves both. */
export async function inSchemes(page: Page, check: (scheme: string) => Promise<void>): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    await check(colorScheme)
  }
}

/** The same, with forced colours in either scheme as well. */
export async function inColours(page: Page, check: (colours: string) => Promise<void>): Promise<void> {
  await inSchemes(page, check)
  await page.emulateMedia({ forcedColors: 'active' })
  await inSchemes(page, scheme => check(`forced, ${scheme}`))
  await page.emulateMedia({ forcedColors: 'none' })
}

/** Pixels by which a page is wider than its window. */
export const overflow = (page: Page) =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)

/**
 * Turns the dial that has the focus to so many degrees clockwise, by its keys. Home comes first: one disc in
 * 360 stands upright as it comes, and a dial that nobody touched is no answer.
 */
export async function turnDial(page: Page, degrees: number): Promise<void> {
  await page.keyboard.press('Home')
  for (let i = 0; i < Math.floor(degrees / 15); i++) await page.keyboard.press('PageUp')
  for (let i = 0; i < degrees % 15; i++) await page.keyboard.press('ArrowRight')
  await page.waitForFunction(
    value => document.querySelector<HTMLInputElement>('[name=rocaptcha_response_field]')?.value === value,
    String(degrees),
  )
}
