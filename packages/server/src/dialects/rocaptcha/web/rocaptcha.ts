/**
 * The script that `/api/js/` of RoCAPTCHA brings: an animal to turn upright, or a number to listen to, inside
 * the site's own form. The server puts one line before it that says which site, which language and how long a
 * challenge lasts.
 */

import { onReconnect } from '../../../../web/shared/retry.ts'
import { watchPage } from '../../../../web/shared/shadow-roots.ts'
import type { AnimalAnswer, ScriptSettings } from '../wire.ts'
import { createApi } from './api.ts'
import { createThanks } from './thanks.ts'
import { createWidget, type Widget } from './widget.ts'
import { speechFor } from './words.ts'

declare global {
  interface Window {
    /** The server's line; gone once it is read. */
    RoCaptchaSettings?: ScriptSettings
    RoCaptcha: typeof RoCaptcha
  }
}

/**
 * The ids that pages give to the place of the captcha, and the class of places in which it starts by itself.
 */
const DEFAULT_IDS = ['rocaptcha_placeholder', 'rocaptcha_div']
const START_SELECTOR = '.rocaptcha'

const { key, lang, error, expiry } = window.RoCaptchaSettings!
delete window.RoCaptchaSettings

// A module is not told which script it is.
const element = document.currentScript ?? document.querySelector('script[src*="/api/js"]')
const script = (element as HTMLScriptElement | null)?.src || document.baseURI
// Beside the script, wherever a site's own server may pass it on from; an unusual address says nothing of
// that.
const api = createApi(new URL(/^[^?]*\/api\/(?=js\b)/.exec(script)?.[0] ?? '/api/', script).href)
const speech = speechFor(lang)
const widgets = new Map<Element, Widget>()
/** Places in which a captcha has started by itself, and that the page has not asked for yet. */
const automatic = new WeakSet<Element>()

/** An element, or its id. */
type Where = Element | string | null | undefined

function find(where: Where): Element | null | undefined {
  if (where instanceof Element) return where
  return (where ? [where] : DEFAULT_IDS).map(id => document.getElementById(id)).find(Boolean)
}

/** Runs with the element as soon as there is one: pages may ask before it has come. */
function within(where: Where, act: (root: Element) => void): void {
  const root = find(where)
  if (root) act(root)
  else if (document.readyState === 'loading')
    document.addEventListener('DOMContentLoaded', () => within(where, act))
  else console.error(`RoCaptcha: there is no #${where ?? DEFAULT_IDS[0]}`)
}

/** Drops the captchas that are no longer on the page. */
function sweep(): void {
  for (const [root, widget] of widgets) {
    if (widget.present) continue
    widget.close()
    widgets.delete(root)
  }
}

function start(root: Element): void {
  widgets.set(root, createWidget(root, { api, key, speech, error, expiry }))
}

/** Brings what is built into line with what the page holds. */
function attend(): void {
  sweep()
  // The fields of a place may not have arrived with it.
  if (document.readyState === 'loading') return
  for (const root of page.all(START_SELECTOR)) {
    // A page may bring this script twice.
    if (widgets.has(root) || root.querySelector('ro-captcha')?.shadowRoot) continue
    automatic.add(root)
    start(root)
  }
}

function refresh(): void {
  page.scan()
  attend()
  for (const widget of widgets.values()) widget.refresh()
}

/** API for pages: `RoCaptcha.init(id)`, or as they did in the beginning, `new RoCaptcha(id).init()`. */
class RoCaptcha {
  readonly init: () => void

  constructor(where?: Where) {
    this.init = () => RoCaptcha.init(where)
  }

  /**
   * Puts a captcha into an element, given itself or by its id; one that is there already gets another
   * picture.
   */
  static init(where?: Where): void {
    within(where, root => {
      sweep()
      const widget = widgets.get(root)
      if (!widget) start(root)
      else if (!automatic.delete(root)) widget.renew()
    })
  }

  /** Shows in an element who was on the picture of a hash, once the site's back end has verified it. */
  static thanks(where: Where, hash: string): void {
    within(where, async root => {
      const answer = await api.ask<AnimalAnswer>(`animal/${encodeURIComponent(hash)}/`).catch(() => undefined)
      if (answer?.status === 'OK' && answer.animal?.name)
        root.replaceChildren(createThanks(answer.animal, speech))
    })
  }
}

window.RoCaptcha = RoCaptcha
const page = watchPage(attend)
attend()
document.addEventListener('DOMContentLoaded', attend)
// At every hundredth of a challenge's life.
setInterval(refresh, 10 * expiry)
addEventListener('load', refresh)
document.addEventListener('visibilitychange', refresh)
onReconnect(() => {
  for (const widget of widgets.values()) widget.retry()
})
// Back from another page, which what was answered here may have been sent to.
addEventListener('pageshow', ({ persisted }) => {
  if (persisted) for (const widget of widgets.values()) widget.renew()
})
