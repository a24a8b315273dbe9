import type { Stream } from '../random.ts'
import type { Clip, Voice } from './voices.ts'

/**
 * Of this many samples of a sound, one is worked out for the background: half of the notes are enough for a
 * murmur.
 */
export const DECIMATION = 2
/** Voices that talk at once in the background. */
const SPEAKERS = 3
/** By how much a background clip is played slower or faster, which moves its pitch and throat too. */
const SPEED = [0.78, 1.28] as const
/** Decibels by which one background clip is louder than another. */
const LEVELS_DB = [0.5, 1.2] as const

/**
 * Adds people talking at once to `out`, one sample for every `DECIMATION` of the sound: clips of the voices,
 * played backwards, from anywhere within, one after the other without a pause. They have everything that
 * speech has except sense, so that neither a filter nor a recogniser can tell by its sound what belongs to
 * the code; people tell by its loudness and by its sense.
 */
export function babble(voices: readonly Voice[], out: Float32Array, stream: Stream): void {
  const clips = voices.map(({ clips }) => [...clips.values()])
  for (let speaker = 0; speaker < SPEAKERS; speaker++) {
    let at = 0
    while (at < out.length) {
      const clip = stream.pick(stream.pick(clips))
      at += playBackwards(
        clip,
        DECIMATION * stream.between(...SPEED),
        stream.between(...LEVELS_DB),
        stream.unit(),
        out,
        at,
      )
    }
  }
}

/** Adds a clip to `out`, last sample first, starting within it; returns how many samples it takes. */
function playBackwards(
  { samples }: Clip,
  speed: number,
  level: number,
  start: number,
  out: Float32Array,
  at: number,
): number {
  // At least half of the clip, so that no bursts of syllables come about.
  const from = samples.length - 1 - start * 0.5 * samples.length
  const length = Math.floor(from / speed)
  const end = Math.min(length, out.length - at)
  let place = from
  let gain = 0
  for (let i = 0; i < end; i++) {
    // It fades in, for it starts within the clip; its end is the clip's own soft beginning.
    if (gain < level) gain += level / FADE_SAMPLES
    // Samples are taken as they are, not blended: a murmur may be rough.
    out[at + i]! += gain * samples[place | 0]!
    place -= speed
  }
  return length
}

/** Samples over which a background clip comes in. */
const FADE_SAMPLES = 80
