import { CaptchaError } from '@upright/core'
import type { FastifyReply, FastifyRequest, RouteShorthandOptionsWithHandler } from 'fastify'
import { settle } from '../../operate/errors.ts'
import { secure } from '../../operate/security.ts'
import type { Service } from '../../service.ts'
import type { ValidationRequest } from './wire.ts'

/** `POST /valider-captcha`: whether a code is right, as the bare word `true` or `false`. */
export function validationRoute(
  { captcha }: Service,
  renderError: (error: unknown, request: FastifyRequest, reply: FastifyReply) => FastifyReply,
): RouteShorthandOptionsWithHandler {
  return {
    async handler(request, reply) {
      const { uuid, code } = readValidation(request.body)
      const verdict = await captcha.check(uuid, request.site.id, code, request.site.settings)
      return answer(reply, verdict === 'passed')
    },
    /**
     * Real clients let the visitor through on whatever is not 200. So nothing that a visitor can bring about may be
     * answered with another status: neither a code too long for any body, nor a ledger or registry that is away.
     */
    errorHandler(error, request, reply) {
      if (error instanceof CaptchaError && error.status < 500 && error.code !== 'body_too_large') {
        return renderError(error, request, reply)
      }
      settle(error, request)
      return answer(secure(reply), false)
    },
  }
}

const asIs = (text: string) => text

const answer = (reply: FastifyReply, passed: boolean) =>
  reply
    .code(200)
    // Fastify's own serializer would add a charset to the content type, which JSON does not have.
    .serializer(asIs)
    .header('cache-control', 'no-store')
    .header('content-type', 'application/json')
    .send(passed ? 'true' : 'false')

function readValidation(body: unknown): ValidationRequest {
  // Some clients write a byte order mark, which JSON.parse does not take.
  const text = typeof body === 'string' ? body.replace(/^\uFEFF/, '') : ''
  const { uuid, code } = parseObject(text)
  if (typeof uuid !== 'string' || typeof code !== 'string') throw new CaptchaError('invalid_input')
  return { uuid, code }
}

function parseObject(text: string): Record<string, unknown> {
  try {
    return Object(JSON.parse(text)) as Record<string, unknown>
  } catch {
    throw new CaptchaError('invalid_input')
  }
}
