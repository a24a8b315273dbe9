import { languages } from './languages.ts'
import type { Words } from './words/en.ts'

export type { Word, Words } from './words/en.ts'

/** A language with its words. */
export interface Speech {
  lang: string
  /** The direction that it is written in. */
  dir: 'ltr' | 'rtl'
  words: Words
  /** A turn in words, from whole degrees clockwise, 0 … 359: the shorter way round. */
  turned(degrees: number): string
}

/** The words of a language, which must be one of ours: the server, or the page that asks, has chosen it. */
export function speechFor(lang: string): Speech {
  const words = languages[lang]!
  // Browsers know every language's plurals.
  const unit = new Intl.NumberFormat(lang, { style: 'unit', unit: 'degree', unitDisplay: 'long' })
  return {
    lang,
    dir: lang === 'ar' ? 'rtl' : 'ltr',
    words,
    turned(degrees) {
      const way = degrees > 180 ? words.left : degrees ? words.right : '{}'
      return fill(way, unit.format(degrees > 180 ? 360 - degrees : degrees))
    },
  }
}

/** Puts a value into a text as it is. */
export const fill = (text: string, value: string) => text.replace('{}', () => value)
