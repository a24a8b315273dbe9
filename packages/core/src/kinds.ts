import { acceptsCode, type CodeOptions, drawCharacters } from './code.ts'
import type { Kind } from './kind.ts'
import { degreesApart, readDegrees } from './rotate/index.ts'
import { type SpeechOptions, speakCode } from './speech/index.ts'
import { drawCode, encodePng, type PictureOptions } from './text/index.ts'

/** What codes of a style are drawn from, look like and sound like. */
export interface TextStyle extends CodeOptions, Omit<PictureOptions, 'theme'>, SpeechOptions {}

/** A code to type: distorted letters for the eye, the same letters spoken for the ear. */
const text: Kind<TextStyle> = {
  draw: drawCharacters,
  forms: {
    picture: (style, answer, stream) => ({
      type: 'image/png',
      bytes: encodePng(drawCode(answer, style, stream)),
    }),
    sound: (style, answer, stream) => ({ type: 'audio/x-wav', bytes: speakCode(answer, style, stream) }),
  },
  accepts: (_style, answer, response) => acceptsCode(answer, response),
}

/** What discs of a style are. Which picture they show is decided where the pictures are. */
export interface RotateStyle {
  /** Shares of a whole turn that are drawn: all of them. */
  degrees: 360
}

/** A disc to turn upright. It is drawn from a picture as well as from the id: see `captcha.draft` and `drawDisc`. */
const rotate: Kind<RotateStyle> = {
  draw: ({ degrees }, stream) => String(stream.below(degrees)),
  forms: {},
  accepts(_style, answer, response, tolerance) {
    const turned = readDegrees(response)
    return turned !== undefined && degreesApart(turned, Number(answer)) <= tolerance
  },
}

/** What numbers of a style sound like. */
export interface NumberStyle extends Pick<SpeechOptions, 'language' | 'snr'> {
  /** The first number that is not drawn. */
  below: number
}

/** A number to type that is spoken digit by digit: for the ear what a disc is for the eye. */
const number: Kind<NumberStyle> = {
  draw: ({ below }, stream) => String(stream.below(below)),
  forms: {
    sound: (style, answer, stream) => ({ type: 'audio/x-wav', bytes: speakCode(answer, style, stream) }),
  },
  accepts: (_style, answer, response) => readDegrees(response) === Number(answer),
}

/** The kinds by name. */
export const kinds = { text, rotate, number }
