import { levelOf } from '@upright/core'
import { isWorkEnough } from '../../registry/ladder-settings.ts'
import type { SiteSettings } from '../../registry/settings.ts'
import type { WorkChoice } from '../dialect.ts'
import { type IssuedWork, workFor } from '../work.ts'

/** What a rung asks of a visitor. */
export interface Rung {
  work: IssuedWork
  /** Whether the browser's work is enough by itself. */
  alone: boolean
  /** Whether there is something for the visitor to do in its place, or beside it. */
  people: boolean
  /** The distortion of codes, an index of `TEXT_LEVELS`. */
  distortion: number
  /** Degrees by which a disc may be off upright. */
  tolerance: number
  /** Seconds for which the ticket can be answered. */
  expiry: number
}

const hardWork = (tries: number) => ({ style: 'scrypt8', level: levelOf(tries) })

/**
 * The work of each rung. That of rung 0 may be set: 2¹⁹ hashes take a phone a third of a second. From rung 1
 * on it is memory-hard; beside a right response half the tries are enough.
 */
export const WORK_CHOICE: WorkChoice = {
  styles: ['sha256', 'pbkdf2', 'scrypt4', 'scrypt8', 'scrypt16'],
  default: { style: 'sha256', level: levelOf(2 ** 19) },
  rungs: [hardWork(4), hardWork(16), hardWork(32)],
}
/** Tolerance of discs in degrees where work is required as well. */
const WIDE_TOLERANCE = 20
/** Share of a site's expiry on the highest rung: what is hoarded is worth less. */
const SHORT_LIFE_SHARE = 0.5

/** What a rung, 0 … 3, asks of the visitors of a site. */
export function rungOf(rung: number, settings: SiteSettings): Rung {
  const isHighest = rung === 3
  return {
    work: workFor(settings, 'native', WORK_CHOICE, rung),
    alone: !isHighest || isWorkEnough(settings),
    people: rung >= 2,
    distortion: isHighest ? 1 : 0,
    tolerance: isHighest ? settings.tolerance : WIDE_TOLERANCE,
    expiry: isHighest ? Math.ceil(settings.expiry * SHORT_LIFE_SHARE) : settings.expiry,
  }
}
