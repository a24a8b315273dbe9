/** The script of reCAPTCHA, also of Enterprise. */
import { renderMarked } from './client.ts'
import { callable, existing, ownScript } from './own-script.ts'
import { createRecaptcha } from './recaptcha-api.ts'

type Recaptcha = ReturnType<typeof createRecaptcha>

declare global {
  interface Window {
    /** Pages may have made it, to wait for the script. */
    grecaptcha?: Partial<Recaptcha & { enterprise: Recaptcha }>
    /** Callbacks that pages queued until the script has run. */
    ___grecaptcha_cfg?: { fns?: (() => void)[] }
  }
}

const script = ownScript(['/recaptcha/api.js', '/recaptcha/enterprise.js'])
const { query, ready } = script
// A page that loads it twice has it once.
const before = existing<Recaptcha>('grecaptcha')
const api = before?.render ? (before as Recaptcha) : createRecaptcha(script)
window.grecaptcha = Object.assign(before ?? {}, api, { enterprise: api })

ready(() => {
  // Any other value is a public key, for `execute`, or its documented default.
  if (query.get('render') !== 'explicit') renderMarked(['g-recaptcha'], api.render)
  callable(query.get('onload'))?.()
  for (const queued of window.___grecaptcha_cfg?.fns?.splice(0) ?? []) queued()
})
