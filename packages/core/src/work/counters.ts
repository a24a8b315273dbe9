/** One more than the highest counter: it has four bytes. */
const COUNTERS = 2 ** 32

/** A counter in decimal digits without zeros before it, or undefined. */
export function readCounter(text: string): number | undefined {
  const counter = /^(?:0|[1-9]\d{0,9})$/.test(text) ? Number(text) : COUNTERS
  return counter < COUNTERS ? counter : undefined
}

/** So many counters, separated by commas, or undefined. */
export function readCounters(text: string, count: number): number[] | undefined {
  // Before it is split: a text may be as long as a body.
  if (text.length > count * 11) return undefined
  const counters = text.split(',').map(readCounter)
  return counters.length === count && counters.every(counter => counter !== undefined) ? counters : undefined
}
