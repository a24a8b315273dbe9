import type { Pass, Redemption } from '@upright/core'
import type { Site } from '../../registry/registry.ts'
import type { TestKey } from '../dialect.ts'
import { HCAPTCHA_KEYS, hcaptchaTest, RECAPTCHA_KEYS, recaptchaTest } from './test-keys.ts'
import { TURNSTILE_KEYS, turnstileTest } from './test-keys-turnstile.ts'
import type { ErrorCode, HcaptchaAnswer, RecaptchaAnswer, RefusedAnswer, TurnstileAnswer } from './wire.ts'

/** Right answers of all vendors. */
export type RightAnswer = RecaptchaAnswer | HcaptchaAnswer | TurnstileAnswer

/** What a vendor's clients speak: everything in which the vendors differ. */
export interface Vendor {
  name: 'recaptcha' | 'hcaptcha' | 'turnstile'
  /** As the vendor writes it. */
  title: string
  /** Where pages load its script, what it defines, and what it looks for. */
  script: { paths: readonly string[]; globals: readonly string[]; className: string }
  /** Name of the form field that carries a pass. */
  field: string
  /** Where back ends redeem passes. */
  verifyPath: string
  /** Seconds for which a pass can be redeemed. */
  passSeconds: number
  /** Dialects whose passes are redeemed, where they are on for the site. */
  accepts: readonly string[]
  /** Whether a request may name the public key that it expects, and answers name it. */
  namesSite: boolean
  /** Whether a request with the `idempotency_key` of the first gets the same answer. */
  repeats: boolean
  /** What is said of a pass that was not redeemed. */
  codes: Readonly<Record<Exclude<Redemption['result'], 'redeemed'>, ErrorCode>>
  /** What is said of a pass that was redeemed. */
  right(site: Site, pass: Pass): RightAnswer
  testKeys: readonly TestKey[]
  /**
   * The answer to a secret or a token of tests, at a time in milliseconds since 1970; undefined for all
   * others.
   */
  test(secret: string, response: string, now: number): RightAnswer | RefusedAnswer | undefined
}

/** A time in seconds since 1970, to the second. */
const toTheSecond = (time: number) => new Date(time * 1000).toISOString().replace('.000', '')

/** How sure it is that a visitor is a program, of how sure it is that it is none; one digit. */
const risk = (score: number) => Math.round(10 * (1 - score)) / 10

export const VENDORS = {
  recaptcha: {
    name: 'recaptcha',
    title: 'reCAPTCHA',
    script: {
      paths: ['/recaptcha/api.js', '/recaptcha/enterprise.js'],
      globals: ['grecaptcha'],
      className: 'g-recaptcha',
    },
    field: 'g-recaptcha-response',
    verifyPath: '/recaptcha/api/siteverify',
    passSeconds: 120,
    accepts: ['recaptcha'],
    namesSite: false,
    repeats: false,
    codes: {
      unknown: 'invalid-input-response',
      expired: 'timeout-or-duplicate',
      duplicate: 'timeout-or-duplicate',
      unavailable: 'bad-request',
    },
    right: ({ settings }, { time, hostname, action, score }): RecaptchaAnswer => ({
      success: true,
      challenge_ts: toTheSecond(time),
      hostname,
      ...(settings.score && { score }),
      ...((settings.score || action !== '') && { action }),
    }),
    testKeys: RECAPTCHA_KEYS,
    test: recaptchaTest,
  },
  hcaptcha: {
    name: 'hcaptcha',
    title: 'hCaptcha',
    script: {
      paths: ['/1/api.js', '/1/secure-api.js'],
      globals: ['hcaptcha', 'grecaptcha'],
      className: 'h-captcha',
    },
    field: 'h-captcha-response',
    verifyPath: '/siteverify',
    passSeconds: 120,
    // Clients of Cap call the same path: the secret says whose pass it is.
    accepts: ['hcaptcha', 'cap'],
    namesSite: true,
    repeats: false,
    codes: {
      unknown: 'invalid-input-response',
      expired: 'invalid-or-already-seen-response',
      duplicate: 'invalid-or-already-seen-response',
      unavailable: 'bad-request',
    },
    right: ({ publicKey, settings }, { time, hostname, score }): HcaptchaAnswer => ({
      success: true,
      challenge_ts: toTheSecond(time),
      hostname,
      sitekey: publicKey,
      ...(settings.score && { score: risk(score), score_reason: [] }),
    }),
    testKeys: HCAPTCHA_KEYS,
    test: hcaptchaTest,
  },
  turnstile: {
    name: 'turnstile',
    title: 'Turnstile',
    script: { paths: ['/turnstile/v0/api.js'], globals: ['turnstile'], className: 'cf-turnstile' },
    field: 'cf-turnstile-response',
    verifyPath: '/turnstile/v0/siteverify',
    passSeconds: 300,
    accepts: ['turnstile'],
    namesSite: false,
    repeats: true,
    codes: {
      unknown: 'invalid-input-response',
      expired: 'timeout-or-duplicate',
      duplicate: 'timeout-or-duplicate',
      unavailable: 'internal-error',
    },
    right: (_, { time, hostname, action, cdata }): TurnstileAnswer => ({
      success: true,
      'error-codes': [],
      challenge_ts: new Date(time * 1000).toISOString(),
      hostname,
      action,
      cdata,
    }),
    testKeys: TURNSTILE_KEYS,
    test: turnstileTest,
  },
} as const satisfies Record<string, Vendor>
