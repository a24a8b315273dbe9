import { createHash } from 'node:crypto'
import { keyedStream, type Stream } from '@upright/core'
import { describe, expect, it } from 'vitest'
import type { PictureEntry, PictureVerdict } from '../registry/picture.ts'
import { BINS, type PictureUse } from '../registry/picture.ts'
import { NO_FACTS } from '../registry/picture-fields.ts'
import { judge, MAX_LEAN_DEGREES } from './judge.ts'
import { binOf, consensusOf } from './tally.ts'

const seeded = (seed: string): Stream => keyedStream(createHash('sha256').update(seed).digest())

/** A number from a normal distribution (Box and Muller). */
const normal = (stream: Stream) =>
  Math.sqrt(-2 * Math.log(1 - stream.unit())) * Math.cos(2 * Math.PI * stream.unit())

/** People who answer a picture. */
interface Crowd {
  answers: number
  /** Degrees by which the picture leans clockwise. @default 0 */
  lean?: number
  /** Degrees by which people spread. @default 4 */
  spread?: number
  /** The share of answers that are guesses. @default 0.2 */
  guesses?: number
  /** The share of people who take another side for what is up. @default 0 */
  turned?: number
  /** Times the picture was shown. @default as many as answers */
  shown?: number
}

function useOf(stream: Stream, crowd: Crowd): PictureUse {
  const { answers, lean = 0, spread = 4, guesses = 0.2, turned = 0, shown = answers } = crowd
  const bins = Array<number>(BINS).fill(0)
  for (let i = 0; i < answers; i++) {
    const guessed = stream.unit() < guesses
    const side = stream.unit() < turned ? 90 * (1 + stream.below(3)) : 0
    bins[binOf(guessed ? stream.between(-180, 180) : lean + side + spread * normal(stream))]!++
  }
  return { shown, answers: bins }
}

/** Adds so many answers that find a picture leaning by so much to its tally. */
const forged = ({ shown, answers }: PictureUse, count: number, lean: () => number): PictureUse => {
  const bins = [...answers]
  for (let i = 0; i < count; i++) bins[binOf(lean())]!++
  return { shown, answers: bins }
}

const entry = (id: number, more: Partial<PictureEntry> = {}): PictureEntry => ({
  ...NO_FACTS,
  id,
  name: `Animal ${id}`,
  state: 'serving',
  lean: 0,
  machineEase: 0,
  subject: null,
  weight: 1,
  doubted: 0,
  fingerprint: '0123456789abcdef',
  created: 0,
  ...more,
})
const library = (count: number) => Array.from({ length: count }, (_, i) => entry(i + 1))

/** What happens to pictures by judgements. */
const carryOut = (pictures: readonly PictureEntry[], verdicts: readonly PictureVerdict[]) =>
  pictures.map(picture => {
    const verdict = verdicts.find(({ id }) => id === picture.id)
    if (!verdict) return picture
    const { lean, weight, aside } = verdict
    return { ...picture, lean, weight, ...(aside && { state: 'aside' as const, doubted: 1 }) }
  })
const usesOf = (pictures: readonly PictureEntry[], make: (id: number) => PictureUse) =>
  new Map(pictures.map(({ id }) => [id, make(id)]))
const asideOf = (pictures: readonly PictureEntry[]) =>
  pictures.filter(({ state }) => state === 'aside').map(({ id }) => id)

/** Judges a library so many times over. */
function judged(
  pictures: readonly PictureEntry[],
  uses: ReadonlyMap<number, PictureUse>,
  times: number,
): readonly PictureEntry[] {
  let now = pictures
  for (let i = 0; i < times; i++) now = carryOut(now, judge(now, uses))
  return now
}

describe('the answers of a picture', () => {
  it('tell its lean, how people spread and how many guess', () => {
    for (let seed = 0; seed < 50; seed++) {
      const stream = seeded(`reading ${seed}`)
      const lean = stream.between(-180, 180)
      const consensus = consensusOf(useOf(stream, { answers: 400, lean, spread: 6 }))!
      expect(Math.abs(((consensus.mean - lean + 540) % 360) - 180)).toBeLessThan(1.5)
      expect(Math.abs(consensus.spread - 6)).toBeLessThan(2)
      expect(Math.abs(consensus.people - 0.8)).toBeLessThan(0.12)
      expect(consensus.agree).toBeGreaterThan(0.8)
    }
  })

  it('tell nothing while they are few', () => {
    expect(consensusOf(useOf(seeded('few'), { answers: 39 }))).toBeUndefined()
    expect(consensusOf(useOf(seeded('few'), { answers: 40 }))).toBeDefined()
  })

  it('agree on nothing where all of them are guesses', () => {
    for (let seed = 0; seed < 50; seed++) {
      const { people, agree } = consensusOf(useOf(seeded(`${seed}`), { answers: 400, guesses: 1 }))!
      expect(people * agree).toBeLessThan(0.15)
    }
    const level = consensusOf({ shown: 0, answers: Array(BINS).fill(5) })!
    expect(level.agree).toBe(0)
    expect(Number.isFinite(level.mean + level.spread + level.error)).toBe(true)
  })
})

describe('a picture that leans', () => {
  it('by 6° is found and turned back, step by step, though one in five guesses', () => {
    const errors = Array.from({ length: 100 }, (_, seed) => {
      const uses = usesOf([entry(1)], () => useOf(seeded(`lean ${seed}`), { answers: 300, lean: 6 }))
      const leans = [1, 2, 3, 4, 5].map(times => judged([entry(1)], uses, times)[0]!.lean)
      expect(leans[0]).toBe(2)
      expect(leans[1]).toBe(4)
      // What is decided once stays so.
      expect(leans[4]).toBe(leans[3])
      expect(Math.abs(consensusOf(uses.get(1)!)!.mean - 6)).toBeLessThan(1.5)
      return Math.abs(leans[4]! - 6)
    })
    expect(Math.max(...errors)).toBeLessThan(1.5)
  })

  it('hardly is left alone', () => {
    for (let seed = 0; seed < 100; seed++) {
      const stream = seeded(`straight ${seed}`)
      const uses = usesOf([entry(1)], () =>
        useOf(stream, { answers: 200 + stream.below(400), lean: stream.between(-0.25, 0.25) }),
      )
      expect(judge([entry(1)], uses)).toEqual([])
    }
  })

  it('is turned no further than the bound, and not at all where a person has turned it further', () => {
    for (const sign of [1, -1]) {
      const uses = usesOf([entry(1)], () => useOf(seeded('far'), { answers: 300, lean: sign * 14 }))
      expect(judged([entry(1)], uses, 20)[0]!.lean).toBe(sign * MAX_LEAN_DEGREES)
      const known = entry(1, { lean: sign * 30 })
      expect(judge([known], uses)).toEqual([])
    }
  })

  it('by far too much is set aside', () => {
    const pictures = library(30)
    const uses = usesOf(pictures, id =>
      useOf(seeded(`skewed ${id}`), { answers: 200, lean: id === 7 ? -45 : 0 }),
    )
    const [verdict] = judge(pictures, uses).filter(({ aside }) => aside)
    expect(verdict).toMatchObject({
      id: 7,
      aside: expect.stringMatching(/^people find it leaning by -4[456]°/),
    })
  })
})

describe('a picture people disagree on', () => {
  it('is set aside, and no other', () => {
    for (let seed = 0; seed < 50; seed++) {
      const pictures = library(30)
      const uses = usesOf(pictures, id =>
        useOf(seeded(`disagreed ${seed} ${id}`), {
          answers: 250,
          ...(id === 7 && { turned: 0.6 }),
          ...(id === 8 && { spread: 60 }),
        }),
      )
      expect(asideOf(judged(pictures, uses, 1))).toHaveLength(1)
      expect(asideOf(judged(pictures, uses, 20))).toEqual([7, 8])
    }
  })

  it('is set aside for a reason that says how many agree', () => {
    const pictures = library(30)
    const uses = usesOf(pictures, id => useOf(seeded(`${id}`), { answers: 200, turned: id === 7 ? 0.8 : 0 }))
    const [{ aside } = { aside: '' }] = judge(pictures, uses)
    expect(aside).toMatch(
      /^people disagree on it: \d\d % of them agree, [89]\d % are usual \(of 200 answers\)$/,
    )
  })

  it('or cannot tell is set aside, and how many agree is said', () => {
    const pictures = library(30)
    const uses = usesOf(pictures, id =>
      useOf(seeded(`untold ${id}`), { answers: 200, guesses: id === 7 ? 1 : 0.2 }),
    )
    const [{ aside } = { aside: '' }] = judge(pictures, uses)
    expect(aside).toMatch(/^people (cannot tell|disagree on it): \d+ % /)
  })

  it('is never one that people agree on: 200 libraries', () => {
    for (let seed = 0; seed < 200; seed++) {
      const stream = seeded(`good ${seed}`)
      const pictures = library(40)
      const most = stream.between(0, 0.6)
      const uses = usesOf(pictures, () => {
        // Programs may know some pictures, and guess at others alone.
        const guesses = seed % 2 === 0 ? most : stream.between(0, most)
        return useOf(stream, { answers: 40 + stream.below(300), spread: stream.between(3, 8), guesses })
      })
      expect(asideOf(judged(pictures, uses, 1))).toEqual([])
    }
  })

  it('is kept where there are few pictures, or few that were answered', () => {
    const bad = (id: number) => useOf(seeded(`${id}`), { answers: 200, turned: id === 7 ? 1 : 0 })
    expect(asideOf(judged(library(20), usesOf(library(20), bad), 5))).toEqual([])
    expect(asideOf(judged(library(21), usesOf(library(21), bad), 5))).toEqual([7])
    expect(asideOf(judged(library(100), usesOf(library(19), bad), 5))).toEqual([])
  })
})

describe('an attacker', () => {
  const pictures = library(60)
  const honest = usesOf(pictures, id => useOf(seeded(`honest ${id}`), { answers: 60, spread: 6 }))

  it('sets aside no more pictures than the bound with 1,000 forged answers, one at a time', () => {
    for (const targets of [5, 20, 40]) {
      const stream = seeded(`attack ${targets}`)
      const uses = new Map(honest)
      for (let id = 1; id <= targets; id++) {
        uses.set(
          id,
          forged(uses.get(id)!, 1000 / targets, () => stream.between(-180, 180)),
        )
      }
      let now: readonly PictureEntry[] = pictures
      for (let hour = 1; hour <= 30; hour++) {
        now = carryOut(now, judge(now, uses))
        expect(asideOf(now).length).toBeLessThanOrEqual(Math.min(hour, 20))
      }
      expect(now.filter(({ state }) => state === 'serving').length).toBeGreaterThanOrEqual(40)
    }
  })

  it('bends no picture beyond the bound with 1,000 forged answers, and by no more than a step at once', () => {
    for (const lean of [5, 9, 15, 40, 90, 179, -30]) {
      const uses = new Map(honest).set(
        7,
        forged(honest.get(7)!, 1000, () => lean),
      )
      let now: readonly PictureEntry[] = pictures
      for (let hour = 1; hour <= 8; hour++) {
        const before = now[6]!.lean
        now = carryOut(now, judge(now, uses))
        expect(Math.abs(now[6]!.lean - before)).toBeLessThanOrEqual(2)
        expect(Math.abs(now[6]!.lean)).toBeLessThanOrEqual(MAX_LEAN_DEGREES)
      }
      for (const other of now) if (other.id !== 7) expect(Math.abs(other.lean)).toBeLessThan(4)
    }
  })
})

describe('how often a picture was shown', () => {
  const weights = (shown: readonly number[]) => {
    const pictures = library(shown.length)
    const uses = usesOf(pictures, id => useOf(seeded('shown'), { answers: 0, shown: shown[id - 1]! }))
    return judged(pictures, uses, 1).map(({ weight }) => weight)
  }

  it('is evened out in coarse steps', () => {
    expect(weights([100, 49, 50, 200, 201, 0, 100, 130])).toEqual([1, 2, 1, 1, 0.5, 2, 1, 1])
  })

  it('is left to chance while it is little', () => {
    expect(weights([40, 0, 49, 1000, 20])).toEqual([1, 1, 1, 1, 1])
    expect(weights([])).toEqual([])
  })

  it('counts for pictures that serve alone', () => {
    const pictures = [...library(3), entry(4, { state: 'candidate' }), entry(5, { state: 'aside' })]
    const uses = usesOf(pictures, id => useOf(seeded('x'), { answers: 0, shown: id < 4 ? 100 : 0 }))
    expect(judge(pictures, uses)).toEqual([])
  })

  it('is even again after a while, and the weights with it', () => {
    const stream = seeded('evening out')
    let pictures: readonly PictureEntry[] = library(30)
    const shown = pictures.map(({ id }) => (id <= 3 ? 0 : 1000))
    for (let hour = 0; hour < 80; hour++) {
      const uses = usesOf(pictures, id => useOf(stream, { answers: 0, shown: shown[id - 1]! }))
      pictures = carryOut(pictures, judge(pictures, uses))
      const all = pictures.reduce((sum, { weight }) => sum + weight, 0)
      pictures.forEach(({ weight }, i) => {
        shown[i]! += Math.round((600 * weight) / all)
      })
    }
    expect(pictures.every(({ weight }) => weight === 1)).toBe(true)
    for (const each of shown) expect(each).toBeGreaterThan(Math.max(...shown) / 2.2)
  })
})
