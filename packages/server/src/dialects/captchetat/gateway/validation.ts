import { CaptchaError, type ErrorCode, readCode, type Verdict } from '@upright/core'
import type { FastifyReply, FastifyRequest, RouteHandlerMethod } from 'fastify'
import { toPublicError } from '../../../http/errors.ts'
import { readFields } from '../../../http/fields.ts'
import { setSecurityHeaders } from '../../../http/security.ts'

/** The fields of a validation, by name; what is missing, or no text and no number, is empty. */
export type Fields = (name: string) => string

/** Fields of a validation: a challenge's id, and the code that was typed. */
export interface Typed {
  id: string
  code: string
}

type RenderError = (error: unknown, request: FastifyRequest, reply: FastifyReply) => FastifyReply

/** `POST /valider-captcha`: whether a code is right, as the bare word `true` or `false`. */
export const validationHandler =
  (
    read: (fields: Fields) => Typed,
    validate: (typed: Typed, request: FastifyRequest) => Promise<Verdict>,
  ): RouteHandlerMethod =>
  async (request, reply) => {
    const typed = read(readFields(request.body))
    // Where nothing was typed there is nothing to judge, and nothing to spend.
    if (readCode(typed.code) === '') return sendVerdict(reply, false)
    return sendVerdict(reply, (await validate(typed, request)) === 'passed')
  }

/** The refusals that only a back end's own settings bring about. */
const ACCESS: ReadonlySet<ErrorCode> = new Set([
  'token_missing',
  'token_invalid',
  'scope_insufficient',
  'origin_refused',
  'not_found',
])

/**
 * Renders the errors of a check. Real clients let the visitor through on any status but 200. So what a
 * visitor can bring about must not have another one: a code too long for any body or address, a rate that is
 * used up, a ledger or registry that is away. All of them are `false`.
 */
export const renderCheckError =
  (renderError: RenderError): RenderError =>
  (error, request, reply) => {
    if (error instanceof CaptchaError && ACCESS.has(error.code)) return renderError(error, request, reply)
    toPublicError(error, request)
    return sendVerdict(setSecurityHeaders(reply), false)
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
