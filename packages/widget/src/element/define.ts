import { UprightCaptcha } from './element.ts'

declare global {
  interface HTMLElementTagNameMap {
    'upright-captcha': UprightCaptcha
  }
}

// A page may load the script twice, under two addresses.
if (!customElements.get('upright-captcha')) customElements.define('upright-captcha', UprightCaptcha)

export { UprightCaptcha }
