import type { Kind } from '../kind.ts'
import { degreesApart, readDegrees } from './accept.ts'

/** Directions that a disc may be turned to. */
const DEGREES = 360
/** Angular tolerance in degrees, unless a site says otherwise. */
const DEFAULT_TOLERANCE = 10

/** Discs have one style: which picture one shows is decided where the pictures are. */
export type RotateSettings = Record<string, never>

/**
 * A disc to turn upright. It is drawn from a picture as well as from the id: see `captcha.draft` and
 * `drawDisc`.
 */
export const rotate: Kind<RotateSettings> = {
  draw: (_variant, stream) => String(stream.below(DEGREES)),
  forms: {},
  accepts({ answer, level }, response, { tolerance = DEFAULT_TOLERANCE }) {
    const turned = readDegrees(response)
    // The level of an id is its tolerance in degrees; 0 is as the site says.
    return turned !== undefined && degreesApart(turned, Number(answer)) <= (level || tolerance)
  },
}
