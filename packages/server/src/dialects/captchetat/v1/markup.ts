import type { CodeStyle } from '@upright/core'
import type { Task } from './work.ts'

/** Where the original's markup says its endpoint is: clients put their own in its place. */
const ENDPOINT = '/api/simple-captcha-endpoint'

/** Texts of the markup, before its script has run. */
const WORDS = {
  fr: {
    picture: 'Code de sécurité déformé : recopiez-le, ou écoutez-le.',
    reload: 'Afficher un autre code',
    listen: 'Écouter le code',
    noScript: 'Sans JavaScript, le son se télécharge ; pour changer de code, rechargez la page.',
    late: 'Certains éléments n’ont pas pu être chargés : le serveur du code est peut-être injoignable.',
  },
  en: {
    picture: 'Distorted security code: type it, or listen to it.',
    reload: 'Show another code',
    listen: 'Listen to the code',
    noScript: 'Without JavaScript the sound is downloaded; to change the code, reload the page.',
    late: 'Some parts could not be loaded: the server of the code may be out of reach.',
  },
}

/** The icons of the markup, by the `get` that answers each. */
export type Icon = 'reload-icon' | 'sound-icon'

/** What the markup is made of. */
export interface MarkupOptions {
  style: CodeStyle
  /** 32 hexadecimal digits. */
  id: string
  task: Task
  /** Seconds. */
  expiry: number
  /** Whether the page goes on while the script is loaded. */
  deferred: boolean
  /** The address of an icon. */
  iconUrl(icon: Icon): string
}

/** The address of one part, with parameters that follow. */
export const partUrl = (get: string, more = '') => `${ENDPOINT}?get=${get}${more}`

/**
 * The captcha as HTML. Names, classes and their order are BotDetect's, which clients look for. Clients also
 * rewrite it line by line: double quotes only, and the script alone on its line. Nothing that a visitor sent
 * gets in: the style is one of ours, and the id is 32 hexadecimal digits. `expiry` is in seconds. What the
 * foot says is for pages that the style sheet or the script does not reach: the style sheet delays it, and
 * the script replaces it.
 */
export function markup({ style, id, task, expiry, deferred, iconUrl }: MarkupOptions): string {
  const { name, settings } = style
  const { start, hash } = task
  const language = settings.language === 'fr' ? 'fr' : 'en'
  const words = WORDS[language]
  const own = `&amp;c=${name}&amp;t=${id}`
  const icon = (kind: 'Reload' | 'Sound', text: string) =>
    `<img class="BDC_${kind}Icon" id="${name}_${kind}Icon" src="${iconUrl(kind === 'Reload' ? 'reload-icon' : 'sound-icon')}" alt="${text}" width="24" height="24">`
  const field = (part: string, value: string | number) =>
    `<input type="hidden" name="BDC_${part}_${name}" id="BDC_${part}_${name}" value="${value}">`
  return `<div>
<link type="text/css" rel="stylesheet" href="${partUrl('layout-stylesheet')}">
<div class="BDC_CaptchaDiv" id="${name}_CaptchaDiv" lang="${language}" data-expiry="${expiry}">
<div class="BDC_CaptchaImageDiv" id="${name}_CaptchaImageDiv"><img class="BDC_CaptchaImage" id="${name}_CaptchaImage" src="${partUrl('image', own)}" alt="${words.picture}" width="200" height="70" referrerpolicy="strict-origin-when-cross-origin"></div>
<div class="BDC_CaptchaIconsDiv" id="${name}_CaptchaIconsDiv">
<a class="BDC_ReloadLink" id="${name}_ReloadLink" href="#" role="button" title="${words.reload}">${icon('Reload', words.reload)}</a>
<a class="BDC_SoundLink" id="${name}_SoundLink" rel="nofollow" role="button" href="${partUrl('sound', own)}" title="${words.listen}">${icon('Sound', words.listen)}</a>
<div class="BDC_Placeholder" id="${name}_AudioPlaceholder"></div>
</div>
<script src="${partUrl('script-include', own)}"${deferred ? ' defer' : ''}></script>
${field('VCID', id)}
${field('BackWorkaround', 0)}
${field('Hs', hash)}
${field('SP', start)}
<div class="BDC_Foot"><noscript>${words.noScript}</noscript><div class="BDC_Late">${words.late}</div></div>
</div>
</div>
`
}
