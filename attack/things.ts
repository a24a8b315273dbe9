/**
 * Sounds of things that people know by ear, synthesised, over the murmur and in the rooms of spoken codes.
 */
import { type Stream, voicesOf } from '@upright/core'
import { babble, DECIMATION } from '../packages/core/src/speech/babble.ts'
import { drawManner, drawParameter } from '../packages/core/src/speech/manner.ts'
import { throughRoom } from '../packages/core/src/speech/room.ts'
import { RATE } from '../packages/core/src/speech/voices.ts'

/** Loudness of things against the voices in the background, in decibels: that of spoken codes. */
const SNR_DECIBELS = 12
/** Seconds before the first thing and after the last. */
export const EDGE_SECONDS = 0.25
/** Seconds over which a stroke comes in and goes out. */
const FADE_SECONDS = 0.01

/** A tone as it is so many seconds after it was struck. `chance` gives numbers 0 ≤ x < 1. */
type Tone = (seconds: number, pitch: number, chance: () => number) => number

/** A note. It dies away and rises, by shares of itself a second. */
const note =
  (hz: number, level: number, decay: number, rise = 0): Tone =>
  (t, pitch) =>
    level * Math.exp(-decay * t) * Math.sin(2 * Math.PI * hz * pitch * (t + (rise * t * t) / 2))

const hiss =
  (level: number, decay: number): Tone =>
  (t, _, chance) =>
    level * Math.exp(-decay * t) * (2 * chance() - 1)

interface Thing {
  /** Seconds at which it is struck, and by what factor each stroke is higher than the one before. */
  strokes: number[]
  step?: number
  /** Seconds of a stroke. */
  length: number
  tones: Tone[]
}

/** Things, by a letter for each. */
const THINGS: Record<string, Thing> = {
  /** A bell. */
  a: {
    strokes: [0],
    length: 0.7,
    tones: [520, 1040, 1248, 1560, 2080, 2830].map((hz, i) => note(hz, 0.9 ** i, 3 + 2 * i)),
  },
  /** A drum. */
  b: { strokes: [0], length: 0.4, tones: [note(190, 1, 9, -0.9), note(310, 0.4, 16, -0.5), hiss(0.3, 40)] },
  /** Somebody who knocks. */
  c: {
    strokes: [0, 0.17, 0.34],
    length: 0.15,
    tones: [note(410, 1, 45), note(870, 0.7, 60), hiss(0.2, 120)],
  },
  /** A horn. */
  d: { strokes: [0], length: 0.55, tones: [1, 2, 3, 4, 5, 6, 7].map(k => note(330 * k, 1 / k, 1)) },
  /** A bird that chirps. */
  e: { strokes: [0, 0.14, 0.28], step: 1.05, length: 0.12, tones: [note(2400, 1, 8, 2.5)] },
  /** A cuckoo. */
  f: { strokes: [0, 0.3], step: 0.8, length: 0.28, tones: [note(700, 1, 3), note(1400, 0.2, 3)] },
  /** A drop of water. */
  g: { strokes: [0], length: 0.25, tones: [note(600, 1, 12, 5)] },
  /** A rattle. */
  h: { strokes: [0, 0.09, 0.18, 0.27, 0.36], length: 0.08, tones: [hiss(1, 40)] },
}

/** The letter of each thing. */
export const THING_NAMES: readonly string[] = Object.keys(THINGS)

/** A thing at a pitch and speed, both as factors, as loud as every other. */
function soundOf(name: string, pitch: number, speed: number, chance: () => number): Float32Array {
  const { strokes, step = 1, length, tones } = THINGS[name]!
  const place = (seconds: number) => Math.floor((seconds / speed) * RATE)
  const out = new Float32Array(place(strokes.at(-1)! + length))
  for (const [k, from] of strokes.entries()) {
    for (let i = 0; i < place(length); i++) {
      const t = i / RATE
      const value = tones.reduce((sum, tone) => sum + tone(t, pitch * step ** k, chance), 0)
      out[place(from) + i] = value * Math.min(1, t / FADE_SECONDS, (length / speed - t) / FADE_SECONDS)
    }
  }
  const loudness = rms(out)
  return out.map(value => value / loudness)
}

/** The things of a row, a letter each, at the pace of spoken codes: samples at 16 kHz. */
export function playThings(row: string, stream: Stream): Float32Array {
  let end = EDGE_SECONDS * RATE
  const played = [...row].map((name, i) => {
    const { pitch, speed, level } = drawManner(stream)
    const samples = soundOf(name, pitch, speed, stream.unit).map(value => level * value)
    const start = Math.round(i ? end + drawParameter(stream, 'gap') * RATE : end)
    end = start + samples.length
    return { samples, start }
  })
  const sound = new Float32Array(Math.round(end + EDGE_SECONDS * RATE))
  const background = new Float32Array(Math.ceil(sound.length / DECIMATION))
  babble(voicesOf('en').voices, background, stream)
  const quiet = 10 ** (-SNR_DECIBELS / 20) / rms(background)
  const rough = drawParameter(stream, 'hiss') * Math.sqrt(12)
  for (let i = 0; i < sound.length; i++) {
    sound[i] = quiet * background[Math.floor(i / DECIMATION)]! + rough * (stream.unit() - 0.5)
  }
  for (const { samples, start } of played) {
    for (const [i, value] of samples.entries()) sound[start + i]! += value
  }
  const peak = throughRoom(sound, {
    echo: drawParameter(stream, 'echo'),
    distance: drawParameter(stream, 'distance'),
    lowest: drawParameter(stream, 'lowest'),
    highest: drawParameter(stream, 'highest'),
  })
  return sound.map(value => (32_767 * value) / peak)
}

const rms = (samples: Float32Array) =>
  Math.sqrt(samples.reduce((sum, value) => sum + value * value, 0) / samples.length)
