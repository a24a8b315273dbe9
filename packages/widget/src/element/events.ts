import type { NativeChallenge } from './api.ts'
import type { Note, State } from './flow.ts'

/** How a verification stands, and why. */
export interface StateDetail {
  state: State
  /** Why there is another challenge. */
  note?: Note | undefined
  /** HTTP status with which the service refused, where it is `failed` or `offline`; undefined without one. */
  status?: number | undefined
  /** How the widget behaves, of a public key of tests. */
  test?: NativeChallenge['test']
}

/** Events of the element. All bubble, out of shadow roots as well. */
export interface UprightEvents {
  /** The state has changed. */
  'upright-state': CustomEvent<StateDetail>
  /** There is a pass, good for so many seconds. */
  'upright-pass': CustomEvent<{ pass: string; expires_in: number }>
  /** The pass has expired, and none takes its place while nobody looks, or answers. */
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
