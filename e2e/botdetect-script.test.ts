/**
 * The script of v1 on its own, in pages whose policy lets nothing inline in: what it shows, says, asks for
 * and leaves alone.
 */
import { createHash } from 'node:crypto'
import type { Browser, BrowserContextOptions, Page, Route as Request } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  AXE,
  closeContexts,
  DESKTOP,
  FAST,
  findings,
  inColours,
  NARROW,
  overflow,
  PHONE,
  sharedBrowser,
} from './browser.ts'
import { type Host, proxy, type Route, startHost } from './host.ts'
import { type Server, startServer } from './server.ts'

const FR = 'captchaFR'
const EN = 'numerique6_7CaptchaEN'
const ENDPOINT = '/api/simple-captcha-endpoint'
const V1 = '/piste/captcha'
/** One minute before the id expires. */
const LIFE = 19 * 60_000

/** What the script gives to a page, as far as these pages use it. */
interface Instance {
  captchaId: string
  validationUrl: string
  options: { userInputID: string; imageColorMode: string }
  reloadImage(): void
}
declare global {
  interface Window {
    botdetect: { getInstanceByStyleName(style: string): Instance | null }
    BotDetect: unknown
    /** What the page's own script came upon, in order. */
    notes: string[]
    /** How often the page was idle for somebody. */
    idles: number
    /** Of the page that fetches markup itself. */
    show(style: string): Promise<Instance | null>
  }
}

/** What strict sites send. `origin` is another one that captchas may be from. */
const policy = (origin = '') => {
  const sources = ['script', 'style', 'media', 'connect'].map(kind => `${kind}-src 'self' ${origin}`)
  return `default-src 'none'; ${sources.join('; ')}; img-src 'self' data: ${origin}; form-action 'self'; base-uri 'none'; require-trusted-types-for 'script'`
}
/** What a page sends that runs the script as a function. */
const UNTRUSTED = policy()
  .replace("script-src 'self'", "script-src 'self' 'unsafe-eval'")
  .replace(/; require.*/, '')

const page = (body: string, csp = policy()): Route => ({
  type: 'text/html; charset=utf-8',
  body: `<!doctype html><html lang="fr"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
    <title>Formulaire</title><link rel="stylesheet" href="/page.css">
    <main><h1>Formulaire</h1>${body}</main></html>`,
  headers: { 'content-security-policy': csp },
})
const LOOK =
  ':root { color-scheme: light dark } body { background: Canvas; color: CanvasText; font-family: sans-serif }'
const script = (body: string): Route => ({ type: 'text/javascript; charset=utf-8', body })
const form = (markup: string, id = 'captchaFormulaireExtInput') =>
  `<form>${markup}<label for="${id}">Code de sécurité</label> <input id="${id}" autocomplete="off"></form>`

type Handler = Extract<Route, (...args: never) => unknown>

/** A page that is made from fresh markup for each visit. */
const served =
  (make: () => Promise<Route>): Route =>
  async (request, response) => {
    const route = await make()
    if (typeof route === 'function') route(request, response)
    else response.writeHead(200, { 'content-type': route.type, ...route.headers }).end(route.body)
  }

const NOTES = `
  window.notes = []
  document.addEventListener('input', ({ target }) => notes.push('input of ' + target.form?.id))
  const captcha = botdetect.getInstanceByStyleName('${FR}')
  notes.push(botdetect === BotDetect, captcha.captchaId, captcha.validationUrl)`
const SPA = `
  const ask = async query => (await fetch('${ENDPOINT}?' + query)).text()
  window.show = async style => {
    const html = await ask('get=html&c=' + style)
    document.getElementById('captcha').innerHTML = html.replace(/<script.*<\\/script>/, '')
    new Function(await ask('get=script-include&c=' + style))()
    return botdetect.getInstanceByStyleName(style)
  }`
/**
 * A page whose endpoint wants a token, which neither pictures nor sounds can send: it fetches them, as one on
 * record does.
 */
const TOKEN = `
  'use strict'
  const ask = url => fetch(url, { headers: { authorization: 'Bearer secret' } })
  const blob = async url => URL.createObjectURL(await (await ask(url)).blob())
  window.show = async style => {
    const html = await (await ask('/guarded?get=html&c=' + style)).text()
    const own = html.replace(/<script.*<\\/script>/, '').replaceAll('${ENDPOINT}', '/guarded')
    const [, address] = own.match(/_CaptchaImage" src="([^"]+)"/)
    document.getElementById('captcha').innerHTML = own.replace(address, await blob(address.replaceAll('&amp;', '&')))
    new Function(await (await ask('/guarded?get=script-include')).text())()
    const captcha = botdetect.getInstanceByStyleName(style)
    captcha.imageSrcUrl = '/guarded?get=image&c=' + style + '&t=' + captcha.captchaId
    for (const [name, get] of [['validationUrl', 'validation-result'], ['pUrl', 'p'], ['soundUrl', 'sound']]) {
      captcha[name] = captcha.imageSrcUrl.replace('image', get)
    }
    captcha.initNewImage = url => {
      captcha.newImage = document.createElement('img')
      blob(url).then(src => {
        captcha.newImage.src = src
        if (!captcha.imagePlaceholder || !captcha.progressIndicator) return
        captcha.imagePlaceholder.innerHTML = ''
        captcha.imagePlaceholder.appendChild(captcha.newImage)
        captcha.image = captcha.newImage
        captcha.progressIndicator = null
        captcha.initImageColorModeHandler()
        captcha.postReloadImage()
      })
      captcha.newImage.id = captcha.image.id
      captcha.newImage.alt = captcha.image.alt
      captcha.imageSrcUrl = url
      captcha.soundUrl = url.replace('get=image', 'get=sound')
      if (captcha.options.imageColorMode !== 'none') captcha.newImage.setAttribute('style', 'visibility: hidden')
      captcha.playNewAudio = true
    }
    const original = captcha.playSound
    captcha.playSound = async () => {
      if (captcha.soundPlayed && !captcha.playNewAudio) return original.bind(captcha)()
      captcha.soundUrl = await blob(captcha.soundUrl)
      original.bind(captcha)()
      document.getElementById('BDC_CaptchaSoundAudio_' + style).src = captcha.soundUrl
    }
    document.getElementById(style + '_SoundLink').href = '#'
    return captcha
  }`

let server: Server
let browser: Browser
let host: Host

beforeAll(async () => {
  ;[server, browser] = await Promise.all([startServer(), sharedBrowser()])
  // Its pages name sites that are made for its address.
  const routes: Record<string, Route> = {}
  host = await startHost(routes)
  const add = async (...more: string[]) => await server.upright('site', 'add', '--name', 'Form', ...more)
  const [own, open, other] = await Promise.all([add(), add('--open', '--origin', host.url), add()])
  const markup = async (style: string, { secret } = own, more = '') => {
    const answer = await fetch(`${server.url}${V1}/simple-captcha-endpoint?get=html&c=${style}${more}`, {
      headers: { keyid: String(secret) },
    })
    return answer.text()
  }
  const far = `${server.url}/s/${open.publicKey}${V1}/simple-captcha-endpoint`
  const near = proxy(`${server.url}${V1}/simple-captcha-endpoint`, String(own.secret)) as Handler
  Object.assign(routes, {
    [ENDPOINT]: near,
    '/favicon.ico': { type: 'image/x-icon', body: '' },
    '/page.css': { type: 'text/css', body: LOOK },
    '/notes.js': script(NOTES),
    '/spa.js': script(SPA),
    '/token.js': script(TOKEN),
    '/plain': served(async () =>
      page(`${form(await markup(FR))}<a href="/next">Suite</a><script src="/notes.js"></script>`),
    ),
    '/deferred': served(async () =>
      page(
        `${form(await markup(FR, own, '&script=defer'))}<a href="/next">Suite</a><script src="/notes.js" defer></script>`,
      ),
    ),
    '/next': page('<p>Merci.</p>'),
    '/two': served(async () =>
      page(
        (form(await markup(FR)) + form(await markup(EN)))
          .replace('<form', '<form id="first"')
          .replace(/<form>/, '<form id="second">'),
      ),
    ),
    '/bare': served(async () =>
      page(form((await markup(FR)).replace(/<input[^>]*BDC_(Hs|SP)_[^>]*>\n/g, ''))),
    ),
    '/restored': served(async () =>
      page(form((await markup(FR)).replace(/(name="BDC_Back[^>]*)value="0"/, '$1value="1"'))),
    ),
    '/foreign': served(async () => page(form(await markup(FR, other)))),
    '/far': served(async () =>
      page(
        form((await markup(FR, open, '&mode=backend')).replaceAll(ENDPOINT, far)),
        policy(server.url).replace(' data:', ''),
      ),
    ),
    '/spa': page(`${form('<div id="captcha"></div>')}<script src="/spa.js"></script>`, UNTRUSTED),
    '/token': page(
      `${form('<div id="captcha"></div>')}<script src="/token.js"></script>`,
      UNTRUSTED.replaceAll("-src 'self'", "-src 'self' blob:"),
    ),
    '/guarded': (request, response) => {
      const needed = /get=(html|image|sound)/.test(request.url!)
      if (needed && !request.headers.authorization) response.writeHead(400).end()
      else near(request, response)
    },
  } satisfies Record<string, Route>)
})
afterAll(async () => {
  await closeContexts(browser)
  await host?.stop()
  await server?.stop()
})

interface Options extends BrowserContextOptions {
  /** Runs before the page's own scripts. */
  before?: string
  /** A clock that can be set forward. */
  clock?: boolean
  /** Handles requests for pictures, sounds or markup. */
  routes?: Record<string, (request: Request) => unknown>
}

/** Opens a page; resolves when a picture is there. */
async function open(path: string, { before = '', clock, routes = {}, ...options }: Options = {}) {
  const context = await browser.newContext({
    locale: 'fr-FR',
    reducedMotion: 'reduce',
    ...DESKTOP,
    ...options,
  })
  await context.addInitScript(before)
  const page = await context.newPage()
  page.setDefaultTimeout(10_000)
  if (clock) await page.clock.install()
  for (const [get, act] of Object.entries(routes)) await page.route(new RegExp(`get=${get}`), act)
  const complaints: string[] = []
  const asked: string[] = []
  page.on('console', message => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text())
  })
  page.on('pageerror', error => complaints.push(error.message))
  page.on('request', request => asked.push(request.url()))
  await page.goto(host.url + path)
  return {
    page,
    complaints,
    /** How often something was asked for. */
    count: (get: string) => asked.filter(url => url.includes(`get=${get}`)).length,
    last: (get: string) => asked.findLast(url => url.includes(`get=${get}&`)),
    async close() {
      await context.close()
    },
  }
}

/** Waits until a picture is on show, another one than `before`; its address. */
async function shown(page: Page, before?: string, style = FR): Promise<string> {
  await page.waitForFunction(
    ([selector, before]) => {
      const image = document.querySelector<HTMLImageElement>(selector!)
      return image?.complete && image.naturalWidth === 200 && image.src !== before
    },
    [`#${style}_CaptchaImageDiv:not([aria-busy="true"]) img`, before] as const,
  )
  return page.$eval(`#${style}_CaptchaImageDiv img`, image => (image as HTMLImageElement).src)
}
const said = (page: Page, text: string, style = FR) =>
  page.waitForFunction(
    ([style, text]) => document.querySelector(`#${style}_CaptchaDiv [role="status"]`)?.textContent === text,
    [style, text] as const,
  )
const captcha = <Value>(page: Page, member: keyof Instance, style = FR) =>
  page.evaluate(([style, member]) => window.botdetect.getInstanceByStyleName(style)![member], [
    style,
    member,
  ] as const) as Promise<Value>
const idOf = (page: Page, style = FR) => captcha<string>(page, 'captchaId', style)
const value = (page: Page, name: string, style = FR) => page.inputValue(`[name="BDC_${name}_${style}"]`)
const reload = (style = FR) => `#${style}_ReloadLink`
const listen = (style = FR) => `#${style}_SoundLink`
const input = '#captchaFormulaireExtInput'
const focused = (page: Page) => page.evaluate(() => document.activeElement?.id)
const validate = (page: Page, code: string) =>
  page.evaluate(async url => (await fetch(url)).json(), `${ENDPOINT}${code}`)

/** Waits until the work is done; what was found. */
async function proof(page: Page, id: string): Promise<string> {
  await page.waitForFunction(
    ([style, id]) => {
      const url = window.botdetect.getInstanceByStyleName(style)!.validationUrl
      return url.includes(id) && url.includes('&p=')
    },
    [FR, id] as const,
  )
  return (await captcha<string>(page, 'validationUrl')).match(/&p=(\d+)$/)![1]!
}

describe('the v1 script', () => {
  it('runs under a strict policy, at once, and fetches one picture', async () => {
    const { page, complaints, count, close } = await open('/plain')
    await shown(page)
    const id = await idOf(page)
    expect(await page.evaluate(() => window.notes)).toEqual([
      true,
      id,
      `${host.url}${ENDPOINT}?get=validation-result&c=${FR}&t=${id}`,
    ])
    await proof(page, id)
    expect(count('image')).toBe(1)
    expect(count('html')).toBe(0)
    expect(await value(page, 'VCID')).toBe(id)
    expect(await captcha(page, 'options')).toEqual({
      userInputID: 'captchaFormulaireExtInput',
      imageColorMode: 'none',
    })
    expect(await page.evaluate(() => window.botdetect.getInstanceByStyleName('other'))).toBeNull()
    expect(complaints).toEqual([])
    await close()
  })

  it('does the work in slices, with the right result', async () => {
    const before = `window.idles = 0
      const real = requestIdleCallback
      window.requestIdleCallback = (callback, options) => {
        idles++
        return real(() => callback({ didTimeout: false, timeRemaining: () => 4 }), options)
      }`
    const { page, complaints, close } = await open('/plain', { before })
    const id = await idOf(page)
    const hash = await value(page, 'Hs')
    const p = await proof(page, id)
    expect(createHash('sha1').update(`${p}${id}`).digest('hex')).toBe(hash)
    expect(await value(page, 'SP')).toBe(p)
    // 16,384 hashes at least, which no machine does in two slices of 4 milliseconds.
    expect(await page.evaluate(() => window.idles)).toBeGreaterThan(2)
    const code = await server.answer(id)
    const url = await captcha<string>(page, 'validationUrl')
    expect(await page.evaluate(async url => (await fetch(url)).text(), `${url}&i=${code}`)).toBe('true')
    expect(complaints).toEqual([])
    await close()
  })

  it('asks for the work where the markup is without', async () => {
    const { page, count, close } = await open('/bare')
    const id = await idOf(page)
    const p = await proof(page, id)
    const { hs } = await page.evaluate(async url => (await fetch(url)).json(), `${ENDPOINT}?get=p&t=${id}`)
    expect(createHash('sha1').update(`${p}${id}`).digest('hex')).toBe(hs)
    expect(count('p&c')).toBe(1)
    await close()
  })

  it('does as well where no work can be had', async () => {
    const { page, complaints, close } = await open('/bare', {
      routes: { 'p&': request => request.fulfill({ json: {} }) },
    })
    const first = await shown(page)
    await page.click(reload())
    await shown(page, first)
    const url = await captcha<string>(page, 'validationUrl')
    expect(url).not.toContain('&p=')
    const code = await server.answer(await idOf(page))
    expect(await page.evaluate(async url => (await fetch(url)).text(), `${url}&i=${code}`)).toBe('true')
    expect(complaints).toEqual([])
    await close()
  })

  it('shows the rest of the page before its script has come, where that is deferred', async () => {
    let before: boolean | undefined
    const { page, complaints, close } = await open('/deferred', {
      routes: {
        'script-include': async request => {
          const early = request.request().frame()
          await early.waitForSelector('a[href="/next"]')
          before = await early.evaluate(() => !('botdetect' in window))
          await request.continue()
        },
      },
    })
    await shown(page)
    expect(before).toBe(true)
    expect(await page.evaluate(() => window.notes.slice(0, 2))).toEqual([true, await idOf(page)])
    expect(complaints).toEqual([])
    await close()
  })

  it('shows another code when it is pressed, and takes the visitor to the input', async () => {
    let release = () => {}
    const gate = new Promise<void>(done => {
      release = done
    })
    const { page, complaints, count, close } = await open('/plain', {
      routes: { 'image.*d=': request => gate.then(() => request.continue()) },
    })
    const first = await shown(page)
    const id = await idOf(page)
    const icon = () => page.getAttribute(`${reload()} img`, 'src')
    await page.fill(input, 'OLD')
    await page.click(reload())
    // Pressed again while one is on its way, it does nothing.
    await page.click(reload(), { force: true })
    expect(await page.getAttribute(reload(), 'aria-disabled')).toBe('true')
    expect(await icon()).toMatch(/^data:image\/png/)
    expect(await page.isVisible(`#${FR}_CaptchaImageDiv progress`)).toBe(true)
    release()
    await said(page, 'Voici un autre code.')
    expect(await shown(page, first)).toMatch(/&d=\d+$/)
    expect(await page.inputValue(input)).toBe('')
    expect(await page.evaluate(() => window.notes.at(-1))).toMatch(/^input of/)
    expect(await focused(page)).toBe('captchaFormulaireExtInput')
    expect(await idOf(page)).toBe(id)
    expect(count('image')).toBe(2)
    expect(count('html')).toBe(0)
    expect(page.url()).toBe(`${host.url}/plain`)
    expect(await page.getAttribute(reload(), 'aria-disabled')).toBe('false')
    expect(await icon()).toMatch(/^data:image\/png/)
    expect(complaints).toEqual([])
    await close()
  })

  it('swaps its icons while it may not be pressed, where they come through the API', async () => {
    let release = () => {}
    const gate = new Promise<void>(done => {
      release = done
    })
    const { page, complaints, close } = await open('/far', {
      routes: { 'image.*d=': request => gate.then(() => request.continue()) },
    })
    await shown(page)
    const icon = () => page.getAttribute(`${reload()} img`, 'src')
    await page.click(reload())
    expect(await icon()).toContain('get=reload-disabled-icon')
    release()
    await said(page, 'Voici un autre code.')
    expect(await icon()).toContain('get=reload-icon')
    expect(complaints).toEqual([])
    await close()
  })

  it('leaves the focus where it is when a client asks for another code', async () => {
    const { page, close } = await open('/plain')
    const first = await shown(page)
    await page.fill(input, 'OLD')
    await page.focus('a[href="/next"]')
    await page.evaluate(style => window.botdetect.getInstanceByStyleName(style)!.reloadImage(), FR)
    await shown(page, first)
    expect(await page.inputValue(input)).toBe('')
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Suite')
    await close()
  })

  it('works by keyboard alone', async () => {
    const { page, complaints, count, close } = await open('/plain', { before: FAST })
    let before = await shown(page)
    await page.keyboard.press('Tab')
    expect(await focused(page)).toBe(`${FR}_ReloadLink`)
    const outline = await page.$eval(reload(), link => getComputedStyle(link).outlineStyle)
    expect(outline).toBe('solid')
    for (const key of ['Space', 'Enter']) {
      await page.focus(reload())
      await page.keyboard.press(key)
      before = await shown(page, before)
      expect(await focused(page)).toBe('captchaFormulaireExtInput')
    }
    expect(await page.evaluate(() => [scrollY, location.hash])).toEqual([0, ''])
    await page.keyboard.press('Shift+Tab')
    expect(await focused(page)).toBe(`${FR}_SoundLink`)
    await page.keyboard.press('Space')
    await said(page, 'Saisissez ce que vous avez entendu.')
    expect(count('image')).toBe(3)
    expect(page.url()).toBe(`${host.url}/plain`)
    expect(complaints).toEqual([])
    await close()
  })
})

describe('the sound', () => {
  const label = (page: Page) => page.getAttribute(listen(), 'title')
  const audio = `#BDC_CaptchaSoundAudio_${FR}`

  it('plays to its end, and then the next one', async () => {
    const { page, complaints, count, last, close } = await open('/plain', { before: FAST })
    const first = await shown(page)
    await page.click(listen())
    await said(page, 'Saisissez ce que vous avez entendu.')
    expect(await page.$eval(audio, audio => (audio as HTMLAudioElement).duration)).toBeGreaterThan(3)
    expect(await page.isVisible(`#${FR}_CaptchaDiv progress`)).toBe(false)
    expect(last('sound')).toMatch(/&d=\d+$/)
    const [heard, times] = [last('sound'), count('sound')]
    // The same once more is not fetched again.
    await page.click(listen())
    await page.waitForSelector(`${listen()}.BDC_Playing`)
    await said(page, 'Saisissez ce que vous avez entendu.')
    expect(count('sound')).toBe(times)
    await page.click(reload())
    await shown(page, first)
    await page.click(listen())
    await said(page, 'Saisissez ce que vous avez entendu.')
    expect(last('sound')).not.toBe(heard)
    expect(complaints).toEqual([])
    await close()
  })

  it('shows how far it is, pauses when it is pressed again, and goes on', async () => {
    const { page, complaints, close } = await open('/plain')
    await shown(page)
    expect(await label(page)).toBe('Écouter le code')
    await page.click(listen())
    await said(page, 'Lecture en cours.')
    expect(await label(page)).toBe('Pause')
    expect(await page.getAttribute(`#${FR}_CaptchaDiv [role="status"]`, 'aria-live')).toBe('off')
    await page.waitForFunction(() => {
      const progress = document.querySelector('progress')
      return progress && progress.position > 0 && progress.checkVisibility()
    })
    const time = () => page.$eval(audio, audio => (audio as HTMLAudioElement).currentTime)
    await page.click(listen())
    await said(page, 'Lecture en pause.')
    expect(await label(page)).toBe('Reprendre')
    expect(await page.isVisible(`#${FR}_CaptchaDiv progress`)).toBe(false)
    const paused = await time()
    expect(paused).toBeGreaterThan(0)
    await page.click(listen())
    await said(page, 'Lecture en cours.')
    expect(await time()).toBeGreaterThanOrEqual(paused)
    await page.getByRole('button', { name: 'Plus lentement' }).click()
    expect(await page.$eval(audio, audio => (audio as HTMLAudioElement).playbackRate)).toBe(0.75)
    await page.waitForFunction(id => (document.querySelector(id) as HTMLAudioElement).currentTime > 1, audio)
    await page.getByRole('button', { name: 'Depuis le début' }).click()
    expect(await time()).toBeLessThan(1)
    expect(complaints).toEqual([])
    await close()
  })

  it('stops when another code is shown', async () => {
    const { page, close } = await open('/plain')
    const first = await shown(page)
    await page.click(listen())
    await said(page, 'Lecture en cours.')
    await page.click(reload())
    await shown(page, first)
    await said(page, 'Voici un autre code.')
    expect(await page.$(audio)).toBeNull()
    expect(await label(page)).toBe('Écouter le code')
    await close()
  })

  it('says that it cannot be played, and can be tried again', async () => {
    let broken = true
    const { page, close } = await open('/plain', {
      before: FAST,
      routes: { sound: request => (broken ? request.fulfill({ status: 404 }) : request.continue()) },
    })
    await shown(page)
    await page.click(listen())
    await said(page, 'Le son n’a pas pu être lu : réessayez, ou changez de code.')
    expect(await page.isVisible(`#${FR}_CaptchaDiv .BDC_Error`)).toBe(true)
    expect(await label(page)).toBe('Écouter le code')
    broken = false
    await page.click(listen())
    await said(page, 'Saisissez ce que vous avez entendu.')
    await close()
  })
})

describe('a picture that does not come', () => {
  it('brings another captcha, once', async () => {
    const { page, count, close } = await open('/foreign')
    await said(page, 'Voici un autre code.')
    await shown(page)
    expect(count('html')).toBe(1)
    expect(count('image')).toBe(2)
    const id = await idOf(page)
    expect(await value(page, 'VCID')).toBe(id)
    expect(await page.getAttribute(listen(), 'href')).toContain(id)
    const code = await server.answer(id)
    expect(await validate(page, `?get=validation-result&c=${FR}&t=${id}&i=${code}`)).toBe(true)
    await close()
  })

  it('is reported in the end, and reloading helps', async () => {
    let broken = true
    const { page, count, close } = await open('/plain', {
      routes: { image: request => (broken ? request.fulfill({ status: 503 }) : request.continue()) },
    })
    await said(page, 'Le code n’a pas pu être chargé : affichez-en un autre.')
    expect(count('html')).toBe(1)
    expect(count('image')).toBe(2)
    expect(await page.isVisible(`#${FR}_CaptchaImageDiv img`)).toBe(false)
    broken = false
    await page.click(reload())
    await shown(page)
    expect(await page.isVisible(`#${FR}_CaptchaImageDiv img`)).toBe(true)
    expect(count('html')).toBe(1)
    await close()
  })

  it('is not waited for without end', async () => {
    const { page, close } = await open('/plain', { clock: true, routes: { 'image.*d=': () => {} } })
    await shown(page)
    await page.click(reload())
    await said(page, 'Chargement d’un autre code…')
    await page.clock.fastForward(25_000)
    await said(page, 'Le code n’a pas pu être chargé : affichez-en un autre.')
    expect(await page.getAttribute(reload(), 'aria-disabled')).toBe('false')
    await close()
  })
})

describe('before it expires, a captcha', () => {
  it('is renewed by itself', async () => {
    const { page, complaints, count, close } = await open('/plain', { clock: true })
    const [first, id] = [await shown(page), await idOf(page)]
    await page.focus('a[href="/next"]')
    await page.clock.fastForward(LIFE - 20_000)
    expect(count('html')).toBe(0)
    await page.clock.fastForward(40_000)
    await said(page, 'Le code allait expirer : en voici un autre.')
    expect(await shown(page, first)).not.toContain(id)
    const fresh = await idOf(page)
    expect(fresh).not.toBe(id)
    expect(await value(page, 'VCID')).toBe(fresh)
    const [p, hash] = [await proof(page, fresh), await value(page, 'Hs')]
    expect(createHash('sha1').update(`${p}${fresh}`).digest('hex')).toBe(hash)
    expect(await captcha(page, 'validationUrl')).toBe(
      `${host.url}${ENDPOINT}?get=validation-result&c=${FR}&t=${fresh}&p=${p}`,
    )
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Suite')
    expect(count('html')).toBe(1)
    expect(count('image')).toBe(2)
    // And once more, as long as the page is open.
    await page.clock.fastForward(LIFE + 20_000)
    await page.waitForFunction(
      ([style, id]) => window.botdetect.getInstanceByStyleName(style)!.captchaId !== id,
      [FR, fresh] as const,
    )
    expect(complaints).toEqual([])
    await close()
  })

  it('waits a little for what is being typed, and reports the result', async () => {
    const { page, count, close } = await open('/plain', { clock: true })
    const first = await shown(page)
    await page.fill(input, 'ABC')
    await page.clock.fastForward(LIFE + 10_000)
    expect(count('html')).toBe(0)
    await page.clock.fastForward(40_000)
    await said(page, 'Le code allait expirer : recopiez ce nouveau code.')
    await shown(page, first)
    expect(await page.inputValue(input)).toBe('')
    await close()
  })

  it('waits while nobody looks, and while somebody listens', async () => {
    const { page, count, close } = await open('/plain', { clock: true })
    const first = await shown(page)
    await page.evaluate(() => Object.defineProperty(document, 'hidden', { value: true, configurable: true }))
    await page.clock.fastForward(LIFE + 60_000)
    expect(count('html')).toBe(0)
    await page.click(listen())
    await said(page, 'Lecture en cours.')
    await page.evaluate(() => {
      Object.defineProperty(document, 'hidden', { value: false })
      document.dispatchEvent(new Event('visibilitychange'))
    })
    expect(count('html')).toBe(0)
    await page.click(listen())
    await page.clock.fastForward(20_000)
    await shown(page, first)
    expect(count('html')).toBe(1)
    await close()
  })

  it('says that it cannot be renewed, and does not go on trying', async () => {
    const { page, count, close } = await open('/plain', {
      clock: true,
      routes: { html: request => request.fulfill({ status: 503 }) },
    })
    await shown(page)
    await page.clock.fastForward(LIFE + 20_000)
    await said(page, 'Le code n’a pas pu être chargé : affichez-en un autre.')
    await page.clock.fastForward(LIFE)
    expect(count('html')).toBe(1)
    await page.unrouteAll()
    await page.click(reload())
    await said(page, 'Voici un autre code.')
    expect(count('html')).toBe(2)
    await close()
  })
})

describe('a page', () => {
  it('may have several captchas, each with its own form', async () => {
    const { page, complaints, count, close } = await open('/two', { before: FAST })
    const [first, second] = [await shown(page), await shown(page, undefined, EN)]
    expect(count('image')).toBe(2)
    expect(await idOf(page)).not.toBe(await idOf(page, EN))
    await page.fill(`#first ${input}`, 'ONE')
    await page.fill(`#second ${input}`, 'TWO')
    await page.click(reload(EN))
    await said(page, 'Here is another code.', EN)
    await shown(page, second, EN)
    expect(await shown(page)).toBe(first)
    expect(await page.inputValue(`#first ${input}`)).toBe('ONE')
    expect(await page.inputValue(`#second ${input}`)).toBe('')
    expect(await page.evaluate(() => document.activeElement?.closest('form')?.id)).toBe('second')
    await page.click(listen())
    await said(page, 'Saisissez ce que vous avez entendu.')
    await page.click(listen(EN))
    await said(page, 'Type what you heard.', EN)
    expect(complaints).toEqual([])
    await close()
  })

  it('may fetch the markup and the script itself, again and again', async () => {
    const { page, complaints, count, close } = await open('/spa', { clock: true })
    await page.evaluate(style => window.show(style).then(() => {}), FR)
    const [first, old] = [await shown(page), await idOf(page)]
    await page.evaluate(style => window.show(style).then(() => {}), FR)
    await shown(page, first)
    expect(await idOf(page)).not.toBe(old)
    expect(count('image')).toBe(2)
    // Only what is on the page is looked after.
    await page.clock.fastForward(LIFE + 20_000)
    await said(page, 'Le code allait expirer : en voici un autre.')
    expect(count('html')).toBe(3)
    await page.evaluate(() => document.querySelector('#captcha')!.replaceChildren())
    expect(await page.evaluate(style => window.botdetect.getInstanceByStyleName(style), FR)).toBeNull()
    await page.clock.fastForward(LIFE + 20_000)
    expect(count('html')).toBe(3)
    expect(complaints).toEqual([])
    await close()
  })

  it('keeps a captcha that it moves about, and one that the script is run again for', async () => {
    const { page, count, close } = await open('/spa')
    const same = await page.evaluate(async style => {
      const made = await window.show(style)
      const box = document.querySelector('#captcha')!
      box.remove()
      document.querySelector('form')!.prepend(box)
      new Function(await (await fetch('/api/simple-captcha-endpoint?get=script-include')).text())()
      return made === window.botdetect.getInstanceByStyleName(style)
    }, FR)
    expect(same).toBe(true)
    const first = await shown(page)
    await page.click(reload())
    await shown(page, first)
    expect(count('image')).toBe(2)
    expect(await page.locator(`#${FR}_CaptchaDiv [role="status"]`).count()).toBe(1)
    await close()
  })

  it('may load everything from our own address, where its site is open', async () => {
    const { page, complaints, count, close } = await open('/far', { before: FAST, clock: true })
    const first = await shown(page)
    expect(new URL(first).origin).toBe(server.url)
    await page.click(reload())
    await shown(page, first)
    await page.click(listen())
    await said(page, 'Saisissez ce que vous avez entendu.')
    await page.clock.fastForward(LIFE + 20_000)
    await said(page, 'Le code allait expirer : en voici un autre.')
    expect(count('html')).toBe(1)
    expect(complaints).toEqual([])
    await close()
  })

  it('may put its own functions in the place of those that fetch', async () => {
    const { page, close } = await open('/token', { before: FAST })
    await page.evaluate(style => window.show(style).then(() => {}), FR)
    const first = await shown(page)
    expect(first).toMatch(/^blob:/)
    await page.click(reload())
    await said(page, 'Voici un autre code.')
    await shown(page, first)
    expect(await page.getAttribute(reload(), 'aria-disabled')).toBe('false')
    await page.click(listen())
    await said(page, 'Saisissez ce que vous avez entendu.')
    await page.click(listen())
    await page.waitForSelector(`${listen()}.BDC_Playing`)
    await said(page, 'Saisissez ce que vous avez entendu.')
    const id = await idOf(page)
    const code = await server.answer(id)
    expect(await captcha(page, 'validationUrl')).toContain(`/guarded?get=validation-result&c=${FR}&t=${id}`)
    expect(await validate(page, `?get=validation-result&c=${FR}&t=${id}&i=${code}`)).toBe(true)
    await close()
  })

  it('that is gone back to has a captcha that works', async () => {
    const { page, complaints, close } = await open('/plain')
    await shown(page)
    await page.click('a[href="/next"]')
    await page.waitForURL('**/next')
    await page.goBack()
    await shown(page)
    const id = await idOf(page)
    expect(await value(page, 'VCID')).toBe(id)
    expect(await page.getAttribute(`#${FR}_CaptchaImage`, 'src')).toContain(id)
    const code = await server.answer(id)
    expect(await validate(page, `?get=validation-result&c=${FR}&t=${id}&i=${code}`)).toBe(true)
    expect(complaints).toEqual([])
    await close()
  })

  it.each([
    ['its inputs were put back by the browser', '/restored', () => {}],
    [
      'it comes back whole',
      '/plain',
      () => dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true })),
    ],
  ])('has another captcha where %s', async (_, path, act) => {
    const { page, complaints, count, close } = await open(path)
    await page.evaluate(act)
    await said(page, 'Voici un autre code.')
    const id = await idOf(page)
    expect(await shown(page)).toContain(id)
    expect(await value(page, 'VCID')).toBe(id)
    expect(count('html')).toBe(1)
    expect(complaints).toEqual([])
    await close()
  })
})

describe('accessibility', () => {
  it.each([
    { name: 'desktop', ...DESKTOP },
    { name: 'phone', ...PHONE },
    { name: 'narrow', ...NARROW },
  ] as (Options & { name: string })[])(
    'axe finds nothing, and nothing is cut off: $name',
    async ({ name, ...screen }) => {
      const { page, close } = await open('/plain', {
        ...screen,
        before: AXE,
        routes: { sound: request => request.fulfill({ status: 404 }) },
      })
      const check = () =>
        inColours(page, async colours => {
          expect(await findings(page), colours).toEqual([])
          const box = (await page.locator(`#${FR}_CaptchaDiv`).boundingBox())!
          expect(box.width).toBe(280)
          expect(box.height).toBeGreaterThanOrEqual(75)
          for (const link of [reload(), listen()]) {
            const { width, height, x } = (await page.locator(link).boundingBox())!
            expect(Math.min(width, height)).toBeGreaterThanOrEqual(34)
            expect(x + width).toBeLessThanOrEqual(box.x + 280)
          }
          expect(await overflow(page)).toBe(0)
        })
      await shown(page)
      await check()
      await page.click(listen())
      await said(page, 'Le son n’a pas pu être lu : réessayez, ou changez de code.')
      await check()
      await close()
    },
  )

  it('speaks Arabic on a page in Arabic, and tries again when the network is back', async () => {
    const { page, close } = await open('/plain', {
      before: `new MutationObserver((_, observer) => {
        observer.disconnect()
        Object.assign(document.documentElement, { lang: 'ar', dir: 'rtl' })
      }).observe(document, { childList: true })`,
    })
    const first = await shown(page)
    expect(await page.getAttribute(listen(), 'title')).toBe('الاستماع إلى الرمز')
    await page.evaluate(() => {
      document.title = ''
      for (const type of ['captcha-error', 'captcha-ready']) {
        addEventListener(type, () => {
          document.title += ` ${type}`
        })
      }
    })
    await page.context().setOffline(true)
    await page.click(reload())
    await said(page, 'تعذّر تحميل الرمز: اعرض رمزًا آخر.')
    await page.context().setOffline(false)
    await shown(page, first)
    expect(await page.title()).toBe('captcha-error captcha-ready')
    await close()
  })

  it('screen readers are told what the icons are, and what they are doing', async () => {
    const { page, close } = await open('/plain')
    await shown(page)
    const tree = await page.locator(`#${FR}_CaptchaDiv`).ariaSnapshot()
    expect(tree).toContain('button "Afficher un autre code"')
    expect(tree).toContain('button "Écouter le code"')
    expect(tree).toContain('img "Code de sécurité déformé : recopiez-le, ou écoutez-le."')
    await page.click(listen())
    await said(page, 'Lecture en cours.')
    const playing = await page.locator(`#${FR}_CaptchaDiv`).ariaSnapshot()
    expect(playing).toContain('button "Pause"')
    expect(playing).not.toContain('progressbar')
    await close()
  })
})
