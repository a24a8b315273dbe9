import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { acceptsCode, type CodeOptions, drawCharacters, readCode, readNumber } from './code.ts'
import { CaptchaError } from './errors.ts'
import { keyedStream } from './random.ts'

const style: CodeOptions = { alphabet: 'ACEFHJKMPRTUWXY23456789', length: [6, 8] }

describe('a code', () => {
  it('has every length and every character about equally often', () => {
    const stream = keyedStream(Buffer.alloc(32, 7))
    const codes = Array.from({ length: 6000 }, () => drawCharacters(style, stream))
    for (const length of [6, 7, 8]) {
      const share = codes.filter(code => code.length === length).length / codes.length
      expect(share).toBeGreaterThan(0.3)
      expect(share).toBeLessThan(0.37)
    }
    const all = codes.join('')
    for (const character of style.alphabet) {
      const share = (all.split(character).length - 1) / all.length
      expect(share * style.alphabet.length).toBeGreaterThan(0.9)
      expect(share * style.alphabet.length).toBeLessThan(1.1)
    }
  })

  it('cannot be drawn without an alphabet or a length', () => {
    const stream = keyedStream(Buffer.alloc(32))
    expect(() => drawCharacters({ ...style, alphabet: '' }, stream)).toThrow(CaptchaError)
    expect(() => drawCharacters({ ...style, length: [0, 0] }, stream)).toThrow(CaptchaError)
    expect(() => drawCharacters({ ...style, length: [8, 6] }, stream)).toThrow(CaptchaError)
  })
})

describe('a response', () => {
  const accepts = (response: string) => acceptsCode('K7MX2A', response)

  it('is wrong where a session holds no code, whatever it is', () => {
    for (const code of ['', undefined]) {
      for (const response of ['', ' ', '-', '\u200b', 'A', undefined, null, 7]) {
        expect([code, response, acceptsCode(code, response)]).toEqual([code, response, false])
      }
    }
  })

  it.each([
    'K7MX2A',
    'k7mx2a',
    ' K7MX2A\n',
    '\u200bK7mX2a\ufeff',
    'Ｋ７ＭＸ２Ａ',
    '\u3000k7mx2a ',
    // Direction marks of right-to-left pages, soft hyphens and variation selectors, wherever they are.
    '\u200eK7MX2A\u200f',
    '\u2068K7\u200eMX2A\u2069',
    'K7\u00adM\ufe0fX2A',
    // Written in groups.
    'K7 MX2A',
    'K7M-X2A',
    'K 7 M\u2010X\u20132\u2212A',
    'K\u00a07M\tX2A',
    // Arabic-Indic, Persian, Devanagari and Adlam digits.
    'K٧MX٢A',
    'K۷MX۲A',
    'K७MX२A',
    'K\u{1e957}MX\u{1e952}A',
  ])('%j is right', response => {
    expect(accepts(response)).toBe(true)
  })

  it.each([
    '',
    ' ',
    '-',
    'K7MX2',
    'K7MX2AA',
    'K7_MX2A',
    'K7,MX2A',
    'K٨MX2A',
    'K7MX2A\0',
    'K7MX2Á',
    '🐈',
    `${' '.repeat(1e6)}K7MX2A`,
  ])('%j is wrong', response => {
    expect(accepts(response)).toBe(false)
  })

  it('is right also where a character stands for one it looks like, if codes never have it', () => {
    const alphabet = 'AFHLMTUWXY02359'
    for (const [typed, code] of [
      ['5AO', '5A0'],
      ['saq', '5A0'],
      ['Z3V', '23U'],
      ['7AX', 'TAX'],
      ['54Y', '5AY'],
    ] as const) {
      expect(acceptsCode(code, typed, alphabet)).toBe(true)
      expect(acceptsCode(code, typed)).toBe(typed.toUpperCase() === code)
    }
    // Where codes have both, each stands for itself.
    expect(acceptsCode('5A', 'SA', 'A5S')).toBe(false)
    expect(acceptsCode('UA', 'VA', 'AUV')).toBe(false)
    expect(acceptsCode('5A', '54', 'A45')).toBe(false)
    expect(acceptsCode('54', '5A', '0123456789')).toBe(true)
  })

  it('is guessed no sooner for it: of all that can be typed, as much of it means one code as another', () => {
    const alphabet = '0123456789'
    const right = Array.from(alphabet, code =>
      Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789').filter(typed => acceptsCode(code, typed, alphabet)),
    )
    expect(right.flat()).toHaveLength(new Set(right.flat()).size)
  })

  it('never throws', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 100 }), response => !accepts(response)))
  })

  it('of any decimal digit that there is stands for its value', () => {
    const values = new Map<string, number>()
    for (let point = 0; point <= 0x10ffff; point++) {
      const character = String.fromCodePoint(point)
      if (/\p{Nd}/u.test(character)) values.set(character, Number(readCode(character)))
    }
    expect(values.size).toBeGreaterThan(600)
    // Each script has every digit once.
    const counts = [...values.values()].reduce((counts, value) => {
      counts[value]!++
      return counts
    }, Array<number>(10).fill(0))
    expect(new Set(counts)).toEqual(new Set([values.size / 10]))
    for (const [text, value] of [
      ['٠', 0],
      ['۹', 9],
      ['９', 9],
      ['𝟟', 7],
      ['᧚', 1],
    ] as const) {
      if (values.has(text)) expect([text, values.get(text)]).toEqual([text, value])
    }
  })
})

describe('a number', () => {
  it.each([
    ['0', 0],
    ['090', 90],
    [' 90\n', 90],
    ['９０', 90],
    ['٣٥٩', 359],
    ['\u200e۹۰\u200f', 90],
    ['1 2 0', 120],
    ['999', 999],
  ])('%j is read', (typed, number) => {
    expect(readNumber(typed)).toBe(number)
  })

  it.each([
    '',
    ' ',
    '1000',
    '-1',
    '+1',
    '1-2',
    '12,5',
    '12.5',
    '1e2',
    '0x10',
    '½',
    '1²',
    '①②③',
    '1⁄2',
    '90\0',
    'x',
    '9'.repeat(1e5),
  ])('%j is none: nothing is merged', typed => {
    expect(readNumber(typed)).toBeUndefined()
  })
})
