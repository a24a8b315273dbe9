import { type Language, voicesOf } from '@upright/core'
import { type Attack, type Findings, timed } from './finding.ts'
import { createListener, type Listener, type Recording } from './matched.ts'
import { samplesOf } from './samples.ts'
import { createWarper } from './warping.ts'

const SOUNDS = 40
/** Bytes of a WAV file before its samples. */
const HEADER = 44
const STYLES: [style: string, language: Language][] = [
  ['numerique6_7CaptchaFR', 'fr'],
  ['numerique6_7CaptchaEN', 'en'],
]

/** What an attacker does with the clips that he holds. */
const ATTACKERS: [attack: string, create: (recordings: Recording[], longest: number) => Listener][] = [
  ['matched filters of all clips', createListener],
  ['spectra of all clips, stretched in time', createWarper],
]

/** The attacker holds every clip of every voice as it is shipped, and knows how many digits to listen for. */
export const attackSounds: Attack = async count => {
  const found: Findings['found'] = []
  for (const [style, language] of STYLES) {
    const sounds = samplesOf(style, 'sound', count(SOUNDS)).map(({ answer, bytes }) => ({
      answer,
      samples: samplesIn(bytes),
    }))
    const recordings = recordingsOf(language)
    const longest = Math.max(...sounds.map(({ samples }) => samples.length))
    for (const [attack, createAttacker] of ATTACKERS) {
      const { result, seconds } = await timed(() => {
        const listen = createAttacker(recordings, longest)
        return sounds.map(({ answer, samples }) => ({ answer, heard: listen(samples, answer.length) }))
      })
      const about = { attack, target: `${style}, by ear`, seconds }
      const whole = result.filter(({ answer, heard }) => answer === heard).length
      const digits = result.reduce((sum, { answer }) => sum + answer.length, 0)
      const wrong = result.reduce((sum, { answer, heard }) => sum + distance(answer, heard), 0)
      found.push({ ...about, measure: 'codes', samples: sounds.length, solved: whole / sounds.length })
      found.push({ ...about, measure: 'digits', samples: digits, solved: Math.max(0, 1 - wrong / digits) })
    }
  }
  return { found }
}

/** Every digit of every voice, and the words before a code, which are no part of it. */
export function recordingsOf(language: Language) {
  return voicesOf(language).voices.flatMap(({ clips }) =>
    [...clips]
      .filter(([name]) => /^([0-9]|lead)$/.test(name))
      .map(([name, { samples }]) => ({ says: name === 'lead' ? '' : name, samples })),
  )
}

/** The samples of one of our WAV files, without the note at its end. */
export function samplesIn(file: Uint8Array): Int16Array {
  const bytes = Buffer.from(file)
  return new Int16Array(
    new Uint8Array(bytes.subarray(HEADER, HEADER + bytes.readUInt32LE(HEADER - 4))).buffer,
  )
}

/**
 * How many characters must be changed, put in or left out to make one text of another (Levenshtein, 1966).
 */
export function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (const [i, character] of [...a].entries()) {
    const next = [i + 1]
    for (let j = 0; j < b.length; j++) {
      next.push(Math.min(next[j]! + 1, row[j + 1]! + 1, row[j]! + (character === b[j] ? 0 : 1)))
    }
    row = next
  }
  return row[b.length]!
}
