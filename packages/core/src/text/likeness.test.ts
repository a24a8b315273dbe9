import { describe, expect, it } from 'vitest'
import type { Outlines } from '../font.ts'
import { codeStyles } from '../styles.ts'
import { fonts } from './fonts.ts'
import { lookAlikes, misshapen } from './likeness.ts'

const ALPHABETS = codeStyles.map(({ settings }) => settings.alphabet)
const font = fonts().find(({ name }) => name === 'chivo')!
/** The font with some characters drawn as others are. */
const withGlyphs = (others: Record<string, string>): Outlines => ({
  ...font,
  glyph: character => font.glyph(others[character] ?? character),
})

describe('characters that look alike', () => {
  it('are in none of our fonts', () => {
    for (const each of fonts()) expect([each.name, lookAlikes(each, ALPHABETS)]).toEqual([each.name, ''])
  })

  it('are found where they can stand in one code', () => {
    expect(lookAlikes(withGlyphs({ W: 'M' }), ALPHABETS)).toBe('MW')
    expect(lookAlikes(withGlyphs({ h: 'R' }), ALPHABETS)).toBe('Rh')
    expect(lookAlikes(withGlyphs({ O: '0', S: '5', I: 'L' }), ALPHABETS)).toBe('')
    expect(lookAlikes(font, ['O0', '5S'])).toBe('O0')
    expect(lookAlikes(withGlyphs({ a: 'A' }), ALPHABETS)).toBe('')
  })

  it('are found in any size and width', () => {
    const narrow = font.glyph('8').points.map((value, i) => (i % 2 === 0 ? value / 2 : value * 0.9))
    const odd: Outlines = {
      ...font,
      glyph: character => {
        const glyph = font.glyph(character === '3' ? '8' : character)
        return character === '3'
          ? {
              ...glyph,
              points: narrow,
              width: glyph.width / 2,
              bottom: glyph.bottom * 0.9,
              top: glyph.top * 0.9,
            }
          : glyph
      },
    }
    expect(lookAlikes(odd, ALPHABETS)).toBe('38')
  })
})

describe('characters that cannot be drawn', () => {
  const changed = (character: string, change: object): Outlines => ({
    ...font,
    glyph: asked => ({ ...font.glyph(asked), ...(asked === character && change) }),
  })

  it('have no outline, or one that is too small, too large or too detailed', () => {
    expect(misshapen(changed('7', { points: new Float32Array() }))).toBe('7')
    expect(misshapen(changed('I', { width: 0.05 }))).toBe('I')
    expect(misshapen(changed('Q', { bottom: 2 }))).toBe('Q')
    expect(misshapen(changed('m', { top: 0.6 }))).toBe('m')
    expect(misshapen(changed('A', { top: 0.4 }))).toBe('A')
    expect(misshapen(changed('Z', { width: Number.NaN }))).toBe('Z')
    expect(misshapen(changed('W', { points: new Float32Array(10_000) }))).toBe('W')
  })

  it('are said to be the I where the strokes are too thin or too thick', () => {
    for (const stem of [0, 0.05, 0.5]) expect(misshapen({ ...font, stem })).toBe('I')
  })
})
