import { expect, it } from 'vitest'
import type { Mutant } from './mutants.ts'
import { percent, type Survivor, sample, scoreOf } from './score.ts'

const mutants: Mutant[] = Array.from({ length: 40 }, (_, i) => ({
  line: i + 1,
  code: `${i}`,
  before: `${i} of 40`,
  after: 'other',
}))
const named = (i: number, as: Survivor['as']): Survivor => ({
  file: 'a.ts',
  before: `${i} of 40`,
  after: 'other',
  as,
  reason: `because of ${i}`,
})
/** Catches all but some. */
const allBut = (missed: number[]) => {
  const run: number[] = []
  const catches = async ({ line }: Mutant) => {
    run.push(line - 1)
    return !missed.includes(line - 1)
  }
  return { run, catches }
}

it('counts what is caught, and names what is not with its reason', async () => {
  const { run, catches } = allBut([2, 3, 4])
  const listed = [named(2, 'accepted'), named(4, 'equivalent')]
  const score = await scoreOf('a.ts', mutants, mutants, listed, catches)
  expect(score).toMatchObject({ file: 'a.ts', caught: 37, equivalent: 1, stale: [] })
  expect(score.survived).toEqual([
    { mutant: mutants[2], reason: 'because of 2' },
    { mutant: mutants[3], reason: undefined },
  ])
  expect(run).not.toContain(4)
})

it('reports entries of the list that fit nothing, or something that is caught, also in a sample', async () => {
  const listed = [named(1, 'accepted'), named(2, 'accepted'), named(99, 'equivalent')]
  const score = await scoreOf('a.ts', mutants, mutants.slice(0, 2), listed, allBut([]).catches)
  expect(score.stale).toEqual([listed[2], listed[0]])
})

it('takes the same sample wherever the lines have moved to, and another one for another seed', () => {
  const few = sample(mutants, 10, 'a')
  const moved = mutants.map(mutant => ({ ...mutant, line: mutant.line + 7 }))
  expect(few).toHaveLength(10)
  expect(few.map(({ line }) => line)).toEqual(few.map(({ line }) => line).sort((a, b) => a - b))
  expect(sample([...moved].reverse(), 10, 'a').map(({ before }) => before)).toEqual(few.map(m => m.before))
  expect(sample(mutants, 10, 'b')).not.toEqual(few)
  expect(sample(mutants, 1000, 'a')).toEqual(mutants)
})

it('rounds down, so that 95 % is no less', () => {
  expect(percent(19, 1)).toBe(95)
  expect(percent(949, 51)).toBe(94)
  expect(percent(0, 0)).toBe(100)
})
