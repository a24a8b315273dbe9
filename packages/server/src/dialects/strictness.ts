import { DISTORTIONS, type Distortion } from '@upright/core'
import type { SiteSettings } from '../registry/settings.ts'

/** What is known where a code or a disc is issued. */
export interface Circumstances {
  /** 0 … 3 */
  rung: number
  /** Whether its response needs work beside it. */
  worked: boolean
  /** Whether answers of its kind are guessed at the site. */
  guessed: boolean
}

/** Tolerance of discs in degrees beside work, unless more is asked for. */
const WIDE_TOLERANCE = 20
/** Share of a site's tolerance that is left where discs have that already and are guessed. */
const NARROW_SHARE = 0.7

/** Whether work lets a code or a disc be easier than it is by itself. */
const isEased = ({ rung, worked }: Circumstances) => worked && rung < 3

/** How strongly a code is distorted. What is heard is never made harder. */
export const distortionOf = (circumstances: Circumstances): Distortion =>
  isEased(circumstances) && !circumstances.guessed ? DISTORTIONS.light : DISTORTIONS.standard

/** Degrees by which a disc may be off upright. */
export function toleranceOf(
  circumstances: Circumstances,
  { tolerance }: Pick<SiteSettings, 'tolerance'>,
): number {
  if (!circumstances.guessed) return isEased(circumstances) ? WIDE_TOLERANCE : tolerance
  return isEased(circumstances) ? tolerance : Math.round(tolerance * NARROW_SHARE)
}
