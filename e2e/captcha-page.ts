/** Pages with `<upright-captcha>` in a form, on a host of their own or of the service. */
import { text } from 'node:stream/consumers'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { newVisit, type Visit } from './browser.ts'
import { type Host, type Route, startHost } from './host.ts'
import type { Server } from './server.ts'

/** Where the service is that a page asks. */
type Service = Pick<Server, 'url'>

/** Work of rung 0 that a test solves at once. */
const EASY_WORK = 'native=sha256/256'

/**
 * A policy that lets nothing in but what the element needs of a service, as docs/widget.md has it. An address
 * with a path ends with a slash.
 */
const policy = (service: string, directives: Record<string, string> = {}) =>
  Object.entries({
    'default-src': "'none'",
    'script-src': `'self' ${service}`,
    'img-src': `data: ${service}`,
    'connect-src': service,
    'media-src': service,
    'base-uri': "'none'",
    'form-action': "'self'",
    'require-trusted-types-for': "'script'",
    'trusted-types': 'upright',
    'report-uri': '/reports',
    ...directives,
  })
    .map(directive => directive.join(' '))
    .join('; ')

/** A site with a form. */
export interface Form {
  publicKey: string
  host: Host
  /** What its back end says of a form with a pass. */
  sent: Record<string, unknown>[]
  /** What browsers report of its policy. */
  reports: string[]
}

/** What is different about a page. */
export interface PageOptions {
  /** Attributes of the element. */
  attributes?: string
  lang?: string
  /** Address of the service that it loads the script from. */
  service?: string
  /** Attributes of the script's tag. @default the address that moves */
  tag?: string
  /** What the body holds. @default a form with the element */
  body?: string
  /** A script of the page's own. */
  script?: string
  headers?: Record<string, string>
  /** Directives in place of those that the element needs, or on top of them. */
  directives?: Record<string, string>
}

/** Starts a site on a rung, for sandboxed frames too; its back end verifies the passes that it is sent. */
export async function startForm(server: Server, rung: number, address?: string): Promise<Form> {
  const host = await startHost({}, address)
  const { publicKey, secret } = await server.upright(
    ...['site', 'add', '--name', `Rung ${rung}`, '--origin', host.url, '--origin', 'null'],
    ...['--rung', String(rung), '--work', EASY_WORK],
  )
  return formOf(server, host, { publicKey: String(publicKey), secret: String(secret) })
}

/** The form of a site on a host. */
export function formOf(service: Service, host: Host, keys: { publicKey: string; secret: string }): Form {
  const sent: Form['sent'] = []
  const reports: Form['reports'] = []
  host.routes['/reports'] = async (request, response) => {
    reports.push(await text(request))
    response.writeHead(204).end()
  }
  host.routes['/send'] = async (request, response) => {
    const pass = new URLSearchParams(await text(request)).get('upright-pass') ?? ''
    const body = new URLSearchParams({ secret: keys.secret, response: pass })
    const verified = await fetch(`${service.url}/upright/v1/siteverify`, { method: 'POST', body })
    sent.push((await verified.json()) as Record<string, unknown>)
    response
      .writeHead(200, { 'content-type': 'text/html' })
      .end('<!doctype html><title>Sent</title><link rel="icon" href="data:,"><p>Sent')
  }
  return { publicKey: keys.publicKey, host, sent, reports }
}

/** Puts a page on a form's site; its address. */
export function put(server: Service, form: Form, options: PageOptions = {}): string {
  const { attributes = '', lang = 'en', service = server.url, script, headers, directives } = options
  const { tag = `src="${service}/upright.js"` } = options
  const captcha = `<upright-captcha sitekey="${form.publicKey}" ${attributes}></upright-captcha>`
  const {
    body = `<main><h1>Form</h1><form action="/send" method="post">
      <p><label for="name">Name</label> <input id="name" name="name"></p>${captcha}
      <p><button id="send">Send</button></p></form></main>`,
  } = options
  const page: Route = {
    type: 'text/html; charset=utf-8',
    headers: { 'content-security-policy': policy(`${service}/`, directives), ...headers },
    body: `<!doctype html><html lang="${lang}"><meta charset="utf-8"><title>Form</title>
      <meta name="viewport" content="width=device-width"><link rel="icon" href="data:,">
      <script type="module" ${tag}></script>${script ? '<script src="/page.js" defer></script>' : ''}
      ${body}</html>`,
  }
  Object.assign(form.host.routes, {
    '/': page,
    ...(script && { '/page.js': { type: 'text/javascript', body: script } }),
  })
  return form.host.url
}

/** A visit, and the tickets that the page was given, the last one at the end. */
export interface CaptchaVisit extends Visit {
  tickets: string[]
  state(name: string): Promise<void>
  close(): Promise<void>
}

/** Opens an address, with a list of what the page's status says. */
export async function openForm(
  browser: Browser,
  address: string,
  options?: BrowserContextOptions,
  script?: string,
): Promise<CaptchaVisit> {
  const visit = await newVisit(browser, options, script)
  const { page } = visit
  const tickets: string[] = []
  page.on('response', async response => {
    if (!/\/upright\/v1\/(?:challenge|answer)$/.test(response.url())) return
    const { ticket } = (await response.json().catch(() => ({}))) as { ticket?: string }
    if (ticket) tickets.push(ticket)
  })
  await page.goto(address)
  await page.locator('upright-captcha [role=status]').first().filter({ hasText: /./ }).waitFor()
  return {
    ...visit,
    tickets,
    state: name => inState(page, name),
    close: () => page.context().close(),
  }
}

/** Waits until the element is in a state. */
export const inState = (page: Page, name: string) =>
  page.locator(`upright-captcha .box.${name}`).first().waitFor()
