/** Pages of a site that was made for reCAPTCHA, hCaptcha or Turnstile, and its back end. */
import { text } from 'node:stream/consumers'
import type { Browser, BrowserContextOptions } from 'playwright-core'
import { newVisit, type Visit } from './browser.ts'
import { type Host, startHost } from './host.ts'
import type { Server } from './server.ts'

/** What a back end calls, and the field that it reads. */
export const VENDORS = {
  recaptcha: { verify: '/recaptcha/api/siteverify', field: 'g-recaptcha-response' },
  hcaptcha: { verify: '/siteverify', field: 'h-captcha-response' },
  turnstile: { verify: '/turnstile/v0/siteverify', field: 'cf-turnstile-response' },
} as const
export type VendorName = keyof typeof VENDORS

/** A policy that lets nothing in but what docs/widget.md says of a service. */
export const strictPolicy = (service: string) =>
  [
    "default-src 'none'",
    `script-src 'self' ${service}`,
    `img-src data: ${service}`,
    ...['connect', 'media', 'frame'].map(what => `${what}-src ${service}`),
    "base-uri 'none'",
    "form-action 'self'",
    "require-trusted-types-for 'script'",
    'trusted-types upright',
  ].join('; ')

/** A site whose back end verifies. */
export interface VendorSite {
  publicKey: string
  host: Host
  /** What the back end of a vendor says of a pass. */
  verify(vendor: VendorName, pass: string): Promise<Record<string, unknown>>
  /** Has the service below a path of its own, as applications with a fixed policy do. */
  below(path: string): void
  /** Puts a page at a path; its address. */
  put(path: string, page: { head: string; body?: string; script?: string; policy?: string }): string
}

/** What pages load and call, below the address of the service. */
const CALLS = [
  ...['/turnstile/v0/api.js', '/upright.js', '/upright/v1/challenge', '/upright/v1/answer'],
  ...['solver', 'solver-frame.js', 'solver-worker.js', 'solver-scrypt.js'].map(name => `/upright/v1/${name}`),
]

/**
 * Starts a site on a rung, with work that a test solves at once, at an address of this machine. Its form is
 * sent to `/send/VENDOR`.
 */
export async function startVendorSite(server: Server, rung: number, at?: string): Promise<VendorSite> {
  const host = await startHost({}, at)
  const { publicKey, secret } = await server.upright(
    ...['site', 'add', '--name', `Vendors ${rung}`, '--origin', host.url, '--score', 'on'],
    ...['--rung', String(rung), '--work', 'native=sha256/256'],
  )
  const verify: VendorSite['verify'] = async (vendor, pass) => {
    const body = new URLSearchParams({ secret: String(secret), response: pass })
    const answer = await fetch(server.url + VENDORS[vendor].verify, { method: 'POST', body })
    return (await answer.json()) as Record<string, unknown>
  }
  for (const vendor of Object.keys(VENDORS) as VendorName[]) {
    host.routes[`/send/${vendor}`] = async (request, response) => {
      const fields = new URLSearchParams(await text(request))
      const verdict = await verify(vendor, fields.get(VENDORS[vendor].field) ?? '')
      response
        .writeHead(200, { 'content-type': 'text/html' })
        .end(
          `<!doctype html><link rel="icon" href="data:,"><pre>${JSON.stringify({ ...verdict, fields: [...fields.keys()] })}`,
        )
    }
  }
  return {
    publicKey: String(publicKey),
    host,
    verify,
    below(path) {
      for (const call of CALLS) {
        host.routes[path + call] = async (request, response) => {
          const { method, headers } = request
          const body = method === 'POST' && (await text(request))
          const origin = headers.origin && { origin: headers.origin }
          const answer = await fetch(server.url + call, {
            method: method!,
            ...(body && { body }),
            headers: { ...origin },
          })
          const policy = answer.headers.get('content-security-policy')!
          const type = answer.headers.get('content-type')!
          response
            .writeHead(answer.status, { 'content-type': type, 'content-security-policy': policy })
            .end(await answer.text())
        }
      }
    },
    put(path, { head, body = '', script, policy = strictPolicy(`${server.url}/`) }) {
      if (script) host.routes[`${path}.js`] = { type: 'text/javascript', body: script }
      host.routes[path] = {
        type: 'text/html; charset=utf-8',
        headers: { 'content-security-policy': policy },
        body: `<!doctype html><html lang="en"><meta charset="utf-8"><title>Page</title>
          <link rel="icon" href="data:,">${script ? `<script src="${path}.js"></script>` : ''}${head}<body>${body}</html>`,
      }
      return host.url + path
    },
  }
}

/** A visit to such a page, and the tickets that it was given, the last one at the end. */
export interface VendorVisit extends Visit {
  tickets: string[]
  close(): Promise<void>
}

/** A page that has gone nowhere yet. */
export async function newVendorVisit(
  browser: Browser,
  options?: BrowserContextOptions,
): Promise<VendorVisit> {
  const visit = await newVisit(browser, options)
  const tickets: string[] = []
  visit.page.on('response', async response => {
    if (!/\/upright\/v1\/(?:challenge|answer)$/.test(response.url())) return
    const { ticket } = (await response.json().catch(() => ({}))) as { ticket?: string }
    if (ticket) tickets.push(ticket)
  })
  return { ...visit, tickets, close: () => visit.page.context().close() }
}
