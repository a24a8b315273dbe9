import { CaptchaError } from '../errors.ts'
import { type Font, fonts, type Glyph } from './glyphs.ts'

/**
 * Characters that a font draws too much like another one, found by looking at every font's sheet. They are never
 * drawn in that font.
 */
const LOOK_ALIKES: Readonly<Record<string, string>> = {
  'alfa-slab-one': '47EFKX',
  arvo: 'KX',
  bangers: '34JX',
  bitter: 'J',
  'caveat-brush': '17Y',
  chewy: 'EJ',
  'comic-neue': 'J',
  'courier-prime': 'FKX',
  kalam: '9J',
  lora: 'X',
  'luckiest-guy': 'KT',
  merriweather: 'JKX',
  oswald: '4X',
  'patrick-hand': '47Z',
  'permanent-marker': '34679EHKPUX',
  'roboto-slab': 'K',
  'russo-one': 'CJP',
  'saira-stencil-one': '369AEFHJKMNRVWXZ',
  'space-mono': '0MNWX',
}

/** Letters that may also be written small: those whose small form is told from every other character, small or capital. */
const SMALL = 'AEHMTU'

/** A character in one font. */
export interface Face {
  font: Font
  capital: Glyph
  /** The same letter written small, where it may be. */
  small: Glyph | undefined
}

const known = new Map<string, readonly Face[]>()

/** The ways to draw a character by which it is told from every other. @throws CaptchaError `bad_code` */
export function facesOf(character: string): readonly Face[] {
  let faces = known.get(character)
  if (!faces) {
    if (!/^[A-Z0-9]$/.test(character)) throw new CaptchaError('bad_code', JSON.stringify(character))
    faces = fonts()
      .filter(({ name }) => !LOOK_ALIKES[name]?.includes(character))
      .map(font => ({
        font,
        capital: font.glyph(character),
        small: SMALL.includes(character) ? font.glyph(character.toLowerCase()) : undefined,
      }))
    known.set(character, faces)
  }
  return faces
}
