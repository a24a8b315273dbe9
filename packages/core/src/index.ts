/**
 * Upright's CAPTCHA, free of servers and storage.
 *
 * A challenge is its id. `issue` encrypts the time, the site and the style into one 16-byte block that looks like a
 * random UUID, and writes nothing. Whoever holds the secret can open the id again and derive from it the answer, the
 * picture and the sound, always the same bytes. `check` compares a response with the answer and makes one atomic claim
 * in the ledger, so that a challenge passes once. `captcha.ts` reads top to bottom as that life.
 *
 * @packageDocumentation
 */
export {
  type Captcha,
  type CaptchaOptions,
  type Challenge,
  createCaptcha,
  SEASON,
  type Verdict,
} from './captcha.ts'
export { acceptsCode, type CodeChoice, type CodeOptions, drawCharacters, readCode } from './code.ts'
export { CaptchaError, ERRORS, type ErrorCode } from './errors.ts'
export { deriveKey } from './keys.ts'
export type { Form, Kind, Rendition } from './kind.ts'
export { kinds, type NumberStyle, type RotateStyle, type TextStyle } from './kinds.ts'
export { CLOCK_SKEW, isLost, type Ledger, type Loss, memoryLedger } from './ledger.ts'
export { keyedStream, type Purpose, purposeStreams, type Stream } from './random.ts'
export * from './rotate/index.ts'
export { expiryOf, type PreviousExpiry, type Rules } from './rules.ts'
export { createSeal, formatId, parseId, type Seal, type Sealed } from './seal.ts'
export * from './speech/index.ts'
export type { Outage, OutagePolicy } from './standby.ts'
export {
  type CodeStyle,
  codeStyleNamed,
  codeStyles,
  type Style,
  styleNamed,
  styleNumbered,
  styles,
} from './styles.ts'
export * from './text/index.ts'
