/**
 * The frame of mCaptcha: `<upright-captcha>`, whose pass goes to the page around. A frame that is too low for
 * what the visitor is asked opens itself in a window, which hands the pass back.
 */

import type { UprightCaptcha } from '../../../../../widget/src/element/element.ts'
import type { UprightEvents } from '../../../../../widget/src/element/events.ts'
import { languageOf } from '../../../../../widget/src/element/languages.ts'
import { h } from '../../../../../widget/src/parts/dom.ts'
import type { WidgetMessage, WindowMessage } from '../wire.ts'
import { PHRASES } from './words.ts'

/** Frames that are lower are too low for a challenge: a disc with its buttons takes this much. */
const TOO_LOW = '(max-height: 19.99rem)'
/** Size of a window, which every challenge fits into. */
const WINDOW_FEATURES = 'popup,width=440,height=600'
/** Seconds before its expiry at which a pass counts as expired: a form takes a moment to arrive. */
const EXPIRY_MARGIN_S = 10

const isWindow = window.parent === window
const language = languageOf(navigator.languages)
const phrases = PHRASES[language]
document.documentElement.lang = language
document.documentElement.dir = ['ar', 'he'].includes(language) ? 'rtl' : 'ltr'
document.title = phrases.name

/** The ticket of the page around, which the frame knows, also where this is the window that it has opened. */
function pageAround(): string {
  const find = ({ document }: Window) =>
    document.querySelector<HTMLMetaElement>('[name=upright-page]')?.content
  try {
    return find(window.opener ?? window) ?? ''
  } catch {
    // A page of another origin has opened this.
    return ''
  }
}

const captcha = h('upright-captcha' as 'div', {
  dialect: 'mcaptcha',
  page: pageAround(),
  size: 'full',
  sitekey: new URLSearchParams(location.search).get('sitekey') ?? '',
}) as HTMLElement as UprightCaptcha
const status = h('p', { role: 'status' })
const button = h('button', { type: 'button' }, phrases.open)
const offer = h('div', { class: 'offer' }, status, button)
document.body.append(h('main', {}, h('h1', {}, phrases.name), offer, captcha))

const tooLow = matchMedia(TOO_LOW)
let opened: Window | null = null
/** Whether a window cannot be had: the challenge is then scrolled in the frame. */
let isRefused = false
let isPassed = false

/** The origin of the page around; any, where the browser does not say: only pages of the site frame this. */
function originAround(): string {
  const { ancestorOrigins } = location as { ancestorOrigins?: DOMStringList }
  const said = ancestorOrigins?.[0] ?? (document.referrer && new URL(document.referrer).origin)
  return said && said !== 'null' ? said : '*'
}

/** Shows either the element, or the offer of a window and what came of that. */
function show(): void {
  const isAsking = captcha.state === 'choose' || captcha.state === 'answering'
  const isOffered = isPassed || (isAsking && !isWindow && !isRefused && tooLow.matches)
  const hadFocus = document.activeElement === captcha
  button.hidden = isPassed
  offer.hidden = !isOffered
  captcha.hidden = isOffered
  status.textContent = isPassed ? phrases.passed : isOffered ? phrases.raised : ''
  if (hadFocus && isOffered) button.focus()
}

/** Takes a pass that was earned in the window, and begins again when it expires. */
function take({ token, expires_in }: WindowMessage): void {
  isPassed = true
  captcha.reset()
  show()
  parent.postMessage({ token } satisfies WidgetMessage, originAround())
  setTimeout(
    () => {
      isPassed = false
      show()
      captcha.execute().catch(() => {})
    },
    (expires_in - EXPIRY_MARGIN_S) * 1000,
  )
}

button.onclick = () => {
  if (opened && !opened.closed) return opened.focus()
  opened = open(location.href, '', WINDOW_FEATURES)
  if (opened) return
  isRefused = true
  show()
  captcha.focus()
}
tooLow.onchange = show
captcha.addEventListener('upright-state', show)
captcha.addEventListener('upright-pass', event => {
  const { pass: token, expires_in } = (event as UprightEvents['upright-pass']).detail
  if (!isWindow) return parent.postMessage({ token } satisfies WidgetMessage, originAround())
  // The frame that has opened it is a page of ours.
  window.opener?.postMessage({ token, expires_in } satisfies WindowMessage, location.origin)
  close()
})
addEventListener('message', ({ data, origin, source }) => {
  if (origin === location.origin && opened !== null && source === opened) take(data)
})
show()
