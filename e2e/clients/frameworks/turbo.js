import * as Turbo from '@hotwired/turbo'

// Pages with Trusted Types have a policy of their own for what Turbo puts into them.
globalThis.trustedTypes.createPolicy('default', { createHTML: text => text })
globalThis.refresh = async () => {
  const drawn = new Promise(resolve => document.addEventListener('turbo:render', resolve, { once: true }))
  Turbo.session.refresh(location.href)
  await drawn
}
