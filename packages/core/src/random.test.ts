import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { keyedStream, purposeStreams } from './random.ts'

const KEY = Buffer.alloc(32, 7)
const take = (n: number, stream = keyedStream(KEY)) => Array.from({ length: n }, () => stream.uint32())

describe('a keyed stream', () => {
  it('repeats itself for the same key, far beyond one block, and never otherwise', () => {
    expect(take(5000)).toEqual(take(5000))
    expect(new Set(take(5000)).size).toBeGreaterThan(4990)
    expect(take(4, keyedStream(Buffer.alloc(32, 8)))).not.toEqual(take(4))
  })

  it('gives the numbers of AES-256 in counter mode, on every machine', () => {
    expect(take(3)).toEqual([2280541450, 3571477735, 3743182460])
  })

  it('is fair', () => {
    const stream = keyedStream(KEY)
    for (const n of [2, 3, 7, 21]) {
      const seen = Array.from({ length: n }, () => 0)
      for (let i = 0; i < 20_000 * n; i++) seen[stream.below(n)]!++
      // Six standard deviations of a fair draw.
      for (const times of seen) expect(Math.abs(times - 20_000)).toBeLessThan(6 * Math.sqrt(20_000))
    }
  })

  it('stays within its bounds', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 2 ** 32 }),
        fc.double({ min: -1e6, max: 1e6, noNaN: true }),
        (n, low) => {
          const stream = keyedStream(KEY)
          expect(stream.below(n)).toBeLessThan(n)
          const value = stream.between(low, low + 1)
          expect(value).toBeGreaterThanOrEqual(low)
          expect(value).toBeLessThanOrEqual(low + 1)
          expect(['a', 'b']).toContain(stream.pick(['a', 'b']))
        },
      ),
    )
  })

  it('differs by purpose, by id and by generation', () => {
    const streams = purposeStreams(KEY)
    const firsts = ['answer', 'picture', 'sound', 'anything'].flatMap(purpose =>
      [1, 2].flatMap(id =>
        [0, 1, 2, 2 ** 32 - 1].map(generation => streams(purpose, Buffer.alloc(16, id), generation).uint32()),
      ),
    )
    expect(new Set(firsts).size).toBe(32)
  })

  it('is the same in later versions, whichever purposes were asked for before', () => {
    const first = (purpose: string, streams = purposeStreams(KEY)) =>
      streams(purpose, Buffer.alloc(16, 1), 2).uint32()
    expect(['answer', 'picture', 'sound'].map(purpose => first(purpose))).toEqual([
      1340197848, 74202481, 4068211391,
    ])
    const streams = purposeStreams(KEY)
    expect([first('sound', streams), first('sound', streams)]).toEqual([4068211391, 4068211391])
  })
})
