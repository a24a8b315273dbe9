/**
 * The front library of v2 in pages of another origin, whose policy lets nothing inline in: what it builds,
 * says, asks for and survives.
 */
import { get } from 'node:http'
import { text } from 'node:stream/consumers'
import type { Browser, BrowserContextOptions, Locator, Page, Route as Request } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  AXE,
  closeContexts,
  DESKTOP,
  FAST,
  findings,
  inColours,
  NARROW,
  newVisit,
  overflow,
  PHONE,
  sharedBrowser,
} from './browser.ts'
import { type Host, proxy, type Route, startHost } from './host.ts'
import { type Server, startServer } from './server.ts'

const FR = 'captchaFR'
const EN = 'numerique6_7CaptchaEN'
const ENDPOINT = '/api/simple-captcha-endpoint'
const V2 = '/piste/captchetat/v2'
const LIBRARY = '/captchetat/captchetat-js.js'
/** One minute before the server forgets a picture; and how often the library looks. */
const [LIFE, ROUND] = [19 * 60_000, 20_000]

declare global {
  interface Window {
    /** The sounds of the page, in the order in which they were first asked for. */
    sounds: HTMLAudioElement[]
    captchetatComponentModule: { refreshCaptcha(where?: unknown): Promise<void> }
    /** Of the page whose captchas come late. */
    add(style: string, backend?: string): void
  }
}

/** What strict sites send. `origin` is another one that captchas may be from. */
const policy = (origin = '') => {
  const sources = ['script', 'style', 'media', 'connect'].map(kind => `${kind}-src 'self' ${origin};`)
  const rest = `img-src 'self' data:; form-action 'self'; base-uri 'none'; require-trusted-types-for 'script'`
  return `default-src 'none'; ${sources.join(' ')} trusted-types 'none'; ${rest}`
}
const script = (src: string, how = 'defer') => `<script src="${src}" ${how}></script>`
const captcha = (style = FR, more = '', backend = ENDPOINT) =>
  `<div id="captchetat" captchaStyleName="${style}" urlBackend="${backend}" ${more}></div>`
const form = (markup: string, id = 'code') =>
  `<form action="/submit" method="post">${markup}<label for="${id}">Code</label>
    <input id="${id}" name="code" autocomplete="off"> <button>Envoyer</button></form>`
const page = (body: string, head = script('/captchetat-js.js'), csp = policy()): Route => ({
  type: 'text/html; charset=utf-8',
  body: `<!doctype html><html lang="fr"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
    <title>Formulaire</title><link rel="icon" href="data:,"><link rel="stylesheet" href="/page.css">${head}
    <main><h1>Formulaire</h1>${body}</main></html>`,
  headers: { 'content-security-policy': csp },
})
/** With the resets of common style sheets, which must not get at the captcha. */
const LOOK = `
  :root { color-scheme: light dark } body { background: Canvas; color: CanvasText; font-family: sans-serif }
  h1 { font-size: 1em } input { width: 100%; box-sizing: border-box }
  img { max-width: 50%; height: auto } button { width: 100%; padding: 2em } div { margin: 1em } svg { fill: red }`
const ADD = `
  window.add = (style, backend = '${ENDPOINT}') => {
    const root = document.createElement('div')
    root.id = 'captchetat'
    root.setAttribute('captchaStyleName', style)
    root.setAttribute('urlBackend', backend)
    document.querySelector('main').append(root)
  }`

let server: Server
let browser: Browser
let host: Host
let secret: string
/** Where pages of the open site find their captchas. */
let far: string

beforeAll(async () => {
  ;[server, browser] = await Promise.all([startServer(), sharedBrowser()])
  host = await startHost({})
  const add = (...more: string[]) =>
    server.upright('site', 'add', '--name', 'Form', '--revalidation', 'strict', ...more)
  const [own, open] = await Promise.all([add(), add('--open', '--origin', host.url)])
  secret = String(own.secret)
  far = `${server.url}/s/${open.publicKey}${V2}/simple-captcha-endpoint`
  const library: Route = ({ headers }, response) =>
    get(server.url + LIBRARY, { headers: { 'accept-encoding': headers['accept-encoding'] } }, answer =>
      answer.pipe(response.writeHead(answer.statusCode!, answer.headers)),
    )
  Object.assign(host.routes, {
    '/captchetat-js.js': library,
    '/favicon.ico': { type: 'image/x-icon', body: '' },
    '/late.js': { type: 'text/javascript', body: ADD },
    '/page.css': { type: 'text/css', body: LOOK },
    [ENDPOINT]: proxy(`${server.url}${V2}/simple-captcha-endpoint`, secret),
    '/submit': async (request, response) => {
      const sent = new URLSearchParams(await text(request))
      response.end(String(await validate(sent.get('captchetat-uuid')!, sent.get('code')!)))
    },
    '/plain': page(form(captcha())),
    '/english': page(form(captcha(EN))),
    '/async': page(form(captcha()), script('/captchetat-js.js', 'async')),
    '/blocking': page(form(captcha()), script('/captchetat-js.js', '')),
    '/twice': page(form(captcha()), script('/captchetat-js.js').repeat(2)),
    '/late': page('', script('/late.js') + script('/captchetat-js.js')),
    '/two': page(form(captcha()) + form(captcha(EN), 'other')),
    '/alt': page(form(captcha(FR, 'altImage="Six lettres &amp; chiffres"'))),
    '/far': page(form(captcha(FR, '', far)), script(server.url + LIBRARY), policy(server.url)),
  } satisfies Record<string, Route>)
})
afterAll(async () => {
  await closeContexts(browser)
  await host?.stop()
  await server?.stop()
})

async function validate(uuid: string, code: string): Promise<unknown> {
  const headers = { keyid: secret }
  const body = JSON.stringify({ uuid, code })
  return (await fetch(`${server.url}${V2}/valider-captcha`, { method: 'POST', headers, body })).json()
}

/** Keeps the sounds of a page in reach, and reports what its policy blocked. */
const WATCH = `
  const Real = Audio
  window.sounds = []
  window.Audio = function () { return sounds[sounds.push(new Real()) - 1] }
  addEventListener('securitypolicyviolation', ({ violatedDirective }) => console.error('policy: ' + violatedDirective))`

interface Options extends BrowserContextOptions {
  /** Runs before the page's own scripts. */
  before?: string
  /** A clock that can be set forward. */
  clock?: boolean
  /** Handles requests for pictures or sounds. */
  routes?: Record<string, (request: Request) => unknown>
}

async function open(path: string, { before = '', clock, routes = {}, ...screen }: Options = {}) {
  const visited = await newVisit(browser, { ...DESKTOP, ...screen }, WATCH + before)
  const { page, requests } = visited
  if (clock) await page.clock.install()
  for (const [get, act] of Object.entries(routes)) await page.route(new RegExp(`get=${get}`), act)
  await page.goto(host.url + path)
  return {
    ...visited,
    /** What was asked for, pictures or sounds. */
    asked: (get: string) => requests.filter(url => url.includes(`get=${get}`)),
    close: () => page.context().close(),
  }
}

/** Waits until a picture is on show, with another uuid than `before`; its uuid. */
async function shown(page: Page, before?: string, suffix = ''): Promise<string> {
  await page.waitForFunction(
    ([suffix, before]) => {
      const uuid = document.querySelector<HTMLInputElement>(`#captchetat-uuid${suffix}`)?.value
      const image = document.querySelector<HTMLImageElement>(`#captchaImage${suffix}`)
      return uuid && uuid !== before && image?.naturalWidth === 200 && image.checkVisibility()
    },
    [suffix, before] as const,
  )
  return page.inputValue(`#captchetat-uuid${suffix}`)
}
const said = (page: Page, text: string, suffix = '') =>
  page.waitForFunction(
    ([suffix, text]) => document.querySelector(`#captchetat-status${suffix}`)?.textContent === text,
    [suffix, text] as const,
  )
const source = (page: Page, suffix = '') => page.getAttribute(`#captchaImage${suffix}`, 'src')
const focused = (page: Page) => page.evaluate(() => document.activeElement?.id)
const listen = '#playSoundIcon'
const reload = '#reloadCaptchaIcon'

describe('the front library', () => {
  it.each([
    ['at once', '/blocking'],
    ['deferred', '/plain'],
    ['when it comes', '/async'],
    ['twice', '/twice'],
  ])('that is run %s shows one picture under a strict policy', async (_, path) => {
    const { page, complaints, asked, close } = await open(path)
    const uuid = await shown(page)
    expect(uuid).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
    expect(await source(page)).toMatch(/^data:image\/png;base64,/)
    expect(asked('image')).toEqual([`${host.url}${ENDPOINT}?get=image&c=${FR}`])
    expect(await page.evaluate(() => document.querySelectorAll('[style], style').length)).toBe(0)
    expect(complaints).toEqual([])
    await close()
  })

  it('builds what the official one does, and leaves nothing else to the page', async () => {
    const bare = await open('/late')
    const names = (page: Page) => page.evaluate(() => Object.getOwnPropertyNames(window))
    const { page, close } = await open('/plain')
    await shown(page)
    const parts = await page.$$eval('#captchetat [id]', all =>
      all.map(({ id, tagName }) => `${tagName}#${id}`),
    )
    expect(parts).toEqual([
      'DIV#captchetat-container',
      'IMG#captchaImage',
      'DIV#logos',
      'BUTTON#playSoundIcon',
      'svg#iconSound',
      'BUTTON#reloadCaptchaIcon',
      'svg#iconReload',
      'P#captchetat-status',
      'INPUT#captchetat-uuid',
    ])
    expect(
      await page.$$eval('#captchetat button', all => all.map(button => button.getAttribute('type'))),
    ).toEqual(['button', 'button', 'button', 'button'])
    expect(await page.getAttribute('#captchetat-uuid', 'name')).toBe('captchetat-uuid')
    const added = new Set(await names(page))
    await bare.page.evaluate(() => Reflect.deleteProperty(window, 'captchetatComponentModule'))
    for (const name of await names(bare.page)) added.delete(name)
    expect([...added]).toEqual(['captchetatComponentModule'])
    await Promise.all([close(), bare.close()])
  })

  it('shows another picture when its button is pressed, and when a page asks', async () => {
    const { page, complaints, asked, close } = await open('/plain')
    const [first, picture] = [await shown(page), await source(page)]
    await page.click(reload)
    const second = await shown(page, first)
    await said(page, 'Voici une nouvelle image.')
    expect(await source(page)).not.toBe(picture)
    await page.evaluate(() => window.captchetatComponentModule.refreshCaptcha())
    const third = await page.inputValue('#captchetat-uuid')
    expect([first, second]).not.toContain(third)
    // As a listener it is given an event; a button outside of any captcha means all of them.
    await page.evaluate(() => window.captchetatComponentModule.refreshCaptcha(new Event('click')))
    const fourth = await shown(page, third)
    await page.evaluate(() => window.captchetatComponentModule.refreshCaptcha(document.querySelector('h1')))
    await shown(page, fourth)
    expect(asked('image')).toHaveLength(5)
    expect(complaints).toEqual([])
    await close()
  })

  it('posts the uuid with its form: a wrong code is refused, the right one passes once', async () => {
    const { page, complaints, close } = await open('/plain')
    const verdict = async (code: string) => {
      await page.fill('#code', code)
      await page.click('form > button')
      await page.waitForURL('**/submit')
      return page.textContent('body')
    }
    await shown(page)
    expect(await verdict('wrong')).toBe('false')
    await page.goto(`${host.url}/plain`)
    const uuid = await shown(page)
    const code = await server.answer(uuid)
    expect(await verdict(code.toLowerCase())).toBe('true')
    expect(await validate(uuid, code)).toBe(false)
    expect(complaints).toEqual([])
    await close()
  })

  it('works across origins for the pages of an open site', async () => {
    const { page, complaints, asked, close } = await open('/far', { before: FAST })
    const uuid = await shown(page)
    expect(asked('image')).toEqual([`${far}?get=image&c=${FR}`])
    await page.click(listen)
    await said(page, 'Saisissez ce que vous avez entendu.')
    await page.click(reload)
    await shown(page, uuid)
    expect(complaints).toEqual([])
    await close()
  })

  it.each([
    [
      '/english',
      'en',
      `- group "Security code":
        - 'img "Distorted security code: type it, or listen to it."'
        - button "Listen to the code"
        - button "Show another picture"
        - status`,
    ],
    [
      '/alt',
      'fr',
      `- group "Code de sécurité":
        - img "Six lettres & chiffres"
        - button "Écouter le code"
        - button "Afficher une autre image"
        - status`,
    ],
  ])('of %s speaks the language of its style to screen readers', async (path, lang, tree) => {
    const { page, close } = await open(path)
    await shown(page)
    expect(await page.locator('#captchetat').ariaSnapshot()).toBe(tree.replaceAll(/\n {6}/g, '\n'))
    expect(await page.getAttribute('#captchetat-container', 'lang')).toBe(lang)
    await close()
  })

  it('does everything by keyboard, and keeps the focus', async () => {
    const { page, complaints, asked, close } = await open('/plain')
    const first = await shown(page)
    const tab = async () => {
      await page.keyboard.press('Tab')
      const outline = await page.evaluate(() => getComputedStyle(document.activeElement!).outlineStyle)
      expect(outline).not.toBe('none')
      return focused(page)
    }
    expect(await tab()).toBe('playSoundIcon')
    await page.keyboard.press('Enter')
    await said(page, 'Lecture en cours.')
    await page.keyboard.press('Space')
    await said(page, 'Lecture en pause.')
    expect(await tab()).toBe('reloadCaptchaIcon')
    await page.keyboard.press('Enter')
    const second = await shown(page, first)
    expect(await focused(page)).toBe('reloadCaptchaIcon')
    await page.keyboard.press('Space')
    const third = await shown(page, second)
    expect(await focused(page)).toBe('reloadCaptchaIcon')
    for (const name of ['Depuis le début', 'Plus lentement']) {
      await tab()
      expect(await page.evaluate(() => document.activeElement!.textContent)).toBe(name)
    }
    expect(await tab()).toBe('code')
    expect(asked('image')).toHaveLength(3)
    await page.keyboard.type(await server.answer(third))
    await page.keyboard.press('Enter')
    await page.waitForURL('**/submit')
    expect(await page.textContent('body')).toBe('true')
    expect(complaints).toEqual([])
    await close()
  })

  it('is ready after three requests at most, and 20 kB', async () => {
    for (const path of ['/plain', '/far']) {
      const { page, close } = await open('/late')
      const network = await page.context().newCDPSession(page)
      await network.send('Network.enable')
      // The browser's own question across origins is among them.
      const ours = new Set<string>()
      let bytes = 0
      network.on('Network.requestWillBeSent', ({ requestId, request: { url } }) => {
        if (/captchetat-js|simple-captcha/.test(url)) ours.add(requestId)
      })
      network.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
        if (ours.has(requestId)) bytes += encodedDataLength
      })
      await page.goto(host.url + path)
      await shown(page)
      const took = await page.evaluate(() => {
        const [script, picture] = ['captchetat-js', 'get=image'].map(part =>
          (performance.getEntriesByType('resource') as PerformanceResourceTiming[]).find(({ name }) =>
            name.includes(part),
          ),
        )
        return picture!.responseEnd - script!.startTime
      })
      console.log(`${path}: ${ours.size} requests, ${bytes} bytes with headers, ${took.toFixed()} ms`)
      expect(ours.size).toBe(path === '/plain' ? 2 : 3)
      expect(bytes).toBeLessThanOrEqual(20_000)
      await close()
    }
  })
})

describe('the sound', () => {
  const label = (page: Page) => page.getAttribute(listen, 'title')
  const live = (page: Page) => page.getAttribute('#captchetat-status', 'aria-live')

  it('plays to its end, again, and then that of the next picture', async () => {
    const { page, complaints, asked, close } = await open('/plain', { before: FAST })
    const uuid = await shown(page)
    const address = (uuid: string) => `${host.url}${ENDPOINT}?get=sound&c=${FR}&t=${uuid}`
    const ends = () =>
      page.evaluate(() => new Promise(done => window.sounds.at(-1)!.addEventListener('ended', done)))
    await page.click(listen)
    await ends()
    await said(page, 'Saisissez ce que vous avez entendu.')
    expect(await live(page)).toBe('polite')
    expect(await focused(page)).toBe('playSoundIcon')
    // It was the whole sound of this very code.
    const wav = await (await fetch(address(uuid))).arrayBuffer()
    const heard = await page.evaluate(() => window.sounds.map(({ currentTime }) => currentTime))
    expect(heard).toEqual([expect.closeTo(new DataView(wav).getUint32(40, true) / 32_000, 1)])
    expect(new Set(asked('sound'))).toEqual(new Set([address(uuid)]))

    const times = asked('sound').length
    await page.click(listen)
    await ends()
    expect(asked('sound')).toHaveLength(times)

    await page.click(reload)
    const next = await shown(page, uuid)
    await page.click(listen)
    await ends()
    expect(asked('sound').at(-1)).toBe(address(next))
    // One element plays all of them.
    expect(await page.evaluate(() => window.sounds.length)).toBe(1)
    expect(complaints).toEqual([])
    await close()
  })

  it('pauses when its button is pressed again, goes on, and stops when another picture is asked for', async () => {
    const { page, complaints, close } = await open('/plain')
    const first = await shown(page)
    await page.click(listen)
    await said(page, 'Lecture en cours.')
    // It can be heard: a screen reader would only talk over it.
    expect(await live(page)).toBe('off')
    expect(await label(page)).toBe('Pause')
    await page.waitForFunction(() => window.sounds[0]!.currentTime > 0.3)
    await page.click(listen)
    await said(page, 'Lecture en pause.')
    expect(await live(page)).toBe('polite')
    expect(await label(page)).toBe('Reprendre')
    const at = () => page.evaluate(() => window.sounds[0]!.currentTime)
    const paused = await at()
    await page.click(listen)
    await said(page, 'Lecture en cours.')
    expect(await at()).toBeGreaterThanOrEqual(paused)
    await page.click(reload)
    await shown(page, first)
    await said(page, 'Voici une nouvelle image.')
    expect(await label(page)).toBe('Écouter le code')
    expect(await page.evaluate(() => window.sounds.map(({ paused }) => paused))).toEqual([true])
    expect(complaints).toEqual([])
    await close()
  })

  it('plays from the start and slower by buttons that come with the first sound', async () => {
    const { page, close } = await open('/plain')
    const first = await shown(page)
    const [replay, slower] = ['Depuis le début', 'Plus lentement'].map(name =>
      page.getByRole('button', { name }),
    ) as [Locator, Locator]
    expect(await replay.count()).toBe(0)
    await page.click(listen)
    await slower.click()
    expect(await slower.getAttribute('aria-pressed')).toBe('true')
    expect(await page.evaluate(() => window.sounds[0]!.playbackRate)).toBe(0.75)
    await page.waitForFunction(() => window.sounds[0]!.currentTime > 0.5)
    await replay.click()
    expect(await page.evaluate(() => window.sounds[0]!.currentTime)).toBeLessThan(0.5)
    // It holds for the next sound.
    await page.click(reload)
    await shown(page, first)
    expect(await replay.getAttribute('aria-disabled')).toBe('true')
    await page.click(listen)
    await said(page, 'Lecture en cours.')
    expect(await page.evaluate(() => window.sounds[0]!.playbackRate)).toBe(0.75)
    await slower.click()
    expect(await page.evaluate(() => window.sounds[0]!.playbackRate)).toBe(1)
    await close()
  })

  it('that cannot be played brings another picture', async () => {
    const { page, asked, close } = await open('/plain', {
      routes: { sound: request => request.fulfill({ status: 404 }) },
    })
    const first = await shown(page)
    await page.click(listen)
    await shown(page, first)
    await said(page, 'Le son n’a pas pu être lu : voici une nouvelle image.')
    expect(await label(page)).toBe('Écouter le code')
    expect(asked('image')).toHaveLength(2)
    await close()
  })

  it('that the browser holds back asks for another press', async () => {
    const before = `
      HTMLMediaElement.prototype.play = () => Promise.reject(new DOMException('no', 'NotAllowedError'))`
    const { page, asked, close } = await open('/plain', { before })
    await shown(page)
    await page.click(listen)
    await said(page, 'Appuyez encore une fois pour écouter.')
    expect(asked('image')).toHaveLength(1)
    await close()
  })
})

describe('a back end', () => {
  const FAILED = 'L’image n’a pas pu être chargée : affichez-en une autre.'

  it.each([
    ['answers 500', { status: 500 }],
    ['wants a token', { status: 401, json: { error: 'invalid_token' } }],
    ['refuses with a picture', { status: 403, json: { uuid: 'x', imageb64: 'data:,' } }],
    ['answers with a page', { contentType: 'text/html', body: '<!doctype html><title>Login</title>' }],
    ['answers nothing', { body: '' }],
    ['answers null', { json: null }],
    ['forgets the uuid', { json: { imageb64: 'data:,' } }],
    ['forgets the picture', { json: { uuid: 'x' } }],
    ['sends a broken picture', { json: { uuid: 'x', imageb64: 'data:image/png;base64,AAAA' } }],
    ['is out of reach', undefined],
  ])('that %s is reported, and can be asked for again', async (_, answer) => {
    let broken = true
    const { page, asked, requests, close } = await open('/plain', {
      routes: {
        image: request =>
          broken ? (answer ? request.fulfill(answer) : request.abort()) : request.continue(),
      },
    })
    await said(page, FAILED)
    expect(await page.isVisible('#captchaImage')).toBe(false)
    expect(await page.inputValue('#captchetat-uuid')).toBe('')
    // There is nothing to listen to, but the button stays where it is.
    expect(await page.getAttribute(listen, 'aria-disabled')).toBe('true')
    await page.click(listen, { force: true })
    broken = false
    await page.click(reload)
    const first = await shown(page)
    expect(await page.getAttribute(listen, 'aria-disabled')).toBe('false')
    // What fails later takes the picture away, whose uuid is gone.
    broken = true
    await page.click(reload)
    await said(page, FAILED)
    expect(await page.isVisible('#captchaImage')).toBe(false)
    expect(await page.inputValue('#captchetat-uuid')).toBe('')
    broken = false
    await page.click(reload)
    await shown(page, first)
    expect(asked('sound')).toEqual([])
    expect(requests.filter(url => /undefined|null/.test(url))).toEqual([])
    await close()
  })

  it('that says nothing is not waited for without end', async () => {
    const { page, close } = await open('/plain', { clock: true, routes: { image: () => {} } })
    await said(page, 'Chargement de l’image…')
    await page.clock.fastForward(20_000)
    await said(page, FAILED)
    expect(await page.getAttribute('.captchetat-picture', 'aria-busy')).toBe('false')
    await close()
  })

  it('that is slow is asked once more, and its first answer is dropped', async () => {
    const waiting: Request[] = []
    const { page, asked, close } = await open('/plain', {
      routes: { image: request => waiting.push(request) },
    })
    await said(page, 'Chargement de l’image…')
    // Nobody has asked for it: a screen reader stays with what it reads.
    expect(await page.getAttribute('#captchetat-status', 'aria-live')).toBe('off')
    await page.click(reload)
    await expect.poll(() => waiting.length).toBe(2)
    expect(await page.getAttribute('#captchetat-status', 'aria-live')).toBe('polite')
    await waiting[1]!.continue()
    await shown(page)
    await said(page, 'Voici une nouvelle image.')
    expect(asked('image')).toHaveLength(2)
    await close()
  })

  it.each([
    ['api/simple-captcha-endpoint', `${ENDPOINT}?`],
    [`${ENDPOINT}?site=1`, `${ENDPOINT}?site=1&`],
    [`${ENDPOINT}?`, `${ENDPOINT}?`],
    [`${ENDPOINT}#here`, `${ENDPOINT}?`],
  ])('is found at %s', async (backend, start) => {
    const { page, complaints, asked, close } = await open('/late', { before: FAST })
    await page.evaluate(([style, backend]) => window.add(style, backend), [FR, backend] as const)
    const uuid = await shown(page)
    await page.click(listen)
    await said(page, 'Saisissez ce que vous avez entendu.')
    const addresses = [...asked('image'), asked('sound')[0]!].map(url => url.replace(host.url, ''))
    expect(addresses[0]).toMatch(`${start}get=image&c=${FR}`)
    expect(addresses[1]).toBe(`${start}get=sound&c=${FR}&t=${uuid}`)
    expect(complaints).toEqual([])
    await close()
  })
})

describe('a page', () => {
  it('may have several captchas of the same id', async () => {
    const { page, complaints, asked, close } = await open('/two')
    const [first, second] = [await shown(page), await shown(page, undefined, '-2')]
    expect(first).not.toBe(second)
    expect(
      await page.$$eval('[name="captchetat-uuid"]', all =>
        all.map(input => (input as HTMLInputElement).form!.elements.length),
      ),
    ).toEqual([7, 7])
    expect(await page.$$eval('.captchetat-box', all => all.map(({ ariaLabel }) => ariaLabel))).toEqual([
      'Code de sécurité',
      'Security code 2',
    ])
    const ids = await page.$$eval('.captchetat-box [id]', all => all.map(({ id }) => id))
    expect(new Set(ids).size).toBe(ids.length)

    await page.click(`${reload}-2`)
    const third = await shown(page, second, '-2')
    await said(page, 'Here is a new picture.', '-2')
    await page.evaluate(() =>
      window.captchetatComponentModule.refreshCaptcha(document.querySelector('#captchaImage-2')),
    )
    await shown(page, third, '-2')
    expect(await page.inputValue('#captchetat-uuid')).toBe(first)

    // Two codes at a time are none.
    await page.click(listen)
    await said(page, 'Lecture en cours.')
    await page.click(`${listen}-2`)
    await said(page, 'Playing.', '-2')
    await said(page, 'Lecture en pause.')
    await page.click(listen)
    await said(page, 'Paused.', '-2')
    expect(new Set(asked('sound')).size).toBe(2)
    expect(complaints).toEqual([])
    await close()
  })

  it('may have a captcha inside a shadow root, styled as all others', async () => {
    const { page, complaints, close } = await open('/plain')
    await shown(page)
    await page.evaluate(() => {
      const host = document.createElement('section')
      host.id = 'host'
      document.querySelector('main')!.append(host)
      host.attachShadow({ mode: 'open' }).append(document.querySelector('#captchetat')!.cloneNode(false))
    })
    const image = page.locator('#host #captchaImage')
    await image.waitFor()
    expect(await image.boundingBox()).toMatchObject({ width: 200, height: 70 })
    expect(await page.locator('#host #playSoundIcon').boundingBox()).toMatchObject({ width: 44, height: 44 })
    expect(complaints).toEqual([])
    await close()
  })

  it('is followed in its direction, and in its language where that is Arabic', async () => {
    const { page, close } = await open('/plain')
    const first = await shown(page)
    await page.evaluate(() => Object.assign(document.documentElement, { lang: 'ar', dir: 'rtl' }))
    await page.click(reload)
    await shown(page, first)
    await said(page, 'هذه صورة جديدة.')
    expect(await page.getAttribute(listen, 'title')).toBe('الاستماع إلى الرمز')
    const [picture, button] = await Promise.all([
      page.locator('#captchaImage').boundingBox(),
      page.locator(listen).boundingBox(),
    ])
    expect(picture!.x).toBeGreaterThan(button!.x)
    await close()
  })

  it('is told when no picture can be had, and gets one when the network is back', async () => {
    const { page, close } = await open('/plain')
    const first = await shown(page)
    await page.evaluate(() => {
      for (const type of ['captcha-error', 'captcha-ready']) {
        addEventListener(type, () => (document.title += ` ${type}`))
      }
      document.title = ''
    })
    await page.context().setOffline(true)
    await page.click(reload)
    await said(page, 'L’image n’a pas pu être chargée : affichez-en une autre.')
    await page.context().setOffline(false)
    await shown(page, first)
    expect(await page.title()).toBe('captcha-error captcha-ready')
    await close()
  })

  it('may add captchas late, move them, give them another style, and take them away', async () => {
    const { page, complaints, asked, close } = await open('/late')
    expect(asked('image')).toEqual([])
    await page.evaluate(style => window.add(style), FR)
    const first = await shown(page)
    await page.evaluate(() => document.body.append(document.querySelector('#captchetat')!))
    await page.evaluate(style => window.add(style), EN)
    await shown(page, undefined, '-2')
    expect(await page.inputValue('#captchetat-uuid')).toBe(first)
    expect(asked('image')).toHaveLength(2)

    await page.evaluate(
      style => document.querySelector('body > #captchetat')!.setAttribute('captchaStyleName', style),
      EN,
    )
    const second = await shown(page, first)
    await said(page, 'Here is a new picture.')
    expect(asked('image').at(-1)).toContain(EN)
    expect(await page.getAttribute(reload, 'title')).toBe('Show another picture')

    // Frameworks empty and fill as they please.
    await page.click(listen)
    await said(page, 'Playing.')
    await page.evaluate(() => document.querySelector('body > #captchetat')!.replaceChildren())
    await shown(page, second)
    expect(await page.evaluate(() => window.sounds.every(({ paused }) => paused))).toBe(true)
    await page.evaluate(() => document.querySelector('body > #captchetat')!.remove())
    expect(await page.$$eval('.captchetat-box', all => all.map(({ id }) => id))).toEqual([
      'captchetat-container-2',
    ])
    await page.evaluate(() => {
      const main = document.querySelector('main')!
      const copies = main.cloneNode(true)
      main.replaceWith(copies)
    })
    await shown(page)
    expect(await page.locator('.captchetat-box').count()).toBe(1)
    expect(asked('image')).toHaveLength(5)
    expect(complaints).toEqual([])
    await close()
  })

  it('that comes back whole has another picture', async () => {
    const { page, asked, close } = await open('/plain')
    const first = await shown(page)
    await page.evaluate(() => dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true })))
    await shown(page, first)
    await said(page, 'Voici une nouvelle image.')
    expect(asked('image')).toHaveLength(2)
    await close()
  })
})

describe('before it expires, a picture', () => {
  const EXPIRED = 'L’image allait expirer : en voici une nouvelle.'

  it('is renewed by itself', async () => {
    const { page, complaints, asked, close } = await open('/plain', { clock: true })
    const first = await shown(page)
    await page.focus('#code')
    await page.clock.fastForward(LIFE - ROUND)
    expect(asked('image')).toHaveLength(1)
    await page.clock.fastForward(2 * ROUND)
    const second = await shown(page, first)
    await said(page, EXPIRED)
    expect(await focused(page)).toBe('code')
    await page.clock.fastForward(LIFE - ROUND)
    expect(asked('image')).toHaveLength(2)
    await page.clock.fastForward(2 * ROUND)
    await shown(page, second)
    expect(complaints).toEqual([])
    await close()
  })

  it('waits while nobody looks, and while somebody listens', async () => {
    const { page, asked, close } = await open('/plain', { clock: true })
    const first = await shown(page)
    await page.evaluate(() => Object.defineProperty(document, 'hidden', { value: true, configurable: true }))
    await page.clock.fastForward(LIFE + 3 * ROUND)
    await page.click(listen)
    await said(page, 'Lecture en cours.')
    await page.evaluate(() => {
      Object.defineProperty(document, 'hidden', { value: false })
      document.dispatchEvent(new Event('visibilitychange'))
    })
    expect(asked('image')).toHaveLength(1)
    await page.click(listen)
    await page.clock.fastForward(ROUND)
    await shown(page, first)
    await said(page, EXPIRED)
    expect(asked('image')).toHaveLength(2)
    await close()
  })
})

describe('accessibility', () => {
  it.each([
    { name: 'a desktop', ...DESKTOP },
    { name: 'a phone', ...PHONE },
    { name: '320 pixels', ...NARROW },
    { name: 'a zoom of 200 %', viewport: { width: 640, height: 450 }, deviceScaleFactor: 2 },
  ] as (Options & { name: string })[])(
    'axe finds nothing, nothing is cut off and nothing moves: $name',
    async ({ name, ...screen }) => {
      let broken = false
      const { page, complaints, close } = await open('/two', {
        ...screen,
        before: AXE,
        routes: { image: request => (broken ? request.fulfill({ status: 503 }) : request.continue()) },
      })
      /** Checks the page in all colours; where its parts are in each. */
      const inspect = async () => {
        const places: string[] = []
        await inColours(page, async colours => {
          expect(await findings(page), colours).toEqual([])
          expect(await overflow(page), colours).toBe(0)
          const cut = await page.$$eval('.captchetat-box :is(img, button, p)', all =>
            all.flatMap(element => {
              if (!element.checkVisibility()) return []
              const { left, right, width, height } = element.getBoundingClientRect()
              const small = element.localName === 'button' && Math.min(width, height) < 44
              return small || left < 0 || right > innerWidth ? element.outerHTML : []
            }),
          )
          expect(cut, colours).toEqual([])
          const parts = '#captchaImage, #playSoundIcon, #reloadCaptchaIcon'
          const boxes = await page.$$eval(parts, all =>
            all.map(element => JSON.stringify(element.getBoundingClientRect())),
          )
          places.push(...boxes)
        })
        return places
      }
      await Promise.all([shown(page), shown(page, undefined, '-2')])
      const before = await inspect()
      await page.click(listen)
      await said(page, 'Lecture en cours.')
      expect(await inspect()).toEqual(before)
      expect(complaints).toEqual([])
      broken = true
      await page.click(reload)
      await said(page, 'L’image n’a pas pu être chargée : affichez-en une autre.')
      await inspect()
      // Letters of twice the size, on their own.
      await page.evaluate(() => {
        document.documentElement.style.fontSize = '200%'
      })
      await inspect()
      await close()
    },
  )
})
