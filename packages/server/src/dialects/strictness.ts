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

/** Whether work lets a code or a disc be easier than it is by itself. */
const isEased = ({ rung, worked, guessed }: Circumstances) => worked && rung === 2 && !guessed

/** How strongly a code is distorted. What is heard is never made harder. */
export const distortionOf = (circumstances: Circumstances): Distortion =>
  isEased(circumstances) ? DISTORTIONS.light : DISTORTIONS.standard

/**
 * Degrees by which a disc may be off upright. It is never less than a site's own tolerance: three degrees
 * fewer would keep out one person in seven, and one blind guess in four.
 */
export const toleranceOf = (
  circumstances: Circumstances,
  { tolerance }: Pick<SiteSettings, 'tolerance'>,
): number => (isEased(circumstances) ? WIDE_TOLERANCE : tolerance)
