import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Site } from '../registry/registry.ts'

/** What a page with an opaque origin says of it, as in a sandboxed frame. */
const OPAQUE_ORIGIN = 'null'

const urlOf = (text: string | undefined) => (text && URL.canParse(text) ? new URL(text) : undefined)

/**
 * An origin as browsers write it: lower case, without the default port. What is no web origin stays as it is.
 */
export function canonicalOrigin(text: string): string {
  const url = /^https?:/i.test(text) ? urlOf(text) : undefined
  return url?.origin ?? text.toLowerCase()
}

/** Whether a site's settings list an origin. */
export const listsOrigin = ({ settings: { origins } }: Site, origin: string): boolean =>
  origins.includes('*') || origins.includes(canonicalOrigin(origin))

/** Whose pages may frame one of ours for a site, as `frame-ancestors` has it: all where it lists none. */
export const ancestorsOf = ({ settings: { origins } }: Site): string[] =>
  origins.length === 0 || origins.includes('*')
    ? ['*']
    : ["'self'", ...origins.filter(origin => origin !== OPAQUE_ORIGIN)]

/** CORS: allows the page of an origin to read an answer. Without this a browser keeps the answer from it. */
export function shareWith(reply: FastifyReply, origin: string): void {
  reply
    .header('access-control-allow-origin', origin)
    .header('access-control-expose-headers', 'www-authenticate, retry-after, content-range, accept-ranges')
}

/** Answers a preflight; only an allowed origin is told what it may send. */
export function answerPreflight(
  reply: FastifyReply,
  origin: string | undefined,
  allowed: boolean,
): FastifyReply {
  reply.header('vary', 'Origin')
  if (origin !== undefined && allowed) {
    reply
      .header('access-control-allow-origin', origin)
      .header('access-control-allow-methods', 'GET, POST')
      .header('access-control-allow-headers', 'authorization, content-type, keyid')
      .header('access-control-max-age', '600')
  }
  return reply.code(204).send()
}

/** The page that a request says it comes from. */
interface Page {
  origin: string
  /** Whether it is one of this service. */
  own: boolean
}

/**
 * Whose pages may call for a site. Programs can forge what they say; the point is that no browser lets
 * another site's page do so.
 */
export interface Pages {
  /**
   * Whether a request without credentials comes from a page that an open site allows: one of its origins, or
   * our own.
   */
  isAllowed(request: FastifyRequest, site: Site): boolean
  /**
   * Whether a request comes from a page that a site leaves out: one that lists no origins leaves nobody out.
   */
  isForeign(request: FastifyRequest, site: Site): boolean
  /**
   * Whether a request may ask for a ticket of a site, or answer one: one from any page where the site lists
   * no origins; else one from a page that it lists, or from our own.
   */
  admits(request: FastifyRequest, site: Site): boolean
  /** Host of the page that a request comes from, without a port; empty when it does not say, or hides it. */
  hostOf(request: FastifyRequest): string
}

/** A host with its port or without, and nothing else: `X-Forwarded-Host` may be any text. */
const HOST_AND_PORT = /^[\w.:[\]-]+$/

/**
 * Our own address as the browser wrote it; undefined where the request names no host. A proxy may say no more
 * than the host: port 443 means https.
 */
export const ownUrl = ({ protocol, host }: FastifyRequest): URL | undefined =>
  HOST_AND_PORT.test(host) ? urlOf(`${host.endsWith(':443') ? 'https' : protocol}://${host}`) : undefined

/**
 * Pages of a service that browsers reach by the names of `hosts`; where there are none, by whatever name they
 * say.
 */
export function createPages(hosts: readonly string[]): Pages {
  /**
   * `Origin`; without it our own origin where the browser says that the page has the same, and else
   * `Referer`: a same-origin GET carries no Origin. A browser says that a page asks even where the page
   * hides which one; that counts as an opaque origin. Undefined for a program that says nothing.
   */
  const pageOf = (request: FastifyRequest): Page | undefined => {
    const { headers } = request
    const own = ownUrl(request)
    const same = own !== undefined && headers['sec-fetch-site'] === 'same-origin'
    const hidden = headers['sec-fetch-site'] === undefined ? undefined : OPAQUE_ORIGIN
    const said = headers.origin ?? (same ? own : urlOf(headers.referer))?.origin ?? hidden
    const origin = said === undefined ? undefined : canonicalOrigin(said)
    if (origin === undefined) return undefined
    const named = own !== undefined && (hosts.length === 0 || hosts.includes(own.hostname))
    return { origin, own: named && (same || origin === own.origin) }
  }

  const isAllowed: Pages['isAllowed'] = (request, site) => {
    const page = pageOf(request)
    if (!page) return site.settings.origins.includes('*')
    return page.own || listsOrigin(site, page.origin)
  }

  return {
    isAllowed,
    admits: (request, site) => site.settings.origins.length === 0 || isAllowed(request, site),
    hostOf: request => urlOf(pageOf(request)?.origin)?.hostname ?? '',

    isForeign(request, site) {
      const { origins } = site.settings
      if (origins.length === 0 || origins.includes('*')) return false
      const page = pageOf(request)
      return page !== undefined && !page.own && !listsOrigin(site, page.origin)
    },
  }
}
