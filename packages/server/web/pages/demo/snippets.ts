import { h } from '../../../../widget/src/parts/dom.ts'
import { copies } from '../../shared/copy.ts'
import type { Voice } from '../../shared/language.ts'
import type { Word } from './words.ts'

/** How a site uses one dialect: what it puts into a page, and what its back end asks. */
interface Snippet {
  dialect: string
  page: string
  backEnd: string
  /** What the back end is answered when the form may pass. */
  right: string
}

const SITE = 'npm run -s upright -- site add --name "My form" --open --origin https://www.example.org'

/** Browsers reach a site that is open without a token; its back end has the secret. */
const snippetsOf = (server: string, style: string, lang: string): Snippet[] => [
  {
    dialect: 'upright-captcha',
    page: `<script type="module" src="${server}/upright.js"></script>
<upright-captcha sitekey="PUBLIC_KEY"></upright-captcha>`,
    backEnd: `curl -d secret=SECRET -d response=UPRIGHT-PASS \\
  ${server}/upright/v1/siteverify`,
    right: '"success": true',
  },
  {
    dialect: 'CaptchEtat v2',
    page: `<script src="${server}/captchetat/captchetat-js.js" defer></script>
<div id="captchetat" captchaStyleName="${style}"
  urlBackend="${server}/s/PUBLIC_KEY/piste/captchetat/v2/simple-captcha-endpoint"></div>
<input name="code" aria-label="Code" autocomplete="off" required>`,
    backEnd: `curl -H 'KeyId: SECRET' -H 'Content-Type: application/json' \\
  -d '{"uuid": "CAPTCHETAT-UUID", "code": "CODE"}' \\
  ${server}/piste/captchetat/v2/valider-captcha`,
    right: 'true',
  },
  {
    dialect: 'CaptchEtat v1',
    page: `<script src="jquery.min.js"></script>
<script src="jquery-captcha.min.js"></script>
<div id="captcha" data-captchastylename="${style}"></div>
<input id="captchaFormulaireExtInput" name="code" aria-label="Code" autocomplete="off" required>
<script>
  $('#captcha').captcha({
    captchaEndpoint: '${server}/s/PUBLIC_KEY/piste/captcha/simple-captcha-endpoint'
  })
</script>`,
    backEnd: `curl -H 'KeyId: SECRET' -H 'Content-Type: application/json' \\
  -d '{"id": "CAPTCHA-ID", "code": "CODE"}' \\
  ${server}/piste/captcha/valider-captcha`,
    right: 'true',
  },
  {
    dialect: 'RoCAPTCHA',
    page: `<script src="${server}/api/js/?key=PUBLIC_KEY&lang=${lang}"></script>
<div id="rocaptcha_placeholder"></div>
<script>RoCaptcha.init("rocaptcha_placeholder")</script>`,
    backEnd: `curl -d key=SECRET -d hash=ROCAPTCHA_CHALLENGE_FIELD \\
  -d response=ROCAPTCHA_RESPONSE_FIELD ${server}/api/verify/`,
    right: 'PASSED',
  },
  {
    dialect: 'Cap',
    page: `<script src="cap.min.js"></script>
<cap-widget data-cap-api-endpoint="${server}/cap/PUBLIC_KEY/"></cap-widget>`,
    backEnd: `curl -d secret=SECRET -d response=CAP-TOKEN \\
  ${server}/cap/PUBLIC_KEY/siteverify`,
    right: '"success": true',
  },
  {
    dialect: 'ALTCHA',
    page: `<script type="module" src="altcha.js"></script>
<altcha-widget challenge="${server}/v1/challenge?apiKey=PUBLIC_KEY"></altcha-widget>`,
    backEnd: `curl -d secret=SECRET -d payload=ALTCHA \\
  ${server}/v1/verify/signature`,
    right: '"verified": true',
  },
]

/** Shows how a page and a back end use each dialect of this very server. */
export function drawSnippets(place: HTMLElement, voice: Voice<Word>): void {
  const block = (title: Word, dialect: string, text: string) => {
    const code = h('code', {}, text)
    const button = h('button', { type: 'button', class: 'copy' }, voice.say('copyIt'))
    copies(button, code, () => ({
      copy: voice.say('copyIt'),
      copied: voice.say('copied'),
      notCopied: voice.say('notCopied'),
    }))
    const label = [dialect, voice.say(title)].filter(Boolean).join(': ')
    return h(
      'div',
      { class: 'code snippet' },
      h('pre', { tabindex: 0, role: 'group', 'aria-label': label }, code),
      button,
    )
  }
  const style = voice.language === 'fr' ? 'captchaFR' : 'captchaEN'
  const dialects = snippetsOf(location.origin, style, voice.language)
  place.replaceChildren(
    h('div', { class: 'sheet' }, h('h3', {}, voice.say('makeSite')), block('makeSite', '', SITE)),
    ...dialects.map(({ dialect, page, backEnd, right }, i) =>
      h(
        'details',
        { class: 'sheet', open: i === 0 },
        h('summary', {}, h('h3', {}, dialect)),
        h(
          'div',
          { class: 'sides' },
          h('div', {}, h('h4', {}, voice.say('inPage')), block('inPage', dialect, page)),
          h(
            'div',
            {},
            h('h4', {}, voice.say('inBackEnd')),
            block('inBackEnd', dialect, backEnd),
            h('p', { class: 'wire' }, voice.say('accepts', { right })),
          ),
        ),
      ),
    ),
  )
}
