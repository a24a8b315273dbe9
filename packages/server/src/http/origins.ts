import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Site } from '../registry/registry.ts'

/** Whether a site's settings list an origin. */
export const listsOrigin = ({ settings: { origins } }: Site, origin: string): boolean =>
  origins.includes('*') || origins.includes(origin.toLowerCase())

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
}

const urlOf = (text: string | undefined) => (text && URL.canParse(text) ? new URL(text) : undefined)

/**
 * Pages of a service that browsers reach by the names of `hosts`; where there are none, by whatever name they
 * say.
 */
export function createPages(hosts: readonly string[]): Pages {
  /**
   * `Origin`; without it our own origin where the browser says that the page has the same, and else
   * `Referer`: a same-origin GET carries no Origin. Undefined when none of them says.
   */
  const pageOf = (request: FastifyRequest): Page | undefined => {
    const { headers, protocol, host } = request
    const own = urlOf(`${protocol}://${host}`)
    const same = own !== undefined && headers['sec-fetch-site'] === 'same-origin'
    const origin = (headers.origin ?? (same ? own : urlOf(headers.referer))?.origin)?.toLowerCase()
    if (origin === undefined) return undefined
    const named = own !== undefined && (hosts.length === 0 || hosts.includes(own.hostname))
    return { origin, own: named && (same || origin === own.origin) }
  }

  return {
    isAllowed(request, site) {
      const page = pageOf(request)
      if (!page) return site.settings.origins.includes('*')
      return page.own || listsOrigin(site, page.origin)
    },

    isForeign(request, site) {
      const { origins } = site.settings
      if (origins.length === 0 || origins.includes('*')) return false
      const page = pageOf(request)
      // A browser sends an origin even where the page has it hide which one; a program that is none says
      // neither.
      if (!page) return request.headers['sec-fetch-site'] !== undefined
      return !page.own && !listsOrigin(site, page.origin)
    },
  }
}
