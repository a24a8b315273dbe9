import { acceptsCode, type CodeOptions, drawCharacters } from './code.ts'
import type { Kind } from './kind.ts'
import { degreesApart, readDegrees } from './rotate/index.ts'
import { type SpeechOptions, speakCode } from './speech/index.ts'
import { drawCode, encodePng, type PictureOptions, seasonOf } from './text/index.ts'

/** What codes of a style are drawn from, look like and sound like. */
export interface TextStyle extends CodeOptions, Omit<PictureOptions, 'theme'>, SpeechOptions {}

/** A code to type: distorted letters for the eye, the same letters spoken for the ear. */
const text: Kind<TextStyle> = {
  draw: drawCharacters,
  forms: {
    picture: (style, answer, stream, season) => ({
      type: 'image/png',
      bytes: encodePng(drawCode(answer, style, stream, seasonOf(style.level ?? 'standard', season))),
    }),
    sound: (style, answer, stream) => ({ type: 'audio/x-wav', bytes: speakCode(answer, style, stream) }),
  },
  accepts: (style, answer, response) => acceptsCode(answer, response, style.alphabet),
}

/** Directions that a disc may be turned to, and numbers that may be spoken in place of one. */
const DEGREES = 360

/** Discs have one style: which picture one shows is decided where the pictures are. */
export type RotateStyle = Record<string, never>

/** A disc to turn upright. It is drawn from a picture as well as from the id: see `captcha.draft` and `drawDisc`. */
const rotate: Kind<RotateStyle> = {
  draw: (_style, stream) => String(stream.below(DEGREES)),
  forms: {},
  accepts(_style, answer, response, tolerance) {
    const turned = readDegrees(response)
    return turned !== undefined && degreesApart(turned, Number(answer)) <= tolerance
  },
}

/** What numbers of a style sound like. */
export type NumberStyle = Pick<SpeechOptions, 'language' | 'snr'>

/** A number to type that is spoken digit by digit: for the ear what a disc is for the eye. */
const number: Kind<NumberStyle> = {
  draw: (_style, stream) => String(stream.below(DEGREES)),
  forms: {
    sound: (style, answer, stream) => ({ type: 'audio/x-wav', bytes: speakCode(answer, style, stream) }),
  },
  accepts: (_style, answer, response) => readDegrees(response) === Number(answer),
}

/** The kinds by name. */
export const kinds = { text, rotate, number }
