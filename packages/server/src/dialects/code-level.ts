import { DISTORTIONS, type Distortion } from '@upright/core'
import type { Rung } from '../policy/ladder/formula.ts'

/** Distortion of a code without work, by rung: from rung 2 on no style is drawn in its easier way. */
const PLAIN_DISTORTIONS = [
  DISTORTIONS.own,
  DISTORTIONS.own,
  DISTORTIONS.standard,
  DISTORTIONS.standard,
] as const satisfies readonly Distortion[]
/** The rung is in the upper four bits of a code's level. */
const RUNG_SHIFT = 4

/**
 * The level of a code whose style the client chooses and that no work stands beside: what a rung makes of it,
 * and the rung itself.
 */
export const plainCodeLevel = (rung: Rung): number => (rung << RUNG_SHIFT) | PLAIN_DISTORTIONS[rung]

/** The rung, 0 … 3, in the level of a code; 0 for codes that were issued without one. */
export const rungOfCode = (level: number | undefined): Rung => ((level ?? 0) >> RUNG_SHIFT) as Rung
