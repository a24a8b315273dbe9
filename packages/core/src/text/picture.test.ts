import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { keyedStream } from '../random.ts'
import { drawCode, type PictureOptions } from './picture.ts'
import { type Bitmap, encodePng } from './png.ts'

const CHARACTERS = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789']
const hash = (data: string | Uint8Array) => createHash('sha256').update(data)
const stream = (seed: string | number) => keyedStream(hash(`${seed}`).digest())
const draw = (code: string, options: PictureOptions, seed: string | number) =>
  drawCode(code, options, stream(seed))

/** Rows that hold anything but ground. */
const inkedRows = ({ width, height, pixels }: Bitmap) =>
  Array.from({ length: height }, (_, y) => y).filter(y =>
    pixels.subarray(y * width, (y + 1) * width).some(value => value > 0),
  )

describe('a picture', () => {
  // Frozen: a change here changes what every issued id shows, and clusters of mixed versions would disagree.
  it.each<[string, PictureOptions, string]>([
    ['K7MX2A', {}, '0d8b6b7c0ced9188'],
    ['AEFHJKLM2345', {}, 'b0c74fa505549fdc'],
    ['X4T9', { level: 'light', scale: 2 }, '9b06030a548a810b'],
    ['0123456789', { width: 320, height: 100 }, '36f54d884f1740f0'],
  ])('of %s with %j is the same on every machine', (code, options, frozen) => {
    expect(
      hash(encodePng(draw(code, options, 'frozen')))
        .digest('hex')
        .slice(0, 16),
    ).toBe(frozen)
  })

  it('does not depend on what was drawn before', () => {
    const first = draw('K7MX2A', {}, 1)
    draw('WWWWWWWWWWWW', { width: 900, height: 300 }, 2)
    expect(draw('K7MX2A', {}, 1)).toEqual(first)
  })

  it('differs from stream to stream, and from code to code', () => {
    const seen = new Set(
      Array.from({ length: 100 }, (_, i) => hash(draw('K7MX2A', {}, i).pixels).digest('hex')),
    )
    expect(seen.size).toBe(100)
    expect(draw('K7MX2B', {}, 1).pixels).not.toEqual(draw('K7MX2A', {}, 1).pixels)
  })

  it('has the size asked for, twice as many pixels at scale 2', () => {
    expect(draw('A1', {}, 1)).toMatchObject({ width: 200, height: 70 })
    expect(draw('A1', { width: 300, height: 90, scale: 2 }, 1)).toMatchObject({ width: 600, height: 180 })
  })

  it('shows every letter whole: nothing is cut off at the top or the bottom', () => {
    const codes = fc.string({ unit: fc.constantFrom(...CHARACTERS), minLength: 1, maxLength: 16 })
    const sizes = fc.constantFrom<PictureOptions>(
      {},
      { width: 60, height: 24 },
      { width: 400, height: 60, scale: 2 },
    )
    fc.assert(
      fc.property(codes, sizes, fc.nat(), (code, size, seed) => {
        const bitmap = draw(code, { ...size, level: 'light' }, seed)
        const rows = inkedRows(bitmap)
        expect(rows[0]).toBeGreaterThan(0)
        expect(rows.at(-1)).toBeLessThan(bitmap.height - 1)
      }),
      { seed: 2, numRuns: 300 },
    )
  })

  it('has room for codes of 4 to 12 characters, and fills its height', () => {
    for (let length = 4; length <= 12; length++) {
      for (let i = 0; i < 20; i++) {
        const rows = inkedRows(draw(CHARACTERS.slice(i, i + length).join(''), { level: 'light' }, i))
        expect(rows.length).toBeGreaterThan(length > 9 ? 28 : 35)
      }
    }
  })

  it('holds ink and ground in quantity', () => {
    for (let i = 0; i < 100; i++) {
      const { pixels } = draw('K7MX2AH', {}, i)
      const full = pixels.filter(value => value === 15).length / pixels.length
      const empty = pixels.filter(value => value === 0).length / pixels.length
      expect(Math.min(full, empty)).toBeGreaterThan(0.1)
      expect(full + empty).toBeGreaterThan(0.75)
    }
  })

  it.each(['', 'A'.repeat(17), 'a', 'É', '-', 'A B', '\0', '🐈'])('of %j is refused', code => {
    expect(() => draw(code, {}, 1)).toThrow(expect.objectContaining({ code: 'bad_code' }))
  })

  it.each([
    { width: 59 },
    { width: 1201 },
    { height: 23 },
    { height: 401 },
    { width: 200.5 },
    { height: Number.NaN },
    { scale: 3 },
    { level: 'hard' },
    { theme: 'night' },
    { size: 4 },
  ])('with the options %j is refused', options => {
    expect(() => draw('A1', options as PictureOptions, 1)).toThrow(
      expect.objectContaining({ code: 'bad_option', message: expect.stringContaining('drawCode: ') }),
    )
  })
})
