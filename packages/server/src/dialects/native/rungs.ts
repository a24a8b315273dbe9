import { levelOf, workStyleNamed } from '@upright/core'
import type { SiteSettings } from '../../registry/settings.ts'
import { CALM_WORK, type IssuedWork, workFor } from '../work.ts'

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

/** Expected tries of memory-hard work on the rungs from 1 on. Beside a right response half are enough. */
const HARD_TRIES = [4, 16, 32] as const
/** Tolerance of discs in degrees where work is required as well. */
const WIDE_TOLERANCE = 20
/** Share of a site's expiry on the highest rung: what is hoarded is worth less. */
const SHORT_LIFE_SHARE = 0.5

/** Distortion of a code that no work stands beside. */
export const PLAIN_DISTORTION = 1
/** Requests that one of a page without scripts counts as in the rate limits of its network, by rung. */
export const PLAIN_COUNT = [1, 1, 4, 8] as const

/** What a rung, 0 … 3, asks of the visitors of a site. */
export function rungOf(rung: number, settings: SiteSettings): Rung {
  const isHighest = rung === 3
  return {
    work: rung === 0 ? workFor(settings, 'native', CALM_WORK) : hardWork(HARD_TRIES[rung - 1]!),
    alone: !isHighest,
    people: rung >= 2,
    distortion: isHighest ? 1 : 0,
    tolerance: isHighest ? settings.tolerance : WIDE_TOLERANCE,
    expiry: isHighest ? Math.ceil(settings.expiry * SHORT_LIFE_SHARE) : settings.expiry,
  }
}

const hardWork = (tries: number): IssuedWork => ({
  style: workStyleNamed('scrypt8')!,
  level: levelOf(tries),
})
