import { readCode, type Style } from '@upright/core'
import { align } from './align.ts'
import type { Confusion, Item, Result, Turns } from './wire.ts'

/** Subject of a result. */
export interface Plan extends Pick<Result, 'form' | 'seed' | 'count'> {
  style: Style
  /** Milliseconds since 1970. */
  started: number
}

/** Standard deviations to either side that hold 95 % of a normal distribution. */
const Z = 1.96
/** Degrees from which on a picture is disputed: what a site lets pass, unless it says otherwise. */
const DISPUTED_DEGREES = 10

/** The result of the items there are. */
export function summarise({ style, started, ...plan }: Plan, items: Item[]): Result {
  const answered = items.filter(({ typed }) => typed !== null)
  const right = items.filter(item => item.right).length
  const [low, high] = wilson(right, items.length)
  return {
    style: style.name,
    ...plan,
    started: new Date(started).toISOString(),
    answered: answered.length,
    skipped: items.length - answered.length,
    whole: { right, of: items.length, low, high },
    seconds: median(answered.map(({ seconds }) => seconds)),
    ...(style.kind === 'rotate' ? { turns: turnsOf(answered) } : charactersOf(answered)),
    items: [...items],
  }
}

/**
 * Bounds of a share of which `right` of `all` were seen, by Wilson's score interval at 95 %, to four digits.
 */
export function wilson(right: number, all: number): [low: number, high: number] {
  if (all === 0) return [0, 1]
  const share = right / all
  const scale = 1 + Z ** 2 / all
  const middle = (share + Z ** 2 / (2 * all)) / scale
  const reach = (Z / scale) * Math.sqrt((share * (1 - share)) / all + (Z / (2 * all)) ** 2)
  const rounded = (bound: number) => Math.round(bound * 1e4) / 1e4
  return [rounded(Math.max(0, middle - reach)), rounded(Math.min(1, middle + reach))]
}

/** The value in the middle, or between the two there, to two digits; null of nothing. */
export function median(values: number[]): number | null {
  if (values.length === 0) return null
  const sorted = values.toSorted((a, b) => a - b)
  const half = sorted.length / 2
  const middle = (sorted[Math.ceil(half) - 1]! + sorted[Math.floor(half)]!) / 2
  return Math.round(middle * 100) / 100
}

function charactersOf(answered: Item[]): Required<Pick<Result, 'characters' | 'confusions'>> {
  const characters = { right: 0, of: 0 }
  const confusions = new Map<string, Confusion>()
  for (const { n, wanted, typed, right } of answered) {
    // What the service takes is right in every character, also where a number was typed with zeros before it.
    for (const pair of align(wanted, right ? wanted : readCode(typed!))) {
      if (pair.wanted) characters.of++
      if (pair.wanted === pair.typed) {
        characters.right++
        continue
      }
      const key = `${pair.wanted} ${pair.typed}`
      const known = confusions.get(key) ?? { ...pair, times: 0, items: [] }
      known.times++
      if (known.items.at(-1) !== n) known.items.push(n)
      confusions.set(key, known)
    }
  }
  return { characters, confusions: [...confusions.values()].sort((a, b) => b.times - a.times) }
}

function turnsOf(answered: Item[]): Turns {
  const left = answered.map(({ off }) => Math.abs(off!))
  const within = (degrees: number) => left.filter(each => each <= degrees).length
  const pictures = new Map<number, Turns['disputed'][number]>()
  for (const { picture, off } of answered) {
    const known = pictures.get(picture!.id) ?? { ...picture!, off: [] }
    known.off.push(off!)
    pictures.set(picture!.id, known)
  }
  const farthest = ({ off }: { off: number[] }) => Math.max(...off.map(Math.abs))
  return {
    within: { 5: within(5), 10: within(10), 15: within(15), 20: within(20) },
    median: median(left),
    disputed: [...pictures.values()]
      .filter(each => farthest(each) > DISPUTED_DEGREES)
      .sort((a, b) => farthest(b) - farthest(a)),
  }
}
