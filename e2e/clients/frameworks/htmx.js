import 'htmx.org'

// Pages with Trusted Types have a policy of their own for what htmx puts into them.
globalThis.trustedTypes.createPolicy('default', { createHTML: text => text })
globalThis.swaps = 0
document.addEventListener('htmx:after:swap', () => {
  globalThis.swaps++
})
