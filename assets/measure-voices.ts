// Measures the voices that assets/bake-voices.ts made: `npx tsx assets/measure-voices.ts`, with the names of
// languages to measure only those. Where PocketSphinx is installed it also says how many English clips a
// recogniser takes for what they are.
import { readFileSync } from 'node:fs'
import { type Clip, decodeVoices, RATE } from '../packages/core/src/speech/voices.ts'
import { cepstra, distance, warpedDistance } from './voices/likeness.ts'
import { canRecognise, misheard } from './voices/recognise.ts'
import { loudness, rms } from './voices/trim.ts'
import { CHARACTERS, LANGUAGES } from './voices/words.ts'

const mean = (values: readonly number[]) => values.reduce((sum, x) => sum + x, 0) / Math.max(1, values.length)
const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[values.length >> 1]!
const decibels = (ratio: number) => 20 * Math.log10(Math.max(1e-5, ratio))

/** The periods of a clip, in samples. */
function periodsOf({ marks, voiced }: Clip): number[] {
  return Array.from(marks, (at, i) => (i > 0 && voiced[i] && voiced[i - 1] ? at - marks[i - 1]! : 0)).filter(
    Boolean,
  )
}

/** How loud the first or last 10 ms of a clip are, next to its loudest 10 ms. */
function edge({ samples }: Clip, end: 'first' | 'last'): number {
  const size = RATE / 100
  const frames = Array.from({ length: Math.floor(samples.length / size) }, (_, i) =>
    rms(samples, i * size, (i + 1) * size),
  )
  const at = end === 'first' ? 0 : samples.length - size
  return decibels(rms(samples, at, at + size) / Math.max(...frames))
}

/** The share of a clip, between its ends, that is as good as silent. */
function silent({ samples }: Clip): number {
  const size = RATE / 100
  const frames = Array.from({ length: Math.floor(samples.length / size) }, (_, i) =>
    rms(samples, i * size, (i + 1) * size),
  )
  const top = Math.max(...frames)
  return mean(frames.map(level => (level < top / 200 ? 1 : 0)))
}

/** The share of neighbouring periods that differ by over a tenth: marks that jump. */
function jumps(clip: Clip): number {
  const periods = periodsOf(clip)
  return mean(periods.slice(1).map((p, i) => (Math.abs(p / periods[i]! - 1) > 0.1 ? 1 : 0)))
}

const column = (value: number, digits: number, width: number) => value.toFixed(digits).padStart(width)
const range = (values: readonly number[], digits: number) =>
  `${Math.min(...values).toFixed(digits)}…${Math.max(...values).toFixed(digits)}`

let total = 0
const wanted = process.argv.slice(2)
for (const language of LANGUAGES.filter(name => wanted.length === 0 || wanted.includes(name))) {
  const bytes = readFileSync(new URL(`../packages/core/voices/${language}.voices`, import.meta.url))
  total += bytes.length
  const { voices, credit } = decodeVoices(bytes, `${language}.voices`)
  console.log(`\n${language}: ${bytes.length} bytes, ${credit}`)
  console.log(
    'voice       clips seconds characters  words     loudness    peak  first dB last dB silent   f0 voiced jumps',
  )
  for (const { name, clips } of voices) {
    const all = [...clips.values()]
    const seconds = (of: readonly Clip[]) => of.map(({ samples }) => samples.length / RATE)
    const characters = CHARACTERS.map(character => clips.get(character)!)
    const words = [...clips].filter(([clip]) => clip.startsWith('as ')).map(([, clip]) => clip)
    const loud = all.map(({ samples }) => decibels(loudness(samples) / 32768))
    const periods = all.flatMap(periodsOf)
    const share = all.map(clip => periodsOf(clip).reduce((sum, p) => sum + p, 0) / clip.samples.length)
    console.log(
      name.padEnd(10),
      column(all.length, 0, 5),
      column(
        seconds(all).reduce((sum, s) => sum + s, 0),
        1,
        8,
      ),
      range(seconds(characters), 2).padStart(10),
      (words.length > 0 ? range(seconds(words), 2) : '').padStart(10),
      range(loud, 1).padStart(12),
      column(Math.max(...all.map(({ samples }) => Math.max(...samples.map(Math.abs)))), 0, 6),
      column(Math.max(...all.map(clip => edge(clip, 'first'))), 0, 6),
      column(Math.max(...all.map(clip => edge(clip, 'last'))), 0, 6),
      column(100 * Math.max(...all.map(silent)), 0, 6),
      '%',
      column(RATE / mean(periods), 0, 5),
      column(100 * mean(share), 0, 4),
      '%',
      column(100 * mean(all.map(jumps)), 1, 4),
      '%',
    )
  }
  const forms = voices.map(({ clips }) => CHARACTERS.map(character => cepstra(clips.get(character)!.samples)))
  voices.forEach((voice, v) => {
    const pairs = CHARACTERS.flatMap((a, i) =>
      CHARACTERS.slice(i + 1).map((b, j) => ({
        pair: a + b,
        far: warpedDistance(forms[v]![i]!, forms[v]![i + 1 + j]!),
      })),
    )
    const middle = median(pairs.map(({ far }) => far))
    const nearest = pairs.toSorted((a, b) => a.far - b.far).slice(0, 10)
    console.log(
      `${voice.name}: nearest ${nearest.map(({ pair, far }) => `${pair} ${(far / middle).toFixed(2)}`).join(', ')}`,
    )
    if (language === 'en' && canRecognise()) {
      const wrong = misheard(voice)
      console.log(
        `${voice.name}: ${CHARACTERS.length - wrong.length} of 36 recognised; misheard ${wrong.join(' ') || 'none'}`,
      )
    }
  })
  const timbres = forms.map(all => {
    const frames = all.flat(1)
    return frames[0]!.map((_, k) => mean(frames.map(frame => frame[k]!)))
  })
  const apart = voices.flatMap(({ name }, i) =>
    voices
      .slice(i + 1)
      .map((other, j) => `${name}/${other.name} ${distance(timbres[i]!, timbres[i + 1 + j]!).toFixed(1)}`),
  )
  console.log(`timbres apart: ${apart.join(', ')}`)
}
console.log(`\n${total} bytes in all`)
