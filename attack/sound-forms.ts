/** Forms of sounds beside spoken codes: to count one item of a row, to add up, to name things. */
import { createHash } from 'node:crypto'
import { keyedStream, type Stream, speakCode } from '@upright/core'
import { type Attack, type Finding, timed } from './finding.ts'
import { type Find, type Listener, readOff } from './matched.ts'
import { recordingsOf, samplesIn } from './sounds.ts'
import { EDGE_SECONDS, playThings, THING_NAMES } from './things.ts'
import { BANDS, createWarper, HOP_SAMPLES, quantile, RATE, spectra } from './warping.ts'

const CHALLENGES = 25
const GUESSES = 20_000
/** What a blind guess at a challenge may be worth: rounds are added until it is worth no more. */
const MAX_GUESS_VALUE = 1e-3
/** Items of a row in which one is counted, and how often it may be there. */
const COUNTED_ROW = 12
const [LEAST, MOST] = [2, 9]
const DIGITS = [...'0123456789']

/** What is heard, a digit or letter for each item, and the one that is asked for where it is one. */
interface Round {
  row: string
  wanted: string
}

interface Form {
  name: string
  /** The best blind guess at a round, and how often it is right. */
  guess: string
  worth: number
  draw(stream: Stream): Round
  /** The answer of somebody who hears this row. */
  answer(round: Round): string
  /** Samples at 16 kHz. */
  play(row: string, stream: Stream): ArrayLike<number>
  /** Attackers, each of whom is told how many items a row has. */
  attackers(): [attack: string, listen: Listener][]
}

const digits: Pick<Form, 'play' | 'attackers'> = {
  play: (row, stream) => samplesIn(speakCode(row, { language: 'en' }, stream)),
  attackers: () => [['spectra of all clips, stretched in time', createWarper(recordingsOf('en'))]],
}
const things: Pick<Form, 'play' | 'attackers'> = {
  play: playThings,
  attackers: () => [['spectra of 12 renditions of each, slid along', createSlider(12)]],
}

/** What an attacker writes for an item that he takes for the wanted one without knowing its name. */
const UNNAMED = '?'

const rowOf = (items: readonly string[], length: number, stream: Stream) =>
  Array.from({ length }, () => stream.pick(items)).join('')

/** To write a row down. */
const written = (items: readonly string[], length: number) => ({
  guess: items[0]!.repeat(length),
  worth: items.length ** -length,
  draw: (stream: Stream) => ({ row: rowOf(items, length, stream), wanted: '' }),
  answer: ({ row }: Round) => row,
})

/** To count an item among two others. */
const counted = (items: readonly string[]) => ({
  guess: String(MOST),
  worth: 1 / (MOST - LEAST + 1),
  draw: (stream: Stream) => {
    const [wanted, ...others] = shuffled(items, stream).slice(0, 3) as [string, string, string]
    const count = LEAST + stream.below(MOST - LEAST + 1)
    const row = wanted.repeat(count) + rowOf(others, COUNTED_ROW - count, stream)
    return { row: shuffled([...row], stream).join(''), wanted }
  },
  answer: ({ row, wanted }: Round) =>
    String([...row].filter(item => item === wanted || item === UNNAMED).length),
})

export const FORMS: readonly Form[] = [
  { name: 'a code of 3 digits', ...digits, ...written(DIGITS, 3) },
  { name: 'a code of 7 digits', ...digits, ...written(DIGITS, 7) },
  { name: 'how often a digit is said', ...digits, ...counted(DIGITS) },
  {
    ...{ name: 'the sum of 5 digits', ...digits, ...written(DIGITS, 5) },
    answer: ({ row }) => String([...row].reduce((sum, digit) => sum + Number(digit), 0)),
    // Of the 100,000 rows, 6,000 come to 22 and as many to 23, and fewer to any other sum.
    guess: '22',
    worth: 0.06,
  },
  {
    ...{ name: 'how often a thing is heard', ...things, ...counted(THING_NAMES) },
    attackers: () => [['what is loud, grouped by likeness', hearLargestGroup], ...things.attackers()],
  },
  { name: 'the names of 4 things', ...things, ...written(THING_NAMES, 4) },
]

function shuffled<T>(items: readonly T[], stream: Stream): T[] {
  const left = [...items]
  return items.map(() => left.splice(stream.below(left.length), 1)[0]!)
}

const streamOf = (seed: string) =>
  keyedStream(createHash('sha256').update(`attack sound-forms ${seed}`).digest())

/** How far a band counts as risen above the background at most (natural logarithm of power). */
const MOST_RISEN = 4

/** Spectra as far as they rise above the background. */
function risen(sound: ArrayLike<number>): Float32Array {
  const frames = spectra(sound)
  const quiet = quantile(frames, 0.3)
  return frames.map((value, i) => Math.min(MOST_RISEN, Math.max(0, value - quiet[i % BANDS]! - 1)))
}

/** Share of what is usual in the loudest tenth from which on something sounds. */
const LOUD_SHARE = 0.35
/** Frames without a sound within an item, at most. */
const PAUSE_FRAMES = 6
/** How alike two items are to be the same, as the cosine of their spectra. */
const MIN_COSINE = 0.8

/** Somebody who knows no thing takes the most frequent sort for the wanted one. */
export const hearLargestGroup: Listener = sound => {
  const heard = risen(sound)
  const frames = Array.from({ length: heard.length / BANDS }, (_, t) =>
    heard.subarray(t * BANDS, (t + 1) * BANDS),
  )
  const loudness = frames.map(frame => frame.reduce((sum, value) => sum + value, 0))
  const threshold = LOUD_SHARE * [...loudness].sort((a, b) => a - b)[Math.floor(0.9 * loudness.length)]!
  const items: Float32Array[] = []
  let last = -Infinity
  for (const [t, frame] of frames.entries()) {
    if (loudness[t]! <= threshold) continue
    if (t - last > PAUSE_FRAMES) items.push(new Float32Array(BANDS))
    const item = items.at(-1)!
    for (const [b, value] of frame.entries()) item[b]! += value
    last = t
  }
  const groups: Float32Array[][] = []
  for (const item of items) {
    const group = groups.find(([first]) => cosine(first!, item) >= MIN_COSINE)
    if (group) group.push(item)
    else groups.push([item])
  }
  return UNNAMED.repeat(Math.max(0, ...groups.map(({ length }) => length)))
}

function cosine(a: Float32Array, b: Float32Array): number {
  const product = (c: Float32Array, d: Float32Array) => c.reduce((sum, value, i) => sum + value * d[i]!, 0)
  return product(a, b) / Math.sqrt(product(a, a) * product(b, b))
}

/** Somebody who has the source, and slides the spectra of so many renditions of each thing along a sound. */
export function createSlider(renditions: number): Listener {
  const stream = streamOf('renditions')
  const edge = Math.floor((EDGE_SECONDS * RATE) / HOP_SAMPLES) * BANDS
  const templates = THING_NAMES.flatMap(says =>
    Array.from({ length: renditions }, () => {
      const shape = risen(playThings(says, stream)).slice(edge, -edge)
      const mean = shape.reduce((sum, value) => sum + value, 0) / shape.length
      const size = Math.sqrt(shape.reduce((sum, value) => sum + (value - mean) ** 2, 0))
      return { says, shape: shape.map(value => (value - mean) / size) }
    }),
  )
  return (sound, items) => {
    const heard = risen(sound)
    const finds: Find[] = []
    for (const { says, shape } of templates) {
      for (let from = 0; from + shape.length <= heard.length; from += BANDS) {
        let score = 0
        for (let i = 0; i < shape.length; i++) score += shape[i]! * heard[from + i]!
        finds.push({ says, score, start: from, length: shape.length })
      }
    }
    return readOff(finds, items)
  }
}

/** Each form in so many rounds that a blind guess is rare, with what its rounds take to listen to. */
export const attackSoundForms: Attack = async count => {
  const found: Finding[] = []
  for (const form of FORMS) {
    const stream = streamOf(form.name)
    const rounds = Math.ceil(Math.log(MAX_GUESS_VALUE) / Math.log(form.worth) - 1e-9)
    const drawn = () => Array.from({ length: rounds }, () => form.draw(stream))
    const challenges = Array.from({ length: count(CHALLENGES) }, () =>
      drawn().map(round => ({ round, sound: form.play(round.row, stream) })),
    )
    const samples = challenges.length
    const length = challenges.flat().reduce((sum, { sound }) => sum + sound.length, 0)
    const target = `${form.name}, ${rounds} × ${(length / samples / rounds / RATE).toFixed(1)} s`
    const blind = await timed(
      () =>
        Array.from({ length: GUESSES }, drawn).filter(all =>
          all.every(round => form.answer(round) === form.guess),
        ).length,
    )
    const measure = 'challenges'
    found.push({
      ...{ attack: 'blind guess', target, measure, samples: GUESSES, seconds: blind.seconds },
      solved: blind.result / GUESSES,
      expected: form.worth ** rounds,
    })
    for (const [attack, listen] of form.attackers()) {
      const { result, seconds } = await timed(() =>
        challenges.map(all =>
          all.map(({ round, sound }) => {
            const row = listen(sound, round.row.length)
            return form.answer({ ...round, row }) === form.answer(round)
          }),
        ),
      )
      const about = { attack, target, seconds }
      const right = result.flat().filter(Boolean).length
      if (rounds > 1) {
        found.push({
          ...about,
          measure: 'rounds',
          samples: samples * rounds,
          solved: right / samples / rounds,
        })
      }
      found.push({
        ...about,
        measure,
        samples,
        solved: result.filter(all => all.every(Boolean)).length / samples,
      })
    }
  }
  return { found }
}
