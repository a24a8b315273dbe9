import type { Stream } from '../random.ts'
import type { Manner } from './utter.ts'

/** A range that a stream draws from. */
type Range = readonly [low: number, high: number]

/** The range of each parameter of voices, rooms and pauses. */
export interface Spread {
  pitch: Range
  rise: Range
  speed: Range
  warp: Range
  formant: Range
  level: Range
  tilt: Range
  /** Seconds between two characters, and between a letter and its word. */
  gap: Range
  join: Range
  /** Share of sound that a wall sends back, and the seconds until it does. */
  echo: Range
  distance: Range
  /** Lowest and highest notes that pass, in Hz. */
  lowest: Range
  highest: Range
  /** Loudness of hiss against that of speech. */
  hiss: Range
}

/** The ranges in use, chosen by running recognisers on the sounds: see docs/strength.md. */
export const SPREAD: Spread = {
  pitch: [0.8, 1.25],
  rise: [-0.3, 0.2],
  speed: [0.86, 1.12],
  warp: [-0.2, 0.2],
  formant: [0.9, 1.12],
  level: [0.8, 1.25],
  tilt: [-0.35, 0.25],
  gap: [0.16, 0.4],
  join: [0.05, 0.12],
  echo: [0.15, 0.35],
  distance: [0.02, 0.06],
  lowest: [90, 220],
  highest: [3600, 5600],
  hiss: [0.016, 0.032],
}

const between = (stream: Stream, [low, high]: Range) => stream.between(low, high)

/** A manner of speaking for one character. */
export const drawManner = (stream: Stream): Manner => ({
  pitch: between(stream, SPREAD.pitch),
  rise: between(stream, SPREAD.rise),
  speed: between(stream, SPREAD.speed),
  warp: between(stream, SPREAD.warp),
  formant: between(stream, SPREAD.formant),
  level: between(stream, SPREAD.level),
  tilt: between(stream, SPREAD.tilt),
})

/** Draws one parameter. */
export const drawParameter = (stream: Stream, parameter: Exclude<keyof Spread, keyof Manner>): number =>
  between(stream, SPREAD[parameter])
