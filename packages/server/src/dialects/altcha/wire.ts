import type { AltchaParameters } from '@upright/core'

/** Wire format, in ALTCHA's spelling. */

/** A code to type after the work. Widgets read addresses against that of the challenge. */
export interface CodeChallenge {
  /** Address of the picture; in the first protocol the picture itself, as a `data:` address. */
  image: string
  /** Address of the sound. */
  audio: string
}

/** Members of every challenge. */
interface Common {
  /** HMAC-SHA-256, 64 hexadecimal digits. */
  signature: string
  codeChallenge?: CodeChallenge
  /** Seconds in which it can be answered: an addition of ours, for clients whose clock is wrong. */
  expires_in: number
}

/** A challenge of the first protocol: the number behind the salt is looked for, from 0 to the highest. */
export interface ChallengeV1 extends Common {
  algorithm: 'SHA-256'
  /** SHA-256 of the salt and the number in decimal digits. */
  challenge: string
  maxnumber: number
  /** 32 hexadecimal digits, `?`, parameters, `&`. */
  salt: string
}

/** Parameters of the second protocol. */
export interface Parameters extends AltchaParameters {
  /** The id. */
  nonce: string
  /** Whole seconds since 1970. */
  expiresAt: number
  /** The id of the code that belongs to the work. */
  data?: { code: string }
}

/** A challenge of the second protocol: a counter is looked for whose key starts with the prefix. */
export interface ChallengeV2 extends Common {
  parameters: Parameters
}

/** What a widget of the first protocol sends as its field, in base64. */
export interface PayloadV1 {
  algorithm: string
  challenge: string
  number: number
  salt: string
  signature: string
}

/** What a widget of the second protocol sends as its field, in base64. */
export interface PayloadV2 {
  challenge: { parameters: Parameters; signature: string }
  solution: { counter: number; derivedKey: string }
}

/** What a visitor gets for work and code, in base64: their form sends it in place of the work. */
export interface ServerPayload {
  algorithm: 'SHA-256'
  apiKey: string
  /** A URL-encoded form: `expire`, `time`, `verified` and `id`, which is a pass. */
  verificationData: string
  /** HMAC-SHA-256 of the bytes of the SHA-256 of that form. */
  signature: string
  verified: true
}

/** Why a visitor is not let in: for back ends and logs. */
export const REFUSALS = [
  'invalid_secret',
  'invalid_payload',
  'invalid_signature',
  'code_required',
  'wrong',
  'spent',
  'expired',
  'unknown',
  'unavailable',
] as const
export type Refusal = (typeof REFUSALS)[number]

/** `POST /v1/verify/signature` and `POST /altcha/verify`. */
export interface VerifyAnswer {
  verified: boolean
  /** A reason, or the code of an error of the service. */
  reason?: string
  /** `POST /altcha/verify`: what the form is to send, in base64. */
  payload?: string
}
