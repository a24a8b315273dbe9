import { type Clip, FIRST_VOICED, RATE, UNVOICED_UNIT } from '../../packages/core/src/speech/voices.ts'

/** Lowest and highest pitch looked for, in hertz. */
export type PitchRange = readonly [low: number, high: number]
export const ANY_PITCH: PitchRange = [65, 400]

/** Samples from one measure of the pitch to the next: 5 ms. */
const HOP_SAMPLES = RATE / 200
/** Samples between marks where there is no voice. */
const UNVOICED_STEP = 16 * UNVOICED_UNIT
const MAX_DISTANCE = 255

const mean = (x: Float64Array, from: number, to: number) => {
  let sum = 0
  for (let i = Math.max(0, from); i < Math.min(x.length, to); i++) sum += x[i]!
  return sum / (to - from)
}
/** A running mean of some samples, taken twice: a gentle low-pass. */
function smooth(sound: Float64Array, width: number): Float64Array {
  const once = (x: Float64Array) => x.map((_, i) => mean(x, i - (width >> 1), i - (width >> 1) + width))
  return once(once(sound))
}

/** How alike two stretches of a sound are, in form and not in level: 1 for the same, 0 for strangers. */
function likeness(x: Float64Array, a: number, b: number, length: number): number {
  let [ab, aa, bb] = [0, 1, 1]
  for (let i = 0; i < length; i++) {
    const [u, v] = [x[a + i] ?? 0, x[b + i] ?? 0]
    ab += u * v
    aa += u * u
    bb += v * v
  }
  return ab / Math.sqrt(aa * bb)
}

/**
 * The samples of a period at each hop, 0 where there is no voice: of the lags at which the sound looks like
 * itself, those taken that jump least from hop to hop, so that an octave up or down for a moment does not
 * pay.
 */
export function trackPitch(sound: Float64Array, [low, high]: PitchRange): number[] {
  const half = smooth(sound, 12).filter((_, i) => i % 2 === 0)
  const [least, most] = [Math.floor(RATE / 2 / high), Math.ceil(RATE / 2 / low)]
  const length = 120
  const top = Math.max(...Array.from({ length: Math.ceil(half.length / 40) }, (_, i) => energy(half, i * 40)))
  const frames = Math.ceil(sound.length / HOP_SAMPLES)
  interface State {
    period: number
    cost: number
    from: number
  }
  const columns: State[][] = []
  for (let frame = 0; frame < frames; frame++) {
    const centre = (frame * HOP_SAMPLES) / 2
    const found: { period: number; value: number }[] = []
    const quiet = energy(half, centre) < top * 2e-4
    if (!quiet) {
      const at = Array.from({ length: most - least + 3 }, (_, i) => {
        const lag = least - 1 + i
        return likeness(half, centre - ((length + lag) >> 1), centre - ((length + lag) >> 1) + lag, length)
      })
      for (let i = 1; i < at.length - 1; i++) {
        const [l, m, r] = [at[i - 1]!, at[i]!, at[i + 1]!]
        if (m < 0.35 || m < l || m < r) continue
        found.push({ period: 2 * (least - 1 + i + (r - l) / 2 / (2 * m - l - r + 1e-9)), value: m })
      }
      found.sort((a, b) => b.value - a.value)
    }
    const options = [
      // Multiples of the period look nearly as alike as the period itself: the shorter one has it.
      ...found
        .slice(0, 6)
        .map(({ period, value }) => ({ period, own: 1 - value * (1 - (0.12 * period) / 2 / most) })),
      { period: 0, own: quiet ? 0 : 0.5 },
    ]
    const before = columns.at(-1)
    columns.push(
      options.map(({ period, own }) => {
        let best = { cost: own, from: -1 }
        before?.forEach((state, from) => {
          const change =
            period > 0 && state.period > 0
              ? 4 * Math.abs(Math.log2(period / state.period))
              : period === state.period
                ? 0
                : 0.4
          const cost = state.cost + own + change
          if (from === 0 || cost < best.cost) best = { cost, from }
        })
        return { period, ...best }
      }),
    )
  }
  const periods: number[] = []
  const lastColumn = columns.at(-1)!
  let state = lastColumn.reduce((a, b) => (b.cost < a.cost ? b : a))
  for (let frame = frames - 1; ; frame--) {
    periods.unshift(state.period)
    if (frame === 0) return periods
    state = columns[frame - 1]![state.from]!
  }
}

function energy(x: Float64Array, centre: number): number {
  let sum = 0
  for (let i = Math.max(0, centre - 80); i < Math.min(x.length, centre + 80); i++) sum += x[i]! ** 2
  return sum
}

/**
 * What is left of a sound when each sample is foretold from those before: pulses, where the glottis closes.
 */
export function residual(sound: Float64Array): Float64Array {
  const order = 18
  const size = 400
  const out = new Float64Array(sound.length)
  for (let start = -size / 2; start < sound.length; start += HOP_SAMPLES) {
    const framed = Float64Array.from(
      { length: size },
      (_, i) => (sound[start + i] ?? 0) * (0.5 - 0.5 * Math.cos((2 * Math.PI * (i + 0.5)) / size)),
    )
    const r = Array.from({ length: order + 1 }, (_, lag) => {
      let sum = 0
      for (let i = lag; i < size; i++) sum += framed[i]! * framed[i - lag]!
      return sum
    })
    // Levinson and Durbin's recursion.
    let a = [1]
    let error = r[0]! * 1.0001 + 1
    for (let i = 1; i <= order; i++) {
      const k = -a.reduce((sum, c, j) => sum + c * r[i - j]!, 0) / error
      const padded = [...a, 0]
      a = padded.map((c, j) => c + k * padded[i - j]!)
      error *= 1 - k * k
    }
    // The windows of the hops overlap and add up to one.
    for (let i = 0; i < 2 * HOP_SAMPLES; i++) {
      const at = start + size / 2 - HOP_SAMPLES + i
      if (at < 0 || at >= sound.length) continue
      let sum = 0
      for (let j = 0; j <= order; j++) sum += a[j]! * (sound[at - j] ?? 0)
      out[at]! += sum * (0.5 - 0.5 * Math.cos((Math.PI * (i + 0.5)) / HOP_SAMPLES))
    }
  }
  return out
}

/** Which way the pulses of a voice point: 1 up, -1 down. */
export function polarity(sounds: readonly Float64Array[]): 1 | -1 {
  let sum = 0
  for (const sound of sounds) {
    const pulses = smooth(residual(sound), 3)
    const scale = Math.sqrt(pulses.reduce((s, x) => s + x * x, 0) / pulses.length) + 1
    sum += pulses.reduce((s, x) => s + (x / scale) ** 3, 0)
  }
  return sum < 0 ? -1 : 1
}

/**
 * One place a period from `from` to `to`: of all chains of peaks of `pulses`, that whose peaks are high,
 * about a period apart, and with waves around them that look like one another, so that all are at the same
 * point of the period.
 */
function markVoiced(
  sound: Float64Array,
  pulses: Float64Array,
  periodAt: (at: number) => number,
  from: number,
  to: number,
): number[] {
  const peaks: { at: number; height: number; total: number; before: number }[] = []
  for (let at = Math.max(1, from); at < Math.min(to, sound.length - 1); at++) {
    if (pulses[at]! <= 0 || pulses[at]! < pulses[at - 1]! || pulses[at]! <= pulses[at + 1]!) continue
    const period = periodAt(at)
    let highest = 0
    for (let i = Math.round(at - period * 0.6); i <= at + period * 0.6; i++) {
      highest = Math.max(highest, pulses[i] ?? 0)
    }
    peaks.push({ at, height: pulses[at]! / highest, total: 0, before: -1 })
  }
  let best = -1
  peaks.forEach((peak, i) => {
    const period = periodAt(peak.at)
    for (let j = i - 1; j >= 0; j--) {
      const other = peaks[j]!
      const distance = peak.at - other.at
      if (distance > Math.min(1.35 * period, MAX_DISTANCE)) break
      if (distance < Math.max(0.7 * period, FIRST_VOICED)) continue
      const length = Math.round(period)
      const alike = likeness(sound, peak.at - (length >> 1), other.at - (length >> 1), length)
      const worth = alike + 0.7 * peak.height - 6 * Math.log(distance / period) ** 2
      // Weighed by the time gone by, so that more marks are no better than fewer.
      const total = other.total + (worth * distance) / period
      if (total > peak.total) {
        peak.total = total
        peak.before = j
      }
    }
    if (best < 0 || peak.total > peaks[best]!.total) best = i
  })
  const marks: number[] = []
  for (let i = best; i >= 0; i = peaks[i]!.before) marks.unshift(peaks[i]!.at)
  return marks.length > 2 ? marks : []
}

/** The marks of a clip, as `Clip` wants them and as bytes can tell them. */
export function markPitch(
  sound: Float64Array,
  periods: readonly number[],
  up: 1 | -1,
): Omit<Clip, 'samples'> {
  const pulses = smooth(residual(sound), 5).map(x => x * up)
  const wave = smooth(sound, 4)
  const periodAt = (at: number) => {
    const hop = Math.min(periods.length - 1, Math.max(0, Math.round(at / HOP_SAMPLES)))
    return periods[hop]! || periods[hop - 1] || periods[hop + 1]!
  }
  const voicedMarks: number[] = []
  for (let hop = 0; hop < periods.length; hop++) {
    if (periods[hop] === 0) continue
    const start = hop
    while (hop < periods.length && periods[hop]! > 0) hop++
    const marks = markVoiced(
      wave,
      pulses,
      periodAt,
      start * HOP_SAMPLES - HOP_SAMPLES / 2,
      (hop - 1) * HOP_SAMPLES + HOP_SAMPLES / 2,
    )
    voicedMarks.push(...marks.filter(at => at - (voicedMarks.at(-1) ?? 0) >= FIRST_VOICED))
  }
  const all: [at: number, voiced: number][] = []
  let at = 0
  const fill = (to: number) => {
    for (; at <= to; at += UNVOICED_STEP) all.push([at, 0])
  }
  for (const mark of voicedMarks) {
    const last = all.at(-1)
    // Further than a period from the mark before, the voice had stopped, or has not begun.
    if (!last || mark - last[0] > Math.min(MAX_DISTANCE, 1.35 * periodAt(mark))) fill(mark - FIRST_VOICED)
    all.push([mark, 1])
    at = mark + UNVOICED_STEP
  }
  fill(sound.length - 1)
  return { marks: Int32Array.from(all, ([at]) => at), voiced: Uint8Array.from(all, ([, voiced]) => voiced) }
}

/** Marks as the bytes that a voices file holds. */
export const encodeMarks = ({ marks, voiced }: Omit<Clip, 'samples'>): Uint8Array =>
  Uint8Array.from(marks, (at, i) => (at - (marks[i - 1] ?? 0)) / (voiced[i] ? 1 : UNVOICED_UNIT))
