import { type WidgetLanguage, WORDS } from './language.ts'
import type { VerifyAnswer } from './wire.ts'

/** Bytes of a verdict that every client reads. */
export const MAX_VERDICT_BYTES = 200

const size = (answer: VerifyAnswer) => Buffer.byteLength(JSON.stringify(answer))

/**
 * That a visitor passed, with thanks from the animal. A name too long is cut between two characters, or left
 * out where not one fits.
 */
export function passed(name: string, language: WidgetLanguage): VerifyAnswer {
  const thank = (name: string): VerifyAnswer => ({ status: 'PASSED', thanks: WORDS[language].thanks(name) })
  if (size(thank(name)) <= MAX_VERDICT_BYTES) return thank(name)
  // What reads as one character may be several: an accent is never cut off its letter.
  let kept = ''
  for (const { segment } of new Intl.Segmenter(language).segment(name)) {
    if (size(thank(`${kept}${segment}…`)) > MAX_VERDICT_BYTES) break
    kept += segment
  }
  return kept.trim() === '' ? { status: 'PASSED' } : thank(`${kept.trimEnd()}…`)
}
