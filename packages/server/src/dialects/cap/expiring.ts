import type { Expiring } from './wire.ts'

/** Longest life that is said: the widget takes one of a day for an error, and its clock may be behind. */
const MAX_SAID_SECONDS = 23 * 3600

/** A token with its life: seconds left, at a time in milliseconds since 1970. */
export function expiring(token: string, left: number, now: number): Expiring {
  const said = Math.min(left, MAX_SAID_SECONDS)
  return { token, expires: now + said * 1000, expires_in: said }
}
