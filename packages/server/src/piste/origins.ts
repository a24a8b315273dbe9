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
 * Whether a request without credentials comes from a page that an open site allows: one of its origins, or our own.
 * A same-origin GET carries no Origin, but a Referer or, over https, Sec-Fetch-Site. Programs can forge all three; the
 * point is that no browser lets another site's page do so.
 */
export function fromAllowedPage(request: FastifyRequest, site: Site): boolean {
  const { headers } = request
  if (headers['sec-fetch-site'] === 'same-origin') return true
  const origin = headers.origin ?? originOf(headers.referer)
  if (origin === undefined) return site.settings.origins.includes('*')
  return origin.toLowerCase() === `${request.protocol}://${request.host}` || listsOrigin(site, origin)
}

const originOf = (url: string | undefined) => (url && URL.canParse(url) ? new URL(url).origin : undefined)
