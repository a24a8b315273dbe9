import { CaptchaError } from '../errors.ts'
import type { Font, Glyph } from '../font.ts'
import data from './glyphs.data.ts'
import { unpackFonts } from './glyphs.ts'

/**
 * Characters that a font draws too much like another one, found by looking at every font's sheet. They are
 * never drawn in that font.
 */
const LOOK_ALIKES: Readonly<Record<string, string>> = {
  'alfa-slab-one': '47EFHKX',
  arvo: 'KX',
  bangers: '345EHJXYhm',
  bitter: 'J',
  'caveat-brush': '179Y',
  chewy: 'EHJ',
  chivo: '6',
  'comic-neue': 'J',
  'courier-prime': 'FHKX',
  kalam: '9J',
  lora: 'X',
  'luckiest-guy': 'HKTeh',
  merriweather: 'JKX',
  oswald: '4HX',
  'patrick-hand': '47MZ',
  'permanent-marker': '346789EHKPUX',
  'roboto-slab': 'K',
  'russo-one': 'CJP',
  'saira-stencil-one': '369AEFHJKMNRVWXZ',
  'space-mono': '06MNWX',
}

/**
 * What a font holds, in the order of the asset: capitals, figures, and those small letters that differ from
 * every other character, small or capital.
 */
export const CHARACTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789ehmt'

/** A character in one font. */
export interface Face {
  font: Font
  capital: Glyph
  /** The same letter written small, where it may be. */
  small: Glyph | undefined
}

let loaded: readonly Font[] | undefined

/**
 * Our own fonts, in the order of the asset; unpacked at the first call.
 * @throws CaptchaError `asset_corrupt`
 */
export function fonts(): readonly Font[] {
  loaded ??= unpackFonts(data).map(font => ({ ...font, leftOut: LOOK_ALIKES[font.name] ?? '' }))
  return loaded
}

/** The small form of a character, where it has one that may be drawn. */
export function smallOf(character: string): string | undefined {
  const small = character.toLowerCase()
  return small !== character && CHARACTERS.includes(small) ? small : undefined
}

const known = new Map<string, readonly Face[]>()

/**
 * The ways to draw a character in our own fonts that no other character resembles.
 * @throws CaptchaError `bad_code`
 */
export function facesOf(character: string): readonly Face[] {
  let faces = known.get(character)
  if (!faces) {
    if (!/^[A-Z0-9]$/.test(character)) throw new CaptchaError('bad_code', JSON.stringify(character))
    faces = facesIn(fonts(), character)
    known.set(character, faces)
  }
  return faces
}

/** The ways to draw a character in some fonts, without those that leave it out. */
export const facesIn = (some: readonly Font[], character: string): Face[] =>
  some
    .filter(({ leftOut }) => !leftOut.includes(character))
    .map(font => {
      const small = smallOf(character)
      return {
        font,
        capital: font.glyph(character),
        small: small && !font.leftOut.includes(small) ? font.glyph(small) : undefined,
      }
    })
