import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { acceptsCode, type CodeOptions, drawCharacters } from './code.ts'
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

  it.each(['K7MX2A', 'k7mx2a', ' K7MX2A\n', '\u200bK7mX2a\ufeff', 'Ｋ７ＭＸ２Ａ', '\u3000k7mx2a '])(
    '%j is right',
    response => {
      expect(accepts(response)).toBe(true)
    },
  )

  it.each(['', 'K7MX2', 'K7MX2AA', 'K7 MX2A', 'K7MX2A\0', 'K7MX2Á', '🐈', `${' '.repeat(1e6)}K7MX2A`])(
    '%j is wrong',
    response => {
      expect(accepts(response)).toBe(false)
    },
  )

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
})
