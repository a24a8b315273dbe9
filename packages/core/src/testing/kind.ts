import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { Kind } from '../kind.ts'
import { keyedStream } from '../random.ts'
import type { Rules } from '../rules.ts'

const LOOK = { season: 'a1'.repeat(32), fonts: [] }
/** Rules of a site that tolerates nothing. */
const RULES: Rules = { expiry: 1200, attempts: 1, revalidation: 'strict', tolerance: 0 }

const stream = (seed: string | number) => keyedStream(createHash('sha256').update(`${seed}`).digest())

/** The contract every kind keeps, for the settings of one of its styles, and a level if it takes one. */
export function kindContract<Settings, Form extends string>(
  name: string,
  kind: Kind<Settings, Form>,
  settings: Settings,
  level?: number,
): void {
  describe(`the kind contract: ${name}`, () => {
    const variant = { settings, level }
    const drawn = (seed: string | number) => ({ ...variant, answer: kind.draw(variant, stream(seed)) })

    it('draws the same answer from the same stream, and different ones from others', () => {
      const answers = Array.from({ length: 50 }, (_, i) => kind.draw(variant, stream(i)))
      expect(Array.from({ length: 50 }, (_, i) => kind.draw(variant, stream(i)))).toEqual(answers)
      expect(new Set(answers).size).toBeGreaterThan(40)
    })

    it('accepts its own answer and refuses another', () => {
      for (let i = 0; i < 50; i++) {
        const one = drawn(i)
        const { answer } = drawn(`other ${i}`)
        expect(kind.accepts(one, one.answer, RULES)).toBe(true)
        if (answer !== one.answer) expect(kind.accepts(one, answer, RULES)).toBe(false)
      }
    })

    it('refuses whatever else a visitor sends, without throwing', () => {
      const one = drawn('x')
      const bad = ['', ' ', '\0', `${one.answer}\0`, '🐈', 'é'.repeat(5), '-1', 'NaN', 'x'.repeat(1_000_000)]
      for (const response of bad) expect(kind.accepts(one, response, RULES)).toBe(false)
    })

    it.each(Object.keys(kind.forms) as Form[])(
      'renders the same %s from the same stream, and another from another',
      form => {
        const render = kind.forms[form]
        const one = render(drawn('x'), stream('a'), LOOK)
        expect(render(drawn('x'), stream('b'), LOOK).bytes).not.toEqual(one.bytes)
        expect(render(drawn('x'), stream('a'), LOOK)).toEqual(one)
        expect(one.type).toMatch(/^[a-z]+\/[a-z0-9.+-]+(; ?[a-z]+=[\w-]+)?$/)
      },
    )
  })
}
