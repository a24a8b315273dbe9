/** The script of Turnstile. */
import { renderMarked } from './client.ts'
import { callable, existing, ownScript, standIn } from './own-script.ts'
import { createTurnstile } from './turnstile-api.ts'

type Turnstile = ReturnType<typeof createTurnstile>

declare global {
  interface Window {
    turnstile?: Turnstile
  }
}

const script = ownScript(['/turnstile/v0/api.js'])
const { query, ready } = script
const isCompatible = query.get('compat') === 'recaptcha'
// A page that loads it twice has it once.
const before = existing<Turnstile>('turnstile')
const api = before?.render ? (before as Turnstile) : createTurnstile(script)
window.turnstile = api
if (isCompatible) standIn(api)

ready(() => {
  const classes = ['cf-turnstile', ...(isCompatible ? ['g-recaptcha'] : [])]
  if (query.get('render') !== 'explicit') renderMarked(classes, api.render)
  callable(query.get('onload'))?.()
})
