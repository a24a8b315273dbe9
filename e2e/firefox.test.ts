/** Our scripts in Firefox, one page a dialect: a picture is shown, and the right answer passes. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import type { Browser, Page } from 'puppeteer-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { leaveFirefox, sharedFirefox } from './browser.ts'
import { put, startForm } from './captcha-page.ts'
import { type Host, proxy, type Route, startHost } from './host.ts'
import { type Server, startServer } from './server.ts'

const STYLE = 'captchaFR'
const clients = createRequire(fileURLToPath(new URL('clients/mcaptcha/', import.meta.url)))
/** mCaptcha's own script for pages. */
const glue = readFileSync(clients.resolve('@mcaptcha/vanilla-glue'))
const V1 = '/piste/captcha'
const V2 = '/piste/captchetat/v2'

let server: Server
let browser: Browser
let host: Host

/** A page whose form is sent to a path below its own. */
const form = (path: string, body: string): Route => ({
  type: 'text/html; charset=utf-8',
  body: `<!doctype html><html lang="fr"><meta charset="utf-8"><title>Formulaire</title><link rel="icon" href="data:,">
    <form action="${path}/send" method="post">${body}<button id="send">Envoyer</button></form></html>`,
})
const code = '<input id="captchaFormulaireExtInput" name="code" aria-label="Code" autocomplete="off">'

/** Posts to the server; what it answers. */
const post = async (path: string, body: URLSearchParams | string, headers = {}) =>
  (await fetch(server.url + path, { method: 'POST', body, headers })).text()
/** The back end of a form: what comes of the verdict on what was sent. */
const backEnd =
  (judge: (sent: (name: string) => string) => Promise<string>): Route =>
  async (request, response) => {
    const sent = new URLSearchParams(await text(request))
    response.end(await judge(name => sent.get(name) ?? ''))
  }

beforeAll(async () => {
  ;[server, browser] = await Promise.all([startServer(), sharedFirefox()])
  host = await startHost({})
  const { secret, publicKey } = await server.upright(
    ...['site', 'add', '--name', 'Form', '--origin', host.url, '--work', 'native=sha256/256'],
  )
  const keyid = String(secret)
  const markup = await fetch(`${server.url}${V1}/simple-captcha-endpoint?get=html&c=${STYLE}`, {
    headers: { keyid },
  })
  const library = `${server.url}/captchetat/captchetat-js.js`
  const widget = `${server.url}/api/js/?key=${publicKey}`
  Object.assign(host.routes, {
    '/api/simple-captcha-endpoint': proxy(`${server.url}${V1}/simple-captcha-endpoint`, keyid),
    '/v2-endpoint': proxy(`${server.url}${V2}/simple-captcha-endpoint`, keyid),
    '/rocaptcha.js': { type: 'text/javascript', body: 'RoCaptcha.init()' },
    '/v1': form('/v1', (await markup.text()) + code),
    '/v2': form(
      '/v2',
      `<div id="captchetat" captchaStyleName="${STYLE}" urlBackend="/v2-endpoint"></div>${code}<script src="${library}"></script>`,
    ),
    '/rocaptcha': form(
      '/rocaptcha',
      `<div id="rocaptcha_placeholder"></div><script src="${widget}"></script><script src="/rocaptcha.js"></script>`,
    ),
    '/v1/send': backEnd(sent => {
      const body = { captchaId: sent(`BDC_VCID_${STYLE}`), userEnteredCaptchaCode: sent('code') }
      return post(`${V1}/valider-captcha`, JSON.stringify(body), { keyid })
    }),
    '/v2/send': backEnd(sent => {
      const body = { uuid: sent('captchetat-uuid'), code: sent('code') }
      return post(`${V2}/valider-captcha`, JSON.stringify(body), { keyid })
    }),
    '/mcaptcha': form(
      '/mcaptcha',
      `<label data-mcaptcha_url="${server.url}/widget/?sitekey=${publicKey}" id="mcaptcha__token-label">Token
      <input id="mcaptcha__token" name="mcaptcha__token"></label><div id="mcaptcha__widget-container"></div>
      <script src="/mcaptcha.js"></script>`,
    ),
    '/mcaptcha.js': { type: 'text/javascript', body: glue },
    '/mcaptcha/send': backEnd(sent => {
      const body = { token: sent('mcaptcha__token'), key: publicKey, secret: keyid }
      return post('/api/v1/pow/siteverify', JSON.stringify(body))
    }),
    '/rocaptcha/send': backEnd(sent => {
      const [hash, response] = [sent('rocaptcha_challenge_field'), sent('rocaptcha_response_field')]
      return post('/api/verify/', new URLSearchParams({ key: keyid, hash, response }))
    }),
  } satisfies Record<string, Route>)
})
afterAll(async () => {
  await leaveFirefox()
  await host?.stop()
  await server?.stop()
})

/** Opens a page, and waits for the picture and for the field of its id; the id. */
async function open(path: string, picture: string, field: string) {
  const page = await browser.newPage()
  const complaints: string[] = []
  page.on('pageerror', error => complaints.push(String(error)))
  page.on('console', message => {
    if (['error', 'warn'].includes(message.type())) complaints.push(message.text())
  })
  await page.goto(host.url + path)
  await page.waitForFunction(
    (picture, field) => {
      const where = document.querySelector('ro-captcha')?.shadowRoot ?? document
      const image = where.querySelector<HTMLImageElement>(picture)
      return (
        image?.complete && image.naturalWidth > 0 && document.querySelector<HTMLInputElement>(field)?.value
      )
    },
    {},
    picture,
    field,
  )
  const id = await page.$eval(field, input => (input as HTMLInputElement).value)
  return { page, complaints, id }
}

/** Sends the form; the body of the page that comes. */
async function send(page: Page): Promise<string> {
  await Promise.all([page.waitForNavigation(), page.click('#send')])
  return page.$eval('body', body => body.textContent ?? '')
}

describe('in Firefox', () => {
  it.each([
    ['v1', `#${STYLE}_CaptchaImageDiv img`, `[name=BDC_VCID_${STYLE}]`],
    ['v2', '#captchaImage', '#captchetat-uuid'],
  ])('the %s script shows a picture, whose code passes', async (name, picture, field) => {
    const { page, complaints, id } = await open(`/${name}`, picture, field)
    await page.type('#captchaFormulaireExtInput', await server.answer(id))
    expect(await send(page)).toBe('true')
    expect(complaints).toEqual([])
    await page.close()
  })

  it('the script of mCaptcha gets a pass', async () => {
    const page = await browser.newPage()
    await page.goto(`${host.url}/mcaptcha`)
    await page.waitForFunction(() => document.querySelector<HTMLInputElement>('#mcaptcha__token')?.value)
    expect(await send(page)).toBe('{"valid":true}')
    await page.close()
  })

  it('the widget shows a picture, which passes upright', async () => {
    const { page, complaints, id } = await open(
      '/rocaptcha',
      '.turning img',
      '[name=rocaptcha_challenge_field]',
    )
    const degrees = Number(await server.answer(id.slice(0, 32)))
    await page.focus('>>> [role=slider]')
    await page.keyboard.press('Home')
    for (let i = 0; i < Math.floor(degrees / 15); i++) await page.keyboard.press('PageUp')
    for (let i = 0; i < degrees % 15; i++) await page.keyboard.press('ArrowRight')
    expect(await send(page)).toContain('PASSED')
    expect(complaints).toEqual([])
    await page.close()
  })

  it('<upright-captcha> is answered by keyboard, and asks again after the back/forward cache', async () => {
    const form = await startForm(server, 2)
    const page = await browser.newPage()
    const complaints: string[] = []
    page.on('pageerror', error => complaints.push(String(error)))
    page.on('console', message => {
      if (['error', 'warn'].includes(message.type())) complaints.push(message.text())
    })
    const script = "addEventListener('pageshow', event => { document.body.className = event.persisted })"
    await page.goto(put(server, form, { attributes: 'kinds="text"', script }))
    /** Waits for something in the element. */
    const find = (selector: string) =>
      page.waitForFunction(
        wanted => document.querySelector('upright-captcha')!.shadowRoot?.querySelector(wanted) !== null,
        {},
        selector,
      )
    await page.focus('#name')
    await find('.box.choose')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await find('input:focus')
    const address = await page.$eval('>>> img', image => (image as HTMLImageElement).srcset.split(' ')[0]!)
    await page.keyboard.type(await server.answerTo(new URL(address).searchParams.get('ticket')!, 'text'))
    await page.keyboard.press('Enter')
    await find('.box.passed')
    expect(await send(page)).toBe('Sent')
    expect(form.sent).toMatchObject([{ success: true, kind: 'text' }])
    expect(complaints).toEqual([])
    // Its pass is spent. The focus is still in the form, so it begins by itself.
    await page.evaluate(() => history.back())
    await page.waitForSelector('body.true upright-captcha')
    await find('.box.choose')
    expect(await page.$eval('upright-captcha', element => (element as HTMLInputElement).value)).toBe('')
    // The browser itself looks for a picture of the page that it comes back to.
    expect(complaints.filter(text => !text.includes('/favicon.ico'))).toEqual([])
    await page.close()
    await form.host.stop()
  })
})
