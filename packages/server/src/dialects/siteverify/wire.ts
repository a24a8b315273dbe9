/** Wire format, in the vendors' spelling. */

/** Codes of all three vendors: no client is told another. */
export type ClassicCode =
  | 'missing-input-secret'
  | 'invalid-input-secret'
  | 'missing-input-response'
  | 'invalid-input-response'
  | 'bad-request'

/** Codes that not all vendors have. `not-using-dummy-…` are said while test keys are on, and never else. */
export type ErrorCode =
  | ClassicCode
  | 'timeout-or-duplicate'
  | 'invalid-or-already-seen-response'
  | 'sitekey-secret-mismatch'
  | 'not-using-dummy-passcode'
  | 'not-using-dummy-secret'
  | 'internal-error'

/** Refusal of a verification: it has at least one code, and its HTTP status is 200. */
export interface RefusedAnswer {
  success: false
  'error-codes': [ErrorCode, ...ErrorCode[]]
  /** hCaptcha: the public key of the secret. */
  sitekey?: string
  /** Turnstile, of a secret of tests. */
  metadata?: { result_with_testing_key: true }
}

/** A right answer of reCAPTCHA. There is no member `error-codes`: clients take its presence for a refusal. */
export interface RecaptchaAnswer {
  success: true
  /** When the pass was earned, in ISO 8601. */
  challenge_ts: string
  /** Host of the page, without a port; empty where it is not known. */
  hostname: string
  /** 1 is good. Only where the site tells scores. */
  score?: number
  /** What the page called it. */
  action?: string
}

/** A right answer of hCaptcha, without a member `error-codes` too. */
export interface HcaptchaAnswer {
  success: true
  challenge_ts: string
  hostname: string
  sitekey: string
  /** 0 is good. Only where the site tells scores. */
  score?: number
  score_reason?: string[]
}

/** A right answer of Turnstile. */
export interface TurnstileAnswer {
  success: true
  'error-codes': []
  challenge_ts: string
  hostname: string
  action: string
  cdata: string
  metadata?: { result_with_testing_key: true }
}

/** Whether hCaptcha's administration pages find a host and a public key in order. */
export type SiteConfigAnswer =
  | { pass: true; features: Record<string, never> }
  | { pass: false; error: string }

/** Why a token of an assessment is not valid. */
export type InvalidReason =
  | 'INVALID_REASON_UNSPECIFIED'
  | 'UNKNOWN_INVALID_REASON'
  | 'MALFORMED'
  | 'EXPIRED'
  | 'DUPE'
  | 'MISSING'

/** An assessment of reCAPTCHA Enterprise. Its HTTP status is 200, also beside `error`. */
export interface Assessment {
  name: string
  /** What was asked, without the key. */
  event: AssessedEvent
  tokenProperties: {
    valid: boolean
    invalidReason: InvalidReason
    hostname: string
    action: string
    /** When the pass was earned; missing where it is not known. */
    createTime?: string
  }
  riskAnalysis: { score: number; reasons: string[] }
  error?: { code: number; message: string; status: 'INVALID_ARGUMENT' | 'UNAVAILABLE' }
}

export interface AssessedEvent {
  token: string
  siteKey: string
  expectedAction?: string
}
