import { type CaptchaError, ERRORS, type ErrorCode } from '@upright/core'
import type { Answer } from '../../operate/openapi-types.ts'
import { springError } from './errors.ts'
import { challengeOf } from './gateway.ts'

/** Where the version lies. */
export const V2 = '/piste/captchetat/v2'
/** A shape by its name. */
export const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` })
/** An answer with its bodies by media type. */
export const json = (
  description: string,
  schema: Answer['content'],
  headers?: Answer['headers'],
): Answer => ({
  description,
  ...(headers && { headers }),
  ...(schema && { content: schema }),
})
/** A JSON body of one of the shapes. */
export const body = (name: string, example: unknown) => ({
  'application/json': { schema: ref(name), example },
})

/** An error as this dialect tells it, at one of its paths. */
export function errorAnswer(code: ErrorCode, path: string): Answer {
  const error = { code, ...ERRORS[code] } as CaptchaError
  const challenge = challengeOf(error)
  if (challenge) {
    const header = { schema: { type: 'string' }, example: challenge }
    return json(`${ERRORS[code].message}. The body is empty.`, undefined, { 'WWW-Authenticate': header })
  }
  return json(ERRORS[code].message, body('SpringError', springError(error, V2 + path, 1_800_000_000_000)))
}

/** What every call can answer, access being needed for all of them. */
export const shared = (path: string): Record<string, Answer> => ({
  400: errorAnswer('token_missing', path),
  401: errorAnswer('token_invalid', path),
  403: errorAnswer('scope_insufficient', path),
  414: errorAnswer('url_too_long', path),
  429: {
    ...errorAnswer('quota_exceeded', path),
    headers: { 'Retry-After': { description: 'Seconds.', schema: { type: 'integer' }, example: 30 } },
  },
  500: errorAnswer('internal', path),
  503: errorAnswer('unavailable', path),
})

/** One status with two bodies: the gateway's empty one, and Spring's. */
export const either = (first: Answer, second: Answer): Answer => ({
  description: `${first.description} Or: ${second.description}`,
  ...(first.headers && { headers: first.headers }),
  ...(second.content && { content: second.content }),
})
