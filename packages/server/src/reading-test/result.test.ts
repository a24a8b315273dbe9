import { styleNamed } from '@upright/core'
import { describe, expect, it } from 'vitest'
import { median, type Plan, summarise, wilson } from './result.ts'
import type { Item } from './wire.ts'

const plan = (name: string): Plan => ({
  style: styleNamed(name)!,
  form: 'picture',
  seed: 'a',
  count: 5,
  started: Date.UTC(2026, 10, 21),
})
/** Items in their order: what was wanted, what was typed, the seconds it took. */
const read = (...rows: [wanted: string, typed: string | null, seconds: number][]): Item[] =>
  rows.map(([wanted, typed, seconds], i) => ({ n: i + 1, wanted, typed, right: wanted === typed, seconds }))

describe('wilson', () => {
  // From the formula of E. B. Wilson (1927).
  it.each([
    [38, 40, 0.835, 0.9862],
    [0, 10, 0, 0.2775],
    [10, 10, 0.7225, 1],
    [1, 1, 0.2065, 1],
    [0, 0, 0, 1],
  ])('bounds the share of %d in %d', (right, all, low, high) => {
    expect(wilson(right, all)).toEqual([low, high])
  })
})

describe('median', () => {
  it.each([
    [[], null],
    [[3], 3],
    [[9, 1], 5],
    [[5, 1, 100], 5],
    [[1, 2, 3.333, 4], 2.67],
  ])('of %j is %j', (values, expected) => {
    expect(median(values)).toBe(expected)
  })
})

describe('the result of a reading test', () => {
  it('counts codes, characters and confusions, the most frequent first', () => {
    const items = read(
      ['KXYT7A', 'XXYTTA', 4],
      ['HATMUL', 'HATMUL', 3],
      ['7A7A7A', 'TATA7', 9],
      ['ABC', null, 60],
      ['ABC', 'ABXC', 5],
    )
    const { characters, confusions, ...rest } = summarise(plan('captchaFR'), items)
    expect(rest).toEqual({
      ...{ style: 'captchaFR', form: 'picture', seed: 'a', count: 5, started: '2026-11-21T00:00:00.000Z' },
      ...{
        answered: 4,
        skipped: 1,
        whole: { right: 1, of: 5, low: 0.0362, high: 0.6245 },
        seconds: 4.5,
        items,
      },
    })
    expect(characters).toEqual({ right: 4 + 6 + 3 + 3, of: 21 })
    expect(confusions).toEqual([
      { wanted: '7', typed: 'T', times: 3, items: [1, 3] },
      { wanted: 'K', typed: 'X', times: 1, items: [1] },
      { wanted: 'A', typed: '', times: 1, items: [3] },
      { wanted: '', typed: 'X', times: 1, items: [5] },
    ])
  })

  it('confuses nothing in what the service takes, and reads the rest as the service does', () => {
    const right: Item = { n: 1, wanted: '7', typed: '007', right: true, seconds: 1 }
    const small: Item = { n: 2, wanted: 'ABC', typed: ' ａbd\u200b', right: false, seconds: 1 }
    const { characters, confusions } = summarise(plan('numberEN'), [right, small])
    expect(characters).toEqual({ right: 3, of: 4 })
    expect(confusions).toEqual([{ wanted: 'C', typed: 'D', times: 1, items: [2] }])
  })

  it('says of discs how near they came, and which pictures are disputed', () => {
    const disc = (n: number, id: number, off?: number): Item => ({
      ...{ n, wanted: '0', typed: off === undefined ? null : String((off + 360) % 360) },
      ...{ right: Math.abs(off ?? 180) <= 10, seconds: 2, picture: { id, name: `animal ${id}` } },
      ...(off !== undefined && { off }),
    })
    const items = [disc(1, 7, -4), disc(2, 8, 12), disc(3, 7, -30), disc(4, 9, 10), disc(5, 9)]
    const { turns, characters, confusions, whole } = summarise(plan('rotate'), items)
    expect([characters, confusions]).toEqual([undefined, undefined])
    expect(whole).toMatchObject({ right: 2, of: 5 })
    expect(turns).toEqual({
      within: { 5: 1, 10: 2, 15: 3, 20: 3 },
      median: 11,
      disputed: [
        { id: 7, name: 'animal 7', off: [-4, -30] },
        { id: 8, name: 'animal 8', off: [12] },
      ],
    })
  })
})
