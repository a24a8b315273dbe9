import type { TestKey } from '../dialect.ts'
import { refused } from './refused.ts'
import type { ErrorCode, RefusedAnswer, TurnstileAnswer } from './wire.ts'

/** The one token that secrets of tests accept, and no other secret does. */
const DUMMY_TOKEN = 'XXXX.DUMMY.TOKEN.XXXX'

const key = (sitekey: string, pass: string | undefined, visible: boolean, interactive = false): TestKey => ({
  sitekey,
  pass,
  visible,
  interactive,
})
export const TURNSTILE_KEYS: readonly TestKey[] = [
  key('1x00000000000000000000AA', DUMMY_TOKEN, true),
  key('2x00000000000000000000AB', undefined, true),
  key('1x00000000000000000000BB', DUMMY_TOKEN, false),
  key('2x00000000000000000000BB', undefined, false),
  key('3x00000000000000000000FF', DUMMY_TOKEN, true, true),
]

/** Secrets of tests, and the code with which they refuse; the first accepts. */
const SECRETS = new Map<string, ErrorCode | undefined>([
  ['1x0000000000000000000000000000000AA', undefined],
  ['2x0000000000000000000000000000000AA', 'invalid-input-response'],
  ['3x0000000000000000000000000000000AA', 'timeout-or-duplicate'],
])
const MARK = { metadata: { result_with_testing_key: true } } as const

export function turnstileTest(
  secret: string,
  response: string,
  now: number,
): TurnstileAnswer | RefusedAnswer | undefined {
  if (!SECRETS.has(secret)) return undefined
  const code = response === DUMMY_TOKEN ? SECRETS.get(secret) : 'invalid-input-response'
  if (code) return refused(code, MARK)
  return {
    success: true,
    'error-codes': [],
    challenge_ts: new Date(now).toISOString(),
    hostname: 'example.com',
    action: '',
    cdata: '',
    ...MARK,
  }
}
