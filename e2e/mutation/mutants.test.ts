import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseSync } from 'oxc-parser'
import { describe, expect, it } from 'vitest'
import { CRITICAL, testsOf } from './files.ts'
import { mutantsOf } from './mutants.ts'

const afters = (source: string) => mutantsOf(source).map(({ after }) => after)

describe('mutants', () => {
  it.each([
    ['conditions', 'if (a) b = 1', ['if (true) b = 1', 'if (false) b = 1']],
    ['comparisons at their bound', 'x = a <= b', ['x = true', 'x = false', 'x = a < b']],
    [
      'operands, each left out',
      'x = a && b || c',
      ['x = true', 'x = false', 'x = (a && b)', 'x = (c)', 'x = (a) || c', 'x = (b) || c'],
    ],
    ['fallbacks', 'x = a ?? b', ['x = (a)', 'x = (b)']],
    ['booleans', 'x = true', ['x = false']],
    ['sums, whose brackets stay', 'x = a - (b + c)', ['x = a + (b + c)', 'x = a - (b - c)']],
    ['rounding', 'x = Math.max(1, a)', ['x = Math.min(1, a)']],
    ['limits by name', 'const MOST = { seconds: 2 * 60 }', ['const MOST = { seconds: 2 * 60 * 2 }']],
    ['calls that are statements', 'await enter(a)', [';']],
    ['claims', 'x = await l.claim(a)', ['x = await undefined']],
    ['callbacks that do not wait', 'sync(log, () => b)', [';', ';(() => b)()']],
  ])('are made of %s', (_, source, expected) => {
    expect(afters(source)).toEqual(expected)
  })

  it.each([
    ['texts', "x = 'a' + b + `c`"],
    ['object literals', 'x = { a: 1, b }'],
    ['types', 'interface A { a: true }\ntype B = A extends true ? 1 : 2\nlet x: true | undefined'],
    ['loops that would never end', 'while (a) b++'],
  ])('are not made of %s', (_, source) => {
    expect(afters(source)).toEqual([])
  })

  it('say where they are, and show their lines without and with the fault', () => {
    const [, never] = mutantsOf('let b\nif (\n  a\n) {\n  b = 2\n}\n')
    expect(never).toEqual({
      line: 3,
      code: 'let b\nif (\n  false\n) {\n  b = 2\n}\n',
      before: 'a',
      after: 'false',
    })
  })

  it.each(CRITICAL)('of %s can all be read as TypeScript, and there are tests to catch them', file => {
    const root = fileURLToPath(new URL('../..', import.meta.url))
    for (const { code } of mutantsOf(readFileSync(`${root}${file}`, 'utf8'))) {
      expect(parseSync('mutant.ts', code).errors).toEqual([])
    }
    expect(testsOf(root, file)).not.toEqual([])
  })
})
