/**
 * Upright's CAPTCHA, free of servers and storage.
 *
 * A challenge is its id. `issue` encrypts the time, the site and the style into one 16-byte block that looks
 * like a random UUID, and writes nothing. Anybody who holds the secret can open the id again and derive from
 * it the answer, the picture and the sound, always the same bytes. `check` compares a response with the
 * answer and makes one atomic claim in the ledger, so that a challenge passes once. `captcha.ts` reads top to
 * bottom as that life.
 *
 * Tickets and passes follow the same rule: sealed records that nothing stores, each used once by one claim. A
 * ticket is what a visitor has been asked, a pass is what a right answer earns and a back end redeems.
 *
 * @packageDocumentation
 */
export {
  type Captcha,
  type CaptchaOptions,
  type CaptchaSite,
  type Challenge,
  type CheckOptions,
  createCaptcha,
  type GenerationOptions,
  renderDraft,
  SEASON,
  type Verdict,
} from './captcha.ts'
export {
  type CaptchaStore,
  type CaptchaStoreOptions,
  captchaStore,
  type StoredCaptcha,
} from './captcha-store.ts'
export { CLOCK_SKEW_SECONDS } from './clock-skew.ts'
export {
  acceptsCode,
  type CodeOptions,
  drawCharacters,
  readCode,
  readNumber,
} from './code.ts'
export type { CodeChoice } from './code-choice.ts'
export { CaptchaError, ERRORS, type ErrorCode } from './errors.ts'
export type { Outage, OutagePolicy } from './fallback.ts'
export type { Font, Outlines } from './font.ts'
export { bareId, createSeal, formatId, parseId, type Seal, type Sealed } from './id.ts'
export { deriveKey, type KeyRing, keyRing, type Secrets } from './keys.ts'
export type { Derivation, Derive, Drawn, Kind, Look, Render, Rendition, Variant } from './kind.ts'
export { type Form, type KindName, kinds } from './kinds.ts'
export { isLost, type Ledger, type Loss, memoryLedger } from './ledger.ts'
export {
  createPasses,
  type NewPass,
  type Pass,
  type Passes,
  type PassOutcome,
  type RedeemOptions,
  type Redemption,
  type Reported,
  type ReportOptions,
  type Weights,
} from './pass.ts'
export { keyedStream, purposeStreams, type Stream } from './random.ts'
export * from './rotate/index.ts'
export { expiryOf, type PreviousExpiry, type Rules } from './rules.ts'
export type { SealedRecordOptions } from './sealed-record.ts'
export * from './speech/index.ts'
export {
  type CodeStyle,
  codeStyleNamed,
  codeStyles,
  type Style,
  styleNamed,
  styleNumbered,
  styles,
  type WorkStyle,
  widgetStyles,
  workStyleNamed,
  workStyles,
} from './styles.ts'
export * from './text/index.ts'
export { type Answered, createTickets, type Ticket, type TicketAnswer, type Tickets } from './ticket.ts'
export * from './work/index.ts'
