import { type WidgetLanguage, WORDS } from './language.ts'

/** Form fields of the widget: hash, angle and session. */
const FIELDS = ['rocaptcha_challenge_field', 'rocaptcha_response_field', 'rocaptcha_session_id']

export interface FormPartOptions {
  language: WidgetLanguage
  /** The site's own public key. */
  key: string
  /** The origin that the part was asked for at. */
  origin: string
}

/**
 * The part of a form that RoCAPTCHA is, as HTML: the place of the widget, its fields and its script, which
 * starts by itself.
 */
export function formPart({ language, key, origin }: FormPartOptions): string {
  const { noScript, awaited } = WORDS[language]
  const inputs = FIELDS.map(name => `<input type="hidden" id="${name}" name="${name}" value="">`)
  const script = `${origin}/api/js/?key=${key}&amp;lang=${language}`
  return [
    `<div class="rocaptcha" lang="${language}" dir="${language === 'ar' ? 'rtl' : 'ltr'}" data-lang="${language}">`,
    `<p>${awaited}</p>`,
    `<noscript><p>${noScript}</p></noscript>`,
    '</div>',
    ...inputs,
    `<script async src="${script}"></script>`,
  ].join('\n')
}
