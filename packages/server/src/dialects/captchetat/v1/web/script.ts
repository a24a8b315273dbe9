/**
 * The script that `get=script-include` of CaptchEtat v1 serves: it brings BotDetect's markup on the page to
 * life. The same for every captcha, so that nothing of a request gets into it. Clients run it once for each
 * captcha; what is there stays.
 */
import { type Captcha, createCaptcha } from './captcha.ts'
import type { Instance } from './instance.ts'

/** What the script leaves to clients. */
interface BotDetect {
  /** The captcha of a style, the latest if there are several; null if there is none. */
  getInstanceByStyleName(style: string): Instance | null
  /** Looks for markup that has come since. */
  attend(): void
}

declare global {
  interface Window {
    botdetect?: BotDetect
    BotDetect?: BotDetect
  }
}

/** Milliseconds between two looks at what has come, and what is about to expire. */
const CHECK_INTERVAL_MS = 10_000

/**
 * By the element that holds the picture: where a client has replaced the markup, the captcha is another one.
 */
const captchas = new WeakMap<Element, Captcha>()

/** All captchas on the page, in its order. */
function attend(): Captcha[] {
  return [...document.querySelectorAll<HTMLElement>('div.BDC_CaptchaDiv')].flatMap(root => {
    const place = root.querySelector<HTMLElement>('.BDC_CaptchaImageDiv')
    if (!place) return []
    const captcha = captchas.get(place) ?? createCaptcha(root, place)
    if (captcha) captchas.set(place, captcha)
    return captcha ?? []
  })
}

function tend(): void {
  for (const captcha of attend()) captcha.tend()
}

if (window.botdetect?.attend) {
  window.botdetect.attend()
} else {
  window.BotDetect = window.botdetect = {
    getInstanceByStyleName: style =>
      attend().findLast(({ instance }) => instance.captchaStyleName === style)?.instance ?? null,
    attend,
  }
  attend()
  document.addEventListener('DOMContentLoaded', attend)
  document.addEventListener('visibilitychange', tend)
  setInterval(tend, CHECK_INTERVAL_MS)
  // Back from another page, which what was typed here may have been sent to.
  addEventListener('pageshow', ({ persisted }) => {
    if (persisted) for (const captcha of attend()) captcha.renew('renewed')
  })
}
