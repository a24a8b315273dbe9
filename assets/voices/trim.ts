import { RATE } from '../../packages/core/src/speech/voices.ts'

/** The loudness that all clips get: about -22 dB. */
export const LOUDNESS = 2500
/** No sample goes further. */
const MAX_SAMPLE = 30_000
/** Up to here samples are left as they are; further out they are drawn in, ever more. */
const KNEE_SAMPLE = 22_000
const FRAME = RATE / 200
/**
 * Kept before the first and after the last frame that can be heard, so that no fading consonant is cut off.
 */
const LEAD_SAMPLES = 0.01 * RATE
const TAIL_SAMPLES = 0.03 * RATE
const FADE_SAMPLES = 0.008 * RATE

type Biquad = readonly [b0: number, b1: number, b2: number, a1: number, a2: number]

function filter(sound: Float64Array, [b0, b1, b2, a1, a2]: Biquad): Float64Array {
  let [x1, x2, y1, y2] = [0, 0, 0, 0]
  return sound.map(x => {
    const y = b0 * x + b1 * x1 + b2 * x2 - a1 * y1 - a2 * y2
    ;[x2, x1, y2, y1] = [x1, x, y1, y]
    return y
  })
}

/** A Butterworth filter that lets pass what is above a frequency. */
function highPass(frequency: number): Biquad {
  const w = (2 * Math.PI * frequency) / RATE
  const alpha = Math.sin(w) * Math.SQRT1_2
  const c = Math.cos(w)
  return [(1 + c) / 2, -1 - c, (1 + c) / 2, -2 * c, 1 - alpha].map(v => v / (1 + alpha)) as unknown as Biquad
}

/** The first stage of the K-weighting of ITU-R BS.1770: 4 dB more above 1.5 kHz, where ears are keener. */
function shelf(frequency: number, decibels: number): Biquad {
  const a = 10 ** (decibels / 40)
  const w = (2 * Math.PI * frequency) / RATE
  const c = Math.cos(w)
  const alpha = 2 * Math.sqrt(a) * Math.sin(w) * Math.SQRT1_2
  const a0 = a + 1 - (a - 1) * c + alpha
  return [
    a * (a + 1 + (a - 1) * c + alpha),
    -2 * a * (a - 1 + (a + 1) * c),
    a * (a + 1 + (a - 1) * c - alpha),
    2 * (a - 1 - (a + 1) * c),
    a + 1 - (a - 1) * c - alpha,
  ].map(v => v / a0) as unknown as Biquad
}

export const rms = (samples: ArrayLike<number>, from = 0, to = samples.length): number => {
  let sum = 0
  for (let i = from; i < to; i++) sum += samples[i]! ** 2
  return Math.sqrt(sum / Math.max(1, to - from))
}

/** The level of each frame of 5 ms. */
export const levels = (samples: ArrayLike<number>): number[] =>
  Array.from({ length: Math.floor(samples.length / FRAME) }, (_, i) =>
    rms(samples, i * FRAME, (i + 1) * FRAME),
  )

/** How loud a clip seems: its level where it is not silent, weighted as ears do. */
export function loudness(samples: ArrayLike<number>): number {
  const weighted = levels(filter(Float64Array.from(samples), shelf(1500, 4)))
  const top = Math.max(...weighted)
  const active = weighted.filter(level => level > top / 16)
  return Math.sqrt(active.reduce((sum, level) => sum + level ** 2, 0) / active.length)
}

/** The frames of a sound that can be heard: the first and the last. */
function audible(sound: Float64Array): [first: number, last: number] {
  const loud = (of: Float64Array, share: number) => {
    const all = levels(of)
    const top = Math.max(...all)
    const floor = all.toSorted((a, b) => a - b)[Math.floor(all.length / 20)]!
    // A recording's hiss is below that, but where nothing is silent the quietest frames are speech.
    const least = Math.min(top / 20, Math.max(top * share, 2.5 * floor))
    return [all.findIndex(level => level > least), all.findLastIndex(level => level > least)] as const
  }
  // Hissing sounds have little power next to vowels, but much of what there is in the treble.
  const [plain, treble] = [loud(sound, 0.012), loud(filter(sound, highPass(2500)), 0.025)]
  return [Math.min(plain[0], treble[0]), Math.max(plain[1], treble[1])]
}

/** A sound without rumble, without silence around it, and as loud as all others. */
export function trim(sound: Float64Array): Int16Array {
  const mean = sound.reduce((sum, x) => sum + x, 0) / sound.length
  const clean = filter(
    sound.map(x => x - mean),
    highPass(60),
  )
  const [first, last] = audible(clean)
  const cut = clean.slice(Math.max(0, first * FRAME - LEAD_SAMPLES), (last + 1) * FRAME + TAIL_SAMPLES)
  const faded = cut.map((x, i) => {
    const edge = Math.min(1, (i + 1) / FADE_SAMPLES, (cut.length - i) / FADE_SAMPLES)
    return x * (0.5 - 0.5 * Math.cos(Math.PI * edge))
  })
  const gain = LOUDNESS / loudness(faded)
  return Int16Array.from(faded, x => {
    const level = Math.abs(x * gain)
    const drawn =
      level > KNEE_SAMPLE
        ? KNEE_SAMPLE +
          (MAX_SAMPLE - KNEE_SAMPLE) * Math.tanh((level - KNEE_SAMPLE) / (MAX_SAMPLE - KNEE_SAMPLE))
        : level
    return Math.round(Math.sign(x) * drawn)
  })
}
