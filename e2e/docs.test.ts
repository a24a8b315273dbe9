import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { closeContexts, DESKTOP, sharedBrowser, type Visit, visit } from './browser.ts'
import { type Server, startServer } from './server.ts'

let server: Server
let browser: Browser
/** One visit for all that a visitor reads: the page is long. */
let reader: Visit
let paths: Record<string, Record<string, { responses?: object; security?: object }>>
beforeAll(async () => {
  ;[server, browser] = await Promise.all([startServer(), sharedBrowser()])
  const description = await (await fetch(`${server.url}/openapi.json`)).json()
  paths = (description as { paths: typeof paths }).paths
  const permissions = ['clipboard-read', 'clipboard-write']
  reader = await visit(browser, `${server.url}/docs?lang=en`, { ...DESKTOP, permissions })
})
afterAll(async () => {
  await closeContexts(browser)
  await server?.stop()
})

const METHODS = ['get', 'post', 'put', 'patch', 'delete', 'options']

describe('the reference', () => {
  it('loads without a complaint, and asks nobody else', () => {
    const { complaints, requests } = reader
    expect(complaints).toEqual([])
    expect(requests.filter(url => !url.startsWith(server.url))).toEqual([])
  })

  it('lists every operation of the description, with every status', async () => {
    const { page } = reader
    const shown = await page.$$eval('.address', addresses =>
      addresses.map(address => {
        const statuses = address.closest('.operation')!.querySelectorAll('.status')
        return [address.textContent!.trim(), [...statuses].map(status => status.textContent)] as const
      }),
    )
    const found = new Map(shown)
    for (const [path, item] of Object.entries(paths)) {
      for (const method of METHODS.filter(method => item[method])) {
        const statuses = found.get(`${method.toUpperCase()} ${path}`)
        expect(statuses, `${method} ${path}`).toEqual(
          expect.arrayContaining(Object.keys(item[method]!.responses!)),
        )
      }
    }
  })

  it('has a place for every link of its contents, and opens at the place asked for', async () => {
    const { page } = reader
    const links = await page.$$eval('#contents a, main a[href^="#"]', all =>
      all.map(a => a.getAttribute('href')!),
    )
    const ids = await page.$$eval('[id]', all => all.map(({ id }) => id))
    expect(new Set(ids).size).toBe(ids.length)
    expect(links.filter(link => !ids.includes(link.slice(1)))).toEqual([])
    // The address that a version of the API is below has a name too.
    const names = await page.$$eval('#contents a:has(.method)', all => all.map(a => a.textContent!.trim()))
    expect(names).toContain('GET /piste/captchetat/v2')
    expect(names.filter(name => !/^[A-Z]+ \/\S*$/.test(name))).toEqual([])
    await page.goto(`${server.url}/docs?lang=en#errors`)
    await page.reload()
    await page.waitForFunction(() => {
      const top = document.querySelector('#errors')?.getBoundingClientRect().top
      return top !== undefined && top < innerHeight
    })
  })

  it('gives curl commands that can be copied', async () => {
    const { page } = reader
    const operation = page.locator('.operation', { hasText: 'valider-captcha' }).first()
    await operation.locator('.copy').click()
    await page.waitForFunction(() =>
      [...document.querySelectorAll('.copy')].some(b => b.textContent === 'Copied'),
    )
    const copied = await page.evaluate(() => navigator.clipboard.readText())
    expect(copied).toMatch(/^curl -X POST http:\/\/\S+\/valider-captcha/)
    expect(copied).toBe(await operation.locator('.samples pre code').first().textContent())
  })

  it('says so when the description cannot be fetched, and tries again when asked', async () => {
    const { page } = await visit(browser, `${server.url}/docs?lang=en`)
    await page.route('**/openapi.json', route => route.fulfill({ status: 503, body: '' }))
    await page.reload()
    await page.waitForSelector('main button')
    expect(await page.textContent('main [role="status"]')).toContain('503')
    await page.unroute('**/openapi.json')
    await page.click('main button')
    await page.waitForSelector('main section')
    await page.context().close()
  })
})
