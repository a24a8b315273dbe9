import { expect, it } from 'vitest'
import { cases, MODELS, run } from './scenarios.ts'

/** Either model of traffic in turn: the bench has both, and several seeds. */
const quick = cases
  .filter(({ quick }) => quick)
  .map((one, i) => ({ ...one, model: MODELS[i % MODELS.length]! }))

it.each(quick)('in $name at $perHour an hour, $model traffic', async one => {
  const outcome = await run(one, one.model, 7)
  const failed = Object.entries(one.asserts).filter(([, holds]) => !holds(outcome))
  expect(failed.map(([words]) => words)).toEqual([])
})
