import { describe, expect, it } from 'vitest'
import { acceptsCode } from './code.ts'
import { chooseCode } from './code-choice.ts'

const seed = new Uint8Array(32).fill(7)

describe('a code of a caller without a server', () => {
  it('is the one that was given', () => {
    expect(chooseCode({ answer: 'HELLO', seed }, 'XY').answer).toBe('HELLO')
  })

  it('is drawn from the alphabet, as long as it is asked for, and six characters otherwise', () => {
    expect(chooseCode({ seed }, 'XY').answer).toMatch(/^[XY]{6}$/)
    expect(chooseCode({ seed, length: 4, alphabet: 'AB' }, 'XY').answer).toMatch(/^[AB]{4}$/)
    const lengths = Array.from({ length: 50 }, (_, i) => {
      return chooseCode({ seed: new Uint8Array(32).fill(i), length: [3, 5] }, 'XY').answer.length
    })
    expect(new Set(lengths)).toEqual(new Set([3, 4, 5]))
  })

  it('is the same from the same seed, and so is what is drawn after it', () => {
    const draw = () => {
      const { answer, stream } = chooseCode({ seed }, 'ABCDEFGH')
      return [answer, stream.uint32()]
    }
    expect(draw()).toEqual(draw())
    expect(chooseCode({}, 'ABCDEFGH').stream.uint32()).not.toBe(chooseCode({}, 'ABCDEFGH').stream.uint32())
  })
})

describe('a long response', () => {
  it('is read up to 64 units, white space included, and wrong beyond', () => {
    const padded = (length: number) => 'K7MX2A'.padStart(length)
    expect(acceptsCode('K7MX2A', padded(64))).toBe(true)
    expect(acceptsCode('K7MX2A', padded(65))).toBe(false)
  })
})
