import type { CaptchaError } from '@upright/core'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { toPublicError } from '../http/errors.ts'
import { setSecurityHeaders } from '../http/security.ts'

/** A call that always answers with the status 200: clients take any other for an outage. */
export interface Call {
  answer(request: FastifyRequest, reply: FastifyReply): Promise<object>
  /** What it says of an error of the table. */
  failed(error: CaptchaError, request: FastifyRequest): object
}

/** Sends an answer. Whatever it says, the status is 200: clients take any other for an outage. */
export const sendAnswer = (reply: FastifyReply, answer: object): FastifyReply =>
  reply
    .code(200)
    .header('cache-control', 'no-store')
    .type('application/json; charset=utf-8')
    .send(JSON.stringify(answer))

/** Registers a call for GET and POST. A HEAD request would redeem a pass and throw the answer away. */
export function register(app: FastifyInstance, url: string, { answer, failed }: Call): void {
  for (const method of ['GET', 'POST'] as const) {
    app.route({
      method,
      url,
      exposeHeadRoute: false,
      handler: async (request, reply) => sendAnswer(reply, await answer(request, reply)),
      errorHandler: (error, request, reply) =>
        sendAnswer(setSecurityHeaders(reply), failed(toPublicError(error, request), request)),
    })
  }
}
