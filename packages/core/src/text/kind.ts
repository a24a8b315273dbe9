import { timingSafeEqual } from 'node:crypto'
import { CaptchaError } from '../errors.ts'
import type { Kind } from '../kind.ts'
import type { Stream } from '../random.ts'
import { drawCode, type PictureOptions } from './picture.ts'
import { encodePng } from './png.ts'

/** What codes of a style look like. */
export interface TextStyle extends Omit<PictureOptions, 'theme'> {
  /** Characters that codes are drawn from: A–Z and 0–9. */
  alphabet: string
  /** Fewest and most characters of a code. */
  length: readonly [min: number, max: number]
}

/** Longest response looked at, in UTF-16 units: sixteen characters and generous white space. */
const LONGEST_RESPONSE = 64

/** A code of an alphabet: every length and every character equally likely. @throws CaptchaError `bad_style` */
export function drawAnswer(
  { alphabet, length: [min, max] }: Pick<TextStyle, 'alphabet' | 'length'>,
  stream: Stream,
): string {
  if (alphabet === '' || !(min >= 1 && min <= max))
    throw new CaptchaError('bad_style', 'no alphabet or no length')
  const length = min + stream.below(max - min + 1)
  return Array.from({ length }, () => alphabet[stream.below(alphabet.length)]).join('')
}

/** White space and characters without width around a response, as they come along when a code is pasted. */
const AROUND = /^[\s\u200b-\u200d\u2060]+|[\s\u200b-\u200d\u2060]+$/g

/** What a visitor meant: upper case, nothing around it, full-width characters as plain ones. */
const normalised = (response: string) => response.normalize('NFKC').replace(AROUND, '').toUpperCase()

/** A code, shown as a picture of distorted letters. */
export const text: Kind<TextStyle> = {
  draw: drawAnswer,
  forms: {
    picture: (style, answer, stream) => ({
      type: 'image/png',
      bytes: encodePng(drawCode(answer, style, stream)),
    }),
  },
  accepts(_style, answer, response) {
    if (response.length > LONGEST_RESPONSE) return false
    const given = Buffer.from(normalised(response))
    const wanted = Buffer.from(answer)
    return given.length === wanted.length && timingSafeEqual(given, wanted)
  },
}
