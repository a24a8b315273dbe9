import { describe, expect, it } from 'vitest'
import { createBuckets, halved } from './buckets.ts'

const START = 1_800_000_000_000

describe('a bucket', () => {
  it('fills evenly within a minute, and no further', () => {
    const buckets = createBuckets(10)
    Object.assign(buckets.of('a', START), { issue: 1, show: 0.5 })
    expect(buckets.of('a', START + 15_000)).toMatchObject({ issue: 0.75, show: 0.25, check: 0 })
    expect(buckets.of('a', START + 45_000)).toMatchObject({ issue: 0.25, show: 0, check: 0 })
    expect(buckets.of('a', START + 60_000)).toMatchObject({ issue: 0, show: 0, check: 0 })
  })

  it('is not filled by a clock that is set back', () => {
    const buckets = createBuckets(10)
    Object.assign(buckets.of('a', START), { issue: 1, asked: 8 })
    expect(buckets.of('a', START - 30_000)).toMatchObject({ issue: 1, asked: 8 })
    expect(buckets.of('a', START - 15_000)).toMatchObject({ issue: 0.75 })
  })

  it('forgets half of what was asked for in ten seconds', () => {
    const buckets = createBuckets(10)
    buckets.of('a', START).asked = 8
    expect(buckets.of('a', START + 10_000).asked).toBe(4)
    expect(buckets.of('a', START + 30_000).asked).toBe(1)
    expect(halved(8, -1000, 1000)).toBe(8)
  })
})

describe('buckets', () => {
  it('are forgotten, the eldest first, when there are too many', () => {
    const buckets = createBuckets(2)
    buckets.of('a', START).issue = 1
    buckets.of('b', START).issue = 1
    buckets.of('a', START)
    buckets.of('c', START)
    expect(buckets.size()).toBe(2)
    expect(buckets.of('b', START).issue).toBe(1)
    expect(buckets.of('a', START).issue).toBe(0)
  })

  it('are forgotten when they have been full for longer than they take to fill, whichever way the clock goes', () => {
    for (const direction of [1, -1]) {
      const buckets = createBuckets(100)
      buckets.of('old', START)
      for (const name of ['a', 'b']) buckets.of(name, START + direction * 60_000)
      expect(buckets.size()).toBe(3)
      for (const name of ['c', 'd', 'e']) buckets.of(name, START + direction * 60_001)
      expect(buckets.size()).toBe(5)
    }
  })

  it('are all forgotten at once, and restart empty', () => {
    const buckets = createBuckets(2)
    for (const name of ['a', 'b']) buckets.of(name, START).issue = 1
    buckets.clear()
    expect(buckets.size()).toBe(0)
    for (const name of ['a', 'b', 'c', 'd']) expect(buckets.of(name, START).issue).toBe(0)
    expect(buckets.size()).toBe(2)
  })
})
