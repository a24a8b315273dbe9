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
  /** Height of the wave that the whole line follows. */
  wave: Range
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

/** Knobs by level. Set by measuring solvers and readers: docs/measured.md. */
export const DIFFICULTY: Record<'standard' | 'light', Difficulty> = {
  standard: {
    size: [0.84, 1.16],
    width: [0.86, 1.12],
    tilt: 0.2,
    slant: 0.16,
    bend: 0.1,
    taper: 0.14,
    shift: 0.1,
    gap: [-0.07, 0.02],
    wave: [0.04, 0.12],
    field: 0.2,
    arcs: [1, 3],
    lines: [1, 1],
    lineWeight: [0.45, 0.7],
    patches: [1, 2],
  },
  light: {
    size: [0.95, 1.08],
    width: [0.92, 1.08],
    tilt: 0.12,
    slant: 0.1,
    bend: 0.05,
    taper: 0.08,
    shift: 0.06,
    gap: [0.05, 0.12],
    wave: [0.02, 0.07],
    field: 0.08,
    arcs: [0, 0],
    lines: [1, 1],
    lineWeight: [0.2, 0.3],
    patches: [0, 0],
  },
}
