import type { Language } from '@upright/core'
import { WORDS } from './language.ts'

/** Form fields of the widget: hash, angle and session. */
const FIELDS = ['rocaptcha_challenge_field', 'rocaptcha_response_field', 'rocaptcha_session_id']

/** The part of a form that RoCAPTCHA is, as HTML without script and style. Nothing that was sent gets in. */
export function formPart(language: Language): string {
  const inputs = FIELDS.map(name => `<input type="hidden" id="${name}" name="${name}" value="">`)
  return [
    `<div class="rocaptcha" lang="${language}" data-lang="${language}"></div>`,
    ...inputs,
    `<noscript><p lang="${language}">${WORDS[language].noScript}</p></noscript>`,
  ].join('\n')
}
