/** Tells the page how a captcha stands: the event bubbles from the captcha's element, out of shadow roots as well. */
export const sendStatus = (root: Element, type: 'captcha-ready' | 'captcha-error'): void => {
  root.dispatchEvent(new Event(type, { bubbles: true, composed: true }))
}
