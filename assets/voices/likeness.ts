import { RATE } from '../../packages/core/src/speech/voices.ts'

const SIZE = 512
const WINDOW_SAMPLES = 0.025 * RATE
const HOP_SAMPLES = 0.01 * RATE
const BANDS = 26
const COEFFICIENTS = 12

/** Power at each frequency of a stretch of sound. */
function spectrum(frame: Float64Array): Float64Array {
  const re = Float64Array.from({ length: SIZE }, (_, i) => frame[reversed(i)] ?? 0)
  const im = new Float64Array(SIZE)
  for (let half = 1; half < SIZE; half *= 2) {
    for (let k = 0; k < half; k++) {
      const [c, s] = [Math.cos((Math.PI * k) / half), -Math.sin((Math.PI * k) / half)]
      for (let i = k; i < SIZE; i += 2 * half) {
        const [r, m] = [re[i + half]! * c - im[i + half]! * s, re[i + half]! * s + im[i + half]! * c]
        ;[re[i + half], im[i + half]] = [re[i]! - r, im[i]! - m]
        re[i]! += r
        im[i]! += m
      }
    }
  }
  return re.map((r, i) => r * r + im[i]! ** 2).subarray(0, SIZE / 2 + 1)
}

const reversed = (i: number) => {
  let out = 0
  for (let bit = 1; bit < SIZE; bit *= 2) out = 2 * out + (i & bit ? 1 : 0)
  return out
}

const mel = (hertz: number) => 2595 * Math.log10(1 + hertz / 700)

/**
 * The form of the spectrum every 10 ms, as a few mel-cepstral coefficients: what tells speech sounds apart.
 */
export function cepstra(samples: ArrayLike<number>): number[][] {
  const frames: number[][] = []
  for (let start = 0; start + WINDOW_SAMPLES <= samples.length; start += HOP_SAMPLES) {
    const framed = Float64Array.from({ length: WINDOW_SAMPLES }, (_, i) => {
      const x = samples[start + i]! - 0.97 * (samples[start + i - 1] ?? 0)
      return x * (0.54 - 0.46 * Math.cos((2 * Math.PI * i) / WINDOW_SAMPLES))
    })
    // A little noise, so that what is nearly silent is all alike.
    const bands = new Float64Array(BANDS).fill(1e5)
    spectrum(framed).forEach((power, bin) => {
      const place = ((BANDS + 1) * mel((bin * RATE) / SIZE)) / mel(RATE / 2) - 1
      const band = Math.floor(place)
      if (band >= 0) bands[band]! += power * (band + 1 - place)
      if (band + 1 < BANDS) bands[band + 1]! += power * (place - band)
    })
    const logs = bands.map(power => Math.log(power))
    frames.push(
      Array.from({ length: COEFFICIENTS }, (_, k) =>
        logs.reduce((sum, v, i) => sum + v * Math.cos((Math.PI * (k + 1) * (i + 0.5)) / BANDS), 0),
      ),
    )
  }
  return frames
}

export function distance(a: readonly number[], b: readonly number[]): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += (a[i]! - b[i]!) ** 2
  return Math.sqrt(sum)
}

/**
 * The distance of two words when one is stretched here and there to fit the other best: the mean along the
 * way.
 */
export function warpedDistance(a: readonly number[][], b: readonly number[][]): number {
  // The cheapest way to each frame of b, at the frame of a that is being looked at; place 0 is before b.
  const costs = new Float64Array(b.length + 1).fill(Number.POSITIVE_INFINITY)
  const steps = new Int32Array(b.length + 1)
  costs[0] = 0
  for (const frame of a) {
    let [diagonal, diagonalSteps] = [costs[0]!, steps[0]!]
    costs[0] = Number.POSITIVE_INFINITY
    for (let j = 1; j <= b.length; j++) {
      let [cost, length] = [diagonal, diagonalSteps]
      ;[diagonal, diagonalSteps] = [costs[j]!, steps[j]!]
      if (costs[j]! < cost) [cost, length] = [costs[j]!, steps[j]!]
      if (costs[j - 1]! < cost) [cost, length] = [costs[j - 1]!, steps[j - 1]!]
      costs[j] = cost + distance(frame, b[j - 1]!)
      steps[j] = length + 1
    }
  }
  return costs[b.length]! / steps[b.length]!
}
