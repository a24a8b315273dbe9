/**
 * Our own drop-in for CaptchEtat's front library: each
 * `<div id="captchetat" captchaStyleName="…" urlBackend="…">` of the page becomes a captcha, whenever it
 * comes.
 */

import { h } from '../../../../../../widget/src/parts/dom.ts'
import { onReconnect } from '../../../../../web/shared/retry.ts'
import { type Finder, watchPage } from '../../../../../web/shared/shadow-roots.ts'
import look from './look.css'
import { createWidget, type Widget } from './widget.ts'

declare global {
  interface Window {
    captchetatComponentModule?: {
      /** A new picture everywhere, or only in the captcha that a given element is part of. */
      refreshCaptcha(where?: unknown): Promise<void>
    }
  }
}

/** Milliseconds between two looks at whether a picture is about to expire, and for new shadow roots. */
const CHECK_INTERVAL_MS = 20_000

/** Ids are meant to be unique; pages with two captchas repeat this one all the same. */
const ROOT = '#captchetat[urlBackend]'

const widgets = new Map<Element, Widget>()
let finder: Finder | undefined

/** Style sheets that a script constructs are no inline styles to a policy. Safari has them since 16.4. */
let sheet: CSSStyleSheet | undefined
const dressed = new WeakSet<Node>()

/** Gives the document or a shadow root the style sheet. */
function dress(root: Document | ShadowRoot): void {
  if (dressed.has(root)) return
  dressed.add(root)
  if (root.adoptedStyleSheets) {
    if (!sheet) {
      sheet = new CSSStyleSheet()
      sheet.replaceSync(look)
    }
    root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet]
  } else {
    ;((root as Document).head ?? root).append(h('style', {}, look))
  }
}

/** The first captcha has the official ids, the next ones end in -2, -3 … */
function freeSuffix(root: Document | ShadowRoot): string {
  let suffix = ''
  for (let n = 2; root.getElementById(`captchaImage${suffix}`); n++) suffix = `-${n}`
  return suffix
}

/** Brings what is built into line with what the page holds. */
function attend(): void {
  for (const [root, widget] of widgets) {
    if (widget.present) continue
    widget.close()
    widgets.delete(root)
  }
  for (const root of finder!.all(ROOT)) {
    const widget = widgets.get(root)
    if (widget?.changed) widget.renew('renewed')
    if (widget) continue
    // A page restored from its own copy of its markup brings a box that nothing stands behind.
    for (const box of root.querySelectorAll('.captchetat-box')) box.remove()
    const within = root.getRootNode() as Document | ShadowRoot
    dress(within)
    widgets.set(root, createWidget(root, freeSuffix(within)))
  }
}

async function refreshCaptcha(where?: unknown): Promise<void> {
  const only = where instanceof Element ? where.closest(ROOT) : null
  const before = new Set(widgets.values())
  attend()
  // What has just come is fetching its first picture already.
  const chosen = [...widgets].filter(([root, widget]) => before.has(widget) && (!only || root === only))
  await Promise.all(chosen.map(([, widget]) => widget.renew('renewed')))
}

function refreshAll(): void {
  for (const widget of widgets.values()) widget.refresh()
}

/** Looks for captchas in shadow roots that came about without a change of the page. */
function scan(): void {
  finder!.scan()
  attend()
}

// A page that loads the library twice has one.
if (!window.captchetatComponentModule) {
  window.captchetatComponentModule = { refreshCaptcha }
  finder = watchPage(attend, ['id', 'captchastylename', 'urlbackend'])
  attend()
  addEventListener('load', scan)
  setInterval(() => {
    scan()
    refreshAll()
  }, CHECK_INTERVAL_MS)
  document.addEventListener('visibilitychange', refreshAll)
  onReconnect(() => {
    for (const widget of widgets.values()) widget.retry()
  })
  // Back from another page, to which the code on show was sent.
  addEventListener('pageshow', ({ persisted }) => {
    if (persisted) refreshCaptcha()
  })
}
