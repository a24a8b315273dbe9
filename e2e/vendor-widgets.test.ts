/**
 * Wrappers of reCAPTCHA, hCaptcha and Turnstile for pages, unmodified from npm, on one page: in React, in its
 * strict mode, in Vue, as a custom element and without a framework.
 */
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { leaveFirefox, newVisit, sharedBrowser, sharedFirefox } from './browser.ts'
import { type Server, startServer } from './server.ts'
import { startVendorSite, type VendorName, type VendorSite } from './vendor-page.ts'

const CLIENTS = fileURLToPath(new URL('clients/vendor-widgets/', import.meta.url))
/** Milliseconds after which a pass counts as missing. */
const TIMEOUT_MS = 30_000

/** Each client, and the vendor whose back end takes its pass. */
const PASSES: Record<string, VendorName> = {
  'react-google-recaptcha': 'recaptcha',
  'react-google-recaptcha invisible': 'recaptcha',
  'react-google-recaptcha-v3': 'recaptcha',
  'recaptcha-v3': 'recaptcha',
  'vue-recaptcha': 'recaptcha',
  '@hcaptcha/react-hcaptcha': 'hcaptcha',
  '@hcaptcha/react-hcaptcha invisible': 'hcaptcha',
  '@hcaptcha/vanilla-hcaptcha': 'hcaptcha',
  '@marsidev/react-turnstile': 'turnstile',
}

/** What the page runs: each client notes its pass. */
const PAGE = (service: string, sitekey: string) => `
  import { createElement as h, StrictMode, useEffect, useRef } from 'react'
  import { createRoot } from 'react-dom/client'
  import ReCAPTCHA from 'react-google-recaptcha'
  import { GoogleReCaptchaProvider, useGoogleReCaptcha } from 'react-google-recaptcha-v3'
  import HCaptcha from '@hcaptcha/react-hcaptcha'
  import { Turnstile } from '@marsidev/react-turnstile'
  import { load } from 'recaptcha-v3'
  import { createApp, h as v } from 'vue'
  import { VueRecaptcha } from 'vue-recaptcha'
  import '@hcaptcha/vanilla-hcaptcha'

  const [service, sitekey] = ${JSON.stringify([service, sitekey])}
  globalThis.passes = {}
  const note = name => pass => { if (pass) globalThis.passes[name] ??= pass }
  const failed = name => error => { globalThis.passes[name] ??= 'failed: ' + (error?.message ?? error) }

  function Invisible() {
    const ref = useRef(null)
    const name = 'react-google-recaptcha invisible'
    useEffect(() => { ref.current.executeAsync().then(note(name), failed(name)) }, [])
    return h(ReCAPTCHA, { ref, sitekey, size: 'invisible', badge: 'inline' })
  }
  function Score() {
    const { executeRecaptcha } = useGoogleReCaptcha()
    const name = 'react-google-recaptcha-v3'
    useEffect(() => { executeRecaptcha?.('score').then(note(name), failed(name)) }, [executeRecaptcha])
    return null
  }
  const hcaptcha = { sitekey, scriptSource: service + '/1/api.js', sentry: false, reCaptchaCompat: false }
  function Asked() {
    const ref = useRef(null)
    const name = '@hcaptcha/react-hcaptcha invisible'
    const onLoad = () => ref.current.execute({ async: true }).then(({ response }) => note(name)(response), failed(name))
    return h(HCaptcha, { ...hcaptcha, ref, size: 'invisible', onLoad })
  }
  createRoot(document.getElementById('react')).render(h(StrictMode, null,
    h('div', { id: 'recaptcha-box' }, h(ReCAPTCHA, { sitekey, onChange: note('react-google-recaptcha') })),
    h(Invisible),
    h(GoogleReCaptchaProvider, { reCaptchaKey: sitekey }, h(Score)),
    h('div', { id: 'hcaptcha-box' }, h(HCaptcha, { ...hcaptcha, onVerify: note('@hcaptcha/react-hcaptcha') })),
    h(Asked),
    h(Turnstile, { siteKey: sitekey, injectScript: false, onSuccess: note('@marsidev/react-turnstile'),
      options: { size: 'flexible', action: 'act', responseFieldName: 'mine' } })))

  load(sitekey, { customUrl: service + '/recaptcha/api.js' })
    .then(loaded => loaded.execute('load')).then(note('recaptcha-v3'), failed('recaptcha-v3'))

  let instance
  createApp({ render: () => v(VueRecaptcha, { sitekey, size: 'invisible', loadRecaptchaScript: false,
    ref: made => { instance = made }, onVerify: note('vue-recaptcha'), onRender: () => instance.execute() }) })
    .mount('#vue')

  const element = document.createElement('h-captcha')
  for (const [name, value] of Object.entries({ 'site-key': sitekey, size: 'invisible', sentry: 'false',
    recaptchacompat: 'false', jsapi: service + '/1/api.js' })) element.setAttribute(name, value)
  element.addEventListener('loaded', () => element.execute())
  element.addEventListener('verified', ({ token }) => note('@hcaptcha/vanilla-hcaptcha')(token))
  document.body.append(element)`

let server: Server
let site: VendorSite
let address: string

beforeAll(async () => {
  server = await startServer()
  site = await startVendorSite(server, 0)
  const bundle = await build({
    stdin: { contents: PAGE(server.url, site.publicKey), resolveDir: CLIENTS },
    bundle: true,
    minify: true,
    write: false,
    define: {
      'process.env.NODE_ENV': '"production"',
      __VUE_OPTIONS_API__: 'true',
      __VUE_PROD_DEVTOOLS__: 'false',
      __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: 'false',
    },
  })
  // The clients set addresses of scripts as texts, which Trusted Types would refuse them.
  const policy = `default-src 'none'; script-src 'self' ${server.url}/; connect-src ${server.url}/;
    img-src data: ${server.url}/; media-src ${server.url}/; frame-src ${server.url}/; form-action 'self'`
  const script = (id: string, path: string) => `<script id="${id}" src="${server.url}${path}"></script>`
  address = site.put('/clients', {
    head: [
      script('google-recaptcha-v3', '/recaptcha/api.js?render=explicit'),
      script('cf-turnstile-script', '/turnstile/v0/api.js?render=explicit'),
      '<script src="/bundle.js" defer></script>',
    ].join(''),
    body: '<div id="react"></div><div id="vue"></div>',
    policy: policy.replaceAll(/\s+/g, ' '),
  })
  site.host.routes['/bundle.js'] = {
    type: 'text/javascript',
    body: Buffer.from(bundle.outputFiles[0]!.contents),
  }
})
afterAll(async () => {
  await site?.host.stop()
  await server?.stop()
})

/** Presses the two checkboxes of a page, and gives what each client notes. */
async function passesOf(page: {
  evaluate(script: string): Promise<unknown>
}): Promise<Record<string, string>> {
  const press = (id: string) => `(() => {
    for (const host of document.querySelectorAll('#${id} div')) {
      const press = host.shadowRoot?.querySelector('upright-captcha')?.shadowRoot?.querySelector('button')
      if (press && !press.hidden) { press.click(); return true }
    }
    return false
  })()`
  for (const id of ['recaptcha-box', 'hcaptcha-box']) {
    await expect.poll(() => page.evaluate(press(id)), { timeout: TIMEOUT_MS, interval: 100 }).toBe(true)
  }
  const all = Object.keys(PASSES).sort()
  const names = () => page.evaluate('Object.keys(globalThis.passes).sort()')
  await expect.poll(names, { timeout: TIMEOUT_MS, interval: 100 }).toEqual(all)
  return page.evaluate('globalThis.passes') as Promise<Record<string, string>>
}

/** What the back end of each client's vendor says of its pass. */
const verdicts = async (passes: Record<string, string>) =>
  Object.fromEntries(
    await Promise.all(
      Object.entries(passes).map(async ([name, pass]) => {
        const { success, action } = await site.verify(PASSES[name]!, pass)
        return [name, success === true ? (action ?? '') : pass] as const
      }),
    ),
  )
const EXPECTED = Object.fromEntries(Object.keys(PASSES).map(name => [name, '']))
const ACTIONS = {
  'react-google-recaptcha-v3': 'score',
  'recaptcha-v3': 'load',
  '@marsidev/react-turnstile': 'act',
}

describe('the wrappers of npm', () => {
  it('earn passes in Chromium, and ask nobody else', async () => {
    const browser = await sharedBrowser()
    const { page, complaints, requests } = await newVisit(browser)
    await page.goto(address)
    expect(await verdicts(await passesOf(page))).toEqual({ ...EXPECTED, ...ACTIONS })
    expect(complaints).toEqual([])
    expect([...new Set(requests.map(each => new URL(each).origin))].sort()).toEqual(
      [server.url, site.host.url].sort(),
    )
    await page.context().close()
  })

  it('earn passes in Firefox', async () => {
    const browser = await sharedFirefox()
    const page = await browser.newPage()
    await page.goto(address)
    expect(await verdicts(await passesOf(page))).toEqual({ ...EXPECTED, ...ACTIONS })
    await leaveFirefox()
  })
})
