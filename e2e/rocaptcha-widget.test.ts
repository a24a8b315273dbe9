/**
 * The widget that `/api/js/` brings, in pages of a site of its own, before a real server: every way to turn,
 * hear and send it.
 */
import { readFile } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import {
  AXE,
  closeContexts,
  DESKTOP,
  findings,
  inColours,
  NARROW,
  newVisit,
  overflow,
  PHONE,
  sharedBrowser,
  turnDial,
} from './browser.ts'
import { type Listener, serve } from './host.ts'
import { type Server, startServer } from './server.ts'

declare global {
  interface Window {
    RoCaptcha: {
      new (where?: string): { init(): void }
      init(where?: Element | string): void
      thanks(where: Element | string, hash: string): void
    }
    /** What the page's own script came upon. */
    found: unknown
  }
}

/** One minute before a hash expires, where it lasts as long as usual. */
const LIFE = 19 * 60_000
const PICTURE = fileURLToPath(new URL('../packages/server/pictures/photo-kitten.webp', import.meta.url))

let server: Server
let browser: Browser
let host: Listener
/** One that lists the pages' origin, one that lists none, and one whose hashes expire in two minutes. */
let site: Record<string, unknown>
let unlisted: Record<string, unknown>
let quick: Record<string, unknown>
let picture: string

beforeAll(async () => {
  ;[server, browser] = await Promise.all([startServer(), sharedBrowser()])
  host = await serve(answer)
  ;[site, unlisted, quick] = await Promise.all([
    server.upright('site', 'add', '--name', 'Form', '--origin', host.url),
    server.upright('site', 'add', '--name', 'Form'),
    server.upright('site', 'add', '--name', 'Quick', '--expiry', '120'),
  ])
  // The only picture there is, so that it is known which one is shown.
  const others = (await server.upright('picture', 'list')) as unknown as { id: number }[]
  if (others.length > 0)
    await server.upright('picture', 'remove', '--yes', ...others.map(({ id }) => `${id}`))
  const { added } = (await server.upright('picture', 'import', PICTURE)) as { added: { id: number }[] }
  picture = `${added[0]!.id}`
  await tell({ name: 'Rex', status: 'ADOPTION' })
})
afterAll(async () => {
  await closeContexts(browser)
  await host?.stop()
  await server?.stop()
})

/** Changes what is known of the animal, and waits until the server knows it. */
async function tell(facts: Record<string, string> & { status: string }): Promise<void> {
  await server.upright(
    'picture',
    'set',
    picture,
    ...Object.entries(facts).flatMap(([name, value]) => [`--${name}`, value]),
  )
  const known = async () => {
    const answer = await fetch(`${server.url}/api/generate/?key=${site.publicKey}`)
    expect(await answer.json()).toMatchObject({ animal_status: facts.status })
  }
  await vi.waitFor(known, { timeout: 5000 })
}

/** What strict sites send; `from` is where the widget comes from. */
const policy = (from: string) =>
  [
    "default-src 'none'",
    ...['script', 'style', 'img', 'media', 'connect'].map(kind => `${kind}-src 'self' ${from}`),
    "form-action 'self'; base-uri 'none'; require-trusted-types-for 'script'",
  ].join('; ')

const LOOK =
  ':root { color-scheme: light dark } body { background: Canvas; color: CanvasText; font-family: sans-serif }'

/** What stands in the pages: a place in a form, unless the page is another one. */
const BODIES: Record<string, string> = {
  form: '<div id="rocaptcha_placeholder"></div>',
  instance: '<div id="rocaptcha_div"></div>',
  late: '<p>Later.</p>',
  part: '<div id="part"></div>',
}
/** What their own scripts do. */
const SCRIPTS: Record<string, string> = {
  form: 'RoCaptcha.init("rocaptcha_placeholder")',
  instance: 'new RoCaptcha("rocaptcha_div").init()',
  usual: 'RoCaptcha.init()',
  head: '',
  late: '',
  part: '',
}

/** The site: its pages, its own address of the API, and what the form is sent to. */
async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname, searchParams } = new URL(request.url!, host.url)
  const [, what = '', name = ''] = pathname.split('/')
  const get = (parameter: string) => searchParams.get(parameter) ?? ''
  if (what === 'api') return pass(request.url!, request, response)
  if (what === 'captcha') return pass(request.url!.slice('/captcha'.length), request, response)
  if (what === 'upright') return pass(request.url!, request, response)
  if (what === 'page.css') response.setHeader('content-type', 'text/css').end(get('css') || LOOK)
  else if (what === 'script') {
    response.setHeader('content-type', 'text/javascript').end(SCRIPTS[name])
  } else if (what === 'thanks') {
    response.setHeader('content-type', 'text/javascript').end(`RoCaptcha.thanks('met', '${name}')`)
  } else if (what === 'page') {
    const from = get('far') ? server.url : get('below')
    const key = get('key') || site.publicKey
    const widget = `<script src="${from}/api/js/?key=${key}&lang=${get('lang')}&error=${encodeURIComponent(get('error'))}"></script>`
    const script = `<script src="/script/${name}"></script>`
    const head = name === 'head' ? `${widget}<script src="/script/form"></script>` : ''
    const answer = get('part') && (await fetch(`${server.url}/api/form/?key=${key}&lang=cs`))
    const body = answer
      ? ((await answer.json()) as { content: string }).content.replaceAll(server.url, '')
      : (BODIES[name] ?? BODIES.form)
    if (get('hidden')) response.setHeader('referrer-policy', 'no-referrer')
    response.setHeader('content-security-policy', get('csp') || policy(get('far') && from))
    html(
      response,
      `${head}<form action="/send" method="post"><p><label>Name <input name="name"></label></p>${body}<p><button name="go" value="1">Send</button></p></form>${head || answer ? '' : widget + script}`,
      `<link rel="stylesheet" href="/page.css?${new URLSearchParams({ css: get('css') })}">`,
      get('lang') || 'en',
    )
  } else if (what === 'send') {
    const form = new URLSearchParams(await text(request))
    const field = (name: string) => form.get(`rocaptcha_${name}`) ?? ''
    const judged = await fetch(`${server.url}/api/verify/`, {
      method: 'POST',
      body: new URLSearchParams({
        key: String(site.secret),
        hash: field('challenge_field'),
        response: field('response_field'),
      }),
    })
    const { status } = (await judged.json()) as { status: string }
    response.setHeader('content-security-policy', policy(''))
    html(
      response,
      `<p id="status">${status}</p><p id="sent">${escaped(String(form))}</p><div id="met"></div>
       <script src="/api/js/?key=${site.publicKey}&lang=en"></script><script src="/thanks/${field('challenge_field')}"></script>`,
    )
  } else response.writeHead(what === 'favicon.ico' ? 204 : 404).end()
}

const escaped = (value: string) => value.replace(/[&<>"]/g, character => `&#${character.charCodeAt(0)};`)
const html = (response: ServerResponse, body: string, head = '', lang = 'en') =>
  response.setHeader('content-type', 'text/html; charset=utf-8').end(
    `<!doctype html><html lang="${lang}" dir="${lang === 'ar' ? 'rtl' : 'ltr'}"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
     <title>Form</title>${head}<main><h1>Form</h1>${body}</main></html>`,
  )

/** Passes a request on, as a web server before Upright does. */
async function pass(url: string, { headers }: IncomingMessage, response: ServerResponse): Promise<void> {
  const { range, referer } = headers
  const answer = await fetch(server.url + url, {
    headers: { ...(range && { range }), ...(referer && { referer }) },
  })
  for (const name of ['content-type', 'content-range', 'accept-ranges', 'cache-control']) {
    if (answer.headers.has(name)) response.setHeader(name, answer.headers.get(name)!)
  }
  response.writeHead(answer.status).end(Buffer.from(await answer.arrayBuffer()))
}

interface Options extends BrowserContextOptions {
  lang?: string
  error?: string
  key?: unknown
  css?: string
  csp?: string
  /** The page has browsers hide where it is. */
  hidden?: boolean
  /** The widget comes from the server itself, and not from the site's own address. */
  far?: boolean
  /** The path on the site's own address below which the widget is passed on, unless at its root. */
  below?: string
  /** Runs before the page's own scripts. */
  before?: string
  /** A clock that can be set forward. */
  clock?: boolean
  /** What stands in the form is what the API gives for it. */
  part?: string
}

/** What strict pages make HTML with. */
interface TrustedWindow {
  trustedTypes: {
    createPolicy(
      name: string,
      rules: { createHTML(text: string): string },
    ): { createHTML(text: string): string }
  }
}

/** Opens a page. */
async function open(
  name = 'form',
  { lang, error, key, css, csp, hidden, far, below, before, clock, part, ...screen }: Options = {},
) {
  const visit = await newVisit(browser, { ...DESKTOP, ...screen }, before)
  const { page } = visit
  if (clock) await page.clock.install()
  const given = { lang, error, key, css, csp, below, part, far: far && '1', hidden: hidden && '1' }
  const query = new URLSearchParams(
    Object.entries(given).flatMap(([name, value]) => (value ? [[name, String(value)]] : [])),
  )
  await page.goto(`${host.url}/page/${name}?${query}`)
  return { ...visit, ...parts(page), close: () => page.context().close() }
}

/** The widget's parts, or those of the widget inside an element. */
const parts = (page: Page | Locator) => ({
  dial: page.getByRole('slider'),
  buttons: page.locator('.wide'),
  say: page.locator('.status'),
  note: page.locator('.note'),
  aside: page.locator('.aside'),
  badge: page.locator('.badge'),
  number: page.getByRole('textbox', { name: /number|číslo|العدد/ }),
  hash: (before = '') => hashIn(page, before),
  response: () => page.locator('[name=rocaptcha_response_field]').inputValue(),
})

/** The hash of the picture on show, once it is another one than before. */
async function hashIn(page: Page | Locator, before = ''): Promise<string> {
  const input = page.locator('[name=rocaptcha_challenge_field]')
  await expect
    .poll(async () => (await input.inputValue()).replace(before, ''), { timeout: 10_000 })
    .toMatch(/^[0-9a-f]{48}$/)
  return input.inputValue()
}

/** Degrees clockwise by which the picture looks turned, 0 … 360. */
const seen = (page: Page) =>
  page.locator('.turning').evaluate(element => {
    const { a, b } = new DOMMatrix(getComputedStyle(element).transform)
    return ((Math.atan2(b, a) * 180) / Math.PI + 360) % 360
  })

/**
 * Points on the dial as it stands on the page now: degrees clockwise from the top, and how far out, as a
 * share of its radius.
 */
async function pointsOf(dial: Locator) {
  const { x, y, width } = (await dial.boundingBox())!
  return (degrees: number, out = 0.6) => {
    const angle = (degrees * Math.PI) / 180
    return {
      x: x + (width / 2) * (1 + out * Math.sin(angle)),
      y: y + (width / 2) * (1 - out * Math.cos(angle)),
    }
  }
}

const right = (hash: string) => server.answer(hash.slice(0, 32))

describe('the RoCAPTCHA widget', () => {
  it.each(['en', 'cs', 'fr', 'de', 'es', 'it', 'ar'])(
    'is small in %s, and the same in every charset',
    async language => {
      const built = (ending: string) =>
        readFile(
          new URL(`../packages/server/public/rocaptcha/rocaptcha.${language}.${ending}`, import.meta.url),
        )
      expect((await built('js.br')).length).toBeLessThanOrEqual(8500)
      expect((await built('js')).every(byte => byte < 128)).toBe(true)
    },
  )

  it('has a small part for work', async () => {
    const part = new URL('../packages/server/public/rocaptcha/work.js.br', import.meta.url)
    expect((await readFile(part)).length).toBeLessThanOrEqual(6000)
  })

  it.each([
    ['form', false],
    ['form', true],
    ['instance', false],
    ['usual', true],
    ['head', true],
  ])('stands in the form of a strict page at once: %s, far: %s', async (name, far) => {
    const { page, complaints, requests, hash, dial, close } = await open(name, { far })
    expect(await hash()).not.toBe('')
    expect(await page.locator('form [name=rocaptcha_response_field]').inputValue()).toBe('')
    expect(await page.locator('form [name=rocaptcha_session_id]').inputValue()).not.toBe('')
    await dial.focus()
    await page.keyboard.press('PageUp')
    expect(await page.evaluate(() => document.querySelector<HTMLFormElement>('form')!.elements.length)).toBe(
      6,
    )
    expect(requests.filter(url => url.includes('generate'))).toHaveLength(1)
    expect(requests.filter(url => url.includes('session='))).toEqual([])
    expect(await page.evaluate(() => 'RoCaptchaSettings' in window)).toBe(false)
    expect(complaints).toEqual([])
    await close()
  })

  it('turns with the mouse, held anywhere, clockwise as the mouse goes', async () => {
    const { page, dial, hash, response, close } = await open()
    await hash()
    const point = await pointsOf(dial)
    for (const [from, to, out, whole] of [
      [0, 90, 0.6, 90],
      [200, 170, 0.9, 60],
      [350, 20, 0.3, 90],
      [90, 80, 0.95, 80],
    ] as const) {
      const [start, end] = [point(from, out), point(to, out)]
      await page.mouse.move(start.x, start.y)
      await page.mouse.down()
      for (let i = 1; i <= 10; i++) {
        const by = ((((to - from) % 360) + 540) % 360) - 180
        const { x, y } = point(from + (by * i) / 10, out)
        await page.mouse.move(x, y)
      }
      await page.mouse.move(end.x, end.y)
      await page.mouse.up()
      expect(Math.abs(Number(await response()) - whole)).toBeLessThanOrEqual(1)
      expect(Math.abs((await seen(page)) - whole)).toBeLessThanOrEqual(1.5)
    }
    // Let go, it stays.
    const { x, y } = point(300)
    await page.mouse.move(x, y)
    expect(Math.abs(Number(await response()) - 80)).toBeLessThanOrEqual(1)
    await close()
  })

  it('turns with a finger, and the page does not scroll away under it', async () => {
    const { page, dial, hash, response, close } = await open('form', PHONE)
    await hash()
    const point = await pointsOf(dial)
    const session = await page.context().newCDPSession(page)
    const touch = async (type: 'touchStart' | 'touchMove' | 'touchEnd', degrees?: number) =>
      session.send('Input.dispatchTouchEvent', {
        type,
        touchPoints: degrees === undefined ? [] : [point(degrees)],
      })
    await page.evaluate(() => document.body.style.setProperty('height', '3000px'))
    await touch('touchStart', 10)
    for (let degrees = 15; degrees <= 130; degrees += 5) await touch('touchMove', degrees)
    await touch('touchEnd')
    await expect.poll(async () => Math.abs(Number(await response()) - 120)).toBeLessThanOrEqual(1)
    expect(await page.evaluate(() => scrollY)).toBe(0)
    await close()
  })

  it('turns with the wheel when it is meant, and lets the page scroll when not', async () => {
    const { page, dial, hash, response, close } = await open('form', {
      css: `${LOOK} main { padding-bottom: 3000px }`,
    })
    await hash()
    const { x, y } = (await pointsOf(dial))(90)
    await page.mouse.move(x, y)
    await page.mouse.wheel(0, 100)
    await expect.poll(() => page.evaluate(() => scrollY)).toBe(100)
    expect(await response()).toBe('')
    await page.evaluate(() => scrollTo(0, 0))
    await dial.focus()
    await page.mouse.wheel(0, 100)
    await page.mouse.wheel(0, 120)
    await expect.poll(response).toBe('6')
    await page.mouse.wheel(0, -300)
    await expect.poll(response).toBe('3')
    expect(await page.evaluate(() => scrollY)).toBe(0)
    await close()
  })

  it('turns by keys, as sliders do, and says how far', async () => {
    const { page, dial, hash, response, close } = await open()
    await hash()
    await dial.focus()
    const told = () => Promise.all(['aria-valuenow', 'aria-valuetext'].map(name => dial.getAttribute(name)))
    expect(await told()).toEqual(['0', '0 degrees'])
    for (const [key, degrees, words] of [
      ['ArrowRight', '1', '1 degree to the right'],
      ['ArrowUp', '2', '2 degrees to the right'],
      ['ArrowLeft', '1', '1 degree to the right'],
      ['ArrowDown', '0', '0 degrees'],
      ['ArrowDown', '359', '1 degree to the left'],
      ['Shift+ArrowRight', '4', '4 degrees to the right'],
      ['Shift+ArrowDown', '359', '1 degree to the left'],
      ['PageUp', '14', '14 degrees to the right'],
      ['PageDown', '359', '1 degree to the left'],
      ['Home', '0', '0 degrees'],
      ['PageDown', '345', '15 degrees to the left'],
      ['End', '359', '1 degree to the left'],
    ] as const) {
      await page.keyboard.press(key)
      expect([await response(), ...(await told())], key).toEqual([degrees, degrees, words])
    }
    expect(Math.round(await seen(page))).toBe(359)
    // Keys of the browser stay its own.
    await page.keyboard.press('Control+ArrowRight')
    expect(await response()).toBe('359')
    await close()
  })

  it('turns by its buttons, pressed or held, and says so', async () => {
    const { page, hash, response, aside, close } = await open()
    await hash()
    const [left, right] = ['10 degrees to the left', '10 degrees to the right'].map(name =>
      page.getByRole('button', { name }),
    )
    await right!.click()
    await right!.click()
    expect(await response()).toBe('20')
    expect(await aside.textContent()).toBe('20 degrees to the right')
    await left!.click()
    expect(await response()).toBe('10')
    await left!.focus()
    await page.keyboard.press('Enter')
    await page.keyboard.press('Space')
    expect(await response()).toBe('350')
    await right!.hover()
    await page.mouse.down()
    await expect.poll(async () => Number(await response()) % 350).toBeGreaterThanOrEqual(30)
    await page.mouse.up()
    const held = Number(await response())
    expect(held % 10).toBe(0)
    await page.keyboard.press('Tab')
    expect(Number(await response())).toBe(held)
    await close()
  })

  it('takes it as it stands when it is pressed', async () => {
    const { page, dial, hash, response, close } = await open()
    const first = await hash()
    await dial.click()
    expect(await response()).toBe('0')
    await page.locator('.wide').first().click()
    await hash(first)
    expect(await response()).toBe('')
    await dial.focus()
    await page.keyboard.press('Space')
    expect(await response()).toBe('0')
    await close()
  })

  it('sends hash and angle with the form, and afterwards shows whom it was', async () => {
    await tell({
      name: 'Rex <img src=x onerror="found=1">',
      status: 'ADOPTION',
      shelter: '<b>Útulek</b> Troja',
      city: 'Praha',
      link: 'https://shelter.example/rex?a=1&b=2',
    })
    const { page, dial, hash, badge, complaints, close } = await open('form', { far: true })
    const solved = await hash()
    await expect.poll(() => badge.textContent()).toBe('Looking for a home')
    const degrees = Number(await right(solved))
    await dial.focus()
    await turnDial(page, degrees)
    await page.click('text=Send')
    expect(await page.textContent('#status')).toBe('PASSED')
    const sent = new URLSearchParams((await page.textContent('#sent'))!)
    expect([...sent.keys()]).toEqual([
      'name',
      'rocaptcha_challenge_field',
      'rocaptcha_response_field',
      'rocaptcha_session_id',
      'go',
    ])
    expect(sent.get('rocaptcha_challenge_field')).toBe(solved)
    expect(sent.get('rocaptcha_response_field')).toBe(String(degrees))
    const met = page.locator('#met')
    await expect
      .poll(() => met.locator('.box > *').allTextContents())
      .toEqual([
        'You have met Rex <img src=x onerror="found=1">',
        'Looking for a home',
        '<b>Útulek</b> Troja, Praha',
        'More about Rex <img src=x onerror="found=1">',
      ])
    const link = met.getByRole('link')
    expect(await link.getAttribute('href')).toBe('https://shelter.example/rex?a=1&b=2')
    expect(await link.getAttribute('rel')).toBe('noopener')
    expect(await page.evaluate(() => window.found)).toBeUndefined()
    expect(complaints).toEqual([])
    await close()
  })

  it('shows nobody before the site has verified it, and follows no link but to a page', async () => {
    const { page, hash, close } = await open()
    const unsolved = await hash()
    const asked = page.waitForResponse(/animal/)
    await page.evaluate(hash => {
      document.querySelector('h1')!.insertAdjacentElement('afterend', document.createElement('div'))!.id =
        'met'
      window.RoCaptcha.thanks('met', hash)
    }, unsolved)
    expect(await (await asked).json()).toEqual({ status: 'WRONG_HASH' })
    expect(await page.locator('#met *').count()).toBe(0)
    for (const link of ['javascript:alert(1)', 'data:text/html,x', '/rex', '']) {
      await page.route(/animal/, route =>
        route.fulfill({ json: { status: 'OK', animal: { name: 'Max', status: 'LOST', link } } }),
      )
      await page.evaluate(hash => window.RoCaptcha.thanks(document.querySelector('#met')!, hash), unsolved)
      await page.getByText('You have met Max').waitFor()
      expect(await page.locator('#met a').count()).toBe(0)
      await page.evaluate(() => document.querySelector('#met')!.replaceChildren())
    }
    await close()
  })

  it.each([
    ['FOUND', 'cs', 'Nalezené zvíře'],
    ['LOST', 'en', 'Lost animal'],
    ['NONE', 'cs', ''],
    ['ADOPTION', 'en', 'Looking for a home'],
  ])('shows how the animal stands: %s in %s', async (status, lang, words) => {
    await tell({ status })
    const { page, hash, badge, close } = await open('form', { lang, before: AXE })
    await hash()
    expect((await badge.allTextContents()).join()).toBe(words)
    expect(await badge.locator('svg').count()).toBe(words ? 1 : 0)
    expect(await findings(page)).toEqual([])
    await close()
  })

  it('brings another picture when asked, and the latest request counts', async () => {
    const { page, hash, buttons, aside, response, dial, close } = await open()
    const first = await hash()
    await dial.focus()
    await page.keyboard.press('PageUp')
    await buttons.first().click()
    const second = await hash(first)
    expect(await response()).toBe('')
    expect(await seen(page)).toBe(0)
    expect(await aside.textContent()).toBe('New picture ready')
    await page.evaluate(() => {
      const button = document.querySelector('ro-captcha')!.shadowRoot!.querySelector<HTMLElement>('.wide')!
      for (let i = 0; i < 5; i++) button.click()
    })
    const last = await hash(second)
    await page.waitForLoadState('networkidle')
    expect(await hash(second)).toBe(last)
    await close()
  })

  it('lets who does not see it listen and type a number instead', async () => {
    const { page, hash, buttons, number, response, dial, aside, complaints, close } = await open('form', {
      far: true,
    })
    const first = await hash()
    await page.getByRole('button', { name: 'Listen instead' }).click()
    const second = await hash(first)
    const play = page.getByRole('button', { name: 'Play' })
    expect(
      await play.evaluate(element => element === (element.getRootNode() as ShadowRoot).activeElement),
    ).toBe(true)
    expect(await dial.count()).toBe(0)
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'Pause' }).click()
    await page.getByRole('button', { name: 'Resume' }).waitFor()
    // The focus has moved to the button: nothing else is said of a number that nobody has heard before.
    expect(await aside.textContent()).toBe('')
    const [typed, is] = [String(Number(await right(second))), () => response()]
    for (const [text, value] of [
      ['360', ''],
      ['x', ''],
      ['7 ', '7'],
      ['0 0 5', '5'],
      ['12,5', ''],
      ['-7', ''],
      ['９０', '90'],
      ['\u200e٩٠', '90'],
      [typed, typed],
    ] as const) {
      await number.fill(text)
      expect(await is(), text).toBe(value)
    }
    await buttons.first().click()
    const third = await hash(second)
    expect(await number.inputValue()).toBe('')
    await page.getByRole('button', { name: 'Look instead' }).click()
    const fourth = await hash(third)
    expect(
      await dial.evaluate(element => element === (element.getRootNode() as ShadowRoot).activeElement),
    ).toBe(true)
    await page.getByRole('button', { name: 'Listen instead' }).click()
    const last = await hash(fourth)
    await number.fill(await right(last))
    await number.press('Enter')
    expect(await page.textContent('#status')).toBe('PASSED')
    expect(await page.textContent('#sent')).toContain('go=1')
    expect(complaints).toEqual([])
    await close()
  })

  it('plays one number at a time, to its end', async () => {
    const before = `
      const play = HTMLMediaElement.prototype.play
      HTMLMediaElement.prototype.play = function () {
        this.defaultPlaybackRate = this.playbackRate = 8
        return play.call(this)
      }`
    const { page, hash, close } = await open('form', { before })
    const first = await hash()
    await page.getByRole('button', { name: 'Listen instead' }).click()
    await hash(first)
    await page.getByRole('button', { name: 'Play' }).click()
    await page.getByRole('button', { name: 'Pause' }).waitFor()
    const arc = page.locator('.arc >> nth=1')
    await expect
      .poll(async () => Number.parseFloat((await arc.getAttribute('stroke-dasharray'))!), { timeout: 10_000 })
      .toBeGreaterThan(180)
    await page.getByRole('button', { name: 'Listen again' }).waitFor()
    const slower = page.getByRole('button', { name: 'Slower' })
    await slower.click()
    expect(await slower.getAttribute('aria-pressed')).toBe('true')
    await page.getByRole('button', { name: 'From the start' }).click()
    await page.getByRole('button', { name: 'Pause' }).waitFor()
    await close()
  })

  it.each([
    ['FAILED', 'That was not quite right.'],
    ['WRONG_RESPONSE', 'Turn the picture first, or press it if it is upright already.'],
    ['WRONG_HASH', 'That challenge can no longer be used: here is a new one.'],
    ['TIMEOUT', 'The time was up.'],
    ['constructor', 'constructor'],
    ['<img src=x onerror="found=1">\u2028</script>', '<img src=x onerror="found=1">\u2028</script>'],
  ])('says what the page says of the last answer: %s', async (error, words) => {
    const { page, hash, note, buttons, complaints, close } = await open('form', { error })
    await expect.poll(() => note.textContent()).toBe(words)
    expect(await note.getAttribute('role')).toBe('alert')
    const first = await hash()
    await buttons.first().click()
    await hash(first)
    expect(await note.textContent()).toBe('')
    expect(await page.evaluate(() => window.found)).toBeUndefined()
    expect(complaints).toEqual([])
    await close()
  })

  it('says what is wrong, and tries again when asked', async () => {
    const { page, say, hash, note, buttons, dial, response, close } = await open('form', { error: 'Sorry' })
    const first = await hash()
    await page.context().setOffline(true)
    await buttons.first().click()
    await expect.poll(() => say.textContent()).toBe('Something went wrong. Please try again.')
    expect(await page.locator('[name=rocaptcha_challenge_field]').inputValue()).toBe('')
    await dial.focus()
    await page.keyboard.press('PageUp')
    expect(await response()).toBe('')
    expect(await note.textContent()).toBe('')
    await page.context().setOffline(false)
    await buttons.first().click()
    await hash(first)
    expect(await say.textContent()).toBe('')
    await close()
  })

  it('tells the page, and tries again by itself when the network is back', async () => {
    const { page, hash, buttons, close } = await open()
    const first = await hash()
    await page.evaluate(() => {
      const seen: string[] = []
      window.found = seen
      for (const type of ['captcha-error', 'captcha-ready']) {
        addEventListener(type, event => seen.push(`${type} ${(event.target as Element).id}`))
      }
    })
    await page.context().setOffline(true)
    await buttons.first().click()
    await expect
      .poll(() => page.evaluate(() => window.found))
      .toEqual(['captcha-error rocaptcha_placeholder'])
    // Its form is not held up: the back end decides what a visitor may do whom the widget does not reach.
    expect(await page.evaluate(() => document.querySelector('form')!.checkValidity())).toBe(true)
    await page.context().setOffline(false)
    await hash(first)
    await expect
      .poll(() => page.evaluate(() => window.found))
      .toEqual(['captcha-error rocaptcha_placeholder', 'captcha-ready rocaptcha_placeholder'])
    await close()
  })

  it('keeps the form from being sent unanswered', async () => {
    const { page, hash, dial, close } = await open()
    const first = await hash()
    const send = page.getByRole('button', { name: 'Send' })
    await send.click()
    const focused = (part: Locator) =>
      part.evaluate(element => element === (element.getRootNode() as ShadowRoot).activeElement)
    expect(await focused(dial)).toBe(true)
    expect(page.url()).toContain('/page/form')
    await page.getByRole('button', { name: 'Listen instead' }).click()
    await hash(first)
    const number = page.getByRole('textbox', { name: 'Listen and type the number' })
    await send.click()
    expect(await focused(number)).toBe(true)
    await number.fill('7')
    await send.click()
    expect(await page.textContent('#status')).toBe('FAILED')
    await close()
  })

  it.each(['parsed with the page', 'inserted'])(
    'starts by itself in the part of a form that the API gives, and uses its fields: %s',
    async how => {
      const { page, hash, complaints, close } = await open('part', { part: how === 'inserted' ? '' : '1' })
      if (how === 'inserted') {
        await page.evaluate(async key => {
          const { content } = await (await fetch(`/api/form/?key=${key}&lang=cs`)).json()
          const policy = (window as unknown as TrustedWindow).trustedTypes.createPolicy('page', {
            createHTML: text => text,
          })
          document.querySelector('#part')!.innerHTML = policy.createHTML(content)
        }, String(site.publicKey))
      }
      const first = await hash()
      const sent = await page.evaluate(() => [...new FormData(document.querySelector('form')!).keys()])
      expect(sent).toEqual([
        'name',
        'rocaptcha_challenge_field',
        'rocaptcha_response_field',
        'rocaptcha_session_id',
      ])
      // A page that asks for it as well has the one that is there.
      await page.evaluate(() => window.RoCaptcha.init(document.querySelector('.rocaptcha')!))
      expect(await page.locator('ro-captcha').count()).toBe(1)
      expect(await hash()).toBe(first)
      expect(complaints).toEqual([])
      await close()
    },
  )

  it('follows the direction of the page, and keeps that of its own language', async () => {
    for (const [lang, direction] of [
      ['ar', 'rtl'],
      ['fr', 'ltr'],
    ] as const) {
      const { page, hash, close } = await open('form', { lang })
      await hash()
      await page.evaluate(() => {
        document.documentElement.dir = 'rtl'
      })
      const box = page.locator('.box')
      expect(await box.evaluate(element => getComputedStyle(element).direction)).toBe(direction)
      const [inner, outer] = await Promise.all([
        box.boundingBox(),
        page.locator('#rocaptcha_placeholder').boundingBox(),
      ])
      expect(Math.round(inner!.x + inner!.width)).toBe(Math.round(outer!.x + outer!.width))
      const [left, right] = await Promise.all([
        page.locator('.turnLeft').boundingBox(),
        page.locator('.turnRight').boundingBox(),
      ])
      expect(left!.x).toBeLessThan(right!.x)
      await close()
    }
  })

  it('names its group, its picture and its buttons once each', async () => {
    const { page, hash, close } = await open()
    await hash()
    const tree = await page.locator('ro-captcha').ariaSnapshot()
    expect(tree.match(/Security check/g)).toHaveLength(1)
    expect(tree).toContain('slider "Turn the animal upright"')
    expect(await page.locator('ro-captcha [title][aria-label]').count()).toBe(0)
    await close()
  })

  it('says which status stands in the way', async () => {
    const { say, note, close } = await open('form', { key: 'nobody', lang: 'cs', error: 'Pozor' })
    await expect
      .poll(() => say.textContent())
      .toBe('Něco se nepodařilo. Zkuste to prosím znovu. (BAD_PUBLIC_KEY)')
    expect(await note.textContent()).toBe('Pozor')
    await close()
  })

  it('works on pages of a site that lists none, without a complaint', async () => {
    const { hash, complaints, close } = await open('form', { far: true, key: unlisted.publicKey })
    await hash()
    expect(complaints).toEqual([])
    await close()
  })

  it('works below a path, sound included', async () => {
    const { hash, buttons, requests, complaints, page, close } = await open('form', { below: '/captcha' })
    const first = await hash()
    await buttons.nth(1).click()
    await hash(first)
    await page.getByRole('button', { name: 'Play' }).click()
    await page.getByRole('button', { name: 'Pause' }).waitFor()
    const calls = requests.map(url => new URL(url).pathname).filter(path => path.includes('/api/'))
    expect(calls.map(path => path.replace(/[0-9a-f]{48}/, '*'))).toEqual(
      ['js/', 'generate/', 'image/*/', 'generate/', 'sound/*/'].map(path => `/captcha/api/${path}`),
    )
    expect(complaints).toEqual([])
    await close()
  })

  it.each([false, true])(
    'works on pages whose policy names the server for scripts and pictures alone, hidden: %s',
    async hidden => {
      const csp = `default-src 'self'; script-src 'self' ${server.url}; img-src 'self' ${server.url}`
      const { page, hash, dial, response, badge, close } = await open('form', { far: true, csp, hidden })
      const first = await hash()
      await page.locator('.wide').first().click()
      await hash(first)
      await dial.focus()
      await page.keyboard.press('End')
      expect(await response()).toBe('359')
      expect(await badge.count()).toBe(1)
      expect(await page.locator('script').count()).toBe(2)
      await close()
      // Where it wants scripts to be approved, that is stopped too; it is at least said.
      const strict = await open('form', { far: true, csp: `${csp}; require-trusted-types-for 'script'` })
      await expect.poll(() => strict.say.textContent()).toBe('Something went wrong. Please try again.')
      await strict.close()
    },
  )

  describe('with work', () => {
    /** A site on a rung, where an address gets two challenges at once, or one that counts four times. */
    const limited = async (rung: string) => {
      const site = await server.upright('site', 'add', '--name', 'Limited', '--rung', rung)
      await server.upright('site', 'set', String(site.publicKey), '--rate', '1')
      return site as { publicKey: string; secret: string }
    }
    /** What it has asked the server for: `ask` where it offers work, `id` where it sends some. */
    const callsOf = (requests: string[]) =>
      requests
        .map(url => new URL(url))
        .filter(({ pathname }) => /\/api\/(?:work|generate)/.test(pathname))
        .map(({ pathname, searchParams }) =>
          [pathname, searchParams.get('work')?.replace(/^[0-9a-f-]{36}$/, 'id')].join(' '),
        )

    it.each([false, true])(
      'shows a disc of a wide tolerance where the rung asks for it, far: %s',
      async far => {
        const { publicKey, secret } = await limited('2')
        const { hash, badge, complaints, requests, close } = await open('form', { key: publicKey, far })
        const shown = await hash()
        expect(callsOf(requests)).toEqual(['/api/generate/ ask', '/api/work/ ', '/api/generate/ id'])
        // Workers are for pages of the service's own address.
        expect(requests.some(url => url.includes('/upright/v1/solver-scrypt.js'))).toBe(!far)
        expect(await badge.count()).toBe(1)
        expect(complaints).toEqual([])
        const response = String((Number(await right(shown)) + 20) % 360)
        const body = new URLSearchParams({ key: secret, hash: shown, response })
        const verdict = await fetch(`${server.url}/api/verify/`, { method: 'POST', body })
        expect(await verdict.json()).toEqual({ status: 'PASSED' })
        await close()
      },
    )

    it('goes on past the rate limit', async () => {
      const { publicKey } = await limited('0')
      const { hash, buttons, say, complaints, requests, close } = await open('form', { key: publicKey })
      let shown = await hash()
      for (let i = 0; i < 2; i++) {
        await buttons.first().click()
        shown = await hash(shown)
      }
      expect(callsOf(requests)).toEqual([
        ...Array(3).fill('/api/generate/ ask'),
        '/api/work/ ',
        '/api/generate/ id',
      ])
      expect(await say.textContent()).toBe('')
      expect(complaints).toEqual([])
      await close()
    })

    it('does without where the script for it cannot be had', async () => {
      const { publicKey } = await limited('2')
      const { page, hash, requests, close } = await open('late', { key: publicKey })
      await page.route('**/api/work/', route => route.abort())
      await page.evaluate(() => window.RoCaptcha.init(document.querySelector('main p')!))
      await hash()
      expect(callsOf(requests)).toEqual(['/api/generate/ ask', '/api/work/ ', '/api/generate/ '])
      await close()
    })
  })

  it('can be asked for late, by element, in several places, and again', async () => {
    const { page, complaints, close } = await open('late')
    await page.evaluate(() => {
      for (const id of ['one', 'two']) {
        const form = document.createElement('form')
        const place = document.createElement('p')
        form.id = id
        form.append(place)
        // Made before it is on the page.
        window.RoCaptcha.init(place)
        document.querySelector('main')!.append(form)
      }
    })
    const [one, two] = [parts(page.locator('#one')), parts(page.locator('#two'))]
    const [first, second] = [await one.hash(), await two.hash()]
    expect(first).not.toBe(second)
    await one.dial.focus()
    await page.keyboard.press('PageUp')
    expect(await one.response()).toBe('15')
    expect(await two.response()).toBe('')
    await page.evaluate(() => window.RoCaptcha.init(document.querySelector('#one p')!))
    await one.hash(first)
    expect(await two.hash()).toBe(second)
    expect(await page.locator('ro-captcha').count()).toBe(2)
    expect(await page.locator('#rocaptcha_response_field').count()).toBe(1)
    expect(complaints).toEqual([])
    await page.evaluate(() => window.RoCaptcha.init('nowhere'))
    expect(complaints).toEqual(['RoCaptcha: there is no #nowhere'])
    await close()
  })

  it('is gone when it is removed, and can be added again', async () => {
    const { page, hash, requests, complaints, close } = await open('form', { clock: true })
    const first = await hash()
    await page.evaluate(() => document.querySelector('#rocaptcha_placeholder')!.replaceChildren())
    await page.clock.fastForward(LIFE + 60_000)
    await page.clock.runFor(20_000)
    expect(requests.filter(url => url.includes('generate'))).toHaveLength(1)
    await page.evaluate(() => window.RoCaptcha.init('rocaptcha_placeholder'))
    await hash(first)
    expect(await page.locator('ro-captcha').count()).toBe(1)
    expect(complaints).toEqual([])
    await close()
  })

  it('is renewed before it expires, while somebody looks', async () => {
    const { page, hash, say, aside, requests, close } = await open('form', { clock: true })
    const first = await hash()
    await page.clock.fastForward(LIFE - 30_000)
    await page.clock.runFor(10_000)
    expect(requests.filter(url => url.includes('generate'))).toHaveLength(1)
    await page.clock.fastForward(30_000)
    await hash(first)
    expect(await say.textContent()).toBe('The time was up.')
    expect(await say.getAttribute('role')).toBe('status')
    expect(await aside.textContent()).toBe('New picture ready')
    await page.evaluate(() => {
      Object.defineProperty(document, 'hidden', { configurable: true, value: true })
    })
    await page.clock.fastForward(LIFE + 60_000)
    await page.clock.runFor(20_000)
    expect(requests.filter(url => url.includes('generate'))).toHaveLength(2)
    await page.evaluate(() => {
      Object.defineProperty(document, 'hidden', { value: false })
      document.dispatchEvent(new Event('visibilitychange'))
    })
    await expect.poll(() => requests.filter(url => url.includes('generate')).length).toBe(3)
    await close()
  })

  it('is renewed in time where the site gives less', async () => {
    const { page, hash, say, close } = await open('form', { clock: true, key: quick.publicKey })
    const first = await hash()
    await page.clock.fastForward(100_000)
    expect(await hash()).toBe(first)
    await page.clock.fastForward(18_000)
    await hash(first)
    expect(await say.textContent()).toBe('The time was up.')
    await close()
  })

  it("ties the challenge to the site's own session", async () => {
    const { page, hash, requests, close } = await open('form', {
      before: 'document.cookie = "a=b; path=/"; document.cookie = "sessionid=s1/x%20y; path=/"',
    })
    expect(await hash()).toMatch(/^[0-9a-f]{48}$/)
    expect(await page.inputValue('[name=rocaptcha_session_id]')).toBe('s1/x%20y')
    const asked = new URL(requests.find(url => url.includes('generate'))!)
    expect(asked.searchParams.get('session')).toBe('s1/x%20y')
    await close()
  })

  it('looks the same whatever the page does to its own elements', async () => {
    const geometry = async (css: string) => {
      const { page, hash, close } = await open('form', { css })
      await hash()
      const measures = await page.evaluate(() => {
        const shadow = document.querySelector('ro-captcha')!.shadowRoot!
        const { x, y } = shadow.querySelector('.box')!.getBoundingClientRect()
        return [...shadow.querySelectorAll<HTMLElement>('.box *:not([hidden], [hidden] *, :empty)')].map(
          element => {
            const box = element.getBoundingClientRect()
            const { color, fontSize, textTransform, letterSpacing } = getComputedStyle(element)
            const places = [box.x - x, box.y - y, box.width, box.height].map(Math.round)
            return [element.tagName, ...places, color, fontSize, textTransform, letterSpacing].join(' ')
          },
        )
      })
      await close()
      return measures
    }
    const plain = 'main { color: #123456; font-family: sans-serif }'
    const hostile = `* { text-transform: uppercase; letter-spacing: 4px; margin: 9px; padding: 3px; font-size: 9px; float: left; text-indent: 2em; line-height: 3; opacity: .99 }
      ${plain} button, input, img, svg, p { display: none !important; background: red !important }
      form, #rocaptcha_placeholder { width: 400px; color: #123456 !important; font-family: sans-serif }`
    expect(await geometry(hostile)).toEqual(await geometry(plain))
  })

  it('moves smoothly, and not at all where motion is unwelcome', async () => {
    for (const [reducedMotion, duration] of [
      ['no-preference', '0.18s'],
      ['reduce', '0s'],
    ] as const) {
      const { page, hash, dial, close } = await open('form', { reducedMotion })
      await hash()
      await page.getByRole('button', { name: '10 degrees to the right' }).click()
      const timing = () =>
        page.locator('.turning').evaluate(element => getComputedStyle(element).transitionDuration)
      expect((await timing()).split(',')[0]).toBe(duration)
      // What a hand does is followed at once.
      const { x, y } = (await pointsOf(dial))(0)
      await page.mouse.move(x, y)
      await page.mouse.down()
      expect(await timing()).toBe('0s')
      await close()
    }
  })

  const cases = ['en', 'cs', 'ar'].flatMap(lang =>
    Object.entries({ DESKTOP, PHONE, NARROW }).map(([name, screen]) => ({ lang, name, screen })),
  )
  it.each(cases)('axe finds nothing in any state: $lang, $name', async ({ lang, screen }) => {
    const options = { ...screen, lang, before: AXE, error: 'FAILED' }
    const { page, hash, number, say, complaints, close } = await open('form', options)
    const first = await hash()
    const check = () =>
      inColours(page, async colours => {
        expect(await findings(page), colours).toEqual([])
        expect(await overflow(page), colours).toBe(0)
      })
    await check()
    await page.locator('.helper').click()
    await page.locator('.turnRight').click()
    await check()
    await page.locator('.wide').nth(1).click()
    await hash(first)
    await number.fill('12')
    await check()
    await page.context().setOffline(true)
    await page.locator('.wide').nth(1).click()
    await expect.poll(() => say.getAttribute('class')).toContain('bad')
    await check()
    expect(complaints.filter(text => !text.includes('ERR_INTERNET_DISCONNECTED'))).toEqual([])
    await close()
  })

  it.each(['en', 'cs', 'fr', 'de', 'es', 'it', 'ar'])(
    'loses nothing on a narrow page in %s, and can be pressed',
    async lang => {
      const { page, hash, dial, close } = await open('form', {
        ...NARROW,
        lang,
        css: `${LOOK} body { margin: 16px }`,
      })
      const lost = () =>
        page.evaluate(() =>
          [...document.querySelector('ro-captcha')!.shadowRoot!.querySelectorAll<HTMLElement>('.box *')]
            .filter(element => element.checkVisibility() && !element.matches('svg *'))
            .filter(element => {
              const { left, right, width, height } = element.getBoundingClientRect()
              const small = element.matches('button, input, .dial') && Math.min(width, height) < 44
              const cut = element.matches('button, p') && element.scrollWidth > element.clientWidth + 1
              return left < 0 || right > innerWidth || small || (cut && !element.matches('.aside'))
            })
            .map(element => element.outerHTML),
        )
      const first = await hash()
      expect(await page.locator('.box').getAttribute('lang')).toBe(lang)
      expect(await lost()).toEqual([])
      // Corners that stand out would make the page scroll.
      await dial.focus()
      for (let i = 0; i < 3; i++) await page.keyboard.press('PageUp')
      expect(await overflow(page)).toBe(0)
      await page.locator('.helper').click()
      await page.locator('.wide').nth(1).click()
      await hash(first)
      expect(await lost()).toEqual([])
      expect(await overflow(page)).toBe(0)
      await close()
    },
  )
})
