import type { TestKey } from '../dialect.ts'
import { refused } from './refused.ts'
import type { HcaptchaAnswer, RecaptchaAnswer, RefusedAnswer } from './wire.ts'

const at = (now: number) => `${new Date(now).toISOString().slice(0, 19)}Z`

/** Google's secret for tests passes every token, and its answers come from a host of its own. */
const RECAPTCHA_SECRET = '6LeIxAcTAAAAAGG-vFI1TnRWxMZNFuojJ4WifJWe'
export const RECAPTCHA_KEYS: readonly TestKey[] = [
  {
    sitekey: '6LeIxAcTAAAAAJcZVRqyHh71UMIEGNQ_MXjiZKhI',
    pass: 'upright-test-pass',
    visible: true,
    interactive: false,
  },
]

export const recaptchaTest = (secret: string, _response: string, now: number): RecaptchaAnswer | undefined =>
  secret === RECAPTCHA_SECRET
    ? { success: true, challenge_ts: at(now), hostname: 'testkey.google.com' }
    : undefined

const HCAPTCHA_SECRET = '0x0000000000000000000000000000000000000000'
/** Of each public key its token, and for those of Enterprise what is said of the visitor. */
const HCAPTCHA: readonly { sitekey: string; pass: string; score?: number; reason?: string }[] = [
  { sitekey: '10000000-ffff-ffff-ffff-000000000001', pass: '10000000-aaaa-bbbb-cccc-000000000001' },
  {
    sitekey: '20000000-ffff-ffff-ffff-000000000002',
    pass: '20000000-aaaa-bbbb-cccc-000000000002',
    score: 0,
    reason: 'safe',
  },
  {
    sitekey: '30000000-ffff-ffff-ffff-000000000003',
    pass: '30000000-aaaa-bbbb-cccc-000000000003',
    score: 1,
    reason: 'bot',
  },
]
export const HCAPTCHA_KEYS: readonly TestKey[] = HCAPTCHA.map(({ sitekey, pass }) => ({
  sitekey,
  pass,
  visible: true,
  interactive: false,
}))

export function hcaptchaTest(
  secret: string,
  response: string,
  now: number,
): HcaptchaAnswer | RefusedAnswer | undefined {
  const key = HCAPTCHA.find(({ pass }) => pass === response)
  if (secret !== HCAPTCHA_SECRET) return key && refused('not-using-dummy-secret')
  if (!key) return refused('not-using-dummy-passcode')
  const { sitekey, score, reason } = key
  return {
    success: true,
    challenge_ts: at(now),
    hostname: 'dummy-key-pass',
    sitekey,
    ...(score !== undefined && { score, score_reason: [reason!] }),
  }
}
