import { MAX_CODE_LENGTH } from '../code.ts'
import { CaptchaError } from '../errors.ts'
import { checkOptions, numberFrom, type OptionRules, oneOf, yesOrNo } from '../options.ts'
import type { Stream } from '../random.ts'
import { LANGUAGES, type Language, voicesOf } from './assets.ts'
import { babble, DECIMATION } from './babble.ts'
import { drawManner, drawParameter } from './manner.ts'
import { throughRoom } from './room.ts'
import { lengthAt, type Manner, utter } from './utter.ts'
import { type Clip, RATE, type Voice } from './voices.ts'
import { encodeWav } from './wav.ts'

/** Options of a spoken code. */
export interface SpeechOptions {
  language: Language
  /**
   * Loudness of the code against the voices in the background, in decibels, 0 … 40: the higher, the easier.
   * @default 12
   */
  snr?: number | undefined
  /** Whether letters are followed by a word that begins with them: "B comme Berthe". @default false */
  spelling?: boolean | undefined
}

/** An utterance: a clip, its manner and its first sample. */
interface Utterance {
  clip: Clip
  manner: Manner
  at: number
}

/** Seconds of a sound: at least. */
const MIN_SECONDS = 3
/**
 * Seconds that a sound may take before it is hurried along: of a short code, and for each character of a
 * longer one, the lead-in included. Faster than that nobody can type along. A word after a letter takes as
 * long again.
 */
const MAX_SHORT_CODE_SECONDS = 9
const MAX_CHARACTER_SECONDS = 1
/** By how much everybody may speak faster, so that a long code is not longer than that. */
const MAX_SPEED_UP = 1.3
/** Seconds of the shortest pause between characters. */
const MIN_PAUSE_SECONDS = 0.1
/** Seconds before the first word and after the last. */
const EDGE_SECONDS = 0.25
/** Seconds between the lead-in and the code. */
const LEAD_IN_PAUSE_SECONDS = 0.4
/** Samples from one whose energy is counted to the next. */
const ENERGY_STRIDE = 3
/** Most decibels of the code above the background. */
const MAX_SNR_DECIBELS = 40

/** What the options of a spoken code may be. */
export const SPEECH_RULES: OptionRules<SpeechOptions> = {
  language: { ...oneOf(LANGUAGES), required: true },
  snr: numberFrom(0, MAX_SNR_DECIBELS),
  spelling: yesOrNo,
}

/**
 * A code as a WAV file: PCM, 16 bit, mono, 16 kHz, as a rule 3 to 9 seconds, and one for each character of a
 * code that is longer. Everything about it comes from the stream.
 * @throws CaptchaError `bad_code`, `bad_option`, `asset_corrupt`
 */
export function speakCode(code: string, options: SpeechOptions, stream: Stream): Uint8Array {
  checkOptions('speakCode', options, SPEECH_RULES)
  const { language, snr = 12, spelling = false } = options
  if (!/^[A-Z0-9]+$/.test(code) || code.length > MAX_CODE_LENGTH) throw new CaptchaError('bad_code')
  const { voices, credit } = voicesOf(language)
  const { utterances, length } = plan(code, voices, spelling, stream)

  const chance = chances(stream.uint32())
  const [speech, background] = lend(length)
  for (const { clip, manner, at } of utterances) utter(clip, manner, speech, at, chance)
  babble(voices, background, stream)

  let spoken = 0
  for (const { clip, manner } of utterances) spoken += lengthAt(clip, manner.speed)
  const loudness = Math.sqrt(energy(speech) / spoken)
  // Rounded, for the last bit of a power is the engine's own.
  const quiet =
    (loudness / Math.sqrt(energy(background) / background.length)) * Math.fround(10 ** (-snr / 20))
  const hiss = loudness * drawParameter(stream, 'hiss') * Math.sqrt(12)
  mix(speech, background, quiet, hiss, stream.uint32())
  const peak = throughRoom(speech, {
    echo: drawParameter(stream, 'echo'),
    distance: drawParameter(stream, 'distance'),
    lowest: drawParameter(stream, 'lowest'),
    highest: drawParameter(stream, 'highest'),
  })
  return encodeWav(speech, peak, credit)
}

/** Schedule of utterances: the lead-in, then each character by a voice of its own. */
function plan(code: string, voices: readonly Voice[], spelling: boolean, stream: Stream) {
  const spellers = voices.filter(({ clips }) => clips.has('as'))
  const leaders = voices.filter(({ clips }) => clips.has('lead'))
  const rows = [...code].map(character => {
    const spelt = spelling && character >= 'A'
    const { clips } = stream.pick(spelt ? spellers : voices)
    const names = spelt ? [character, 'as', `as ${character}`] : [character]
    return { clips: names.map(name => clips.get(name)!), manner: drawManner(stream) }
  })
  const lead = { clips: [stream.pick(leaders).clips.get('lead')!], manner: drawManner(stream) }
  const joins = rows.map(({ clips }) => clips.slice(1).map(() => drawParameter(stream, 'join')))
  const gaps = rows.slice(1).map(() => drawParameter(stream, 'gap'))
  const seconds = (clip: Clip, { speed }: Manner) => lengthAt(clip, speed) / RATE
  const said = [lead, ...rows].flatMap(({ clips, manner }) => clips.map(clip => seconds(clip, manner)))
  // A long code is hurried along: pauses give way first, then everybody speaks faster.
  const names = sum(rows.map(({ clips }) => (clips.length > 1 ? 2 : 1)))
  const room =
    Math.max(MAX_SHORT_CODE_SECONDS, MAX_CHARACTER_SECONDS * names) -
    2 * EDGE_SECONDS -
    LEAD_IN_PAUSE_SECONDS -
    sum(joins.flat()) -
    MIN_PAUSE_SECONDS * gaps.length
  const haste = Math.min(MAX_SPEED_UP, Math.max(1, sum(said) / Math.max(1, room)))
  const spare = Math.max(0, room - sum(said) / haste)
  const stretch = Math.min(1, spare / (sum(gaps) - MIN_PAUSE_SECONDS * gaps.length || 1))

  let at = EDGE_SECONDS
  const utterances: Utterance[] = []
  const say = (clip: Clip, manner: Manner, pause: number) => {
    const hurried = { ...manner, speed: manner.speed * haste }
    utterances.push({ clip, manner: hurried, at: Math.round(at * RATE) })
    at += seconds(clip, hurried) + pause
  }
  say(lead.clips[0]!, lead.manner, LEAD_IN_PAUSE_SECONDS)
  rows.forEach(({ clips, manner }, row) => {
    const gap =
      row < gaps.length ? MIN_PAUSE_SECONDS + stretch * (gaps[row]! - MIN_PAUSE_SECONDS) : EDGE_SECONDS
    clips.forEach((clip, i) => {
      say(clip, manner, joins[row]![i] ?? gap)
    })
  })
  return { utterances, length: Math.round(Math.max(MIN_SECONDS, at) * RATE) }
}

const sum = (values: number[]) => values.reduce((total, value) => total + value, 0)

/** The energy of a sound, from one sample in `ENERGY_STRIDE`: off by less than anybody hears. */
function energy(sound: Float32Array): number {
  let total = 0
  for (let i = 0; i < sound.length; i += ENERGY_STRIDE) total += sound[i]! * sound[i]!
  return total * ENERGY_STRIDE
}

/** Adds background and hiss to a sound. */
function mix(sound: Float32Array, background: Float32Array, quiet: number, hiss: number, seed: number): void {
  const step = hiss / 2 ** 32
  let state = seed || 1
  for (let i = 0; i < sound.length; i++) {
    state = scramble(state)
    sound[i]! += quiet * background[(i / DECIMATION) | 0]! + step * state
  }
}

/**
 * The 32-bit number after another: fast, and good enough for hiss and jitter (xorshift, G. Marsaglia 2003).
 */
function scramble(state: number): number {
  state ^= state << 13
  state ^= state >>> 17
  return state ^ (state << 5)
}

/** Numbers 0 ≤ x < 1 from a seed. */
function chances(seed: number): () => number {
  let state = seed || 1
  return () => {
    state = scramble(state)
    return (state >>> 0) / 2 ** 32
  }
}

let buffers = [new Float32Array(0), new Float32Array(0)] as const

/**
 * Silence for a sound of so many samples and for its background, lent until the next sound: making new ones
 * each time would keep the collector busy.
 */
function lend(length: number) {
  const coarse = Math.ceil(length / DECIMATION)
  if (buffers[0].length < length) buffers = [new Float32Array(length), new Float32Array(coarse)]
  return [buffers[0].subarray(0, length).fill(0), buffers[1].subarray(0, coarse).fill(0)] as const
}
