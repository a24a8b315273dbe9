import { acceptsCode, type CodeOptions, drawCharacters } from './code.ts'
import type { Kind } from './kind.ts'
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

/** The kinds by name. */
export const kinds = { text } satisfies Record<string, Kind<TextStyle>>
