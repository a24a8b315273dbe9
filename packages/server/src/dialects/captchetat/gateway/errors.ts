import { STATUS_CODES } from 'node:http'
import type { CaptchaError } from '@upright/core'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { retryLater, toPublicError } from '../../../http/errors.ts'
import { pathOf } from '../../../http/routes.ts'
import { setSecurityHeaders } from '../../../http/security.ts'
import { challengeOf } from './gateway.ts'
import type { SpringError } from './wire.ts'

/** An error as Spring tells it. `time` is in milliseconds since 1970. */
export function springError({ status }: CaptchaError, url: string, time: number): SpringError {
  return {
    timestamp: new Date(time).toISOString().replace('Z', '+00:00'),
    status,
    error: STATUS_CODES[status] ?? 'Error',
    path: pathOf(url),
  }
}

/**
 * Renders errors as CaptchEtat does: the gateway's in a header over an empty body, all others in Spring's
 * words.
 */
export const renderSpringError =
  (now: () => number) =>
  (error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const settled = toPublicError(error, request)
    const challenge = challengeOf(settled)
    retryLater(setSecurityHeaders(reply), settled).header('cache-control', 'no-store').code(settled.status)
    if (challenge) return reply.header('www-authenticate', challenge).send()
    return reply.send(springError(settled, request.url, now()))
  }
