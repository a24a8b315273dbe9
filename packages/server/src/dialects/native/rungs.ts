import { isWorkEnough } from '../../registry/ladder-settings.ts'
import type { SiteSettings } from '../../registry/settings.ts'
import { type IssuedWork, NATIVE_WORK, workFor } from '../work.ts'

/** What a rung asks of a visitor. */
export interface Rung {
  work: IssuedWork
  /** Whether the browser's work is enough by itself. */
  alone: boolean
  /** Whether there is something for the visitor to do in its place, or beside it. */
  people: boolean
  /** Seconds for which the ticket can be answered. */
  expiry: number
}

/** Share of a site's expiry on the highest rung: what is hoarded is worth less. */
const SHORT_LIFE_SHARE = 0.5

/** What a rung, 0 … 3, asks of the visitors of a site. */
export function rungOf(rung: number, settings: SiteSettings): Rung {
  const isHighest = rung === 3
  return {
    work: workFor(settings, 'native', NATIVE_WORK, rung),
    alone: !isHighest || isWorkEnough(settings),
    people: rung >= 2,
    expiry: isHighest ? Math.ceil(settings.expiry * SHORT_LIFE_SHARE) : settings.expiry,
  }
}
