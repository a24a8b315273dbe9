import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { degreesIn, LANGUAGES, type Language, languageOf } from './languages.ts'
import { words as en, type Words } from './words/en.ts'

const speeches = await Promise.all(
  LANGUAGES.map(async language => {
    const { words } = (await import(`./words/${language}.ts`)) as { words: Words }
    return [language, words] as const
  }),
)

/** Phrases that a language writes as English does. */
const SAME: Partial<Record<Language, string[]>> = { da: ['pause'], fr: ['pause'] }
/** Keys that keyboards write in Latin letters in every language. */
const LATIN_KEYS = /Shift|Page Up|Page Down/g
/** Languages that are not written in Latin letters, and the letters of theirs. */
const SCRIPTS: Partial<Record<Language, RegExp>> = {
  ar: /\p{Script=Arabic}/u,
  bg: /\p{Script=Cyrillic}/u,
  el: /\p{Script=Greek}/u,
  he: /\p{Script=Hebrew}/u,
  uk: /\p{Script=Cyrillic}/u,
}
/** English words that no other language has. */
const ENGLISH =
  /(?<!\p{L})(?:the|this|that|please|try|wait|turn|listen|read|type|press|another|verif(?:y|ied))(?!\p{L})/iu
/** Marks at the end of a phrase: full stop, question marks of all languages, ellipsis. */
const ENDS = [/\.$/, /[?;؟]$/, /…$/]
const placeholders = (text: string) => text.match(/\{\w*\}/g) ?? []

/** Every text of a language by its path; plural forms are apart. */
const texts = ({ degrees: _, languages, ...words }: Words) =>
  Object.entries({
    ...words,
    ...Object.fromEntries(Object.entries(languages).map(([k, v]) => [`in ${k}`, v])),
  })

describe.each(speeches.filter(([language]) => language !== 'en'))('the words of %s', (language, words) => {
  it('are those of English, with the same placeholders and ends', () => {
    const [said, english] = [Object.fromEntries(texts(words)), Object.fromEntries(texts(en))]
    expect(Object.keys(said)).toEqual(Object.keys(english))
    for (const [key, text] of Object.entries(said)) {
      expect(placeholders(text), key).toEqual(placeholders(english[key]!))
      for (const end of ENDS) expect(end.test(text), `${key}: ${text}`).toBe(end.test(english[key]!))
    }
  })

  it('are of that language alone', () => {
    const english = Object.fromEntries(texts(en))
    const all = texts(words)
    expect(all.filter(([key, text]) => text === english[key]).map(([key]) => key)).toEqual(
      SAME[language] ?? [],
    )
    const script = SCRIPTS[language]
    for (const [key, text] of [...all, ...Object.entries(words.degrees)]) {
      const own = text.replace(/\{\w*\}/g, '').replace(LATIN_KEYS, '')
      if (script) expect(script.test(own) && !/[a-z]/i.test(own), `${key}: ${text}`).toBe(true)
      else expect(own, key).not.toMatch(ENGLISH)
    }
  })
})

describe.each(speeches)('the words of %s', (language, words) => {
  it('are written as print is', () => {
    for (const [key, text] of [...texts(words), ...Object.entries(words.degrees)]) {
      expect(text, key).toMatch(/^\S(?:.*\S)?$/u)
      expect(text, key).not.toMatch(/['"`]|\.\.|\s{2}|\p{Cc}/u)
      expect(text, key).toBe(text.normalize('NFC'))
    }
  })

  it('have each plural of a whole number of degrees', () => {
    const rules = new Intl.PluralRules(language)
    const categories = Array.from({ length: 360 }, (_, degrees) => rules.select(degrees))
    expect(Object.keys(words.degrees).sort()).toEqual([...new Set([...categories, 'other'])].sort())
    for (const [category, form] of Object.entries(words.degrees)) {
      // A category of one number alone may have it as a word.
      if (categories.filter(each => each === category).length === 1) continue
      expect(placeholders(form), category).toEqual(['{degrees}'])
    }
  })
})

describe('languages', () => {
  it('are those that have words, and those of the table in docs/widget.md', () => {
    const files = readdirSync(new URL('words', import.meta.url)).map(name => name.replace(/\.ts$/, ''))
    expect(files.sort()).toEqual(LANGUAGES)
    const page = readFileSync(new URL('../../../../docs/widget.md', import.meta.url), 'utf8')
    expect(
      [...page.matchAll(/^\| `(\w\w)` \| \p{L}+ \|(?: (?:yes|no|original) \|){2}$/gmu)].map(([, tag]) => tag),
    ).toEqual(LANGUAGES)
  })

  it.each([
    [['fr'], 'fr'],
    [['pt-BR'], 'pt'],
    [['DE_at'], 'de'],
    [['en-GB', 'fr'], 'en'],
    [['no'], 'nb'],
    [['nn-NO'], 'nb'],
    [['iw'], 'he'],
    [['sr', 'ja-JP', 'uk'], 'uk'],
    [['', 'fra', 'constructor', '-fr', 'it'], 'it'],
    [['sr'], 'en'],
    [[], 'en'],
  ] as const)('of the tags %j is %s', (tags, language) => {
    expect(languageOf(tags)).toBe(language)
  })

  it('say a turn as it is said there', () => {
    const said = (language: Language, degrees: number) =>
      degreesIn(language, Object.fromEntries(speeches)[language]!, degrees)
    expect([0, 1, 2, 5, 22, 359].map(degrees => said('pl', degrees))).toEqual([
      ...['0 stopni', '1 stopień', '2 stopnie', '5 stopni', '22 stopnie', '359 stopni'],
    ])
    expect([1, 2, 3, 7, 12, 20].map(degrees => said('mt', degrees))).toEqual([
      ...['1 grad', '2 gradi', '3 gradi', '7 gradi', '12-il grad', '20 grad'],
    ])
    expect([1, 2, 300].map(degrees => said('he', degrees))).toEqual(['מעלה אחת', 'שתי מעלות', '300 מעלות'])
    expect([0, 1, 21].map(degrees => said('ro', degrees))).toEqual(['0 grade', '1 grad', '21 de grade'])
  })
})
