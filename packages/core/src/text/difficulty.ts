/** A range that a stream draws from. */
export type Range = readonly [low: number, high: number]

/**
 * The parameters that decide how hard a picture is. Lengths are shares of the capital's height, so that they
 * hold at any size.
 */
export interface Difficulty {
  /** Rows that a code is written in, the first read first. */
  rows: 1 | 2
  /** Size of the smaller row against the other one. */
  rowSize: Range
  /** Letter size, about 1. */
  size: Range
  /** Letter width against its height, about 1. */
  width: Range
  /** Share of letters that are written small, of those that can be. */
  small: number
  /** Ink added all around a letter; negative where it is taken away. */
  weight: Range
  /** Share of letters of which only the outline is drawn, and the outline's width. */
  outlined: number
  outline: Range
  /** Greatest tilt to either side, as a tangent. */
  tilt: number
  /** Greatest slant to either side, as a tangent. */
  slant: number
  /** Greatest bend of a letter to either side: how far its middle moves against its top and foot. */
  bend: number
  /** Greatest widening of a letter's top against its foot, or the other way round. */
  taper: number
  /** Greatest shift up or down. */
  shift: number
  /** Clear width between neighbours, and between rows; negative where they overlap. */
  gap: Range
  /** How far letters stand above and below the middle of their row, in turns. */
  zigzag: Range
  /** Height of the wave that letters are set on. */
  wave: Range
  /** Greatest change of size along the line. */
  swell: number
  /** Greatest displacement of a knot of the local field. */
  field: number
  /** Lines across all letters, and their weight against a letter's. */
  lines: Range
  lineWeight: Range
  /** Share of the letters that are in patches, in which ink and ground change places. */
  patches: number
}

/**
 * The parameters of each level, chosen by running solvers on pictures and reading sheets of them without
 * labels.
 */
export const DIFFICULTY: Record<'standard' | 'light', Difficulty> = {
  standard: {
    rows: 2,
    rowSize: [0.85, 1],
    size: [0.88, 1.16],
    width: [0.85, 1.25],
    small: 0.5,
    weight: [-0.015, 0.045],
    outlined: 0.35,
    outline: [0.08, 0.11],
    tilt: 0.26,
    slant: 0.12,
    bend: 0.07,
    taper: 0.15,
    shift: 0.08,
    gap: [0, 0.06],
    zigzag: [0, 0.1],
    // High enough that no straight cut parts the rows.
    wave: [0.15, 0.35],
    swell: 0.1,
    field: 0.11,
    lines: [2, 2],
    lineWeight: [0.06, 0.09],
    patches: 0.5,
  },
  light: {
    rows: 1,
    rowSize: [1, 1],
    size: [0.95, 1.08],
    width: [0.92, 1.08],
    small: 0,
    weight: [0, 0],
    outlined: 0,
    outline: [0, 0],
    tilt: 0.14,
    slant: 0.1,
    bend: 0.06,
    taper: 0.1,
    shift: 0.06,
    gap: [0.04, 0.1],
    zigzag: [0.1, 0.2],
    wave: [0, 0.1],
    swell: 0,
    field: 0.12,
    lines: [1, 1],
    lineWeight: [0.1, 0.15],
    patches: 0,
  },
}
