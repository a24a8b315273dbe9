/** A range that a stream draws from. */
export type Range = readonly [low: number, high: number]

/** How hard a picture is, knob by knob. Lengths are shares of the capital's height, so that they hold at any size. */
export interface Difficulty {
  /** Letter size, about 1. */
  size: Range
  /** Letter width against its height, about 1. */
  width: Range
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
  /** Clear width between neighbours; negative where they overlap. */
  gap: Range
  /** How far letters stand above and below the middle, in turns. */
  zigzag: Range
  /** Height of the wave that letters are set on. */
  wave: Range
  /** Greatest change of size along the line. */
  swell: number
  /** Greatest displacement of a knot of the local field. */
  field: number
  /** Short strokes of the letters' own weight. */
  arcs: Range
  /** Lines across all letters, and their weight against a letter's. */
  lines: Range
  lineWeight: Range
  /** Patches in which ink and ground change places. */
  patches: Range
}

/** Knobs by level. Set by running solvers on pictures and reading sheets of them without labels. */
export const DIFFICULTY: Record<'standard' | 'light', Difficulty> = {
  standard: {
    size: [0.86, 1.18],
    width: [0.92, 1.12],
    tilt: 0.2,
    slant: 0.12,
    bend: 0.07,
    taper: 0.15,
    shift: 0.12,
    gap: [-0.03, 0.04],
    zigzag: [0.58, 0.68],
    wave: [0, 0.1],
    swell: 0.1,
    field: 0.125,
    // None: an arc makes an H of a J and a T of a 7, and readers fail sooner than machines.
    arcs: [0, 0],
    lines: [1, 1],
    lineWeight: [0.08, 0.12],
    patches: [3, 4],
  },
  light: {
    size: [0.95, 1.08],
    width: [0.92, 1.08],
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
    arcs: [0, 0],
    lines: [1, 1],
    lineWeight: [0.1, 0.15],
    patches: [0, 0],
  },
}
