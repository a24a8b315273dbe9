import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { RATE, type Voice } from '../../packages/core/src/speech/voices.ts'
import { CHARACTERS, LETTERS } from './words.ts'

const MODEL = '/usr/share/pocketsphinx/model/en-us'
/** The names of letters in the recogniser's dictionary end in a point where they are words as well. */
const SPOKEN: Readonly<Record<string, string>> = Object.fromEntries([
  ...LETTERS.map(letter => [letter, `${letter.toLowerCase()}.`]),
  ...'zero one two three four five six seven eight nine'.split(' ').map((name, digit) => [`${digit}`, name]),
])

/** What a clip gets before and after it. */
const MARGIN_SAMPLES = RATE / 4

/** Whether this machine has PocketSphinx and its English model. */
export const canRecognise = (): boolean =>
  existsSync(MODEL) && spawnSync('which', ['pocketsphinx_batch']).status === 0

/**
 * The same soft hiss at each call of this: without it the recogniser trips over silence that is all noughts.
 */
function noise(): () => number {
  let state = 1
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.round((state / 2 ** 32 - 0.5) * 40)
  }
}

/** The characters that a recogniser of all 36 takes for others. */
export function misheard({ clips }: Voice): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'voices-'))
  try {
    const hiss = noise()
    for (const character of CHARACTERS) {
      const { samples } = clips.get(character)!
      const padded = new Int16Array(samples.length + 2 * MARGIN_SAMPLES)
      padded.set(samples, MARGIN_SAMPLES)
      writeFileSync(join(folder, `${character}.raw`), Buffer.from(padded.map(x => x + hiss()).buffer))
    }
    writeFileSync(join(folder, 'files'), CHARACTERS.join('\n'))
    writeFileSync(join(folder, 'dict'), dictionary())
    writeFileSync(
      join(folder, 'names.gram'),
      `#JSGF V1.0;\ngrammar names;\npublic <name> = ${Object.values(SPOKEN).join(' | ')};\n`,
    )
    const options = {
      hmm: join(MODEL, 'en-us'),
      dict: join(folder, 'dict'),
      jsgf: join(folder, 'names.gram'),
      ctl: join(folder, 'files'),
      cepdir: folder,
      cepext: '.raw',
      hyp: join(folder, 'heard'),
      adcin: 'yes',
      logfn: '/dev/null',
    }
    const { status } = spawnSync(
      'pocketsphinx_batch',
      Object.entries(options).flatMap(([name, value]) => [`-${name}`, value]),
    )
    if (status !== 0) throw new Error('pocketsphinx_batch failed')
    const heard = readFileSync(join(folder, 'heard'), 'utf8').trim().split('\n')
    return CHARACTERS.flatMap((character, i) => {
      const name = heard[i]!.split('(', 1)[0]!.trim()
      return name === SPOKEN[character] ? [] : [`${character}→${name.replace('.', '')}`]
    })
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** The dictionary's entries for the 36 names. */
function dictionary(): string {
  const names = new Set(Object.values(SPOKEN))
  const lines = readFileSync(join(MODEL, 'cmudict-en-us.dict'), 'utf8').split('\n')
  return lines.filter(line => names.has(line.replace(/(\(\d\))? .*/, ''))).join('\n')
}
