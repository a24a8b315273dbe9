import { acceptsCode, type CodeOptions, drawCharacters } from '../code.ts'
import type { Kind } from '../kind.ts'
import { drawCode, type PictureOptions } from './picture.ts'
import { encodePng } from './png.ts'
import { seasonOf } from './season.ts'

/** Settings of a style of codes: alphabet, length and level. */
export interface TextSettings extends CodeOptions, Omit<PictureOptions, 'theme'> {}

/** The levels of an id that holds one: how strongly its letters are distorted. */
export const TEXT_LEVELS = ['light', 'standard'] as const

/** A code to type: distorted letters. */
export const text: Kind<TextSettings, 'picture'> = {
  draw: ({ settings }, stream) => drawCharacters(settings, stream),
  forms: {
    picture({ settings, answer, level: asked }, stream, look) {
      const { width, height, scale } = settings
      const level = (asked === undefined ? settings.level : TEXT_LEVELS[asked]) ?? 'standard'
      const bitmap = drawCode(answer, { width, height, scale, level }, stream, seasonOf(level, look))
      return { type: 'image/png', bytes: encodePng(bitmap) }
    },
  },
  accepts: ({ settings, answer }, response) => acceptsCode(answer, response, settings.alphabet),
}
