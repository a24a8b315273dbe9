/**
 * Recordings that an attacker holds, found again by their spectra where waveforms no longer agree: in other
 * voices, at other speeds, over a murmur.
 */
import { createFft } from './fft.ts'
import type { Listener, Recording } from './matched.ts'

export const RATE = 16_000
/** Samples of a spectrum, and from one spectrum to the next. */
const SIZE = 512
export const HOP_SAMPLES = 320
/** Bands of a spectrum, even on the mel scale, from and to notes in Hz that pass nearly every room. */
export const BANDS = 24
const [LOWEST, HIGHEST] = [150, 4200]
/** Sizes of throat that a recording is tried with. */
const THROATS = [0.94, 1.01, 1.08]
/** Shares of the time at whose loudness a band is taken for background, and for speech. */
const [QUIET, LOUD] = [0.3, 0.9]
/**
 * How far a band must rise above the background to count, and how far below speech it counts as background at
 * least (natural logarithms of power).
 */
const [MARGIN, DEPTH] = [1.5, 8]
/** How alike two spectra must be, as a cosine, to count for a recording and not against it. */
const MIN_COSINE = 0.2
/** What it costs to linger on a spectrum of a recording, or to pass over one, as a cosine. */
const WARP_COST = 0.1

/** Spectra one after the other, `BANDS` numbers each. */
type Frames = Float32Array

/**
 * Somebody who holds these recordings and compares the shapes of spectra as far as they rise above the
 * background, each recording stretched as it fits best (dynamic time warping; H. Sakoe and S. Chiba, 1978).
 */
export function createWarper(recordings: readonly Recording[]): Listener {
  const known = recordings.flatMap(({ says, samples }) =>
    THROATS.map(throat => ({ says, frames: spectra(samples, throat) })),
  )
  const usual = quantile(Float32Array.from(known.flatMap(({ frames }) => [...frames])), LOUD - QUIET)

  return (sound, characters) => {
    const heard = spectra(sound)
    const loud = quantile(heard, LOUD)
    const quiet = quantile(heard, QUIET).map((value, band) => MARGIN + Math.max(value, loud[band]! - DEPTH))
    // Rooms and loudness differ: what is known is brought to the level of what is heard, band by band.
    const lift = loud.map((value, band) => value - usual[band]!)
    const templates = known.map(({ says, frames }) => {
      const lifted = frames.map((value, i) => value + lift[i % BANDS]!)
      return { says, shape: shapes(lifted, quiet) }
    })
    return readOff(shapes(heard, quiet), templates, characters)
  }
}

const mel = (hz: number) => Math.log1p(hz / 700)
const fft = createFft(SIZE)
const WINDOW = Float64Array.from({ length: SIZE }, (_, i) => 1 - Math.cos((2 * Math.PI * i) / SIZE))

/** Spectra of a sound as if from a throat of another size, as logarithms of power. */
export function spectra(samples: ArrayLike<number>, throat = 1): Frames {
  const count = Math.max(1, Math.floor(samples.length / HOP_SAMPLES))
  const frames = new Float32Array(count * BANDS)
  const [re, im] = [new Float64Array(SIZE), new Float64Array(SIZE)]
  const place = Float64Array.from({ length: SIZE / 2 }, (_, i) => {
    const share = (mel((i * throat * RATE) / SIZE) - mel(LOWEST)) / (mel(HIGHEST) - mel(LOWEST))
    return share * (BANDS + 1) - 1
  })
  for (let t = 0; t < count; t++) {
    for (let i = 0; i < SIZE; i++)
      re[i] = WINDOW[i]! * (samples[HOP_SAMPLES * t + i - (SIZE - HOP_SAMPLES) / 2] ?? 0)
    im.fill(0)
    fft(re, im)
    // A note counts for the two bands around it.
    for (let i = 1; i < SIZE / 2; i++) {
      const band = Math.floor(place[i]!)
      const upper = place[i]! - band
      const power = re[i]! ** 2 + im[i]! ** 2
      if (band >= 0 && band < BANDS) frames[t * BANDS + band]! += (1 - upper) * power
      if (band >= -1 && band < BANDS - 1) frames[t * BANDS + band + 1]! += upper * power
    }
  }
  return frames.map(power => Math.log(power + 1))
}

/** What each band does not go beyond in a share of the frames. */
export const quantile = (frames: Frames, share: number): Float32Array =>
  Float32Array.from({ length: BANDS }, (_, band) => {
    const values = frames.filter((_, i) => i % BANDS === band).sort()
    return values[Math.floor(share * (values.length - 1))]!
  })

/** Frames as directions: their products are cosines, less where little rises above the background. */
function shapes(frames: Frames, quiet: Float32Array): Frames {
  const out = frames.map((value, i) => Math.max(0, value - quiet[i % BANDS]!))
  for (let t = 0; t < out.length; t += BANDS) {
    const frame = out.subarray(t, t + BANDS)
    const mean = frame.reduce((sum, value) => sum + value, 0) / BANDS
    const length = Math.sqrt(frame.reduce((sum, value) => sum + (value - mean) ** 2, 0)) + 1
    frame.set(frame.map(value => (value - mean) / length))
  }
  return out
}

interface Template {
  says: string
  shape: Frames
}

/** The row of recordings, as many as there are characters, that fits a sound best. */
function readOff(heard: Frames, templates: readonly Template[], characters: number): string {
  const length = heard.length / BANDS
  // For each moment, how well so many recordings fit until then, and what they say. The words before a code
  // count as one.
  let now = Array.from({ length: characters + 2 }, (_, count) => ({ fit: count ? -Infinity : 0, said: '' }))
  const moments = [now]
  const paths = templates.map(({ says, shape }) => {
    const size = shape.length / BANDS
    return { says, shape, fit: new Float64Array(size).fill(-Infinity), start: new Int32Array(size) }
  })
  for (let t = 0; t < length; t++) {
    now = [...now]
    for (const { says, shape, fit, start } of paths) {
      follow(shape, heard.subarray(t * BANDS, (t + 1) * BANDS), fit, start, t)
      const end = fit.length - 1
      const before = moments[start[end]!]!
      const [least, most] = says === '' ? [0, 0] : [1, characters]
      for (let count = least; count <= most; count++) {
        const total = before[count]!.fit + fit[end]!
        if (total > now[count + 1]!.fit) now[count + 1] = { fit: total, said: before[count]!.said + says }
      }
    }
    moments.push(now)
  }
  return now[characters + 1]!.said
}

/** Goes on by one frame of a sound: how well a recording fits up to each of its frames, and when it began. */
function follow(shape: Frames, frame: Frames, fit: Float64Array, start: Int32Array, t: number): void {
  for (let i = fit.length - 1; i >= 0; i--) {
    let from = i - 1
    let best = i === 0 ? 0 : fit[from]!
    for (const bent of [i, i - 2]) {
      if (bent >= 0 && fit[bent]! - WARP_COST > best) {
        best = fit[bent]! - WARP_COST
        from = bent
      }
    }
    let alike = 0
    for (let b = 0; b < BANDS; b++) alike += shape[i * BANDS + b]! * frame[b]!
    start[i] = from < 0 ? t : start[from]!
    fit[i] = best + alike - MIN_COSINE
  }
}
