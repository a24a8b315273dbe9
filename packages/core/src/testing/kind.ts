import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { Drawn, Kind } from '../kind.ts'
import { keyedStream } from '../random.ts'
import type { Rules } from '../rules.ts'

const LOOK = { season: 'a1'.repeat(32), fonts: [] }
/** Rules of a site that tolerates nothing. */
const RULES: Rules = { expiry: 1200, attempts: 1, revalidation: 'strict', tolerance: 0 }

const stream = (seed: string | number) => keyedStream(createHash('sha256').update(`${seed}`).digest())

/** Options of the contract. */
interface KindContractOptions<Settings> {
  /** The level, for kinds that take one. @default none */
  level?: number
  /** A right response, for kinds where that is not the answer itself. @default the answer */
  solve?(drawn: Drawn<Settings>): string | Promise<string>
}

/** The contract every kind keeps, for the settings of one of its styles. */
export function kindContract<Settings, Form extends string>(
  name: string,
  kind: Kind<Settings, Form>,
  settings: Settings,
  { level, solve = ({ answer }) => answer }: KindContractOptions<Settings> = {},
): void {
  describe(`the kind contract: ${name}`, () => {
    const variant = { settings, level }
    const drawn = (seed: string | number) => ({ ...variant, answer: kind.draw(variant, stream(seed)) })

    it('draws the same answer from the same stream, and different ones from others', () => {
      const answers = Array.from({ length: 50 }, (_, i) => kind.draw(variant, stream(i)))
      expect(Array.from({ length: 50 }, (_, i) => kind.draw(variant, stream(i)))).toEqual(answers)
      expect(new Set(answers).size).toBeGreaterThan(40)
    })

    const accepts = async (one: Drawn<Settings>, response: string) => {
      const accepted = kind.accepts(one, response, RULES)
      return typeof accepted === 'boolean' ? accepted : accepted()
    }

    it('accepts a right response and refuses that of another', async () => {
      for (let i = 0; i < 50; i++) {
        const one = drawn(i)
        const other = drawn(`other ${i}`)
        expect(await accepts(one, await solve(one))).toBe(true)
        if (other.answer !== one.answer) expect(await accepts(one, await solve(other))).toBe(false)
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
