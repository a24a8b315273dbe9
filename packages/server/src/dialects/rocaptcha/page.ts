import type { FastifyReply, FastifyRequest, RouteShorthandOptionsWithHandler } from 'fastify'
import { retryLater, toPublicError } from '../../http/errors.ts'
import { type Pages, shareWith } from '../../http/origins.ts'
import { parameter } from '../../http/query.ts'
import { setSecurityHeaders } from '../../http/security.ts'
import type { Sites } from '../../http/sites.ts'
import type { Site } from '../../registry/registry.ts'
import { sendAnswer } from '../answering.ts'
import { callbackOf, sendToPage } from './answer.ts'
import type { StatusAnswer, VerifyAnswer } from './wire.ts'

type Answering<Rest extends unknown[]> = (
  request: FastifyRequest,
  reply: FastifyReply,
  ...rest: Rest
) => Promise<StatusAnswer> | StatusAnswer

/** A call that always answers, whatever happens; trouble of our own is `ERROR`, and the log says why. */
const always = (answer: Answering<[]>, sendTo: typeof sendToPage): RouteShorthandOptionsWithHandler => ({
  async handler(request, reply) {
    return sendTo(request, reply, await answer(request, reply))
  },
  errorHandler(error, request, reply) {
    retryLater(setSecurityHeaders(reply), toPublicError(error, request))
    return sendTo(request, reply, { status: 'ERROR' })
  },
})

/** A verification, which back ends call. Whatever does not let the visitor in says so in `content` too. */
export const forBackEnds = (answer: Answering<[]>) =>
  always(answer, (_request, reply, answer) => {
    const { status } = answer
    const verdict: VerifyAnswer = status === 'PASSED' ? answer : { ...answer, content: status }
    return sendAnswer(reply, verdict)
  })

/** A call of pages, which is answered as JSON or as a script. */
export const forPages = (answer: Answering<[]>) =>
  always((request, reply) => {
    share(request, reply)
    // A name that is none gets nothing: the script it stands in would fail.
    return callbackOf(request).good ? answer(request, reply) : { status: 'ERROR' }
  }, sendToPage)

/** Lets any page load an answer as a picture or a script. One that is `welcome` may also read it. */
export function share(request: FastifyRequest, reply: FastifyReply, welcome = false): void {
  const { origin } = request.headers
  reply.header('vary', 'Origin').header('cross-origin-resource-policy', 'cross-origin')
  if (welcome && origin !== undefined) shareWith(reply, origin)
}

/** Calls that pages make with a site's public key. */
export function keyCalls(sites: Sites, pages: Pages) {
  return (answer: Answering<[site: Site]>) =>
    forPages(async (request, reply) => {
      const site = await sites.byPublicKey(parameter(request, 'key'))
      const foreign = site !== undefined && pages.isForeign(request, site)
      share(request, reply, !foreign)
      if (!site) return { status: 'BAD_PUBLIC_KEY' }
      // A script tag is stopped by no rule of browsers, so that the page it stands in is looked at here.
      if (foreign) return { status: 'ERROR' }
      return answer(request, reply, site)
    })
}
