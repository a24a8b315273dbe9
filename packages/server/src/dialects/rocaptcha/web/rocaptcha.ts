/**
 * The script that `/api/js/` of RoCAPTCHA brings: an animal to turn upright, or a number to listen to, inside
 * the site's own form. The server puts one line before it that says which site, which language and how long a
 * challenge lasts.
 */
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

/** The ids that pages give to the place of the captcha. */
const DEFAULT_IDS = ['rocaptcha_placeholder', 'rocaptcha_div']

const { key, lang, error, expiry } = window.RoCaptchaSettings!
delete window.RoCaptchaSettings

const script = (document.currentScript as HTMLScriptElement | null)?.src || document.baseURI
// Beside the script, wherever a site's own server may pass it on from; an unusual address says nothing of
// that.
const api = createApi(new URL(/^[^?]*\/api\/(?=js\b)/.exec(script)?.[0] ?? '/api/', script).href)
const speech = speechFor(lang)
const widgets = new Map<Element, Widget>()

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

function tend(): void {
  sweep()
  for (const widget of widgets.values()) widget.tend()
}

/** API for pages: `RoCaptcha.init(id)`, or as they did in the beginning, `new RoCaptcha(id).init()`. */
class RoCaptcha {
  readonly #where: Where

  constructor(where?: Where) {
    this.#where = where
  }

  init(): void {
    RoCaptcha.init(this.#where)
  }

  /**
   * Puts a captcha into an element, given itself or by its id; one that is there already gets another
   * picture.
   */
  static init(where?: Where): void {
    within(where, root => {
      sweep()
      const widget = widgets.get(root)
      if (widget) widget.renew()
      else widgets.set(root, createWidget(root, { api, key, speech, error, expiry }))
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
// At every hundredth of a challenge's life.
setInterval(tend, 10 * expiry)
document.addEventListener('visibilitychange', tend)
new MutationObserver(sweep).observe(document, { subtree: true, childList: true })
// Back from another page, which what was answered here may have been sent to.
addEventListener('pageshow', ({ persisted }) => {
  if (persisted) for (const widget of widgets.values()) widget.renew()
})
