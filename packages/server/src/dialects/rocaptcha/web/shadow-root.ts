import { type Child, h } from '../../../../web/shared/dom.ts'
import look from './look.css'

/** Style sheets that a script constructs are no inline styles to a policy. Safari has them since 16.4. */
let sheet: CSSStyleSheet | undefined

/**
 * A place inside a page that none of the page's own style sheets reaches. Its name is one that they do not
 * know either.
 */
export function createHouse(
  lang: string,
  attributes: Record<string, string>,
  ...children: Child[]
): HTMLElement {
  const host = document.createElement('ro-captcha')
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
  shadow.append(h('div', { class: 'box', lang, ...attributes }, ...children))
  return host
}
