import { ALPHABETS } from './alphabets.ts'
import type { KindName, SettingsOf } from './kinds.ts'

/** A named style of one kind: everything that says what a challenge of it is like. */
interface StyleOf<Kind extends KindName> {
  /** 1 … 255, sealed into ids: never changed, never given to another style. From 64 on, ids hold a level. */
  number: number
  name: string
  kind: Kind
  settings: SettingsOf<Kind>
}

/** A style of any kind, with the settings of that kind. */
export type Style = { [Kind in KindName]: StyleOf<Kind> }[KindName]

type Row = [
  name: string,
  numbers: { fr: number; en: number },
  characters: 'digits' | 'letters' | 'both' | 'light',
  length: [min: number, max: number],
  level: 'standard' | 'light',
]

/** CaptchEtat's eight names; each stands for a style in French and one in English. */
const CAPTCHETAT: Row[] = [
  // The API says 6 to 9 characters; 6 to 8 are drawn, because one client's form takes no more.
  ['captcha', { fr: 1, en: 2 }, 'both', [6, 8], 'standard'],
  ['numerique6_7Captcha', { fr: 3, en: 4 }, 'digits', [6, 7], 'standard'],
  ['alphabetique6_7Captcha', { fr: 5, en: 6 }, 'letters', [6, 7], 'standard'],
  ['alphanumerique12Captcha', { fr: 7, en: 8 }, 'both', [12, 12], 'standard'],
  ['alphabetique12Captcha', { fr: 9, en: 10 }, 'letters', [12, 12], 'standard'],
  ['numerique12Captcha', { fr: 11, en: 12 }, 'digits', [12, 12], 'standard'],
  ['alphanumerique6to9LightCaptcha', { fr: 13, en: 14 }, 'light', [6, 9], 'light'],
  ['alphanumerique4to6LightCaptcha', { fr: 15, en: 16 }, 'light', [4, 6], 'light'],
]

/** A style of codes. */
export type CodeStyle = Extract<Style, { kind: 'text' }>

/** The styles of codes, in the order of their numbers. */
export const codeStyles: readonly CodeStyle[] = CAPTCHETAT.flatMap(
  ([name, numbers, characters, length, level]) =>
    (['fr', 'en'] as const).map(language => ({
      number: numbers[language],
      name: `${name}${language.toUpperCase()}`,
      kind: 'text' as const,
      settings: { language, alphabet: ALPHABETS[language][characters], length, level },
    })),
)

/** Languages of spoken numbers, by style number. */
const SPOKEN = { 33: 'fr', 34: 'en', 35: 'cs', 36: 'de', 37: 'es', 38: 'it' } as const

/** Functions of work. Their levels: 2⁸ to 2²⁴ tries of SHA-256, 2⁴ to 2¹² of PBKDF2, 1 to 64 of scrypt. */
const WORK = [
  [64, 'sha256', { function: 'sha256', cost: 1, levels: [16, 48] }],
  [65, 'pbkdf2', { function: 'pbkdf2', cost: 5000, levels: [8, 24] }],
  // With 4, 8 and 16 MiB.
  [66, 'scrypt4', { function: 'scrypt', cost: 4096, levels: [0, 12] }],
  [67, 'scrypt8', { function: 'scrypt', cost: 8192, levels: [0, 12] }],
  [68, 'scrypt16', { function: 'scrypt', cost: 16_384, levels: [0, 12] }],
] as const

/** Digits that no voice says like another one. */
const DIGITS = ALPHABETS.en.digits
/** Characters of a code of our own widget. */
const WIDGET_LENGTH = [6, 6] as const

/**
 * Styles of our own widget. The level of a code is an index of `TEXT_LEVELS`, that of a disc its tolerance in
 * degrees. What is to be heard has digits: their names are known to people who speak another language.
 */
export const widgetStyles: readonly Style[] = [
  {
    number: 96,
    name: 'read',
    kind: 'text',
    settings: { language: 'en', alphabet: ALPHABETS.en.both, length: WIDGET_LENGTH },
  },
  { number: 97, name: 'turn', kind: 'rotate', settings: {} },
  ...Object.entries({ 98: 'fr', 99: 'en', 100: 'cs', 101: 'de', 102: 'es', 103: 'it' } as const).map(
    ([number, language]): Style => ({
      number: Number(number),
      name: `hear${language.toUpperCase()}`,
      kind: 'text',
      settings: { language, alphabet: DIGITS, length: WIDGET_LENGTH },
    }),
  ),
]

/** Every style, in the order of their numbers. */
export const styles: readonly Style[] = [
  ...codeStyles,
  { number: 32, name: 'rotate', kind: 'rotate', settings: {} },
  ...Object.entries(SPOKEN).map(
    ([number, language]): Style => ({
      number: Number(number),
      name: `number${language.toUpperCase()}`,
      kind: 'number',
      settings: { language },
    }),
  ),
  ...WORK.map(([number, name, settings]): Style => ({ number, name, kind: 'work', settings })),
  ...widgetStyles,
]

const byName = new Map(styles.map(style => [style.name, style]))
const byNumber = new Map(styles.map(style => [style.number, style]))

/** The style of a name (letter case counts), or undefined. */
export const styleNamed = (name: string): Style | undefined => byName.get(name)

/** The style of codes of a name, or undefined. */
export const codeStyleNamed = (name: string): CodeStyle | undefined =>
  codeStyles.find(style => style.name === name)

/** A style of work. */
export type WorkStyle = Extract<Style, { kind: 'work' }>

/** The styles of work, in the order of their numbers. */
export const workStyles: readonly WorkStyle[] = styles.filter(style => style.kind === 'work')

/** The style of work of a name, or undefined. */
export const workStyleNamed = (name: string): WorkStyle | undefined =>
  workStyles.find(style => style.name === name)

/** The style of a number, or undefined. */
export const styleNumbered = (number: number): Style | undefined => byNumber.get(number)
