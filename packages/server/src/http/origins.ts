import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Site } from '../registry/registry.ts'

/** Whether a site's settings list an origin. */
export const listsOrigin = ({ settings: { origins } }: Site, origin: string): boolean =>
  origins.includes('*') || origins.includes(origin.toLowerCase())

/** Lets the page of an origin read an answer. Without this a browser keeps the answer from it. */
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

/**
 * Where the page lies that a request says it comes from; undefined when it does not say. A same-origin GET carries no
 * Origin, but a Referer or, over https, Sec-Fetch-Site. Programs can forge all three; the point is that no browser lets
 * another site's page do so.
 */
function pageOf(request: FastifyRequest): { origin: string; ours: boolean } | undefined {
  const { headers } = request
  const own = `${request.protocol}://${request.host}`
  if (headers['sec-fetch-site'] === 'same-origin') return { origin: own, ours: true }
  const origin = (headers.origin ?? originOf(headers.referer))?.toLowerCase()
  return origin === undefined ? undefined : { origin, ours: origin === own }
}

const originOf = (url: string | undefined) => (url && URL.canParse(url) ? new URL(url).origin : undefined)

/** Whether a request without credentials comes from a page that an open site allows: one of its origins, or our own. */
export function fromAllowedPage(request: FastifyRequest, site: Site): boolean {
  const page = pageOf(request)
  if (!page) return site.settings.origins.includes('*')
  return page.ours || listsOrigin(site, page.origin)
}

/** Whether a request comes from a page that a site leaves out: one that lists no origins leaves nobody out. */
export function fromForeignPage(request: FastifyRequest, site: Site): boolean {
  const page = pageOf(request)
  if (!page || page.ours) return false
  return site.settings.origins.length > 0 && !listsOrigin(site, page.origin)
}
