import { acceptsCode, type CodeOptions, drawCharacters } from '../code.ts'
import type { Kind } from '../kind.ts'
import { drawCode, type PictureOptions } from './picture.ts'
import { encodePng } from './png.ts'
import { seasonOf } from './season.ts'

/** Settings of a style of codes: alphabet, length and level. */
export interface TextSettings extends CodeOptions, Omit<PictureOptions, 'theme'> {}

/**
 * How strongly letters are distorted, by the four lower bits of an id's level; 0 is as its style says. The
 * upper four are for what a dialect asks for beside the code.
 */
export const DISTORTIONS = { own: 0, light: 1, standard: 2 } as const
/** How strongly letters are distorted. */
export type Distortion = (typeof DISTORTIONS)[keyof typeof DISTORTIONS]

const DISTORTION_BITS = 0x0f
const DRAWN_AS: Readonly<Record<number, 'light' | 'standard'>> = {
  [DISTORTIONS.light]: 'light',
  [DISTORTIONS.standard]: 'standard',
}

/** What the letters of a code with these settings are drawn as, by the level of its id. */
export const drawnAs = ({ level }: Pick<TextSettings, 'level'>, asked: number = DISTORTIONS.own) =>
  DRAWN_AS[asked & DISTORTION_BITS] ?? level ?? 'standard'

/** A code to type: distorted letters. */
export const text: Kind<TextSettings, 'picture'> = {
  draw: ({ settings }, stream) => drawCharacters(settings, stream),
  forms: {
    picture({ settings, answer, level: asked }, stream, look) {
      const { width, height, scale } = settings
      const level = drawnAs(settings, asked)
      const bitmap = drawCode(answer, { width, height, scale, level }, stream, seasonOf(level, look))
      return { type: 'image/png', bytes: encodePng(bitmap) }
    },
  },
  accepts: ({ settings, answer }, response) => acceptsCode(answer, response, settings.alphabet),
}
