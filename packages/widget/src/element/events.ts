import type { State } from './flow.ts'

/** Events of the element. All bubble, out of shadow roots as well. */
export interface UprightEvents {
  /** The state has changed. */
  'upright-state': CustomEvent<{ state: State }>
  /** There is a pass, good for so many seconds. */
  'upright-pass': CustomEvent<{ pass: string; expires_in: number }>
  /** The pass has expired, and none takes its place by itself. */
  'upright-expired': CustomEvent<undefined>
  /** No pass can be had at the moment. */
  'upright-failed': CustomEvent<undefined>
}

/** Sends an event of the element. */
export function send<Name extends keyof UprightEvents>(
  element: HTMLElement,
  name: Name,
  detail?: UprightEvents[Name]['detail'],
): void {
  element.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }))
}
