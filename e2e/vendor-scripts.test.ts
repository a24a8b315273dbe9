/** The scripts of reCAPTCHA, hCaptcha and Turnstile in Chromium, under a strict policy and across origins. */
import { networkInterfaces } from 'node:os'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AXE, closeContexts, findings, sharedBrowser } from './browser.ts'
import { type Server, startServer } from './server.ts'
import {
  newVendorVisit,
  startVendorSite,
  strictPolicy,
  type VendorName,
  type VendorSite,
  type VendorVisit,
} from './vendor-page.ts'

let server: Server
let browser: Browser
/** Sites on rungs 0 and 2. */
let calm: VendorSite
let busy: VendorSite

beforeAll(async () => {
  ;[server, browser] = await Promise.all([startServer({ UPRIGHT_TEST_KEYS: 'on' }), sharedBrowser()])
  ;[calm, busy] = [await startVendorSite(server, 0), await startVendorSite(server, 2)]
})
afterAll(async () => {
  await closeContexts(browser)
  await Promise.all([calm, busy].map(site => site?.host.stop()))
  await server?.stop()
})

const scriptOf = (path: string) => `<script src="${server.url}${path}" async defer></script>`
/** What scripts of the pages of this file use: a list of what happened. */
const LOG = `
  var log = []
  var note = name => (...values) => { log.push([name, ...values].join(' ').trim()) }
  var keyOf = () => document.querySelector('[data-sitekey]').dataset.sitekey`
/** Milliseconds after which a pass counts as expired in the page. */
const EXPIRY_MS = { recaptcha: 115_000, turnstile: 295_000 }
const PASS = /^[\w.~-]{40,2048}$/

/** Milliseconds after which what a test waits for counts as missing. */
const TIMEOUT_MS = 20_000

/** Runs a script in a page, which policies let tests do, and gives what it resolves with. */
const run = <T = unknown>(page: Page, script: string) => page.evaluate<T>(`(async () => { ${script} })()`)
/** Waits until an expression holds in a page; its policy forbids to evaluate one there. */
const until = (page: Page, expression: string) =>
  expect.poll(() => page.evaluate(`Boolean(${expression})`), { timeout: TIMEOUT_MS, interval: 50 }).toBe(true)
/** Waits until the page has noted something, and gives all that it has noted. */
const noted = async (page: Page, what: string) => {
  await until(page, `log.some(each => each.startsWith('${what}'))`)
  return page.evaluate<string[]>('log.splice(0)')
}
/** Whether each pass is good, once, for a vendor. */
const verdicts = async (site: VendorSite, vendor: VendorName, passes: unknown[]) =>
  Promise.all(passes.map(async pass => (await site.verify(vendor, String(pass))).success))
/** Answers the code that the last ticket of a page shows, in the dialog that has the focus. */
async function answerCode({ page, tickets }: VendorVisit): Promise<void> {
  await page.locator('dialog .choices button').first().click()
  await page.locator('dialog .panel input').waitFor()
  await page.keyboard.type(await server.answerTo(tickets.at(-1)!, 'text'))
  await page.keyboard.press('Enter')
}
/** The address of a page whose form asks for nothing but the widget of a class. */
const pageOf = (site: VendorSite, path: string, head: string, body: string, script = '') =>
  site.put(path, { head, body, script: LOG + script })

describe('grecaptcha', () => {
  let visit: VendorVisit
  let page: Page
  beforeAll(async () => {
    visit = await newVendorVisit(browser)
    page = visit.page
    await page.clock.install()
    await page.goto(
      pageOf(
        calm,
        '/recaptcha',
        scriptOf('/recaptcha/api.js?onload=onLoaded&hl=iw&trustedtypes=true&_=1'),
        `<form action="/send/recaptcha" method="post"><input id="name" name="name">
        <div class="g-recaptcha" data-sitekey="${calm.publicKey}" data-theme="dark"></div>
        <button id="send">Send</button></form>
        <form id="bound" action="/send/recaptcha" method="post"><button id="bind" class="of-this-site"
          data-sitekey="${calm.publicKey}" data-callback="sendBound">Send</button></form>
        <div id="place"></div>`,
        `
        let isLoaded = false
        document.addEventListener('load', ({ target }) => { if (target.src?.includes('/recaptcha/')) isLoaded = true }, true)
        function onLoaded() { note('onload')(isLoaded, typeof grecaptcha.render); delete window.onLoaded }
        function sendBound() { document.getElementById('bound').submit() }
        ___grecaptcha_cfg = { fns: [note('queued')] }`,
      ),
    )
  })
  afterAll(() => visit.close())

  it('calls what waits for it after its own load event', async () => {
    expect(await noted(page, 'queued')).toEqual(['onload true function', 'queued'])
    expect(await run(page, `grecaptcha.ready(note('ready')); return Object.keys(grecaptcha)`)).toEqual(
      expect.arrayContaining(['render', 'reset', 'getResponse', 'execute', 'ready', 'enterprise']),
    )
  })

  it('leaves a form as valid as it was, fills the field when it is entered, and is verified', async () => {
    expect(await run(page, 'return document.forms[0].checkValidity()')).toBe(true)
    await page.focus('#name')
    await until(page, "document.getElementById('g-recaptcha-response').value")
    await page.click('#send')
    await page.waitForURL('**/send/recaptcha')
    expect(JSON.parse((await page.locator('pre').textContent())!)).toEqual({
      ...{ success: true, hostname: '127.0.0.1', challenge_ts: expect.any(String), score: 0.9, action: '' },
      fields: ['name', 'g-recaptcha-response'],
    })
    await page.goBack()
    await noted(page, 'queued')
    expect(await run(page, 'return grecaptcha.getResponse()')).toBe('')
  })

  it('renders in a place that is in no page yet, with keys it does not know; ids are from 0', async () => {
    expect(
      await run(
        page,
        `window.wrapper = document.createElement('div')
        const parameters = { sitekey: keyOf(), callback: note('callback'), theme: undefined, stoken: 's', type: 'image',
          tabindex: 0, hl: undefined, isolated: undefined, 'expired-callback': () => note('expired')(), badge: 'inline' }
        const id = grecaptcha.render(wrapper, parameters)
        document.getElementById('place').append(wrapper)
        return [id, grecaptcha.render(wrapper, parameters), grecaptcha.getResponse(0), grecaptcha.getResponse(id)]`,
      ),
    ).toEqual([2, 2, '', ''])
    expect(
      await page.locator('textarea[name=g-recaptcha-response]').evaluateAll(all => all.map(({ id }) => id)),
    ).toEqual(['g-recaptcha-response', 'g-recaptcha-response-1', 'g-recaptcha-response-2'])
    // One with a callback waits for the visitor: pages send their forms from there.
    const button = page.locator('#place upright-captcha button')
    await button.click()
    const [said] = await noted(page, 'callback')
    const pass = await run<string>(page, 'return grecaptcha.getResponse(2)')
    expect(pass).toMatch(PASS)
    expect(said).toBe(`callback ${pass}`)
    // It expires, and no other takes its place: the callback would send the form again.
    await page.clock.fastForward(EXPIRY_MS.recaptcha)
    expect(await noted(page, 'expired')).toEqual(['expired'])
    expect(await run(page, 'return grecaptcha.getResponse(2)')).toBe('')
    await button.click()
    await noted(page, 'callback')
    expect(await run(page, 'grecaptcha.reset(2); return grecaptcha.getResponse(2)')).toBe('')
    expect(await calm.verify('recaptcha', pass)).toMatchObject({ success: true })
    expect(await calm.verify('recaptcha', pass)).toMatchObject({ success: false })
  })

  it('executes: by id, by key with an action, side by side, each with a pass of its own', async () => {
    const passes = await run<string[]>(
      page,
      `const place = document.createElement('div')
      place.style.display = 'none'
      document.body.append(place)
      const id = grecaptcha.render(place, { sitekey: keyOf(), size: 'invisible', callback: note('callback') })
      const first = await grecaptcha.execute(id)
      const second = await grecaptcha.execute(id, { action: 'again' })
      const key = keyOf()
      const both = ['login', 'sign_up/2'].map(action => grecaptcha.enterprise.execute(key, { action }))
      return [first, second, ...(await Promise.all(both))]`,
    )
    expect(new Set(passes).size).toBe(4)
    expect((await noted(page, 'callback')).length).toBe(2)
    const verified = await Promise.all(passes.map(pass => calm.verify('recaptcha', pass)))
    expect(verified.map(({ action }) => action)).toEqual(['', 'again', 'login', 'sign_up/2'])
  })

  it('says why there is no pass, and what a page does wrong', async () => {
    expect(
      await run(
        page,
        `const text = act => { try { return act() } catch (error) { return error.message } }
        const refused = await grecaptcha.execute('unknown', { action: 'a' }).catch(({ message }) => message)
        const id = grecaptcha.render(document.createElement('div'), {
          sitekey: 'unknown', size: 'invisible', 'error-callback': note('error') })
        await grecaptcha.execute(id).catch(() => {})
        return [refused, text(() => grecaptcha.render('nowhere')), text(() => grecaptcha.reset(99)),
          text(() => grecaptcha.render(document.createElement('div'), {}))]`,
      ),
    ).toEqual([
      'The verification is not possible: invalid-sitekey',
      'reCAPTCHA placeholder element must be an element or id',
      'Invalid reCAPTCHA client id: 99',
      'reCAPTCHA: the parameter sitekey is missing',
    ])
    expect(await noted(page, 'error')).toContain('error invalid-sitekey')

    // Where the service does not answer, those who wait are told after a while.
    await page.route('**/upright/v1/challenge', route => route.abort())
    await run(
      page,
      `const id = grecaptcha.render(document.createElement('div'), {
        sitekey: keyOf(), size: 'invisible', 'error-callback': note('error') })
      grecaptcha.execute(id).catch(note('refused'))
      document.querySelector('body > [data-size=dialog]:last-of-type').shadowRoot.addEventListener('upright-state',
        ({ detail }) => note(detail.state)())`,
    )
    await noted(page, 'offline')
    await page.clock.fastForward(11_000)
    expect((await noted(page, 'error')).sort()).toEqual(['error network-error', 'refused network'])
    await page.unroute('**/upright/v1/challenge')
  })

  it('binds a button of any class', async () => {
    await page.click('#bind')
    await page.waitForURL('**/send/recaptcha')
    expect(JSON.parse((await page.locator('pre').textContent())!)).toMatchObject({
      ...{ success: true, fields: ['g-recaptcha-response'] },
    })
    // Browsers report the refusals of the unknown key.
    expect(visit.complaints.filter(each => !/404|ERR_FAILED/.test(each))).toEqual([])
  })

  it('asks in a dialog where the site asks for more: by keyboard, with Escape, and the focus comes back', async () => {
    const asked = await newVendorVisit(browser)
    await asked.page.addInitScript(AXE)
    await asked.page.goto(
      pageOf(
        busy,
        '/dialog',
        scriptOf(`/recaptcha/enterprise.js?render=${busy.publicKey}`),
        `<main><h1>Page</h1><button id="act" data-sitekey="${busy.publicKey}">Act</button></main>`,
        `
        addEventListener('DOMContentLoaded', () => act.addEventListener('click', () =>
          grecaptcha.enterprise.execute(keyOf(), { action: 'act' }).then(note('passed'), note('refused'))))`,
      ),
    )
    const dialog = asked.page.getByRole('dialog', { name: 'Verification' })
    await until(asked.page, 'window.grecaptcha?.enterprise')
    await asked.page.focus('#act')
    await asked.page.keyboard.press('Enter')
    await dialog.waitFor()
    await until(asked.page, "document.activeElement !== document.getElementById('act')")
    expect(await findings(asked.page)).toEqual([])
    await asked.page.keyboard.press('Escape')
    expect(await noted(asked.page, 'refused')).toEqual([
      'refused Error: The verification is not possible: closed',
    ])
    expect(await run(asked.page, 'return document.activeElement.id')).toBe('act')
    expect(await dialog.count()).toBe(0)
    await asked.page.keyboard.press('Enter')
    await dialog.waitFor()
    await answerCode(asked)
    const [passed] = await noted(asked.page, 'passed')
    expect(await busy.verify('recaptcha', passed!.slice('passed '.length))).toMatchObject({
      ...{ success: true, score: 0.7, action: 'act' },
    })
    expect(await run(asked.page, 'return document.activeElement.id')).toBe('act')
    expect(asked.complaints).toEqual([])
    await asked.close()
  })
})

describe('hcaptcha', () => {
  it('renders, executes, closes, resets and removes, and is compatible with grecaptcha', async () => {
    const visit = await newVendorVisit(browser)
    const { page } = visit
    await page.goto(
      pageOf(
        busy,
        '/hcaptcha',
        scriptOf('/1/secure-api.js?onload=onLoaded&sentry=false&uj=false&host=www.example.org'),
        `<form action="/send/hcaptcha" method="post"><div id="first" class="h-captcha" data-sitekey="${busy.publicKey}"
          data-callback="onPass" data-open-callback="onOpen" data-close-callback="onClose"></div>
          <button id="send">Send</button></form><div id="second"></div><p id="hcaptcha"></p>`,
        "; var [onLoaded, onPass, onOpen, onClose] = ['loaded', 'pass', 'open', 'close'].map(note)",
      ),
    )
    await noted(page, 'loaded')
    const id = await run<string>(page, "return hcaptcha.render('first', {})")
    expect(
      await run(page, 'return [grecaptcha === hcaptcha, hcaptcha.getResponse(), hcaptcha.getRespKey()]'),
    ).toEqual([...[true, '', '']])
    await page.locator('#first upright-captcha button').first().click()
    expect(await noted(page, 'open')).toEqual(['open'])
    await page.locator('#first .choices button').first().click()
    await page.locator('#first .panel input').waitFor()
    await page.keyboard.type(await server.answerTo(visit.tickets.at(-1)!, 'text'))
    await page.keyboard.press('Enter')
    const [closed, passed] = await noted(page, 'pass')
    const [pass, key, same] = await run<string[]>(
      page,
      `return [hcaptcha.getResponse('${id}'), hcaptcha.getRespKey(),
        document.querySelector('[data-hcaptcha-widget-id=${id}]').dataset.hcaptchaResponse]`,
    )
    expect([closed, passed, same]).toEqual(['close', `pass ${pass}`, pass])
    expect(pass!.startsWith(key!)).toBe(true)
    await page.click('#send')
    await page.waitForURL('**/send/hcaptcha')
    expect(JSON.parse((await page.locator('pre').textContent())!)).toMatchObject({
      ...{ success: true, hostname: '127.0.0.1', sitekey: busy.publicKey, score: 0.3 },
      fields: ['h-captcha-response', 'g-recaptcha-response'],
    })
    await page.goBack()
    await noted(page, 'loaded')

    // The promise of an invisible one, as visitors and scripts end it.
    await run(
      page,
      `window.id = hcaptcha.render('second', { sitekey: keyOf(), size: 'invisible', 'error-callback': note('error'),
        theme: { palette: { mode: 'dark' } } })
      hcaptcha.execute(id, { async: true }).then(({ response }) => note('response')(response), note('refused'))`,
    )
    await page.getByRole('dialog').waitFor()
    await run(page, 'hcaptcha.close(id)')
    expect(await noted(page, 'refused')).toEqual(['refused challenge-closed'])
    await run(
      page,
      "hcaptcha.execute(id, { async: true }).then(({ response }) => note('response')(response), note('refused'))",
    )
    await page.getByRole('dialog').waitFor()
    await answerCode(visit)
    const [response] = await noted(page, 'response')
    expect(await verdicts(busy, 'hcaptcha', [response!.slice('response '.length)])).toEqual([true])
    expect(
      await run(
        page,
        `const why = promise => promise.then(() => 'none', reason => reason.message ?? reason)
        const text = act => { try { return act() } catch (error) { return error.message } }
        const unknown = hcaptcha.render(document.createElement('div'), { sitekey: 'unknown', size: 'invisible',
          'error-callback': note('error') })
        const refused = await why(hcaptcha.execute(unknown, { async: true }))
        hcaptcha.setData(id, { rqdata: 'r' })
        const invalid = await why(hcaptcha.execute('none', { async: true }))
        for (const each of [unknown, id, '${id}']) text(() => hcaptcha.remove(each))
        return [refused, invalid, await why(hcaptcha.execute({ async: true })), text(() => hcaptcha.getResponse()),
          document.querySelectorAll('upright-captcha, [name=h-captcha-response]').length]`,
      ),
    ).toEqual(['invalid-data', 'invalid-captcha-id', 'missing-captcha', 'No hCaptcha exists.', 0])
    expect(await noted(page, 'error')).toEqual(['error invalid-data'])
    expect(visit.complaints.filter(each => !each.includes('404'))).toEqual([])
    await visit.close()
  })
})

describe('turnstile', () => {
  it('verifies by itself when it is rendered, and again when a pass expires', async () => {
    const visit = await newVendorVisit(browser)
    const { page } = visit
    await page.clock.install()
    await page.goto(
      pageOf(
        calm,
        '/turnstile',
        scriptOf('/turnstile/v0/api.js?onload=onLoaded&compat=recaptcha'),
        `<form action="/send/turnstile" method="post"><div class="cf-turnstile" data-sitekey="${calm.publicKey}"
          data-callback="onPass" data-expired-callback="onExpired" data-action="log-in" data-cdata="visit_1" data-size="flexible"></div>
          <button id="send">Send</button></form><div id="second"></div><div id="third"></div>`,
        "; var [onLoaded, onPass, onExpired] = ['loaded', 'pass', 'expired'].map(note)",
      ),
    )
    await noted(page, 'pass')
    const [id, pass, isSame] = await run<string[]>(
      page,
      `const id = turnstile.render('.cf-turnstile', {})
      return [id, turnstile.getResponse(id), String(grecaptcha.render === turnstile.render)]`,
    )
    expect([id, isSame]).toEqual(['cf-chl-widget-0', 'true'])
    await page.click('#send')
    await page.waitForURL('**/send/turnstile')
    expect(JSON.parse((await page.locator('pre').textContent())!)).toEqual({
      ...{ success: true, 'error-codes': [], hostname: '127.0.0.1', challenge_ts: expect.any(String) },
      ...{ action: 'log-in', cdata: 'visit_1', fields: ['cf-turnstile-response', 'g-recaptcha-response'] },
    })
    expect(await verdicts(calm, 'turnstile', [pass])).toEqual([false])
    await page.goBack()
    const early = (await noted(page, 'pass')).at(-1)
    await page.clock.fastForward(EXPIRY_MS.turnstile)
    const [expired, renewed] = await noted(page, 'pass')
    expect([expired, renewed === early]).toEqual([`expired ${early!.slice('pass '.length)}`, false])

    const state = await run<unknown[]>(
      page,
      `const sitekey = keyOf()
      const passOf = (container, more) => new Promise(resolve => {
        const id = turnstile.render(container, { sitekey, callback: pass => resolve([id, pass]), ...more })
        if (more.execution === 'execute') {
          note('before')(turnstile.getResponse(id))
          setTimeout(() => turnstile.execute(container))
        }
      })
      const [second, first] = await passOf('#second', { 'response-field-name': 'mine', appearance: 'interaction-only' })
      const [third, late] = await passOf('#third', { execution: 'execute', 'response-field': false })
      turnstile.reset(second)
      const isReset = turnstile.getResponse(second)
      const fields = [...document.querySelectorAll('#second input, #third input')].map(({ name }) => name)
      const isShown = document.querySelector('#second > div').checkVisibility()
      turnstile.remove(third)
      return [first !== late, isReset, fields, isShown, turnstile.isExpired(second), turnstile.getResponse(third),
        document.querySelector('#third').childElementCount]`,
    )
    expect(await noted(page, 'before')).toEqual(['before'])
    expect(state).toEqual([true, undefined, ['mine', 'g-recaptcha-response'], false, false, undefined, 0])
    expect(
      await run(
        page,
        `const render = more => turnstile.render(document.createElement('div'), { 'error-callback': note('error'), ...more })
        const text = act => { try { return act() } catch (error) { return error.message } }
        render({ sitekey: 'unknown' })
        return [render({ sitekey: keyOf(), action: 'a b' }), render({ sitekey: keyOf(), cData: 'x'.repeat(256) }),
          text(() => turnstile.render('#nowhere', {})), text(() => render({}))]`,
      ),
    ).toEqual([
      ...[undefined, undefined, 'Turnstile: there is no container #nowhere'],
      'Turnstile: the parameter sitekey is missing',
    ])
    expect(await noted(page, 'error 110100')).toEqual(['error 110420', 'error 110430', 'error 110100'])
    await run(
      page,
      `const { attachInternals } = HTMLElement.prototype
      delete HTMLElement.prototype.attachInternals
      turnstile.render(document.createElement('div'), { sitekey: keyOf(), 'error-callback': note('error'),
        'unsupported-callback': note('unsupported') })
      HTMLElement.prototype.attachInternals = attachInternals`,
    )
    expect((await noted(page, 'error')).slice(0, 2)).toEqual(['unsupported', 'error 110500'])
    expect(visit.complaints.filter(each => !each.includes('404'))).toEqual([])
    await visit.close()
  })

  it('tells when it asks for something, and shows itself then though the page hides it', async () => {
    const visit = await newVendorVisit(browser)
    const { page } = visit
    await page.goto(
      pageOf(
        busy,
        '/hidden',
        scriptOf('/turnstile/v0/api.js'),
        `<div id="turnstile" class="cf-turnstile" style="display: none" hidden data-sitekey="${busy.publicKey}"
          data-callback="onPass" data-before-interactive-callback="onAsk" data-after-interactive-callback="onAsked"></div>`,
        "; var [onPass, onAsk, onAsked] = ['pass', 'ask', 'done'].map(note)",
      ),
    )
    await page.getByRole('dialog').waitFor()
    await answerCode(visit)
    const log = await noted(page, 'pass')
    expect(log.map(each => each.split(' ')[0])).toEqual(['ask', 'done', 'pass'])
    expect(await verdicts(busy, 'turnstile', [log[2]!.slice('pass '.length)])).toEqual([true])
    await visit.close()
  })
})

describe('the scripts', () => {
  it('run below a path of the page over plain http, and on a page that lets in what has a nonce', async () => {
    const addresses = Object.values(networkInterfaces()).flat()
    const intranet = addresses.find(each => each?.family === 'IPv4' && !each.internal)!
    const host = await startVendorSite(server, 0, intranet.address)
    host.below('/captcha')
    const { page, complaints, close } = await newVendorVisit(browser)
    // No origin of ours: what it needs is its own. Nothing else is an address that browsers trust.
    await page.goto(
      host.put('/prefix', {
        head: '<script src="/captcha/turnstile/v0/api.js" defer></script>',
        // What visitors may write into a page does not lead the script elsewhere.
        body: `<img name="currentScript" src="data:,/turnstile/v0/api.js" alt="">
          <div class="cf-turnstile" data-sitekey="${host.publicKey}" data-callback="onPass"></div>`,
        script: `${LOG}; var onPass = note('pass')`,
        policy: strictPolicy("'self'"),
      }),
    )
    const [passed] = await noted(page, 'pass')
    expect(await verdicts(host, 'turnstile', [passed!.slice('pass '.length)])).toEqual([true])

    const nonce = 'bm9uY2U'
    calm.host.routes['/log.js'] = { type: 'text/javascript', body: LOG }
    await page.goto(
      calm.put('/nonce', {
        head: `<script nonce="${nonce}" src="/log.js"></script>
          <script nonce="${nonce}" src="${server.url}/1/api.js"></script>
          <script nonce="${nonce}">note('ready')(typeof hcaptcha.render, typeof grecaptcha.execute)</script>`,
        body: `<div id="place" data-sitekey="${calm.publicKey}"></div>`,
        policy:
          `default-src 'none'; script-src 'nonce-${nonce}'; connect-src ${server.url}; frame-src ${server.url};
          img-src data:`.replaceAll(/\s+/g, ' '),
      }),
    )
    expect(await noted(page, 'ready')).toEqual(['ready function function'])
    const { response } = await run<{ response: string }>(
      page,
      `hcaptcha.render('place', { size: 'invisible' }); return hcaptcha.execute({ async: true })`,
    )
    expect(await verdicts(calm, 'hcaptcha', [response])).toEqual([true])
    expect(complaints).toEqual([])
    await Promise.all([close(), host.host.stop()])
  })
})

describe('keys for tests', () => {
  it('behave as those of the vendors, and say so', async () => {
    const visit = await newVendorVisit(browser)
    const { page } = visit
    await page.clock.install()
    await page.goto(
      pageOf(
        calm,
        '/test-keys',
        ['/recaptcha/api.js', '/1/api.js?recaptchacompat=off', '/turnstile/v0/api.js'].map(scriptOf).join(''),
        `<div class="g-recaptcha" data-sitekey="6LeIxAcTAAAAAJcZVRqyHh71UMIEGNQ_MXjiZKhI" data-callback="r"></div>
        <div class="h-captcha" data-sitekey="10000000-ffff-ffff-ffff-000000000001" data-callback="h"></div>
        <div class="cf-turnstile" data-sitekey="1x00000000000000000000AA" data-callback="t"></div>
        <div class="cf-turnstile" data-sitekey="1x00000000000000000000BB" data-callback="invisible"></div>
        <div class="cf-turnstile" data-sitekey="2x00000000000000000000AB" data-error-callback="fail" data-retry-interval="100000"></div>
        <div class="cf-turnstile" data-sitekey="3x00000000000000000000FF" data-callback="forced"></div>`,
        "; for (const name of ['r', 'h', 't', 'invisible', 'fail', 'forced']) window[name] = note(name)",
      ),
    )
    // Those of which something is pressed: two checkboxes, and the key that asks for it.
    for (const name of ['r', 'h', 'forced']) {
      await page.locator(`[data-callback=${name}] upright-captcha button:visible`).first().click()
    }
    for (const name of ['r', 'h', 't', 'invisible', 'fail', 'forced']) {
      await until(page, `log.some(each => each.startsWith('${name} '))`)
    }
    expect((await page.evaluate<string[]>('log')).sort()).toEqual([
      'fail 600010',
      'forced XXXX.DUMMY.TOKEN.XXXX',
      'h 10000000-aaaa-bbbb-cccc-000000000001',
      'invisible XXXX.DUMMY.TOKEN.XXXX',
      expect.stringMatching(/^r /),
      't XXXX.DUMMY.TOKEN.XXXX',
    ])
    // What fails is tried again.
    await page.evaluate('log.splice(0)')
    await page.clock.fastForward(100_000)
    expect(await noted(page, 'fail')).toContain('fail 600010')
    expect(await page.getByText('For tests only').filter({ visible: true }).count()).toBe(5)
    expect(visit.complaints).toEqual([])
    await visit.close()
  })
})
