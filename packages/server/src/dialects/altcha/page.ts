import { CaptchaError } from '@upright/core'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { answerPreflight, shareWith } from '../../http/origins.ts'
import type { Site } from '../../registry/registry.ts'
import type { DialectContext } from '../dialect.ts'

/** The header in which widgets are told how to go on. */
export const CONFIG_HEADER = 'x-altcha-config'

/**
 * Lets pages of a site read what is answered to them, and refuses those that it leaves out; without a site,
 * any page is told so.
 * @throws CaptchaError `origin_refused`
 */
export function admitPage(
  { pages }: Pick<DialectContext, 'pages'>,
  request: FastifyRequest,
  reply: FastifyReply,
  site: Site | undefined,
): void {
  const { origin } = request.headers
  reply
    .header('cache-control', 'no-store')
    .header('vary', 'Origin')
    .header('cross-origin-resource-policy', 'cross-origin')
  if (site && !pages.admits(request, site)) throw new CaptchaError('origin_refused')
  if (origin === undefined) return
  shareWith(reply, origin)
  reply.header(
    'access-control-expose-headers',
    `${reply.getHeader('access-control-expose-headers')}, ${CONFIG_HEADER}`,
  )
}

/** Answers a preflight. Any page may ask: the request itself is then held against its site. */
export const preflight = (request: FastifyRequest, reply: FastifyReply): FastifyReply =>
  answerPreflight(reply, request.headers.origin, true)
