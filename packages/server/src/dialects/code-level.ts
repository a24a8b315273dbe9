import { DISTORTIONS } from '@upright/core'
import type { Rung } from '../policy/ladder/formula.ts'

/** The rung is in the upper four bits of a code's level. */
const RUNG_SHIFT = 4

/**
 * The level of a code whose style the client chooses and that no work stands beside: its distortion, and the
 * rung itself. From rung 2 on, and while codes are guessed, no style is drawn in its easier way.
 */
export function plainCodeLevel(rung: Rung, guessed: boolean): number {
  const distortion = rung >= 2 || guessed ? DISTORTIONS.standard : DISTORTIONS.own
  return (rung << RUNG_SHIFT) | distortion
}

/** The rung, 0 … 3, in the level of a code; 0 for codes that were issued without one. */
export const rungOfCode = (level: number | undefined): Rung => ((level ?? 0) >> RUNG_SHIFT) as Rung
