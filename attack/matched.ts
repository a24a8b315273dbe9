/**
 * Recordings that an attacker holds, found again in a sound by matched filters: each is slid over it, at
 * several speeds.
 */
import { createFft } from './fft.ts'

/** Of this many samples one is compared, 3200 a second: digits differ below 1600 Hz. */
const DECIMATION = 5
const RATE = 16_000 / DECIMATION
/** By how much faster a recording is tried: the speeds that sounds are said at, with some room. */
const SPEEDS = Array.from({ length: 19 }, (_, i) => 0.84 * 1.02 ** i)
/** Seconds in each of which one place is remembered for a filter. */
const BLOCK = 0.1
/** Share of their lengths by which two finds may overlap. */
const OVERLAP = 0.1

/** A recording and what it says; nothing for what is said but belongs to no code. */
export interface Recording {
  says: string
  /** Samples at 16 kHz. */
  samples: ArrayLike<number>
}

/** What hears codes in sounds of 16 kHz. It is told how many characters a code has. */
export type Listener = (sound: ArrayLike<number>, characters: number) => string

interface Filter {
  says: string
  /** Samples. */
  length: number
  re: Float32Array
  im: Float32Array
}

/**
 * A listener who has these recordings. `longest` is the most samples at 16 kHz that a sound will have: places
 * are compared around a circle, where a match that would end beyond the end of its sound counts for nothing.
 */
export function createListener(recordings: readonly Recording[], longest: number): Listener {
  const size = 2 ** Math.ceil(Math.log2(longest / DECIMATION))
  const fft = createFft(size)
  const filters = recordings.flatMap(({ says, samples }) => {
    const recording = sharpened(samples)
    return SPEEDS.map(speed => filterOf(says, faster(recording, speed), size, fft))
  })

  return (sound, characters) => {
    const wave = sharpened(sound)
    const [re, im] = [new Float64Array(size), new Float64Array(size)]
    re.set(wave)
    fft(re, im)
    const finds: Find[] = []
    const [real, imaginary] = [new Float64Array(size), new Float64Array(size)]
    // Two at a time: what one filter finds is real, so that another's can be imaginary.
    for (let f = 0; f < filters.length; f += 2) {
      const one = filters[f]!
      const other = filters[f + 1] ?? one
      for (let i = 0; i < size; i++) {
        const p = one.re[i]! + other.im[i]!
        const q = one.im[i]! - other.re[i]!
        real[i] = re[i]! * p + im[i]! * q
        imaginary[i] = im[i]! * p - re[i]! * q
      }
      fft(imaginary, real)
      collect(one, real, wave.length, finds)
      collect(other, imaginary, wave.length, finds)
    }
    return readOff(finds, characters)
  }
}

/** One of `DECIMATION` samples, deep notes damped so that they do not drown the rest. */
function sharpened(samples: ArrayLike<number>): Float64Array {
  const wave = new Float64Array(Math.floor(samples.length / DECIMATION) - 2)
  let before = 0
  for (let i = 0; i < wave.length; i++) {
    // A triangle over two steps lets little pass that would be folded back.
    let sum = 0
    for (let k = 1 - DECIMATION; k < DECIMATION; k++) {
      sum += (DECIMATION - Math.abs(k)) * samples[DECIMATION * (i + 1) + k]!
    }
    wave[i] = sum - before
    before = sum
  }
  return wave
}

function faster(wave: Float64Array, speed: number): Float64Array {
  return Float64Array.from({ length: Math.floor((wave.length - 1) / speed) }, (_, i) => {
    const place = i * speed
    const at = Math.floor(place)
    return wave[at]! + (place - at) * (wave[at + 1]! - wave[at]!)
  })
}

function filterOf(says: string, wave: Float64Array, size: number, fft: ReturnType<typeof createFft>): Filter {
  const length = Math.sqrt(wave.reduce((sum, value) => sum + value * value, 0)) || 1
  const [re, im] = [new Float64Array(size), new Float64Array(size)]
  re.set(wave.map(value => value / length))
  fft(re, im)
  return { says, length: wave.length, re: Float32Array.from(re), im: Float32Array.from(im) }
}

/** Something that may have been said. */
export interface Find {
  says: string
  /** How well the filter fits. */
  score: number
  /** Samples. */
  start: number
  length: number
}

/** The best place of each tenth of a second for a filter. */
function collect({ says, length }: Filter, scores: Float64Array, end: number, finds: Find[]): void {
  const block = BLOCK * RATE
  for (let from = 0; from + length < end; from += block) {
    let start = from
    for (let i = from + 1; i < Math.min(from + block, end - length); i++) {
      if (scores[i]! > scores[start]!) start = i
    }
    finds.push({ says, score: scores[start]!, start, length })
  }
}

/** The best finds that leave one another room, in the order in which they are heard. */
export function readOff(finds: Find[], characters: number): string {
  const taken: Find[] = []
  let said = 0
  for (const find of finds.sort((a, b) => b.score - a.score)) {
    const free = taken.every(other => {
      const apart = Math.abs(find.start + find.length / 2 - other.start - other.length / 2)
      return apart >= ((1 - OVERLAP) * (find.length + other.length)) / 2
    })
    if (!free) continue
    taken.push(find)
    said += find.says.length
    if (said >= characters) break
  }
  return taken
    .sort((a, b) => a.start - b.start)
    .map(({ says }) => says)
    .join('')
}
