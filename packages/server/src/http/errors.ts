import { CaptchaError, type ErrorCode } from '@upright/core'
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { asksForPage, sendErrorPage } from './error-page.ts'
import { setSecurityHeaders } from './security.ts'
import { varyOn } from './vary.ts'

/** Errors of the framework, as codes of the error table. */
const BY_STATUS: Record<number, ErrorCode> = {
  400: 'bad_request',
  404: 'not_found',
  413: 'body_too_large',
  414: 'url_too_long',
}

/**
 * The error that a request is answered with. What is our own fault is logged here and only here, with its
 * detail; outside it is `internal`, or `unavailable`.
 */
export function toPublicError(error: unknown, request: FastifyRequest): CaptchaError {
  const known =
    error instanceof CaptchaError
      ? error
      : new CaptchaError(BY_STATUS[(error as FastifyError).statusCode ?? 500] ?? 'internal')
  // 501 is an answer like any other, and throttled requests are counted, not logged.
  if (known.status < 500 || known.status === 501 || known.code === 'overloaded') return known
  request.log.error({ err: error, req: request, code: known.code }, 'a request failed')
  return new CaptchaError(known.status === 503 ? 'unavailable' : 'internal')
}

/** Seconds after which a process that was overloaded is worth asking again. */
const RETRY_AFTER_SECONDS = 2

/**
 * Says in `Retry-After` when to come back to a process that is overloaded. Limits and quotas say their own.
 */
export const retryLater = (reply: FastifyReply, { code }: CaptchaError): FastifyReply =>
  code === 'overloaded' ? reply.header('retry-after', String(RETRY_AFTER_SECONDS)) : reply

/** Body of an error: a code and a message. */
function errorBody({ code, message }: CaptchaError): { error: ErrorCode; message: string } {
  return { error: code, message }
}

/**
 * The one renderer of errors, for every address whose dialect has no words of its own: JSON, or a page where
 * a browser asks the service for one.
 */
export function renderError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const settled = toPublicError(error, request)
  retryLater(setSecurityHeaders(reply), settled)
  if (asksForPage(request)) return sendErrorPage(request, reply, settled)
  return varyOn(reply, 'Accept').code(settled.status).send(errorBody(settled))
}
