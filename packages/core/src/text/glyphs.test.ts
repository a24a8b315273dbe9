import { deflateRawSync, inflateRawSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { facesOf, fonts } from './fonts.ts'
import data from './glyphs.data.ts'
import { readFonts, unpackFonts } from './glyphs.ts'
import { misshapen } from './likeness.ts'

const CHARACTERS = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789']

describe('the outlines', () => {
  it('come from twenty fonts at least, in at most 150 kB', () => {
    expect(fonts().length).toBeGreaterThanOrEqual(20)
    expect(new Set(fonts().map(({ name }) => name)).size).toBe(fonts().length)
    expect(data.length).toBeLessThanOrEqual(150_000)
  })

  it('hold every character in every font, about as high as a capital', () => {
    for (const font of fonts()) {
      expect(misshapen(font)).toBe('')
      expect(font.stem).toBeGreaterThan(0.1)
      expect(font.stem).toBeLessThan(0.4)
      for (const character of CHARACTERS) {
        const { points, ends, width, top, bottom } = font.glyph(character)
        expect(ends.at(-1)).toBe(points.length)
        expect(width).toBeGreaterThan(0.1)
        expect(width).toBeLessThan(1.6)
        expect(top).toBeGreaterThan(-0.35)
        expect(bottom).toBeLessThan(1.5)
        expect(bottom - top).toBeGreaterThan(0.7)
      }
    }
  })

  it('can be drawn in a dozen fonts at least, whatever the character', () => {
    for (const character of CHARACTERS) expect(facesOf(character).length).toBeGreaterThanOrEqual(12)
  })

  it('are refused for other characters', () => {
    for (const character of ['a', 'É', '-', ' ', '', 'AB']) {
      expect(() => facesOf(character)).toThrow(expect.objectContaining({ code: 'bad_code' }))
    }
  })

  it('are refused in one clear error when the asset is corrupt', () => {
    const bytes = inflateRawSync(Buffer.from(data, 'base64'))
    const flipped = Buffer.from(bytes)
    flipped[bytes.length >> 1]! ^= 1
    const pack = (content: Buffer) => deflateRawSync(content).toString('base64')
    const corrupt = [
      '',
      'AAAA',
      data.slice(0, -400),
      pack(bytes.subarray(0, -9)),
      pack(flipped),
      `${pack(Buffer.from('UPG1'))}`,
    ]
    for (const asset of corrupt) {
      expect(() => unpackFonts(asset)).toThrow(expect.objectContaining({ code: 'asset_corrupt' }))
    }
    expect(readFonts(bytes)).toHaveLength(fonts().length)
    expect(() => readFonts(flipped)).toThrow(expect.objectContaining({ code: 'asset_corrupt' }))
  })
})
