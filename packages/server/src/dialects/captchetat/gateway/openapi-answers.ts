import { type CaptchaError, ERRORS, type ErrorCode } from '@upright/core'
import type { Answer, Parameter } from '../../../openapi/types.ts'
import { springError } from './errors.ts'
import { challengeOf } from './gateway.ts'

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

/** An error as the gateway or what is behind it tells it, at a path. */
export function errorAnswer(code: ErrorCode, path: string): Answer {
  const error = { code, ...ERRORS[code] } as CaptchaError
  const challenge = challengeOf(error)
  if (challenge) {
    const header = { schema: { type: 'string' }, example: challenge }
    return json(`${ERRORS[code].message}. The body is empty.`, undefined, { 'WWW-Authenticate': header })
  }
  return json(ERRORS[code].message, body('SpringError', springError(error, path, 1_800_000_000_000)))
}

/** Answers of every call, as all of them need access. */
export const shared = (path: string): Record<string, Answer> => ({
  400: errorAnswer('token_missing', path),
  401: errorAnswer('token_invalid', path),
  403: errorAnswer('scope_insufficient', path),
  414: errorAnswer('url_too_long', path),
  431: errorAnswer('header_too_large', path),
  429: {
    ...either(errorAnswer('quota_exceeded', path), errorAnswer('rate_limited', path)),
    headers: { 'Retry-After': { description: 'Seconds.', schema: { type: 'integer' }, example: 30 } },
  },
  500: errorAnswer('internal', path),
  503: either(errorAnswer('unavailable', path), errorAnswer('overloaded', path)),
})

/** One status with two bodies: the gateway's empty one, and Spring's. */
export const either = (first: Answer, second: Answer): Answer => ({
  description: `${first.description} Or: ${second.description}`,
  ...(first.headers && { headers: first.headers }),
  ...(second.content && { content: second.content }),
})

/** The bare word that a judgement is told in. */
export const verdict: Answer['content'] = {
  'application/json': {
    schema: { type: 'boolean' },
    examples: { right: { value: true }, other: { value: false } },
  },
}

/** A parameter of an operation. */
export const parameter = (
  name: string,
  place: Parameter['in'],
  rest: Omit<Parameter, 'name' | 'in'>,
): Parameter => ({ name, in: place, ...rest })

/** A sound, whole. */
export const sound = { 'audio/x-wav': { schema: { type: 'string', format: 'binary' }, example: 'RIFF…' } }

/** A part of a sound, and what cannot be one. */
export const soundParts = (path: string): Record<string, Answer> => ({
  206: json('A part of a sound.', sound, {
    'Content-Range': { schema: { type: 'string' }, example: 'bytes 0-1023/130044' },
  }),
  416: errorAnswer('bad_range', path),
})

/** The header that asks for a part of a sound. */
export const rangeHeader = parameter('Range', 'header', {
  description: 'For `get=sound`: which bytes.',
  schema: { type: 'string' },
  example: 'bytes=0-1023',
})
