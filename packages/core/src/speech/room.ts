import { RATE } from './voices.ts'

/**
 * Reverberation and band-pass filter of a sound: a wall that sends some of it back, and a line that passes
 * some notes only.
 */
export interface Room {
  /** Share sent back, 0 … 0.6. */
  echo: number
  /** Seconds until it comes back. */
  distance: number
  /** Lowest and highest notes that pass, in Hz. */
  lowest: number
  highest: number
}

/** Feedback of high notes dies away first: share of the sample before in what comes back. */
const DAMPING = 0.35

/** Sends a sound through a room, in place; returns the size of its largest sample. */
export function throughRoom(sound: Float32Array, { echo, distance, lowest, highest }: Room): number {
  const delay = Math.round(distance * RATE)
  const high = secondOrder('high', lowest)
  const low = secondOrder('low', highest)
  const past = new Float32Array(delay)
  let at = 0
  let dull = 0
  let peak = 0
  // Direct form 2, transposed: two numbers of memory a filter.
  let [h1, h2, l1, l2] = [0, 0, 0, 0]
  for (let i = 0; i < sound.length; i++) {
    dull += (1 - DAMPING) * (past[at]! - dull)
    const heard = sound[i]! + echo * dull
    past[at] = heard
    if (++at === delay) at = 0

    const bright = high.b0 * heard + h1
    h1 = high.b1 * heard - high.a1 * bright + h2
    h2 = high.b2 * heard - high.a2 * bright
    const passed = low.b0 * bright + l1
    l1 = low.b1 * bright - low.a1 * passed + l2
    l2 = low.b2 * bright - low.a2 * passed
    sound[i] = passed
    const size = Math.abs(passed)
    if (size > peak) peak = size
  }
  return peak
}

/** Coefficients of a Butterworth filter of second order (R. Bristow-Johnson's audio EQ cookbook). */
function secondOrder(pass: 'low' | 'high', frequency: number) {
  const angle = (2 * Math.PI * frequency) / RATE
  // The last bits of these are the engine's own: rounded, they are the same everywhere.
  const cosine = Math.fround(Math.cos(angle))
  const alpha = Math.fround(Math.sin(angle) / Math.SQRT2)
  const edge = pass === 'low' ? 1 - cosine : -(1 + cosine)
  const scale = 1 / (1 + alpha)
  const outer = (scale * Math.abs(edge)) / 2
  return {
    b0: outer,
    b1: scale * edge,
    b2: outer,
    a1: scale * -2 * cosine,
    a2: scale * (1 - alpha),
  }
}
