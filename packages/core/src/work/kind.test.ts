import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { kinds } from '../kinds.ts'
import { keyedStream } from '../random.ts'
import type { Rules } from '../rules.ts'
import { styles } from '../styles.ts'
import { kindContract } from '../testing/kind.ts'
import { altchaNumber, altchaParameters, capPuzzles, capShape, nativeWork, solveWork } from './index.ts'
import { type WorkShape, workResponse } from './kind.ts'
import { levelOf, triesOf, type WorkSettings } from './settings.ts'

const RULES: Rules = { expiry: 60, attempts: 1, revalidation: 'strict' }
const NONCE = '00112233445546778899aabbccddeeff'
const workStyles = styles.flatMap(style => (style.kind === 'work' ? [style] : []))
const settingsOf = (name: string) => workStyles.find(style => style.name === name)!.settings
const seedOf = (text: string) =>
  kinds.work.draw(
    { settings: settingsOf('sha256'), level: 16 },
    keyedStream(createHash('sha256').update(text).digest()),
  )
const drawn = (name: string, level: number | undefined, seed = 'a') => ({
  settings: settingsOf(name),
  level,
  answer: seedOf(seed),
})
const accepts = async (one: ReturnType<typeof drawn>, response: string) => {
  const accepted = kinds.work.accepts(one, response, RULES)
  return typeof accepted === 'boolean' ? accepted : accepted()
}
const respond = async (one: ReturnType<typeof drawn>, shape: WorkShape) =>
  workResponse(shape, await solveWork(one, shape, NONCE))

// Enough tries that no solution is also one of another seed, by chance.
for (const [shape, level] of [
  ['native', 16],
  ['cap', 16],
  ['altcha-v1', 40],
  ['altcha-v2', 24],
] as const) {
  kindContract(`work, ${shape}`, kinds.work, settingsOf('sha256'), {
    level,
    solve: one => respond(one as ReturnType<typeof drawn>, shape),
  })
}

describe('work with a slow function', () => {
  const slow: [style: string, level: number][] = [
    ['pbkdf2', 8],
    ['pbkdf2', 11],
    ['scrypt4', 2],
    ['scrypt8', 2],
    ['scrypt16', 0],
  ]

  it.each(slow)('of the style %s is solved and accepted in our own form', async (style, level) => {
    const one = drawn(style, level)
    const response = await respond(one, 'native')
    expect(await accepts(one, response)).toBe(true)
    if (level > 0) expect(await accepts(drawn(style, 8, 'b'), response)).toBe(false)
  })

  it('is accepted in the second protocol of ALTCHA, for the nonce that it was solved for', async () => {
    const one = drawn('pbkdf2', 8)
    const response = await respond(one, 'altcha-v2')
    expect(await accepts(one, response)).toBe(true)
    expect(await accepts(one, response.replace(NONCE, 'f'.repeat(32)))).toBe(false)
    expect(kinds.work.accepts(one, response.replace('SHA-256', 'SHA-512'), RULES)).toBeTypeOf('function')
  })

  it('is derived only for a response that is well formed', () => {
    const one = drawn('scrypt8', 8)
    for (const solution of ['', '-1', '1.5', '01', '4294967296', '1,2', '1 ', 'x', '1e3']) {
      expect(kinds.work.accepts(one, workResponse('native', solution), RULES)).toBe(false)
    }
    expect(kinds.work.accepts(one, 'cap 1', RULES)).toBe(false)
    expect(kinds.work.accepts(one, 'altcha-v1 1', RULES)).toBe(false)
    expect(kinds.work.accepts(one, `altcha-v2 SHA-256 ${NONCE.toUpperCase()} 1`, RULES)).toBe(false)
    expect(kinds.work.accepts(one, `altcha-v2 SHA-256 ${NONCE} 1`, RULES)).toBeTypeOf('function')
  })
})

describe('a level', () => {
  const levels = workStyles.flatMap(({ name, settings: { levels } }) =>
    Array.from({ length: levels[1] - levels[0] + 1 }, (_, i): [string, number] => [name, levels[0] + i]),
  )

  it('is a number of tries in half bits', () => {
    expect([triesOf(0), triesOf(38), triesOf(39)]).toEqual([1, 2 ** 19, 2 ** 19.5])
    expect([levelOf(1), levelOf(2 ** 19), levelOf(2 ** 19 + 1)]).toEqual([0, 38, 39])
  })

  it('takes at least its tries in every shape', () => {
    for (const [name, level] of levels) {
      const one = drawn(name, level)
      const tries = triesOf(level) * (1 - 1e-9)
      const { puzzles, limit } = nativeWork(one)
      expect((puzzles * 2 ** 32) / limit).toBeGreaterThanOrEqual(tries)
      expect((puzzles * 2 ** 32) / limit).toBeLessThan(tries * 1.001)
      const { keyPrefix, cost } = altchaParameters(one)
      const rounds = cost / one.settings.cost
      expect(keyPrefix.length).toBeGreaterThan(0)
      expect(16 ** keyPrefix.length * rounds).toBeGreaterThanOrEqual(tries)
      if (name !== 'sha256') continue
      const shape = capShape(level)
      expect(shape.puzzles * 16 ** shape.digits).toBeGreaterThanOrEqual(tries)
      expect(shape.puzzles * 16 ** shape.digits).toBeLessThan(tries * 1.13)
      expect(shape.puzzles).toBeGreaterThanOrEqual(8)
      expect(shape.puzzles).toBeLessThan(128)
      expect(altchaNumber(one).maxNumber / 2).toBeGreaterThanOrEqual(tries)
    }
  })

  it('has the shapes that the defaults of the dialects name', () => {
    expect(capShape(levelOf(2 ** 19))).toEqual({ puzzles: 8, digits: 4 })
    expect(altchaNumber(drawn('sha256', levelOf(2 ** 14))).maxNumber).toBe(32_768)
    expect(altchaParameters(drawn('pbkdf2', levelOf(2 ** 8)))).toMatchObject({
      algorithm: 'PBKDF2/SHA-256',
      cost: 5000,
      keyLength: 32,
      keyPrefix: '00',
    })
    expect(altchaParameters(drawn('scrypt8', levelOf(16)), 'sha256')).toMatchObject({
      algorithm: 'SCRYPT',
      cost: 8192,
      memoryCost: 8,
      parallelism: 1,
      keyPrefix: '0',
    })
  })

  it('outside those of its style is no level', async () => {
    const one = drawn('sha256', 16)
    const response = await respond(one, 'native')
    for (const level of [undefined, 0, 15, 49, 255]) {
      expect(await accepts({ ...one, level }, response)).toBe(false)
    }
    expect(await accepts(one, response)).toBe(true)
  })
})

describe('puzzles', () => {
  it('are the same for the same seed, and share nothing with others', () => {
    const one = drawn('sha256', 38)
    expect([nativeWork(one), capPuzzles(one), altchaNumber(one)]).toEqual([
      nativeWork(one),
      capPuzzles(one),
      altchaNumber(one),
    ])
    const salts = [one, drawn('sha256', 38, 'b')].flatMap(each => [
      ...capPuzzles(each).map(([salt]) => salt),
      nativeWork(each).salt,
      nativeWork(each).nonce,
    ])
    expect(new Set(salts).size).toBe(salts.length)
    for (const salt of salts) expect(salt).toMatch(/^[0-9a-f]{32}$/)
  })

  it('are refused whole when one solution is wrong, missing or too many', async () => {
    for (const shape of ['native', 'cap'] as const) {
      const one = drawn('sha256', 24)
      const solution = (await solveWork(one, shape)).split(',')
      expect(await accepts(one, workResponse(shape, solution.join()))).toBe(true)
      for (let i = 0; i < solution.length; i++) {
        // A solver finds the smallest one.
        const wrong = solution.with(i, String(Number(solution[i]) - 1))
        const less = solution.toSpliced(i, 1)
        for (const bad of [wrong, less, [...solution, '0']]) {
          expect(await accepts(one, workResponse(shape, bad.join()))).toBe(false)
        }
      }
      const [first, ...rest] = solution
      expect(await accepts(one, workResponse(shape, [`0${first}`, ...rest].join()))).toBe(false)
    }
  })

  it('of one shape are not solved by the solution of another', async () => {
    const one = drawn('sha256', 24)
    const native = await solveWork(one, 'native')
    expect(await accepts(one, workResponse('cap', native))).toBe(false)
    expect(await accepts(one, native)).toBe(false)
    expect(await accepts(one, ` ${native}`)).toBe(false)
    expect(await accepts(one, `toString ${native}`)).toBe(false)
  })

  it('judge whatever is sent without throwing', () => {
    const settings: WorkSettings = settingsOf('sha256')
    fc.assert(
      fc.property(fc.string(), fc.constantFrom('native', 'cap', 'altcha-v1', 'altcha-v2'), (text, shape) => {
        return (
          kinds.work.accepts({ settings, level: 38, answer: seedOf('x') }, `${shape} ${text}`, RULES) ===
          false
        )
      }),
    )
  })
})
