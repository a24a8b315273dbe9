import { loadPart } from './load.ts'
import { words as en, type Words } from './words/en.ts'

/** The languages of the widget. Each has a script of its own, but English, which the main script has. */
export const LANGUAGES = [
  ...(['ar', 'bg', 'cs', 'da', 'de', 'el', 'en', 'es', 'et', 'fi', 'fr', 'ga', 'he', 'hr', 'hu'] as const),
  ...(['is', 'it', 'lt', 'lv', 'mt', 'nb', 'nl', 'pl', 'pt', 'ro', 'sk', 'sl', 'sv', 'tr', 'uk'] as const),
]
/** A language of the widget, as its ISO 639 code. */
export type Language = (typeof LANGUAGES)[number]

/** Other codes whose readers read one of the languages: Norwegian without its form, Nynorsk, former codes. */
const ALIASES: Readonly<Record<string, Language>> = { no: 'nb', nn: 'nb', iw: 'he', mo: 'ro' }
/** Languages that are written from right to left. */
const RIGHT_TO_LEFT: readonly Language[] = ['ar', 'he']

/** What the widget says, in one language. */
export interface Speech {
  lang: Language
  dir: 'ltr' | 'rtl'
  words: Words
}

/** The first language of the widget that tags ask for: `pt-BR` asks for `pt`. English where none does. */
export function languageOf(tags: Iterable<string>): Language {
  for (const tag of tags) {
    const [code = ''] = tag.toLowerCase().split(/[-_]/, 1)
    const language = LANGUAGES.find(known => known === (Object.hasOwn(ALIASES, code) ? ALIASES[code] : code))
    if (language) return language
  }
  return 'en'
}

/** The language of what is around an element, out of shadow roots as well; else that of the browser. */
export const languageAround = (element: Element): Language => languageOf(tagsAround(element))

function* tagsAround(element: Element): Iterable<string> {
  for (let at: Element | null = element; at; ) {
    if (at instanceof HTMLElement && at.lang) yield at.lang
    const root: Node = at.getRootNode()
    at = at.parentElement ?? (root instanceof ShadowRoot ? root.host : null)
  }
  yield* navigator.languages
}

/** The speech of a language, from the service. English where its script cannot be loaded. */
export async function speechOf(lang: Language, server: string): Promise<Speech> {
  if (lang !== 'en') {
    try {
      const { words } = await loadPart<{ words: Words }>(server, `words.${lang}`)
      return { lang, dir: RIGHT_TO_LEFT.includes(lang) ? 'rtl' : 'ltr', words }
    } catch {
      // English is better than nothing.
    }
  }
  return { lang: 'en', dir: 'ltr', words: en }
}

/** A turn in words, from whole degrees clockwise, 0 … 359. */
export function degreesIn(language: string, { degrees: forms }: Words, degrees: number): string {
  const form = forms[new Intl.PluralRules(language).select(degrees)] ?? forms.other
  return form.replace('{degrees}', degrees.toLocaleString(language))
}
