import type { Clip } from './voices.ts'

/** Manner of speaking a clip, as factors: 1 is as it was recorded. */
export interface Manner {
  pitch: number
  /** How much the pitch rises over the clip, as a share of it; below 0 it falls. */
  rise: number
  speed: number
  /** How unevenly time passes: 0 evenly, up to ±0.25 faster first or faster last. */
  warp: number
  /** Size of the throat: above 1 a smaller one, whose resonances are higher. */
  formant: number
  level: number
  /** Tilt of the spectrum, −0.5 … 0.5: above 0 darker, below 0 brighter. */
  tilt: number
}

/** Points of half a Hann window, from its middle to its end. */
const POINTS = 1024
const WINDOW = Float32Array.from(
  { length: POINTS + 1 },
  (_, i) => 0.5 + 0.5 * Math.cos((Math.PI * i) / POINTS),
)
/** Share of a period by which pulses come early or late, as in any throat. */
const JITTER = 0.012

/** Samples that a clip takes when said at a speed. */
export const lengthAt = ({ samples }: Clip, speed: number): number => Math.ceil(samples.length / speed)

/**
 * Says a clip: adds it to `out` from sample `at` on, where nothing else sounds yet.
 *
 * This is TD-PSOLA (Moulines and Charpentier, 1990): pieces of two periods around the clip's pitch marks are
 * laid down again at other distances, which moves the pitch; more or fewer of them change the speed; read
 * faster or slower, each sounds as if from another throat. So no two renditions of a recording agree in their
 * waveform for longer than one period. `chance` gives numbers 0 ≤ x < 1 for the roughness of the voice.
 */
export function utter(clip: Clip, manner: Manner, out: Float32Array, at: number, chance: () => number): void {
  const { samples, marks, voiced } = clip
  const { pitch, rise, speed, warp, formant, level, tilt } = manner
  const last = samples.length - 1
  const length = lengthAt(clip, speed)
  let k = 0
  let t = 0
  while (t < length) {
    const x = t / length
    const source = (x + warp * x * (1 - x)) * samples.length
    while (k + 1 < marks.length && Math.abs(marks[k + 1]! - source) <= Math.abs(marks[k]! - source)) k++
    const mark = marks[k]!
    const before = k > 0 ? mark - marks[k - 1]! : marks[1]! - mark
    const after = k + 1 < marks.length ? marks[k + 1]! - mark : before
    const period = (before + after) / 2
    const sings = voiced[k] === 1
    const hop = sings
      ? (period / (pitch * (1 + rise * (x - 0.5)))) * (1 + JITTER * (2 * chance() - 1))
      : period * (0.9 + 0.2 * chance())
    // Hiss laid down twice the same way would hum: every other time it is read backwards.
    const step = !sings && chance() < 0.5 ? -formant : formant
    const half = period / formant
    const gain = (level * hop) / half
    const middle = at + t
    // Where the piece is, as far as the clip has samples for it.
    const [low, high] = step > 0 ? [-mark, last - mark] : [mark - last, mark]
    const start = Math.max(0, Math.ceil(middle + Math.max(-half, low / formant)))
    const end = Math.min(out.length - 1, Math.floor(middle + Math.min(half, high / formant - 1e-9)))
    const toWindow = POINTS / (2 * half)
    for (let i = start; i <= end; i++) {
      const away = i - middle
      const place = mark + away * step
      const index = place | 0
      const here = samples[index]!
      const value = here + (samples[index + 1]! - here) * (place - index)
      out[i]! += gain * WINDOW[((away + half) * toWindow) | 0]! * value
    }
    t += hop
  }
  if (tilt !== 0) tiltSpectrum(out, at, at + length, tilt)
}

/** Beyond its ends a clip still sounds by half a piece. */
const MARGIN_SAMPLES = 256

function tiltSpectrum(out: Float32Array, from: number, to: number, tilt: number): void {
  const end = Math.min(out.length, to + MARGIN_SAMPLES)
  const gain = 1 / Math.sqrt(1 + tilt * tilt)
  let before = 0
  for (let i = Math.max(0, from - MARGIN_SAMPLES); i < end; i++) {
    const value = out[i]!
    out[i] = gain * (value + tilt * before)
    before = value
  }
}
