import { CaptchaError } from '@upright/core'
import type {
  FastifyReply,
  FastifyRequest,
  RouteHandlerMethod,
  RouteShorthandOptionsWithHandler,
} from 'fastify'
import { retryLater, toPublicError } from '../../http/errors.ts'
import { answerPreflight, shareWith } from '../../http/origins.ts'
import { setSecurityHeaders } from '../../http/security.ts'
import type { Site } from '../../registry/registry.ts'
import { sendAnswer } from '../answering.ts'
import type { DialectContext } from '../dialect.ts'
import type { RefusedAnswer } from './wire.ts'

type Answering<Rest extends unknown[], Answer extends object> = (
  request: FastifyRequest,
  reply: FastifyReply,
  ...rest: Rest
) => Promise<Answer | RefusedAnswer>

export const refused = (error: string): RefusedAnswer => ({ success: false, error })

/** A call that always answers: errors of the table are refusals with its message. */
export const always = <Answer extends object>(
  answer: Answering<[], Answer>,
): RouteShorthandOptionsWithHandler => ({
  async handler(request, reply) {
    return sendAnswer(reply, await answer(request, reply))
  },
  errorHandler(error, request, reply) {
    const settled = toPublicError(error, request)
    retryLater(setSecurityHeaders(reply), settled)
    return sendAnswer(reply, refused(settled.message))
  },
})

export const publicKeyOf = ({ params }: FastifyRequest): string | undefined =>
  (params as { publicKey?: string }).publicKey

/** Calls that pages make below a site's public key. */
export function pageCalls({ sites, pages }: Pick<DialectContext, 'sites' | 'pages'>) {
  const siteOf = (request: FastifyRequest) => sites.byPublicKey(publicKeyOf(request) ?? '')
  /** An unknown key is told to any page: it is a mistake that somebody has to find. */
  const mayRead = (request: FastifyRequest, site: Site | undefined) => !site || pages.admits(request, site)

  return {
    forPages: <Answer extends object>(
      answer: Answering<[site: Site], Answer>,
    ): RouteShorthandOptionsWithHandler => ({
      ...always(async (request, reply) => {
        const site = await siteOf(request)
        if (!site) throw new CaptchaError('site_unknown')
        if (!pages.admits(request, site)) throw new CaptchaError('origin_refused')
        return answer(request, reply, site)
      }),
      // Before the body is read: a page can read that it was too large.
      async onRequest(request, reply) {
        const { origin } = request.headers
        reply.header('vary', 'Origin')
        if (origin !== undefined && mayRead(request, await siteOf(request))) shareWith(reply, origin)
      },
    }),

    preflight: (async (request, reply) =>
      answerPreflight(
        reply,
        request.headers.origin,
        mayRead(request, await siteOf(request)),
      )) satisfies RouteHandlerMethod,
  }
}
