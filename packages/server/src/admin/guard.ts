import { CaptchaError } from '@upright/core'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { bearer } from '../http/bearer.ts'
import type { Operator, OperatorRegistry } from '../registry/registry.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** The operator who asks, known once the guard has let them through. */
    operator: Operator
  }
}

/** Authenticates every call of an operator, before anything of a body is read. */
export function createGuard(registry: OperatorRegistry) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    reply.header('cache-control', 'no-store')
    const token = bearer(request.headers.authorization)
    const operator = token === undefined ? undefined : await registry.operatorByToken(token)
    if (!operator) {
      // RFC 6750: who sent no token is not told that it was wrong.
      const error = token === undefined ? '' : ', error="invalid_token"'
      reply.header('www-authenticate', `Bearer realm="Upright"${error}`)
      throw new CaptchaError('operator_required')
    }
    request.operator = operator
  }
}
