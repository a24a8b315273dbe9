import { describe, expect, it } from 'vitest'
import { kinds } from './kinds.ts'
import { keyedStream } from './random.ts'
import type { Rules } from './rules.ts'
import { codeStyleNamed } from './styles.ts'
import { kindContract } from './testing/kind.ts'
import { DISTORTIONS } from './text/index.ts'

const RULES: Rules = { expiry: 1200, attempts: 1, revalidation: 'strict' }
const text = (name: string) => codeStyleNamed(name)!.settings

kindContract('text, captchaFR', kinds.text, text('captchaFR'))
kindContract('text, light', kinds.text, text('alphanumerique4to6LightCaptchaEN'))
kindContract('rotate', kinds.rotate, {})
kindContract('number, cs', kinds.number, { language: 'cs' })

describe('a turn', () => {
  const accepts = (answer: number, response: string, tolerance = 10) =>
    kinds.rotate.accepts({ settings: {}, level: undefined, answer: String(answer) }, response, {
      ...RULES,
      tolerance,
    })

  it('is right within the tolerance on both sides, all the way round', () => {
    for (let answer = 0; answer < 360; answer++) {
      const right = Array.from({ length: 361 }, (_, turned) => turned).filter(turned =>
        accepts(answer, String(turned)),
      )
      // 0 and 360 are the same direction.
      const twice = right.includes(0) && right.includes(360) ? 1 : 0
      expect(right).toHaveLength(21 + twice)
      for (const turned of right) {
        expect(Math.min((turned - answer + 720) % 360, (answer - turned + 720) % 360)).toBeLessThanOrEqual(10)
      }
    }
    expect([accepts(5, '355'), accepts(5, '354'), accepts(355, '5'), accepts(0, '360')]).toEqual([
      true,
      false,
      true,
      true,
    ])
  })

  it('is guessed blindly as often as the tolerance says', () => {
    for (const tolerance of [5, 10, 20]) {
      let passed = 0
      for (let answer = 0; answer < 360; answer++) {
        for (let guess = 0; guess < 360; guess++) if (accepts(answer, String(guess), tolerance)) passed++
      }
      expect(passed / 360 ** 2).toBeCloseTo((2 * tolerance + 1) / 360, 10)
    }
  })

  it('is judged by the level of its id, and by the site where that is 0', () => {
    const isRight = (level: number | undefined) => {
      const drawn = { settings: {} as Record<string, never>, level, answer: '100' }
      const within = (degrees: number) => kinds.rotate.accepts(drawn, String(100 + degrees), { ...RULES })
      return [7, 10, 20, 21].map(within)
    }
    expect(isRight(20)).toEqual([true, true, true, false])
    expect(isRight(7)).toEqual([true, false, false, false])
    expect(isRight(0)).toEqual([true, true, false, false])
    expect(isRight(undefined)).toEqual(isRight(0))
  })

  it.each(['', '-1', '361', '1.5', '1e2', '0x1', '1-7', '7.', 'Ⅶ', '0007', 'x'.repeat(10_000)])(
    'written %j is none',
    response => {
      for (let answer = 0; answer < 360; answer += 7) expect(accepts(answer, response, 180)).toBe(false)
    },
  )
})

it('a code is distorted as the level of its id says, and as its style says where that is 0', () => {
  const pixels = (name: string, level: number | undefined) => {
    const settings = text(name)
    const drawn = { settings, level, answer: 'HELM23' }
    const { bytes } = kinds.text.forms.picture(drawn, keyedStream(Buffer.alloc(32)), {
      season: 'a1'.repeat(32),
      fonts: [],
    })
    return Buffer.from(bytes).toString('base64')
  }
  const { own, light, standard } = DISTORTIONS
  const [plain, easy] = ['captchaFR', 'alphanumerique4to6LightCaptchaFR']
  for (const name of [plain, easy]) {
    expect(pixels(name, own)).toBe(pixels(name, undefined))
    expect(pixels(name, light)).not.toBe(pixels(name, standard))
    // The upper bits are the dialect's.
    expect(pixels(name, 0x30 | light)).toBe(pixels(name, light))
  }
  expect(pixels(plain, own)).toBe(pixels(plain, standard))
  expect(pixels(easy, own)).toBe(pixels(easy, light))
})

it('a spoken number is right exactly, and below 360', () => {
  const settings = { language: 'fr' } as const
  const accepts = (answer: string, response: string) =>
    kinds.number.accepts({ settings, level: undefined, answer }, response, { ...RULES, tolerance: 20 })
  expect([accepts('7', '7'), accepts('7', '007'), accepts('7', '8'), accepts('0', '360')]).toEqual([
    true,
    true,
    false,
    false,
  ])
})
