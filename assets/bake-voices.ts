// Bakes the voices of each language into packages/core/voices/*.voices: `npx tsx assets/bake-voices.ts`, with
// the names of languages to bake only those. The files are committed, so that no program speaks where sounds
// are made, and so that the same id gives the same sound everywhere. The format is told in
// packages/core/src/speech/voices.ts.
import { mkdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { crc32 } from 'node:zlib'
import { encodeAdpcm } from '../packages/core/src/speech/adpcm.ts'
import {
  type Clip,
  decodeVoices,
  MAGIC,
  RATE,
  type Voice,
  type VoicesHead,
} from '../packages/core/src/speech/voices.ts'
import { requireEngines, type Source, say } from './voices/engines.ts'
import { ANY_PITCH, encodeMarks, markPitch, type PitchRange, polarity, trackPitch } from './voices/pitch.ts'
import { trim } from './voices/trim.ts'
import { clipsOf, LANGUAGES, type Language } from './voices/words.ts'

interface Member {
  name: string
  source: Source
  /** Whether the voice also says words that begin with the letters: only some do, to keep the files small. */
  words?: true
}

/** The pitch is the program's own measure: 50 as the voice has it, less for deeper. */
const espeak = (voice: string, speed: number, pitch: number): Source => ({
  engine: 'espeak',
  voice,
  speed,
  pitch,
})
const flite = (voice: string, stretch: number): Source => ({ engine: 'flite', voice, stretch })
const asterisk = (voice: string): Source => ({ engine: 'asterisk', voice })

/** Who speaks in each language: chosen to differ clearly, and to be understood. */
const CAST: Readonly<Record<Language, { credit: string; members: readonly Member[] }>> = {
  fr: {
    credit: 'Voices: June Wallack (CC BY-SA 3.0, changed); eSpeak NG',
    members: [
      { name: 'June', source: asterisk('fr_CA_f_June') },
      { name: 'f5', source: espeak('fr+f5', 170, 55), words: true },
      { name: 'benjamin', source: espeak('fr+benjamin', 140, 75), words: true },
      { name: 'klatt4', source: espeak('fr+klatt4', 140, 40) },
      { name: 'm5', source: espeak('fr+m5', 140, 60) },
    ],
  },
  en: {
    credit: 'Voices: Allison Smith (CC BY-SA 3.0, changed); CMU Flite; eSpeak NG',
    members: [
      { name: 'Allison', source: asterisk('en_US_f_Allison') },
      { name: 'slt', source: flite('slt', 1.15), words: true },
      { name: 'rms', source: flite('rms', 1.1), words: true },
      { name: 'awb', source: flite('awb', 1.15) },
      { name: 'klatt4', source: espeak('en-us+klatt4', 140, 70) },
    ],
  },
  cs: {
    credit: 'Voices: eSpeak NG',
    members: [
      { name: 'f5', source: espeak('cs+f5', 170, 55), words: true },
      { name: 'benjamin', source: espeak('cs+benjamin', 140, 75), words: true },
      { name: 'klatt4', source: espeak('cs+klatt4', 140, 40) },
      { name: 'm5', source: espeak('cs+m5', 140, 60) },
    ],
  },
  de: {
    credit: 'Voices: eSpeak NG',
    members: [
      { name: 'f5', source: espeak('de+f5', 170, 55), words: true },
      { name: 'benjamin', source: espeak('de+benjamin', 140, 75), words: true },
      { name: 'klatt4', source: espeak('de+klatt4', 140, 40) },
      { name: 'm5', source: espeak('de+m5', 140, 60) },
    ],
  },
  es: {
    credit: 'Voices: Allison Smith (CC BY-SA 3.0, changed); eSpeak NG',
    members: [
      { name: 'Allison', source: asterisk('es_MX_f_Allison') },
      { name: 'f5', source: espeak('es+f5', 170, 40), words: true },
      { name: 'benjamin', source: espeak('es+benjamin', 140, 75), words: true },
      { name: 'klatt4', source: espeak('es+klatt4', 140, 40) },
    ],
  },
  it: {
    credit: 'Voices: Carlo Flora (CC BY 3.0, changed); eSpeak NG',
    members: [
      { name: 'Carlo', source: asterisk('it_IT_m_Carlo') },
      { name: 'f5', source: espeak('it+f5', 170, 55), words: true },
      { name: 'benjamin', source: espeak('it+benjamin', 140, 40), words: true },
      { name: 'm5', source: espeak('it+m5', 140, 65) },
    ],
  },
}

/** The most seconds that a clip should last. */
const longest = (clip: string) => (clip === 'lead' ? 1.3 : clip.startsWith('as ') ? 0.55 : 0.7)
/** How much faster than usual a voice may speak for that: more would be hard to follow. */
const MAX_SPEED = 1.35

/** A clip as it is said, or once more and faster where that takes long. */
function sayShort(source: Source, language: Language, clip: string): Int16Array | undefined {
  const said = (tempo: number) => {
    const sound = say(source, language, clip, tempo)
    return sound && trim(sound)
  }
  const samples = said(1)
  const excess = samples ? samples.length / RATE / longest(clip) : 0
  return excess > 1 ? said(Math.min(MAX_SPEED, excess * 1.03)) : samples
}

/** A voice's clips, with their pitch marks. */
export function makeVoice(language: Language, { name, source, words }: Member): Voice {
  const sounds = new Map<string, Int16Array>()
  for (const clip of clipsOf(words ?? false)) {
    const samples = sayShort(source, language, clip)
    if (samples) sounds.set(clip, samples)
  }
  const floats = [...sounds.values()].map(samples => Float64Array.from(samples))
  // A first pass over all clips finds the pitch of this voice, and so which pitches are an octave off.
  const periods = floats.flatMap(sound => trackPitch(sound, ANY_PITCH).filter(period => period > 0))
  const middle = RATE / periods.toSorted((a, b) => a - b)[periods.length >> 1]!
  const range: PitchRange = [Math.max(ANY_PITCH[0], middle / 1.8), Math.min(ANY_PITCH[1], middle * 1.8)]
  const up = polarity(floats)
  const clips = new Map<string, Clip>()
  for (const [clip, samples] of sounds) {
    const sound = Float64Array.from(samples)
    clips.set(clip, { samples, ...markPitch(sound, trackPitch(sound, range), up) })
  }
  return { name, clips }
}

/** The bytes of a voices file. */
export function encodeVoices(credit: string, voices: readonly Voice[]): Buffer {
  const parts: Uint8Array[] = []
  const head: VoicesHead = { credit, voices: [] }
  for (const { name, clips } of voices) {
    const entries: VoicesHead['voices'][number]['clips'] = []
    for (const [clip, { samples, ...marked }] of clips) {
      const marks = encodeMarks(marked)
      entries.push([clip, samples.length, marks.length])
      parts.push(marks, encodeAdpcm(samples))
    }
    head.voices.push({ name, clips: entries })
  }
  const json = Buffer.from(JSON.stringify(head))
  const size = Buffer.alloc(4)
  size.writeUInt32LE(json.length)
  const rest = Buffer.concat([size, json, ...parts])
  const checksum = Buffer.alloc(4)
  checksum.writeUInt32LE(crc32(rest))
  return Buffer.concat([Buffer.from(MAGIC), checksum, rest])
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  requireEngines()
  const folder = new URL('../packages/core/voices/', import.meta.url)
  mkdirSync(folder, { recursive: true })
  const wanted = process.argv.slice(2)
  for (const language of LANGUAGES.filter(name => wanted.length === 0 || wanted.includes(name))) {
    const { credit, members } = CAST[language]
    const voices = members.map(member => makeVoice(language, member))
    const bytes = encodeVoices(credit, voices)
    // What cannot be read back alike would be heard only much later.
    decodeVoices(bytes, `${language}.voices`).voices.forEach((voice, i) => {
      for (const [name, { samples, marks, voiced }] of voices[i]!.clips) {
        const read = voice.clips.get(name)
        const same =
          read?.samples.length === samples.length && `${read.marks}${read.voiced}` === `${marks}${voiced}`
        if (!same) throw new Error(`${language}, ${voice.name}: ${name} is not read back as written`)
      }
    })
    writeFileSync(new URL(`${language}.voices`, folder), bytes)
    console.log(`${language}: ${voices.map(({ name }) => name).join(', ')}, ${bytes.length} bytes`)
  }
}
