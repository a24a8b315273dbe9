import { type Child, h } from '../../../../../widget/src/parts/dom.ts'
import look from './look.css'
import type { Speech } from './words.ts'

/** The element's name, which a page's own style sheets do not know. */
const NAME = 'ro-captcha'

/** Style sheets that a script constructs are no inline styles to a policy. Safari has them since 16.4. */
let sheet: CSSStyleSheet | undefined

/** A custom element takes part in the validation of the form that it is in. */
function define(): void {
  if (customElements.get(NAME)) return
  customElements.define(
    NAME,
    class extends HTMLElement {
      static formAssociated = true
    },
  )
}

/** An element with a shadow root, which none of the page's own style sheets reaches. */
export function createHost(
  { lang, dir }: Pick<Speech, 'lang' | 'dir'>,
  attributes: Record<string, string>,
  ...children: Child[]
): HTMLElement {
  define()
  const host = document.createElement(NAME)
  const shadow = host.attachShadow({ mode: 'open' })
  if ('adoptedStyleSheets' in shadow) {
    if (!sheet) {
      sheet = new CSSStyleSheet()
      sheet.replaceSync(look)
    }
    shadow.adoptedStyleSheets = [sheet]
  } else {
    ;(shadow as ShadowRoot).append(h('style', {}, look))
  }
  shadow.append(h('div', { class: 'box', lang, dir, ...attributes }, ...children))
  return host
}

/**
 * Keeps a form from being sent unanswered, with a message at a part of the element; an empty message lets it
 * pass.
 */
export function createValidity(host: HTMLElement): (message: string, part: HTMLElement) => void {
  // Safari has them since 16.4.
  const internals = host.attachInternals?.()
  return (message, part) => internals?.setValidity(message ? { valueMissing: true } : {}, message, part)
}
