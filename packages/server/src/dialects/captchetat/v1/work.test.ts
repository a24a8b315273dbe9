import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { createWork } from './work.ts'

const work = createWork([Buffer.alloc(32, 7)])
const ID = 'b97b5a7638d34e99bc4235d117a17e77'
/** The work of ids, which must stay what it is while they are open: id, rung, start, hash and distance. */
const TASKS = [
  // As before there were rungs.
  [ID, 0, 320_308_317, '1825710ef01e7374df5f2f8ac3976bbdfbe4cea9', 66_398],
  ['0ca98c2196f94a8995bcea10a37932c1', 0, 862_180_941, 'fa8864f8282474ed34367a6ac4fa1aac331775e4', 52_011],
  // Elsewhere on each rung, so that a lower one does no part of a higher.
  [ID, 1, 228_664_456, 'db491edb8fc7251bd8daac172de16660ff4900f3', 280_151],
  [ID, 2, 480_687_514, 'e081df45c76446fef0abdaf227df2f25707e3b30', 324_935],
  [ID, 3, 114_161_714, '5246c1632761eec2baebf6fba336fc159839647f', 828_664],
] as const

describe('the work of an id', () => {
  it.each(TASKS)('%s on rung %i is written down', (id, rung, start, hash, distance) => {
    expect(work.task(id, rung)).toEqual({ start, hash })
    expect(
      createHash('sha1')
        .update(`${start + distance}${id}`)
        .digest('hex'),
    ).toBe(hash)
  })

  it('is none of what is no id', () => {
    for (const text of ['', 'undefined', ID.slice(1)]) expect(work.accepts(text, 0, '320374715')).toBe(false)
  })

  it('is accepted for its own id on its own rung alone', () => {
    for (const [id, rung] of TASKS) {
      for (const [other, done, start, , distance] of TASKS) {
        const accepted = work.accepts(id, rung, String(start + distance))
        expect([id, rung, done, accepted]).toEqual([id, rung, done, id === other && rung === done])
      }
    }
  })
})
