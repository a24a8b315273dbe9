import { CaptchaError, languageOf } from '@upright/core'
import { type Files, NOT_BUILT } from '../../http/files.ts'

/** Words of the widget that the frame uses too. */
type FrameWord =
  | 'name'
  | 'passed'
  | 'failed'
  | 'wrong'
  | 'raised'
  | 'late'
  | 'again'
  | 'text'
  | 'speech'
  | 'another'
  | 'check'
  | 'readCode'
  | 'picture'
  | 'hearCode'
  | 'heardIn'
  | 'listen'
  | 'copyPass'

/** What the frame says, in one language. */
export interface Speech {
  lang: string
  dir: 'ltr' | 'rtl'
  words: Readonly<Record<FrameWord, string>>
}

/** The languages of the frame. */
export interface Speeches {
  /**
   * The language of a tag; without one that is known, what the browser prefers; else English.
   * @throws CaptchaError `not_found` where nothing has been built
   */
  of(tag: string, accepted: string | undefined): Speech
}

/** Where the build puts the widget's words in all languages. */
const FILE = 'element/words.json'

/** Reads what the widget says. */
export function readSpeeches(files: Files): Speeches {
  const text = files.get(FILE)?.bytes.toString() ?? '{}'
  const all = new Map(Object.entries(JSON.parse(text) as Record<string, Omit<Speech, 'lang'>>))
  const known = [...all.keys()]
  return {
    of(tag, accepted = '') {
      const tags = [tag, ...accepted.split(',').map(part => part.split(';', 1)[0]!.trim())]
      const lang = tags.map(each => languageOf(each, known)).find(Boolean) ?? 'en'
      const speech = all.get(lang)
      if (!speech) throw new CaptchaError('not_found', NOT_BUILT)
      return { lang, ...speech }
    },
  }
}
