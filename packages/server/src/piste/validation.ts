import { CaptchaError, type ErrorCode, type Verdict } from '@upright/core'
import type { FastifyReply, FastifyRequest, RouteShorthandOptionsWithHandler } from 'fastify'
import { settle } from '../operate/errors.ts'
import { secure } from '../operate/security.ts'

/** What may be too large because of what a visitor sent, which back ends pass on. */
const TOO_LARGE: readonly ErrorCode[] = ['body_too_large', 'header_too_large']

/** `POST /valider-captcha`: whether a code is right, as the bare word `true` or `false`. */
export function validationRoute(
  validate: (body: Record<string, unknown>, request: FastifyRequest) => Promise<Verdict>,
  renderError: (error: unknown, request: FastifyRequest, reply: FastifyReply) => FastifyReply,
): RouteShorthandOptionsWithHandler {
  return {
    async handler(request, reply) {
      const verdict = await validate(readObject(request.body), request)
      return sendVerdict(reply, verdict === 'passed')
    },
    /**
     * Real clients let the visitor through on whatever is not 200. So nothing that a visitor can bring about may be
     * answered with another status: neither a code too long for any body, nor a ledger or registry that is away.
     */
    errorHandler(error, request, reply) {
      if (error instanceof CaptchaError && error.status < 500 && !TOO_LARGE.includes(error.code)) {
        return renderError(error, request, reply)
      }
      settle(error, request)
      return sendVerdict(secure(reply), false)
    },
  }
}

const asIs = (text: string) => text

/** A verdict as the bare word. */
export const sendVerdict = (reply: FastifyReply, passed: boolean): FastifyReply =>
  reply
    .code(200)
    // Fastify's own serializer would add a charset to the content type, which JSON does not have.
    .serializer(asIs)
    .header('cache-control', 'no-store')
    .header('content-type', 'application/json')
    .send(passed ? 'true' : 'false')

function readObject(body: unknown): Record<string, unknown> {
  // Some clients write a byte order mark, which JSON.parse does not take.
  const text = typeof body === 'string' ? body.replace(/^\uFEFF/, '') : ''
  try {
    return Object(JSON.parse(text)) as Record<string, unknown>
  } catch {
    throw new CaptchaError('invalid_input')
  }
}
