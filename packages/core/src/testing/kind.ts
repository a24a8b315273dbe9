import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { Form, Kind } from '../kind.ts'
import { keyedStream } from '../random.ts'

const SEASON = { key: 'a1'.repeat(32), fonts: [] }

const stream = (seed: string | number) => keyedStream(createHash('sha256').update(`${seed}`).digest())

/** The contract every kind keeps, for one of its styles. */
export function kindContract<Style>(name: string, kind: Kind<Style>, style: Style): void {
  describe(`the kind contract: ${name}`, () => {
    const forms = Object.keys(kind.forms) as Form[]

    it('draws the same answer from the same stream, and different ones from others', () => {
      const answers = Array.from({ length: 50 }, (_, i) => kind.draw(style, stream(i)))
      expect(Array.from({ length: 50 }, (_, i) => kind.draw(style, stream(i)))).toEqual(answers)
      expect(new Set(answers).size).toBeGreaterThan(40)
    })

    it('accepts its own answer and refuses another', () => {
      for (let i = 0; i < 50; i++) {
        const answer = kind.draw(style, stream(i))
        const other = kind.draw(style, stream(`other ${i}`))
        expect(kind.accepts(style, answer, answer, 0)).toBe(true)
        if (other !== answer) expect(kind.accepts(style, answer, other, 0)).toBe(false)
      }
    })

    it('refuses whatever else a visitor sends, without throwing', () => {
      const answer = kind.draw(style, stream('x'))
      const bad = ['', ' ', '\0', `${answer}\0`, '🐈', 'é'.repeat(5), '-1', 'NaN', 'x'.repeat(1_000_000)]
      for (const response of bad) expect(kind.accepts(style, answer, response, 0)).toBe(false)
    })

    it.each(forms)('renders the same %s from the same stream, and another from another', form => {
      const render = kind.forms[form]!
      const answer = kind.draw(style, stream('x'))
      const one = render(style, answer, stream('a'), SEASON)
      expect(render(style, answer, stream('b'), SEASON).bytes).not.toEqual(one.bytes)
      expect(render(style, answer, stream('a'), SEASON)).toEqual(one)
      expect(one.type).toMatch(/^(image|audio)\//)
    })
  })
}
