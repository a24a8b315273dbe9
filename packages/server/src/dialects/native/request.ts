import { CaptchaError } from '@upright/core'
import { NATIVE_KINDS } from './challenge.ts'
import type { AnswerRequest, ChallengeRequest, NativeKind } from './wire.ts'

const isKind = (value: unknown): value is NativeKind => NATIVE_KINDS.includes(value as NativeKind)

/** A JSON object. @throws CaptchaError `bad_request` */
function objectIn(body: unknown): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(String(body))
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as never
  } catch {
    // Not JSON at all.
  }
  throw new CaptchaError('bad_request', 'the body is a JSON object')
}

/** A text of an object, empty where it is missing. @throws CaptchaError `bad_request` */
function textIn(object: Record<string, unknown>, name: string): string {
  const value = object[name] ?? ''
  if (typeof value !== 'string') throw new CaptchaError('bad_request', `${name} is a text`)
  return value
}

function kindsIn({ kinds }: Record<string, unknown>): NativeKind[] | undefined {
  if (kinds === undefined) return undefined
  // Kinds of a later version are left out.
  if (Array.isArray(kinds)) return kinds.filter(isKind)
  throw new CaptchaError('bad_request', 'kinds is a list')
}

/**
 * What asks for a challenge, for the back ends of one of these dialects: the first unless it says which.
 * @throws CaptchaError `bad_request`
 */
export function readChallenge(body: unknown, dialects: readonly string[]): Required<ChallengeRequest> {
  const object = objectIn(body)
  const dialect = textIn(object, 'dialect') || dialects[0]!
  if (!dialects.includes(dialect))
    throw new CaptchaError('bad_request', `dialect is ${dialects.join(' or ')}`)
  return {
    sitekey: textIn(object, 'sitekey'),
    action: textIn(object, 'action'),
    cdata: textIn(object, 'cdata'),
    lang: textIn(object, 'lang'),
    kinds: kindsIn(object) ?? [...NATIVE_KINDS],
    dialect,
    page: textIn(object, 'page'),
    secret: textIn(object, 'secret'),
  }
}

/** An answer as it is judged: a missing part is a wrong one. */
type ReadAnswer = Required<Omit<AnswerRequest, 'kind' | 'kinds' | 'work'>> &
  Pick<AnswerRequest, 'kinds'> & { kind: string; work: string }

/** An answer. Whether it is right is not judged here. @throws CaptchaError `bad_request` */
export function readAnswer(body: unknown): ReadAnswer {
  const object = objectIn(body)
  const { work = [] } = object
  if (!Array.isArray(work) || !work.every(counter => typeof counter === 'number'))
    throw new CaptchaError('bad_request', 'work is a list of counters')
  const kinds = kindsIn(object)
  return {
    ticket: textIn(object, 'ticket'),
    kind: textIn(object, 'kind'),
    response: textIn(object, 'response'),
    lang: textIn(object, 'lang'),
    secret: textIn(object, 'secret'),
    ...(kinds && { kinds }),
    work: work.join(),
  }
}
