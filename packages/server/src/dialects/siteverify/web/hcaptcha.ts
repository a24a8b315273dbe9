/** The script of hCaptcha. */
import { renderMarked } from './client.ts'
import { createHcaptcha } from './hcaptcha-api.ts'
import { callable, existing, ownScript, standIn } from './own-script.ts'

type Hcaptcha = ReturnType<typeof createHcaptcha>

declare global {
  interface Window {
    hcaptcha?: Hcaptcha
  }
}

const script = ownScript(['/1/api.js', '/1/secure-api.js'])
const { query, ready } = script
const isCompatible = query.get('recaptchacompat') !== 'off'
// A page that loads it twice has it once.
const before = existing<Hcaptcha>('hcaptcha')
const api = before?.render ? (before as Hcaptcha) : createHcaptcha(script)
window.hcaptcha = api
if (isCompatible) standIn(api)

ready(() => {
  const classes = ['h-captcha', ...(isCompatible ? ['g-recaptcha'] : [])]
  if (query.get('render') !== 'explicit') renderMarked(classes, api.render)
  callable(query.get('onload'))?.()
})
