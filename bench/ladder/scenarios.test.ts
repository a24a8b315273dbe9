import { expect, it } from 'vitest'
import { cases, MODELS, run } from './scenarios.ts'

it.each(cases.filter(({ quick }) => quick).flatMap(one => MODELS.map(model => ({ ...one, model }))))(
  'in $name at $perHour an hour, $model traffic',
  async one => {
    const outcome = await run(one, one.model, 7)
    const failed = Object.entries(one.asserts).filter(([, holds]) => !holds(outcome))
    expect(failed.map(([words]) => words)).toEqual([])
  },
)
