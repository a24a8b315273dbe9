import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { CHARACTERS } from '@upright/core'
import opentype from 'opentype.js'
import { parseFont } from '../fonts/bake.ts'

/** The path of a font's file as its package on npm has it; none of the codes' own. */
export const fontFile = (type: 'woff' | 'woff2' = 'woff', subset = 'latin'): string =>
  createRequire(import.meta.url).resolve(`@fontsource/chivo/files/chivo-${subset}-400-normal.${type}`)

/** A font of its own made of that one: of some characters, each drawn as `like` says. */
export function madeFont(characters: string = CHARACTERS, like = (character: string) => character): Buffer {
  const from = parseFont(readFileSync(fontFile()))
  const { unitsPerEm, ascender, descender } = from
  const empty = new opentype.Glyph({ name: '.notdef', advanceWidth: unitsPerEm, path: new opentype.Path() })
  const glyphs = [...characters].map(
    character =>
      new opentype.Glyph({
        name: character,
        unicode: character.charCodeAt(0),
        advanceWidth: unitsPerEm,
        path: like(character) ? from.charToGlyph(like(character)).path : new opentype.Path(),
      }),
  )
  const font = new opentype.Font({
    familyName: 'Made',
    styleName: 'Regular',
    unitsPerEm,
    ascender,
    descender,
    glyphs: [empty, ...glyphs],
  })
  return Buffer.from(font.toArrayBuffer())
}
