/** One character in one font, as closed polygons that turn clockwise around ink. */
export interface Glyph {
  /** Corner coordinates x, y, x, y …; the capital's height is 1, y is 0 at its top and 1 on the baseline. */
  points: Float32Array
  /** Index into `points` after the last coordinate of each polygon. */
  ends: Uint16Array
  /** At each corner the direction away from the ink, of length 1. */
  away: Float32Array
  /** Ink width. */
  width: number
  /** Ink bounds from the top. */
  top: number
  bottom: number
}

/** A font's outlines. */
export interface Outlines {
  name: string
  /** Width of an upright stroke, as a share of the capital's height. */
  stem: number
  /**
   * The outline of a character A–Z, a–z or 0–9. @throws CaptchaError `bad_code` for a character that the
   * asset has not
   */
  glyph(character: string): Glyph
}

/** A font that codes are drawn in. */
export interface Font extends Outlines {
  /** Characters that it draws too much like others: they are never drawn in it. */
  leftOut: string
}
