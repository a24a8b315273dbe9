import { createDecipheriv, randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createSeal, formatId, parseId } from './id.ts'

const UUID4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/
const KEY = Buffer.from('000102030405060708090a0b0c0d0e0f', 'hex')
const content = fc.record({
  time: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  site: fc.integer({ min: 0, max: 2 ** 24 - 1 }),
  style: fc.integer({ min: 0, max: 63 }),
})
const levelled = fc.record({
  time: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  site: fc.integer({ min: 0, max: 2 ** 24 - 1 }),
  style: fc.integer({ min: 64, max: 255 }),
  level: fc.integer({ min: 0, max: 255 }),
})

describe('the seal', () => {
  const seal = createSeal(KEY, randomBytes)

  it('writes every id as a legal random UUID that opens to what was sealed, dashed or plain, with blanks around it or none', () => {
    fc.assert(
      fc.property(fc.oneof(content, levelled), sealed => {
        const text = formatId(seal.close(sealed))
        expect(text).toMatch(UUID4)
        for (const written of [text, text.toUpperCase(), text.replaceAll('-', ''), ` ${text}\r\n`]) {
          expect(seal.open(parseId(written)!)).toEqual(sealed)
        }
      }),
      { numRuns: 500 },
    )
  })

  it('seals a level from style 64 on, and leaves its bits random below', () => {
    for (const [style, level] of [
      [63, undefined],
      [64, 200],
      [255, 200],
    ] as const) {
      const levels = Array.from({ length: 50 }, () => {
        return seal.open(seal.close({ time: 1, site: 1, style, level: 200 })).level
      })
      expect(levels).toEqual(Array(50).fill(level))
    }
    expect(seal.open(seal.close({ time: 1, site: 1, style: 64 })).level).toBe(0)

    // Seen with the cipher of the key alone: byte 8 of what is sealed.
    const decipher = createDecipheriv('aes-128-ecb', KEY, null).setAutoPadding(false)
    const bytes = new Set<number>()
    for (let i = 0; i < 200; i++) {
      bytes.add(decipher.update(seal.close({ time: 1, site: 1, style: 63, level: 200 }))[8]!)
    }
    expect(bytes.size).toBeGreaterThan(50)
  })

  it('gives another id each time, by 56 random bits', () => {
    const decipher = createDecipheriv('aes-128-ecb', KEY, null).setAutoPadding(false)
    const ids = new Set<string>()
    const ones = Array<number>(56).fill(0)
    for (let i = 0; i < 100_000; i++) {
      const id = seal.close({ time: 1, site: 1, style: 1 })
      ids.add(Buffer.from(id).toString('latin1'))
      const random = decipher.update(id).subarray(8, 15)
      for (let bit = 0; bit < 56; bit++) ones[bit]! += (random[bit >> 3]! >> (bit & 7)) & 1
    }
    expect(ids.size).toBe(100_000)
    // Each of them is set as often as not: seven standard deviations of a fair coin are 1107.
    for (const count of ones) expect(Math.abs(count - 50_000)).toBeLessThan(1107)
  })

  it('opens to something unrelated when any single bit is changed', () => {
    const sealed = { time: 1_800_000_000, site: 1, style: 1 }
    let agreeing = 0
    for (let round = 0; round < 200; round++) {
      const id = seal.close(sealed)
      for (let bit = 0; bit < 128; bit++) {
        const forged = Buffer.from(id)
        forged[bit >> 3]! ^= 1 << (bit & 7)
        const opened = seal.open(forged)
        if (Math.abs(opened.time - sealed.time) < 172_800 && opened.site === 1) agreeing++
      }
    }
    expect(agreeing).toBe(0)
  })

  it('tells nothing under another key', () => {
    const id = seal.close({ time: 7, site: 8, style: 9 })
    expect(createSeal(randomBytes(16), randomBytes).open(id)).not.toEqual({ time: 7, site: 8, style: 9 })
  })

  it('keeps opening ids of the same key in later versions', () => {
    expect(seal.open(parseId('f8ae79e4-4626-44b8-9c27-5b50c0f6faa0')!)).toEqual({
      time: 1_800_000_000,
      site: 66_051,
      style: 17,
    })
    expect(seal.open(parseId('fba4ac6d-ed43-4f0a-8419-6512fcc08f0b')!)).toEqual({
      time: 1_800_000_000,
      site: 66_051,
      style: 70,
      level: 38,
    })
  })
})

describe('reading an id', () => {
  it('takes it with blanks and invisible characters around it, however many', () => {
    const text = formatId(createSeal(KEY, randomBytes).close({ time: 1, site: 1, style: 1 }))
    const id = parseId(text)!
    for (const mark of [
      '\u200e',
      '\u200f',
      '\u202a',
      '\u202e',
      '\u2066',
      '\u2069',
      '\ufeff',
      '\u00a0',
      '\t',
    ]) {
      expect([mark, parseId(`${mark}${text}${mark} `)]).toEqual([mark, id])
    }
    const blanks = ' \u2066'.repeat(100_000)
    expect(parseId(blanks + text.replaceAll('-', '').toUpperCase() + blanks)).toEqual(id)
    for (const wrong of [blanks, `${blanks}x`, `${text}${blanks}x`, text.replace('-', '-\u200e')]) {
      expect(parseId(wrong)).toBeUndefined()
    }
  })

  it('takes nothing but the two ways an id is written', () => {
    const text = formatId(createSeal(KEY, randomBytes).close({ time: 1, site: 1, style: 1 }))
    const bad = [
      '',
      'x',
      text.slice(1),
      `${text}0`,
      `x ${text}`,
      `{${text}}`,
      text.replace('-', ''),
      text.replace(/^./, 'g'),
      text.replace(/^(.{14})4/, '$15'),
      text.replace(/^(.{19})./, '$17'),
      text.replaceAll('-', '\0'),
      '🐈'.repeat(16),
      'a'.repeat(1_000_000),
    ]
    for (const wrong of bad) expect(parseId(wrong)).toBeUndefined()
    fc.assert(
      fc.property(
        fc.string({ maxLength: 40 }),
        s => parseId(s) === undefined || UUID4.test(formatId(parseId(s)!)),
      ),
    )
  })
})
