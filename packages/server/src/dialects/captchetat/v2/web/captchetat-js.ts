/**
 * Our own drop-in for CaptchEtat's front library: each
 * `<div id="captchetat" captchaStyleName="…" urlBackend="…">` of the page becomes a captcha, whenever it
 * comes.
 */

import { h } from '../../../../../web/shared/dom.ts'
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

/** Milliseconds between two looks at whether a picture is about to expire. */
const CHECK_INTERVAL_MS = 20_000

/** Ids are meant to be unique; pages with two captchas repeat this one all the same. */
const ROOT = '#captchetat[urlBackend]'

const widgets = new Map<Element, Widget>()

/** Style sheets that a script constructs are no inline styles to a policy. Safari has them since 16.4. */
function dress(): void {
  if (document.adoptedStyleSheets) {
    const sheet = new CSSStyleSheet()
    sheet.replaceSync(look)
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet]
  } else {
    document.head.append(h('style', {}, look))
  }
}

/** The first captcha has the official ids, the next ones end in -2, -3 … */
function freeSuffix(): string {
  let suffix = ''
  for (let n = 2; document.getElementById(`captchaImage${suffix}`); n++) suffix = `-${n}`
  return suffix
}

/** Brings what is built into line with what the page holds. */
function attend(): void {
  for (const [root, widget] of widgets) {
    if (widget.present) continue
    widget.close()
    widgets.delete(root)
  }
  for (const root of document.querySelectorAll(ROOT)) {
    const widget = widgets.get(root)
    if (widget?.changed) widget.renew('renewed')
    if (widget) continue
    // A page restored from its own copy of its markup brings a box that nothing stands behind.
    for (const box of root.querySelectorAll('.captchetat-box')) box.remove()
    widgets.set(root, createWidget(root, freeSuffix()))
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

function tendAll(): void {
  for (const widget of widgets.values()) widget.tend()
}

// A page that loads the library twice has one.
if (!window.captchetatComponentModule) {
  window.captchetatComponentModule = { refreshCaptcha }
  dress()
  attend()
  new MutationObserver(attend).observe(document, {
    subtree: true,
    childList: true,
    attributeFilter: ['id', 'captchastylename', 'urlbackend'],
  })
  setInterval(tendAll, CHECK_INTERVAL_MS)
  document.addEventListener('visibilitychange', tendAll)
  // Back from another page, to which the code on show was sent.
  addEventListener('pageshow', ({ persisted }) => {
    if (persisted) refreshCaptcha()
  })
}
