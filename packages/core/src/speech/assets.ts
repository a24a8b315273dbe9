import { readFileSync } from 'node:fs'
import { CaptchaError } from '../errors.ts'
import { checkFile, decodeVoices, type Voices } from './voices.ts'

/** Languages that codes are spoken in. */
export const LANGUAGES = ['fr', 'en', 'cs', 'de', 'es', 'it'] as const

/** A language that codes are spoken in, as its ISO 639 code. */
export type Language = (typeof LANGUAGES)[number]

/**
 * The language of a tag among some, in either case and with or without a region: `fr-FR` and `FR` are `fr`.
 */
export function languageOf<Known extends string>(tag: string, known: readonly Known[]): Known | undefined {
  const [first] = tag.toLowerCase().split(/[-_]/, 1)
  return known.find(language => language === first)
}

const read = new Map<Language, Voices>()
/** Languages whose voices were found whole. */
const whole = new Set<Language>()

/**
 * The voices of a language, read from the package's own files when they are first needed and kept: a process
 * that draws pictures alone never pays for them.
 * @throws CaptchaError `bad_style`, `asset_corrupt`
 */
export function voicesOf(language: Language): Voices {
  let voices = read.get(language)
  if (!voices) {
    voices = decodeVoices(...load(language))
    read.set(language, voices)
  }
  return voices
}

/**
 * Looks whether the voices of a language are there and whole, without keeping them: once in a process, whose
 * package does not change.
 * @throws CaptchaError `bad_style`, `asset_corrupt`
 */
export function checkVoices(language: Language): void {
  if (read.has(language) || whole.has(language)) return
  checkFile(...load(language))
  whole.add(language)
}

function load(language: Language): [file: Uint8Array, name: string] {
  if (!LANGUAGES.includes(language)) {
    throw new CaptchaError('bad_style', `language ${language}; there are ${LANGUAGES.join(', ')}`)
  }
  const name = `voices/${language}.voices`
  try {
    return [readFileSync(new URL(`../../${name}`, import.meta.url)), name]
  } catch (cause) {
    const reason = `${name} cannot be read (${(cause as NodeJS.ErrnoException).code})`
    throw new CaptchaError('asset_corrupt', reason, { cause })
  }
}
