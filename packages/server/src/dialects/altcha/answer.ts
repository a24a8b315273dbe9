import type { FastifyReply, FastifyRequest, RouteShorthandOptionsWithHandler } from 'fastify'
import { retryLater, toPublicError } from '../../http/errors.ts'
import { setSecurityHeaders } from '../../http/security.ts'
import { sendAnswer } from '../answering.ts'
import type { VerifyAnswer } from './wire.ts'

/**
 * A verification, whose status is always 200: widgets of 2.x read no other, and some back ends let visitors
 * in on an error. The reason is then the code of the error.
 */
export const always = (
  answer: (request: FastifyRequest, reply: FastifyReply) => Promise<VerifyAnswer>,
): RouteShorthandOptionsWithHandler => ({
  async handler(request, reply) {
    return sendAnswer(reply, await answer(request, reply))
  },
  errorHandler(error, request, reply) {
    const settled = toPublicError(error, request)
    retryLater(setSecurityHeaders(reply), settled)
    return sendAnswer(reply, { verified: false, reason: settled.code } satisfies VerifyAnswer)
  },
})
