import { acceptsCode, type CodeOptions, drawCharacters } from '../code.ts'
import type { Kind } from '../kind.ts'
import { drawCode, type PictureOptions } from './picture.ts'
import { encodePng } from './png.ts'
import { seasonOf } from './season.ts'

/** Settings of a style of codes: alphabet, length and level. */
export interface TextSettings extends CodeOptions, Omit<PictureOptions, 'theme'> {}

/** A code to type: distorted letters. */
export const text: Kind<TextSettings, 'picture'> = {
  draw: ({ settings }, stream) => drawCharacters(settings, stream),
  forms: {
    picture: ({ settings: { width, height, scale, level }, answer }, stream, look) => {
      const season = seasonOf(level ?? 'standard', look)
      return {
        type: 'image/png',
        bytes: encodePng(drawCode(answer, { width, height, scale, level }, stream, season)),
      }
    },
  },
  accepts: ({ settings, answer }, response) => acceptsCode(answer, response, settings.alphabet),
}
