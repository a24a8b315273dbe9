import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DESKTOP, launchBrowser, PHONE, visit } from './browser.ts'
import { type Server, startServer } from './server.ts'

let server: Server
let browser: Browser
beforeAll(async () => {
  ;[server, browser] = await Promise.all([startServer(), launchBrowser()])
})
afterAll(async () => {
  await browser?.close()
  await server?.stop()
})

const isPicture = (url: string) => url.includes('get=image')
const outcome = (page: Page, state: string) => page.waitForSelector(`.outcome[data-state="${state}"]`)
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

describe('the demo page', () => {
  it('loads under its policy without a complaint, and asks nobody else', async () => {
    const { page, complaints, requests } = await visit(browser, server.url)
    expect(complaints).toEqual([])
    expect(requests.filter(url => !url.startsWith(server.url) && !url.startsWith('data:'))).toEqual([])
    expect(await page.evaluate(() => document.cookie)).toBe('')
    const policy = (await page.request.get(server.url)).headers()['content-security-policy']
    expect(policy).toContain("default-src 'none'")
    expect(policy).not.toContain('unsafe')
    await page.context().close()
  })

  it('shows a picture of each of the 16 styles', async () => {
    const { page, complaints } = await visit(browser, `${server.url}/?lang=en`)
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
      expect(size).toEqual([200, 70])
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
    const { page } = await visit(browser, `${server.url}/?lang=${lang}`, screen, script)
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
    const { page } = await visit(browser, `${server.url}/?lang=en`)
    await page.fill('#code', 'wrong')
    await newPicture(page, () => page.click('#check'))
    await outcome(page, 'wrong')
    expect(await status(page)).toMatch(/^Not right/)
    expect(await page.inputValue('#code')).toBe('')
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('code')
    expect(await page.textContent('details[open] pre >> nth=1')).toContain('false')
    await page.context().close()
  })

  it('passes the right code in small letters, and shows what went over the wire', async () => {
    const { page } = await visit(browser, `${server.url}/?lang=en`)
    const uuid = await newPicture(page, () => page.click('#renew'))
    const code = (await server.answer(uuid)).toLowerCase()
    await page.fill('#code', ` ${code} `)
    await page.click('#check')
    await outcome(page, 'passed')
    expect(await status(page)).toMatch(/^Passed/)
    const [request, response, command] = await page.$$eval('details[open] pre', blocks =>
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
    const { page, complaints } = await visit(browser, `${server.url}/?lang=en`, undefined, hide)
    await page.click('.copy')
    await page.waitForFunction(() => document.querySelector('.copy')?.textContent === 'Copied')
    const command = await page.textContent('details[open] pre code')
    expect(await page.evaluate(() => getSelection()?.toString())).toBe(command)
    expect(command).toMatch(/^curl /)
    expect(complaints).toEqual([])
    await page.context().close()
  })

  it('asks for the code first when none was typed', async () => {
    const { page, requests } = await visit(browser, `${server.url}/?lang=en`)
    await page.click('#check')
    await outcome(page, 'wrong')
    expect(await status(page)).toBe('Type the code first.')
    expect(requests.some(url => url.includes('valider-captcha'))).toBe(false)
    await page.context().close()
  })

  it('plays the sound, or says calmly that it is still to come', async () => {
    const { page } = await visit(browser, `${server.url}/?lang=en`)
    const [response] = await Promise.all([
      page.waitForResponse(response => response.url().includes('get=sound')),
      page.click('#listen'),
    ])
    const word = response.status() === 501 ? 'Sound comes with the next release' : 'the code'
    await page.waitForFunction(text => document.querySelector('#status')?.textContent?.includes(text), word)
    await page.context().close()
  })

  it('plays audio that arrives, from a blob', async () => {
    const { page, complaints } = await visit(browser, `${server.url}/?lang=en`)
    await page.route(/get=sound/, route => route.fulfill({ contentType: 'audio/x-wav', body: silence(0.2) }))
    await page.click('#listen')
    await page.waitForFunction(
      () => document.querySelector('#status')?.textContent === 'Type the code you heard.',
    )
    expect(await page.textContent('#listen')).toBe('Listen')
    expect(complaints).toEqual([])
    await page.context().close()
  })
})

describe('when something is amiss, the demo page', () => {
  it('says that the server is out of reach, and goes on once it is back', async () => {
    const { page } = await visit(browser, `${server.url}/?lang=en`)
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
    [404, 'no longer has its demo site', {}],
    [503, 'an error (503)', {}],
    [200, 'does not understand', {}],
  ])('explains an answer of %i', async (code, text, headers) => {
    const { page } = await visit(browser, `${server.url}/?lang=en`)
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
