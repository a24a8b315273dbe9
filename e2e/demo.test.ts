import type { Browser, Page, Route } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { closeContexts, DESKTOP, PHONE, sharedBrowser, visit } from './browser.ts'
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

declare global {
  interface Window {
    /** The sound of the code, which is not in the page. The widget below has another one, made later. */
    codeSound: HTMLAudioElement
  }
}

const isSound = (url: string) => url.includes('get=sound')
const isPicture = (url: string) => url.includes('get=image')
const outcome = (page: Page, state: string) => page.waitForSelector(`#try .outcome[data-state="${state}"]`)
const status = (page: Page) => page.textContent('#status')

/** What the API says to a page of the server's own origin, which is how the demo site lets in. */
async function ask<Answer>(path: string, body?: object): Promise<Answer> {
  const response = await fetch(`${server.url}/s/${server.publicKey}/piste/captchetat/v2/${path}`, {
    headers: { Origin: server.url },
    ...(body && { method: 'POST', body: JSON.stringify(body) }),
  })
  return (await response.json()) as Answer
}
const validate = (uuid: string, code: string) => ask<boolean>('valider-captcha', { uuid, code })

/** Does something that fetches a picture; its uuid when it is on show. */
async function newPicture(page: Page, act: () => Promise<unknown>): Promise<string> {
  const before = await page.getAttribute('#picture', 'src')
  const [response] = await Promise.all([page.waitForResponse(response => isPicture(response.url())), act()])
  const { uuid, imageb64 } = await response.json()
  expect(imageb64).not.toBe(before)
  await page.waitForFunction(
    src =>
      document.querySelector('#picture')?.getAttribute('src') === src &&
      !document.querySelector('[data-busy]'),
    imageb64,
  )
  return uuid
}

const said = (page: Page, text: string) =>
  page.waitForFunction(text => document.querySelector('#status')?.textContent === text, text)

/** A visit whose sounds are the one given, some milliseconds late. */
async function listener(sound: Buffer, late = 0) {
  const reach = `const Real = Audio
    window.Audio = function () {
      const audio = new Real()
      window.codeSound ??= audio
      return audio
    }`
  const visited = await visit(browser, `${server.url}/demo?lang=en`, DESKTOP, reach)
  await visited.page.route(/get=sound/, async route => {
    await new Promise(done => setTimeout(done, late))
    await route.fulfill({ contentType: 'audio/x-wav', body: sound })
  })
  return visited
}
const audio = (page: Page) =>
  page.evaluate(() => {
    const { currentTime: at, playbackRate: rate, preservesPitch: pitch, paused } = window.codeSound
    return { at, rate, pitch, paused }
  })

describe('the demo page', () => {
  it('loads under its policy without a complaint, and asks nobody else', async () => {
    const { page, complaints, requests } = await visit(browser, `${server.url}/demo`)
    expect(complaints).toEqual([])
    expect(requests.filter(url => !url.startsWith(server.url) && !url.startsWith('data:'))).toEqual([])
    expect(await page.evaluate(() => document.cookie)).toBe('')
    const policy = (await page.request.get(`${server.url}/demo`)).headers()['content-security-policy']
    expect(policy).toContain("default-src 'none'")
    expect(policy).not.toContain('unsafe')
    await page.context().close()
  })

  it('shows a picture of each of the 16 styles', async () => {
    const { page, complaints } = await visit(browser, `${server.url}/demo?lang=en`)
    const names = await page.$$eval('#style option', options =>
      options.map(option => option.getAttribute('value')!),
    )
    expect(new Set(names).size).toBe(16)
    for (const name of [...names.slice(1), names[0]!]) {
      await newPicture(page, () => page.selectOption('#style', name))
      expect(await page.textContent('#wire-name')).toBe(name)
      const size = await page.$eval('#picture', image => {
        const { naturalWidth, naturalHeight } = image as HTMLImageElement
        return [naturalWidth, naturalHeight]
      })
      expect(size).toEqual([400, 140])
    }
    expect(complaints).toEqual([])
    await page.context().close()
  })

  it.each([
    ['a desktop', 'en', DESKTOP],
    ['a phone', 'fr', PHONE],
  ])('keeps the place of the picture on %s: nothing moves when it arrives', async (_, lang, screen) => {
    const script = `window.shift = 0
      new PerformanceObserver(list => { for (const entry of list.getEntries()) window.shift += entry.value })
        .observe({ type: 'layout-shift', buffered: true })`
    const { page } = await visit(browser, `${server.url}/demo?lang=${lang}`, screen, script)
    // The page is painted before it learns anything from the server.
    const painted = () =>
      page.evaluate(() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done))))
    await page.route('**/demo.json', async route => {
      await painted()
      await route.continue()
    })
    await page.reload()
    await page.waitForSelector('#picture:not([hidden])')
    await newPicture(page, () => page.click('#renew'))
    await painted()
    const shift = await page.evaluate('window.shift')
    expect(shift).toBeLessThan(0.02)
    await page.context().close()
  })

  it('says that a wrong code is wrong, and shows a new picture', async () => {
    const { page } = await visit(browser, `${server.url}/demo?lang=en`)
    await page.fill('#code', 'wrong')
    await newPicture(page, () => page.click('#check'))
    await outcome(page, 'wrong')
    expect(await status(page)).toMatch(/^Not right/)
    expect(await page.inputValue('#code')).toBe('')
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('code')
    expect(await page.getAttribute('#code', 'aria-invalid')).toBe('true')
    // The sentence is on the screen, not below it.
    const { y, height } = (await page.locator('#status').boundingBox())!
    expect(y + height).toBeLessThanOrEqual(DESKTOP.viewport.height)
    await page.keyboard.type('A')
    expect(await page.getAttribute('#code', 'aria-invalid')).toBeNull()
    expect(await page.textContent('#exchanges details:nth-child(2) pre >> nth=1')).toContain('false')
    await page.context().close()
  })

  it('passes the right code in small letters, and shows what went over the wire', async () => {
    const { page } = await visit(browser, `${server.url}/demo?lang=en`)
    const uuid = await newPicture(page, () => page.click('#renew'))
    const code = (await server.answer(uuid)).toLowerCase()
    await page.fill('#code', ` ${code} `)
    await page.click('#check')
    await outcome(page, 'passed')
    expect(await status(page)).toMatch(/^Passed/)
    const [request, response, command] = await page.$$eval('#exchanges details:first-child pre', blocks =>
      blocks.map(block => block.textContent),
    )
    expect(request).toContain(`{"uuid":"${uuid}","code":"${code}"}`)
    expect(response).toMatch(/200 application\/json\s+true/)
    expect(command).toContain(`-H 'Origin: ${server.url}'`)
    expect(command).toContain(
      `curl -X POST '${server.url}/s/${server.publicKey}/piste/captchetat/v2/valider-captcha'`,
    )

    // The same pair stays true twice more within two minutes, and never again.
    const again = () => validate(uuid, code)
    expect([await again(), await again(), await again(), await again()]).toEqual([true, true, false, false])
    await newPicture(page, () => page.click('#check'))
    await outcome(page, 'open')
    await page.context().close()
  })

  it('refuses the right code of a picture that a wrong one used up', async () => {
    const { uuid } = await ask<{ uuid: string }>('simple-captcha-endpoint?get=image&c=captchaFR')
    const code = await server.answer(uuid)
    expect(await validate(uuid, `${code}X`)).toBe(false)
    expect(await validate(uuid, code)).toBe(false)
  })

  it('copies the command, also where the browser hides its clipboard, as it does on plain http', async () => {
    const hide = `Object.defineProperty(navigator, 'clipboard', { value: undefined })`
    const { page, complaints } = await visit(browser, `${server.url}/demo?lang=en`, undefined, hide)
    await page.click('#exchanges summary')
    await page.click('#exchanges details[open] .copy')
    await page.waitForFunction(() => document.querySelector('.copy')?.textContent === 'Copied')
    const command = await page.textContent('#exchanges details[open] pre code')
    expect(await page.evaluate(() => getSelection()?.toString())).toBe(command)
    expect(command).toMatch(/^curl /)
    expect(complaints).toEqual([])
    await page.context().close()
  })

  it('keeps its requests collapsed', async () => {
    const { page } = await visit(browser, `${server.url}/demo?lang=en`)
    await page.fill('#code', 'wrong')
    await newPicture(page, () => page.click('#check'))
    expect(await page.locator('#exchanges details').count()).toBeGreaterThan(1)
    expect(await page.locator('.exchanges details[open]').count()).toBe(0)
    await page.context().close()
  })

  it('says how to put each dialect on a site, at addresses that there are', async () => {
    const { page } = await visit(browser, `${server.url}/demo?lang=en`)
    expect(await page.locator('#snippets h3').allTextContents()).toEqual([
      'Make a site',
      'upright-captcha',
      'CaptchEtat v2',
      'CaptchEtat v1',
      'RoCAPTCHA',
      'Cap',
      'ALTCHA',
    ])
    const text = (await page.locator('#snippets pre').allTextContents()).join('\n')
    const addresses = text.match(/http:\/\/127\.0\.0\.1:\d+[^\s"']*/g)!
    expect(addresses).toHaveLength(13)
    for (const address of addresses) {
      // What is below the base address of Cap's widget is called, and not that itself.
      const called = address.replace('PUBLIC_KEY', server.publicKey).replace(/\/cap\/\w+\/$/, '$&challenge')
      const { status } = await fetch(called, { method: 'HEAD' })
      expect(status, address).not.toBe(404)
    }
    await page.context().close()
  })

  it('asks for the code first when none was typed', async () => {
    const { page, requests } = await visit(browser, `${server.url}/demo?lang=en`)
    await page.click('#check')
    await outcome(page, 'wrong')
    expect(await status(page)).toBe('Type the code first.')
    expect(requests.some(url => url.includes('valider-captcha'))).toBe(false)
    await page.context().close()
  })

  it('plays the sound of the code', async () => {
    const { page, complaints } = await visit(browser, `${server.url}/demo?lang=en`)
    const [response] = await Promise.all([
      page.waitForResponse(response => response.url().includes('get=sound')),
      page.click('#listen'),
    ])
    expect(response.status()).toBe(200)
    await said(page, 'Playing.')
    await page.click('#slower')
    await page.click('#listen')
    await said(page, 'Paused.')
    expect(complaints).toEqual([])
    await page.context().close()
  })
})

describe('the sound of the demo page', () => {
  it('plays, pauses, goes on and ends, on one request', async () => {
    const { page, complaints, requests } = await listener(silence(1.5))
    expect(await page.isHidden('#sound')).toBe(true)
    await page.focus('#listen')
    await page.keyboard.press('Enter')
    await said(page, 'Playing.')
    expect(await page.textContent('#listen')).toBe('Pause')
    // It can be heard: a screen reader would only talk over it.
    expect(await page.getAttribute('#status', 'aria-live')).toBe('off')
    expect(await page.isVisible('#sound')).toBe(true)
    await page.waitForFunction(() => document.querySelector<HTMLProgressElement>('#heard')!.value > 0)

    await page.keyboard.press('Enter')
    await said(page, 'Paused.')
    expect(await page.textContent('#listen')).toBe('Resume')
    expect(await page.getAttribute('#status', 'aria-live')).toBe('polite')
    const { at } = await audio(page)
    expect(at).toBeGreaterThan(0)

    await page.keyboard.press('Enter')
    await said(page, 'Playing.')
    expect((await audio(page)).at).toBeGreaterThanOrEqual(at)
    await said(page, 'Type what you heard.')
    expect(await page.textContent('#listen')).toBe('Listen again')
    expect(await page.$eval('#heard', bar => (bar as HTMLProgressElement).value)).toBe(1)
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('listen')

    await page.keyboard.press('Enter')
    await said(page, 'Playing.')
    await said(page, 'Type what you heard.')
    expect(requests.filter(isSound)).toHaveLength(1)
    expect(complaints).toEqual([])
    await page.context().close()
  })

  it('starts again from anywhere, and slows down while it plays', async () => {
    const { page, requests } = await listener(silence(1.5))
    await page.click('#listen')
    await said(page, 'Playing.')
    await page.waitForFunction(() => window.codeSound.currentTime > 0.5)
    await page.click('#replay')
    expect((await audio(page)).at).toBeLessThan(0.5)
    expect(await page.textContent('#listen')).toBe('Pause')

    await page.click('#slower')
    expect(await page.getAttribute('#slower', 'aria-pressed')).toBe('true')
    expect(await audio(page)).toMatchObject({ rate: 0.75, pitch: true, paused: false })
    await said(page, 'Type what you heard.')
    await page.click('#replay')
    await said(page, 'Playing.')
    expect((await audio(page)).rate).toBe(0.75)

    // The choice of the slower playback is kept for the next one.
    await newPicture(page, () => page.click('#renew'))
    await page.click('#listen')
    await said(page, 'Playing.')
    expect((await audio(page)).rate).toBe(0.75)
    await page.click('#slower')
    expect(await page.getAttribute('#slower', 'aria-pressed')).toBe('false')
    expect((await audio(page)).rate).toBe(1)
    expect(requests.filter(isSound)).toHaveLength(2)
    await page.context().close()
  })

  it('goes on while the code is typed, until Escape', async () => {
    const { page } = await listener(silence(5))
    await page.click('#listen')
    await said(page, 'Playing.')
    await page.focus('#code')
    await page.keyboard.type('AB')
    expect((await audio(page)).paused).toBe(false)
    await page.keyboard.press('Escape')
    await said(page, 'Paused.')
    expect(await page.inputValue('#code')).toBe('AB')
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('code')
    // Nothing plays any more: Escape means nothing.
    await page.keyboard.press('Escape')
    expect(await page.textContent('#listen')).toBe('Resume')
    await page.context().close()
  })

  it('is fetched once by two presses', async () => {
    const { page, requests } = await listener(silence(5), 300)
    await page.click('#listen')
    await page.click('#listen')
    await said(page, 'Fetching the sound…')
    await said(page, 'Playing.')
    expect(requests.filter(isSound)).toHaveLength(1)
    await page.context().close()
  })

  it('ends with its picture, and belongs to the next one', async () => {
    const { page, requests } = await listener(silence(5))
    await page.click('#listen')
    await said(page, 'Playing.')
    const place = await page.locator('#code').boundingBox()
    const uuid = await newPicture(page, () => page.click('#renew'))
    await said(page, 'Here is a new picture.')
    expect(await page.textContent('#listen')).toBe('Listen')
    expect(await page.isHidden('#sound')).toBe(true)
    expect(await page.$eval('#heard', bar => (bar as HTMLProgressElement).value)).toBe(0)
    expect((await audio(page)).paused).toBe(true)
    // The controls go without moving the field.
    expect(await page.locator('#code').boundingBox()).toEqual(place)
    await page.click('#listen')
    await said(page, 'Playing.')
    expect(requests.filter(isSound)).toHaveLength(2)
    expect(requests.findLast(isSound)).toContain(uuid)
    await page.context().close()
  })

  it('is dropped when it arrives after the picture has changed', async () => {
    const { page } = await listener(silence(5), 500)
    await page.click('#listen')
    const [response] = await Promise.all([
      page.waitForResponse(response => isSound(response.url())),
      newPicture(page, () => page.click('#renew')),
    ])
    await response.finished()
    await said(page, 'Here is a new picture.')
    expect(await page.textContent('#listen')).toBe('Listen')
    expect((await audio(page)).paused).toBe(true)
    await page.context().close()
  })

  it('speaks of itself in the language chosen, also while it plays', async () => {
    const { page } = await listener(silence(5))
    await page.click('#listen')
    await said(page, 'Playing.')
    await page.click('.languages a[hreflang="fr"]')
    await said(page, 'Lecture en cours.')
    expect(await page.textContent('#listen')).toBe('Pause')
    await page.click('#listen')
    await said(page, 'Lecture en pause.')
    expect(await page.textContent('#listen')).toBe('Reprendre')
    expect(await page.textContent('#slower')).toBe('Plus lentement')
    await page.context().close()
  })

  it('leaves it said that the code has passed', async () => {
    const { page } = await listener(silence(5))
    await page.route(/valider-captcha/, route =>
      route.fulfill({ contentType: 'application/json', body: 'true' }),
    )
    await page.click('#listen')
    await said(page, 'Playing.')
    await page.fill('#code', 'right')
    await page.click('#check')
    await outcome(page, 'passed')
    await page.waitForFunction(() => document.querySelector('#listen')?.textContent === 'Resume')
    await page.click('#listen')
    await page.waitForFunction(() => document.querySelector('#listen')?.textContent === 'Pause')
    expect(await status(page)).toMatch(/^Passed/)
    await page.context().close()
  })

  it('waits for another press where the browser wants one', async () => {
    const { page, complaints } = await listener(silence(5))
    await page.evaluate(() => {
      const play = window.codeSound.play
      window.codeSound.play = () => {
        window.codeSound.play = play
        return Promise.reject(new DOMException('', 'NotAllowedError'))
      }
    })
    await page.click('#listen')
    await said(page, 'Press once more to listen.')
    expect(await page.textContent('#listen')).toBe('Resume')
    await page.click('#listen')
    await said(page, 'Playing.')
    expect(complaints).toEqual([])
    await page.context().close()
  })

  it('that has expired brings a new picture', async () => {
    const { page } = await listener(silence(1))
    await page.route(/get=sound/, route => route.fulfill({ status: 404, body: '{}' }))
    await newPicture(page, () => page.click('#listen'))
    await said(page, 'This picture has expired. Here is a new one.')
    expect(await page.textContent('#listen')).toBe('Listen')
    await page.context().close()
  })

  it.each([
    [429, 'Try again in 7 seconds', { 'Retry-After': '7' }],
    [500, 'an error (500)', {}],
    [501, 'an error (501)', {}],
    [200, 'does not understand', {}],
  ])('explains an answer of %i, and plays after another try', async (code, text, headers) => {
    const { page } = await listener(silence(5))
    const failing = (route: Route) => route.fulfill({ status: code, headers, body: '{}' })
    await page.route(/get=sound/, failing)
    await page.click('#listen')
    await outcome(page, 'trouble')
    expect(await status(page)).toContain(text)
    expect(await page.textContent('#listen')).toBe('Listen')
    expect(await page.isHidden('#sound')).toBe(true)
    await page.unroute(/get=sound/, failing)
    await page.click('#retry')
    await said(page, 'Playing.')
    await outcome(page, 'open')
    await page.context().close()
  })

  it('that cannot be played says so, and may be tried again', async () => {
    const { page, requests } = await listener(Buffer.from('no sound at all'))
    await page.click('#listen')
    await said(page, 'Your browser could not play the sound.')
    await outcome(page, 'open')
    expect(await page.textContent('#listen')).toBe('Listen')
    expect(await page.isHidden('#sound')).toBe(true)
    await page.click('#listen')
    await said(page, 'Your browser could not play the sound.')
    expect(requests.filter(isSound)).toHaveLength(2)
    await page.context().close()
  })
})

describe('when something is wrong, the demo page', () => {
  it('says that the server is out of reach, and goes on once it is back', async () => {
    const { page } = await visit(browser, `${server.url}/demo?lang=en`)
    await page.context().setOffline(true)
    await page.click('#renew')
    await outcome(page, 'trouble')
    expect(await status(page)).toContain('cannot be reached')
    await page.context().setOffline(false)
    await newPicture(page, () => page.click('#retry'))
    await outcome(page, 'open')
    expect(await page.isHidden('#retry')).toBe(true)
    await page.context().close()
  })

  it.each([
    [429, 'Try again in 7 seconds', { 'Retry-After': '7' }],
    [404, 'This server has no demo site. Make one with: upright site add --name Demo --open', {}],
    [503, 'an error (503)', {}],
    [200, 'does not understand', {}],
  ])('explains an answer of %i', async (code, text, headers) => {
    const { page } = await visit(browser, `${server.url}/demo?lang=en`)
    await page.route(/get=image/, route => route.fulfill({ status: code, headers, body: '{}' }))
    await page.click('#renew')
    await outcome(page, 'trouble')
    expect(await status(page)).toContain(text)
    await page.unroute(/get=image/)
    await newPicture(page, () => page.click('#retry'))
    await outcome(page, 'open')
    await page.context().close()
  })
})

/** A WAV of nothing: 16 kHz, 16 bit, mono. */
function silence(seconds: number): Buffer {
  const bytes = 2 * Math.round(16_000 * seconds)
  const wav = Buffer.alloc(44 + bytes)
  wav.write('RIFF')
  wav.writeUInt32LE(36 + bytes, 4)
  wav.write('WAVEfmt ', 8)
  wav.writeUInt32LE(16, 16)
  wav.writeUInt16LE(1, 20)
  wav.writeUInt16LE(1, 22)
  wav.writeUInt32LE(16_000, 24)
  wav.writeUInt32LE(32_000, 28)
  wav.writeUInt16LE(2, 32)
  wav.writeUInt16LE(16, 34)
  wav.write('data', 36)
  wav.writeUInt32LE(bytes, 40)
  return wav
}
