/** Hours of a week, each with a cell of its own. */
const HOURS = 168
/** Weeks of which a cell speaks for itself, and no longer by the mean of all. */
const MAX_WEEKS = 8
/** Share of an hour that its cell learns, and the bounds of what it learns from. */
const LEARNED_SHARE = 0.25
const MAX_GROWTH = 2
const MIN_GROWTH = 0.5
/** Weighted passes an hour by which anything may grow. */
const GROWTH_FLOOR = 12
/** What the level may be in slow means, and what a slow mean learns in an hour after the first week. */
const MAX_LEVEL_FACTOR = 4
const SLOW_SHARE = 0.01 / HOURS
/** Hours that are remembered for "this is usual now". */
const RECENT_HOURS = 24

/** A baseline as it is stored. */
export interface StoredBaseline {
  cells: number[]
  weeks: number[]
  slow: number
  hours: number
  recent: (number | null)[]
}

/**
 * What is usual for a site in each hour of the week, in weighted passes an hour. It learns from hours that
 * were seen whole, slowly, so that an attack does not become usual.
 */
export interface Baseline {
  /** Learns what an hour had, by its number since 1970. */
  learn(hour: number, count: number): void
  /** Weighted passes that are usual in an hour. */
  usual(hour: number): number
  /** Whether a whole week of hours was seen. */
  isKnown(): boolean
  /**
   * Takes the last 24 hours for what is usual from now on; `fallback` an hour where none of them was seen.
   */
  adopt(hour: number, fallback: number): void
  stored(): StoredBaseline
}

const clamp = (value: number, low: number, high: number) => Math.min(high, Math.max(low, value))

export function createBaseline(stored?: StoredBaseline): Baseline {
  const cells = Float64Array.from(stored?.cells ?? Array<number>(HOURS).fill(0))
  const weeks = Uint8Array.from(stored?.weeks ?? Array<number>(HOURS).fill(0))
  const recent = stored?.recent ?? Array<number | null>(RECENT_HOURS).fill(null)
  let slow = stored?.slow ?? 0
  let hours = stored?.hours ?? 0
  /** The mean of the cells that have learned something; found again when one has learned. */
  let mean = meanOfCells()

  function meanOfCells(): number {
    let sum = 0
    let count = 0
    for (let i = 0; i < HOURS; i++) {
      if (weeks[i] === 0) continue
      sum += cells[i]!
      count++
    }
    return count === 0 ? 0 : sum / count
  }
  const cellOf = (hour: number) => ((hour % HOURS) + HOURS) % HOURS
  const estimate = (cell: number) => (weeks[cell]! * cells[cell]! + mean) / (weeks[cell]! + 1)

  return {
    learn(hour, count) {
      const cell = cellOf(hour)
      const before = cells[cell]!
      const isFirst = weeks[cell] === 0
      const seen = clamp(count, before * MIN_GROWTH, before * MAX_GROWTH + GROWTH_FLOOR)
      cells[cell] = isFirst ? count : before + LEARNED_SHARE * (seen - before)
      weeks[cell] = Math.min(MAX_WEEKS, weeks[cell]! + 1)
      hours++
      if (hours <= HOURS) slow += (count - slow) / hours
      else slow += SLOW_SHARE * (Math.min(count, MAX_GROWTH * slow + GROWTH_FLOOR) - slow)
      recent[cell % RECENT_HOURS] = count
      mean = meanOfCells()
    },

    usual(hour) {
      const cell = cellOf(hour)
      const beside = Math.max(estimate(cellOf(cell - 1)), estimate(cellOf(cell + 1)))
      const largest = Math.max(estimate(cell), beside)
      const most = MAX_LEVEL_FACTOR * slow + GROWTH_FLOOR
      return mean > most ? (largest * most) / mean : largest
    },

    isKnown: () => hours >= HOURS,

    adopt(hour, fallback) {
      const seen = recent.filter(count => count !== null)
      const level = seen.length > 0 ? seen.reduce((sum, count) => sum + count, 0) / seen.length : fallback
      for (let i = 0; i < HOURS; i++) {
        cells[i] = recent[i % RECENT_HOURS] ?? level
        weeks[i] = Math.max(1, weeks[i]!)
      }
      // The hour that it is now is what has made somebody say so.
      const now = cellOf(hour)
      cells[now] = Math.max(cells[now]!, fallback)
      slow = level
      mean = meanOfCells()
    },

    stored: () => ({ cells: [...cells].map(rounded), weeks: [...weeks], slow, hours, recent: [...recent] }),
  }
}

/** Three digits after the point are enough, and a third of the text. */
const rounded = (value: number) => Math.round(value * 1000) / 1000
