import { timingSafeEqual } from 'node:crypto'
import { CaptchaError } from './errors.ts'
import type { Stream } from './random.ts'

/** Characters and lengths of codes. */
export interface CodeOptions {
  /** Characters that codes are drawn from: A–Z and 0–9. */
  alphabet: string
  /** Fewest and most characters of a code. */
  length: readonly [min: number, max: number]
}

/** Longest code that is drawn or spoken, in characters: longer ones cannot be read at any size. */
export const MAX_CODE_LENGTH = 16
/** Longest response looked at, in UTF-16 units: sixteen characters and generous white space. */
const MAX_RESPONSE_LENGTH = 64

/**
 * A code of an alphabet: every length and every character equally likely.
 * @throws CaptchaError `bad_style`
 */
export function drawCharacters({ alphabet, length: [min, max] }: CodeOptions, stream: Stream): string {
  if (alphabet === '' || !(min >= 1 && min <= max))
    throw new CaptchaError('bad_style', 'no alphabet or no length')
  const length = min + stream.below(max - min + 1)
  return Array.from({ length }, () => alphabet[stream.below(alphabet.length)]).join('')
}

/**
 * What no code has: white space, hyphens and dashes, and characters that are not visible, such as the
 * direction marks that come along from right-to-left pages. People write what they hear in groups.
 */
const IGNORED = /[\p{White_Space}\p{Dash}\p{Default_Ignorable_Code_Point}]/gu
const DIGIT = /\p{Nd}/u
const OTHER_DIGITS = /(?![0-9])\p{Nd}/gu

/** The value of a Unicode decimal digit. Digits come in runs of ten code points, from zero up. */
function digitValue(digit: string): string {
  const point = digit.codePointAt(0)!
  let first = point
  while (DIGIT.test(String.fromCodePoint(first - 1))) first--
  return String((point - first) % 10)
}

/** Decimal digits of any script as plain ones. */
const plainDigits = (text: string): string => text.replace(OTHER_DIGITS, digitValue)

/**
 * Normalises a response: upper case, without what no code has, digits of any script and full-width characters
 * as plain ones.
 */
export const readCode = (response: string): string =>
  plainDigits(response.normalize('NFKC')).replace(IGNORED, '').toUpperCase()

/**
 * White space and marks around and between digits. A hyphen is not among it: before a number it is a minus.
 */
const BETWEEN_DIGITS = /[\p{White_Space}\p{Default_Ignorable_Code_Point}]/gu

/**
 * A whole number of at most three digits, of any script, as a visitor types it; else undefined. A superscript
 * is no decimal digit: `1²` is not 12.
 */
export function readNumber(response: string): number | undefined {
  if (response.length > MAX_RESPONSE_LENGTH) return undefined
  const digits = plainDigits(response).replace(BETWEEN_DIGITS, '')
  return /^[0-9]{1,3}$/.test(digits) ? Number(digits) : undefined
}

/** Lookalikes: characters that are accepted for another one, where codes have the one and never the other. */
const LOOKALIKES: Readonly<Record<string, string>> = {
  A: '4',
  B: '8',
  D: '0O',
  E: 'F',
  G: '69',
  I: '1L',
  K: 'X',
  L: '1',
  N: 'M',
  O: '0',
  Q: '0O',
  S: '5',
  V: 'UY',
  Z: '2',
  0: 'O',
  1: 'IL',
  2: 'Z',
  4: 'A',
  5: 'S',
  7: 'TZ',
  8: 'B',
}

/**
 * A response in a code's alphabet: what is not in it is read as what it looks like. No guess gets likelier by
 * it.
 */
const inAlphabet = (response: string, alphabet: string) =>
  Array.from(response, character =>
    alphabet.includes(character)
      ? character
      : ([...(LOOKALIKES[character] ?? '')].find(like => alphabet.includes(like)) ?? character),
  ).join('')

/**
 * Whether a response is the code, in either letter case. Where the alphabet of codes is given, an S is taken
 * for the 5 that it looks like if there is no S. Never throws, whatever the visitor sent; a code that a
 * session does not hold is never right.
 */
export function acceptsCode(code: string | undefined, response: unknown, alphabet?: string): boolean {
  if (typeof code !== 'string' || typeof response !== 'string' || response.length > MAX_RESPONSE_LENGTH)
    return false
  const typed = readCode(response)
  // A session whose code was cleared holds none, and an empty response would equal it.
  if (typed === '') return false
  const given = Buffer.from(alphabet === undefined ? typed : inAlphabet(typed, alphabet))
  const wanted = Buffer.from(code)
  return given.length === wanted.length && timingSafeEqual(given, wanted)
}
