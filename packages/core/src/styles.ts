import { ALPHABETS } from './alphabets.ts'
import type { KindName, SettingsOf } from './kinds.ts'
import type { Language } from './speech/index.ts'

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

/** The number that a style is issued under, and the one that it had before its ids held a level. */
type Numbers = readonly [issued: number, former: number]
/** The places of both. */
const [ISSUED, FORMER] = [0, 1] as const
type Place = typeof ISSUED | typeof FORMER

type Row = [
  name: string,
  numbers: { fr: Numbers; en: Numbers },
  characters: 'digits' | 'letters' | 'both' | 'light',
  length: [min: number, max: number],
  level: 'standard' | 'light',
]

/** CaptchEtat's eight names; each stands for a style in French and one in English. */
const CAPTCHETAT: Row[] = [
  // The API says 6 to 9 characters; 6 to 8 are drawn, because one client's form takes no more.
  ['captcha', { fr: [112, 1], en: [113, 2] }, 'both', [6, 8], 'standard'],
  ['numerique6_7Captcha', { fr: [114, 3], en: [115, 4] }, 'digits', [6, 7], 'standard'],
  ['alphabetique6_7Captcha', { fr: [116, 5], en: [117, 6] }, 'letters', [6, 7], 'standard'],
  ['alphanumerique12Captcha', { fr: [118, 7], en: [119, 8] }, 'both', [12, 12], 'standard'],
  ['alphabetique12Captcha', { fr: [120, 9], en: [121, 10] }, 'letters', [12, 12], 'standard'],
  ['numerique12Captcha', { fr: [122, 11], en: [123, 12] }, 'digits', [12, 12], 'standard'],
  ['alphanumerique6to9LightCaptcha', { fr: [124, 13], en: [125, 14] }, 'light', [6, 9], 'light'],
  ['alphanumerique4to6LightCaptcha', { fr: [126, 15], en: [127, 16] }, 'light', [4, 6], 'light'],
]

/** A style of codes. */
export type CodeStyle = Extract<Style, { kind: 'text' }>

const codeStylesBy = (place: Place): CodeStyle[] =>
  CAPTCHETAT.flatMap(([name, numbers, characters, length, level]) =>
    (['fr', 'en'] as const).map(language => ({
      number: numbers[language][place],
      name: `${name}${language.toUpperCase()}`,
      kind: 'text',
      settings: { language, alphabet: ALPHABETS[language][characters], length, level },
    })),
  )

/** The styles of codes, in the order of their numbers. */
export const codeStyles: readonly CodeStyle[] = codeStylesBy(ISSUED)

/** Numbers of the styles of spoken numbers, by language. */
const SPOKEN: Readonly<Record<Language, Numbers>> = {
  fr: [129, 33],
  en: [130, 34],
  cs: [131, 35],
  de: [132, 36],
  es: [133, 37],
  it: [134, 38],
}

/** Numbers of the style of discs. */
const ROTATE: Numbers = [128, 32]

const rocaptchaStylesBy = (place: Place): Style[] => [
  { number: ROTATE[place], name: 'rotate', kind: 'rotate', settings: {} },
  ...Object.entries(SPOKEN).map(
    ([language, numbers]): Style => ({
      number: numbers[place],
      name: `number${language.toUpperCase()}`,
      kind: 'number',
      settings: { language: language as Language },
    }),
  ),
]

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
 * Styles of our own widget. What is to be heard has digits: their names are known to people who speak another
 * language.
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

/** Every style that is issued, in the order of their numbers. */
export const styles: readonly Style[] = [
  ...WORK.map(([number, name, settings]): Style => ({ number, name, kind: 'work', settings })),
  ...widgetStyles,
  ...codeStyles,
  ...rocaptchaStylesBy(ISSUED),
]

/** Styles of ids without a level: those that are open can be shown and answered, and none is issued. */
export const formerStyles: readonly Style[] = [...codeStylesBy(FORMER), ...rocaptchaStylesBy(FORMER)]

const byName = new Map(styles.map(style => [style.name, style]))
const byNumber = new Map([...formerStyles, ...styles].map(style => [style.number, style]))

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
