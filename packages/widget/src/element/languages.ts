import { loadPart } from './load.ts'
import { words as en, type Words } from './words/en.ts'

/** Languages with words of their own beside English, which the script has itself. */
const LANGUAGES = ['fr'] as const
/** Languages that are written from right to left. */
const RIGHT_TO_LEFT = /^(?:ar|he)$/

/** What the widget says, in one language. */
export interface Speech {
  lang: string
  dir: 'ltr' | 'rtl'
  words: Words
}

/** The language tag of what is around an element, out of shadow roots as well; else that of the browser. */
export function tagAround(element: Element): string {
  const found = element.closest<HTMLElement>('[lang]')
  if (found) return found.lang
  const root = element.getRootNode()
  return root instanceof ShadowRoot ? tagAround(root.host) : navigator.language
}

/** The speech of a language tag, from the service: `fr-CA` speaks `fr`. English where there is no other. */
export async function speechOf(tag: string, server: string): Promise<Speech> {
  const language = LANGUAGES.find(known => known === tag.toLowerCase().split('-', 1)[0])
  if (language) {
    try {
      const { words } = await loadPart<{ words: Words }>(server, `words.${language}`)
      return { lang: language, dir: RIGHT_TO_LEFT.test(language) ? 'rtl' : 'ltr', words }
    } catch {
      // English is better than nothing.
    }
  }
  return { lang: 'en', dir: 'ltr', words: en }
}
