import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { align } from './align.ts'

/** Pairs as `A` for a match, `A→B`, `A→`, `→B`. */
const told = (wanted: string, typed: string) =>
  align(wanted, typed).map(pair =>
    pair.wanted === pair.typed ? pair.wanted : `${pair.wanted}→${pair.typed}`,
  )

describe('align', () => {
  it.each([
    ['ABC', 'ABC', ['A', 'B', 'C']],
    ['ABC', 'AXC', ['A', 'B→X', 'C']],
    ['ABC', 'AC', ['A', 'B→', 'C']],
    ['AC', 'ABC', ['A', '→B', 'C']],
    ['KXYT7A', 'XXYTTA', ['K→X', 'X', 'Y', 'T', '7→T', 'A']],
    ['HATMUL', 'ATMULX', ['H→', 'A', 'T', 'M', 'U', 'L', '→X']],
    // One character read as two that look like it, and two as one.
    ['AMA', 'ARNA', ['A', '→R', 'M→N', 'A']],
    ['AWA', 'AUUA', ['A', '→U', 'W→U', 'A']],
    ['', 'AB', ['→A', '→B']],
    ['AB', '', ['A→', 'B→']],
    ['', '', []],
    // A character beyond 16 bits is one.
    ['AB', 'A😀', ['A', 'B→😀']],
  ])('lays %j beside %j', (wanted, typed, expected) => {
    expect(told(wanted, typed)).toEqual(expected)
  })

  it('loses no character, and needs no more slips than replacing them one by one', () => {
    const code = fc.string({ unit: fc.constantFrom('A', 'B', 'C'), maxLength: 9 })
    fc.assert(
      fc.property(code, code, (wanted, typed) => {
        const pairs = align(wanted, typed)
        expect(pairs.map(pair => pair.wanted).join('')).toBe(wanted)
        expect(pairs.map(pair => pair.typed).join('')).toBe(typed)
        const slips = pairs.filter(pair => pair.wanted !== pair.typed).length
        const replaced = Array.from(
          { length: Math.max(wanted.length, typed.length) },
          (_, i) => wanted[i] !== typed[i],
        ).filter(Boolean).length
        expect(slips).toBeLessThanOrEqual(replaced)
        expect(slips).toBe(align(typed, wanted).filter(pair => pair.wanted !== pair.typed).length)
      }),
    )
  })
})
