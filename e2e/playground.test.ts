/** The page at `/`: the element with switches, and the lines to copy. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AXE, closeContexts, findings, inSchemes, NARROW, overflow, sharedBrowser, visit } from './browser.ts'
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

const state = (page: Page, name: string) => page.locator(`upright-captcha .box.${name}`).waitFor()
const snippet = (page: Page, label: string) => page.textContent(`#snippets pre[aria-label="${label}"]`)

describe('the playground', () => {
  it('takes a form on each rung, says what the back end is told, and shows what was chosen', async () => {
    const { page, complaints, requests } = await visit(browser, `${server.url}/?lang=en`)
    const tickets: string[] = []
    page.on('response', async response => {
      if (response.url().endsWith('/challenge')) tickets.push((await response.json()).ticket)
    })
    for (const rung of [0, 1, 2]) {
      await page.check(`[name=rung][value="${rung}"]`)
      await page.locator('#message').blur()
      await page.focus('#message')
      if (rung === 2) {
        await state(page, 'choose')
        await page.locator('upright-captcha .choices button').first().click()
        await page.locator('upright-captcha input').fill(await server.answerTo(tickets.at(-1)!, 'text'))
        await page.keyboard.press('Enter')
      }
      await state(page, 'passed')
      await page.click('#form .primary')
      await page.waitForSelector('#status:text("Accepted")')
      expect(JSON.parse((await page.textContent('#told'))!)).toMatchObject({
        ...{ success: true, hostname: '127.0.0.1', kind: rung === 2 ? 'text' : 'work', rung },
      })
    }
    expect(await page.textContent('#log')).toContain('upright-state passed\nupright-pass ')
    expect(await page.locator('details[open]').count()).toBe(0)

    expect(await snippet(page, 'In your page')).toContain('sitekey="PUBLIC_KEY" action="contact"></upright')
    for (const [id, value] of Object.entries({
      kinds: 'speech',
      'element-language': 'fr',
      theme: 'dark',
      direction: 'rtl',
      size: 'full',
    })) {
      await page.selectOption(`#${id}`, value)
    }
    expect(await snippet(page, 'In your page')).toContain('kinds="speech" lang="fr" theme="dark" size="full"')
    await page
      .locator('upright-captcha [role=status]')
      .filter({ hasText: 'Choisissez une méthode' })
      .waitFor()
    expect(await page.getAttribute('#stage', 'dir')).toBe('rtl')
    await page.check('[name=rung][value="3"]')
    await page.focus('#message')
    await state(page, 'choose')
    expect(await page.locator('upright-captcha .choices button').allTextContents()).toEqual(['Écouter'])
    await page.click('#form [type=reset]')
    await page.waitForSelector('#status:text("Go to the message")')
    expect(complaints).toEqual([])
    expect(requests.filter(url => !url.startsWith(server.url) && !url.startsWith('data:'))).toEqual([])
    await page.context().close()
  })

  it('has lines for back ends that do what they say', async () => {
    const { publicKey, secret } = await server.upright('site', 'add', '--name', 'Lines')
    const { page } = await visit(browser, `${server.url}/?lang=en`)
    const pass = () =>
      page.evaluate(async sitekey => {
        const captcha = document.createElement('upright-captcha') as HTMLElement & {
          execute(): Promise<string>
        }
        captcha.setAttribute('sitekey', sitekey)
        captcha.setAttribute('action', 'contact')
        captcha.setAttribute('start', 'manual')
        document.body.append(captcha)
        const earned = await captcha.execute()
        captcha.remove()
        return earned
      }, String(publicKey))
    const run = async (command: string, ...args: string[]) =>
      (await promisify(execFile)(command, args)).stdout.trim()
    const lines = async (name: string) =>
      (await snippet(page, `In your back end: ${name}`))!
        .replaceAll('SECRET', String(secret))
        .replaceAll('www.example.org', '127.0.0.1')
    const told = await run('sh', '-c', (await lines('curl')).replace('PASS', await pass()))
    expect(JSON.parse(told)).toMatchObject({ success: true, hostname: '127.0.0.1', action: 'contact' })
    const node = `const form = new Map([['upright-pass', '${await pass()}']])\n${await lines('Node')}\nconsole.log(accepted)`
    expect(await run(process.execPath, '--input-type=module', '-e', node)).toBe('true')
    const php = `$_POST = ['upright-pass' => '${await pass()}'];\n${await lines('PHP')}\necho var_export($accepted);`
    expect(await run('php', '-r', php)).toBe('true')
    const python = `form = {'upright-pass': '${await pass()}'}\n${await lines('Python')}\nprint(accepted)`
    expect(await run('python3', '-c', python)).toBe('True')
    // The same pass once more.
    expect(await run('python3', '-c', python)).toBe('False')
    await page.context().close()
  })

  it.each(['en', 'fr'])(
    'has nothing that axe would find, and loses nothing at 320 pixels, in %s',
    async lang => {
      const { page } = await visit(browser, `${server.url}/?lang=${lang}`, NARROW, AXE)
      await page.check('[name=rung][value="2"]')
      await page.focus('#message')
      await state(page, 'choose')
      for (const details of await page.locator('#form summary').all()) await details.click()
      for (const dir of ['ltr', 'rtl']) {
        await page.selectOption('#direction', dir)
        await inSchemes(page, async scheme => {
          expect([dir, scheme, ...(await findings(page))]).toEqual([dir, scheme])
        })
        expect(await overflow(page)).toBe(0)
      }
      const cut = await page.$$eval('a, button, input, select, textarea, summary', elements =>
        elements
          .map(element => element.getBoundingClientRect())
          .filter(box => box.width > 0 && box.right > innerWidth),
      )
      expect(cut).toEqual([])
      await page.context().close()
    },
  )
})
