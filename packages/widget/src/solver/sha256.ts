import { BLOCKS, CHAIN, type Kernel, MIDSTATE, OUT, START, TABLE } from './kernel.ts'
import { absorb, copy, fillBlock, finish, padded, prepareDigestBlock, solvingLane } from './message.ts'
import { MAX_COUNTER, type Puzzle, type Search, uint32 } from './task.ts'

/** As the last word that solves a puzzle: every one does. */
const ANY = 0xffff_ffff

const digits = (n: number) => [...String(n)].map(digit => digit.charCodeAt(0))

/** How counters are written. */
interface Notation {
  /** So many counters differ in their last bytes alone, but for `short` ones. */
  span: number
  /** So many of the first counters have fewer bytes. */
  short: number
  write(counter: number): readonly number[]
  /** The last bytes of the counter `i` of a span. */
  writeLast(i: number): readonly number[]
}
const BINARY: Notation = { span: 1024, short: 0, write: uint32, writeLast: i => uint32(i).slice(2) }
const DECIMAL: Notation = { span: 1000, short: 100, write: digits, writeLast: i => digits(1000 + i).slice(1) }

/**
 * Puts into the kernel's table what the last bytes of the counters of a span add to the two words that they
 * are in, from byte `at` of the first one on. In the counter that a span begins with they are 0 or the digit
 * 0, so that OR makes any other counter of it.
 */
function fillTable({ words, lanes }: Kernel, { span, writeLast }: Notation, at: number): void {
  for (let i = 0; i < span; i++) {
    const pair = TABLE + 2 * Math.floor(i / lanes)
    for (const second of [0, 1]) {
      const word = writeLast(i).reduce((sum, byte, n) => {
        const place = at + n - 4 * second
        return place >= 0 && place < 4 ? sum | (byte << (24 - 8 * place)) : sum
      }, 0)
      words[(pair + second) * lanes + (i % lanes)] = word
    }
  }
}

export interface Sha256Options {
  rounds: number
  /** Whether counters are decimal digits, and not four bytes. */
  decimal: boolean
  start: number
  stride: number
}

/** SHA-256 of a prefix and a counter, hashed again `rounds` − 1 times. */
export function* sha256Search(
  kernel: Kernel,
  puzzle: Puzzle,
  { rounds, decimal, start, stride }: Sha256Options,
): Search {
  const notation = decimal ? DECIMAL : BINARY
  const { span, short, write, writeLast } = notation
  const bytes = writeLast(0).length
  const { words, lanes } = kernel
  const groups = span / lanes
  copy(kernel, START, MIDSTATE)
  const before = absorb(kernel, MIDSTATE, BLOCKS, puzzle.prefix)
  const rest = [...puzzle.prefix.subarray(before)]
  prepareDigestBlock(kernel, CHAIN, 0)
  let tableAt = -1

  /** The lane of the last group that solves the puzzle after all rounds, or -1. */
  const solving = () => {
    if (rounds === 1) return solvingLane(kernel, OUT, puzzle)
    copy(kernel, OUT, CHAIN)
    for (let round = 1; round < rounds; round++) kernel.compress(START, CHAIN, CHAIN)
    return solvingLane(kernel, CHAIN, puzzle)
  }

  /** The counter of a span that solves the puzzle, or -1. */
  const searchSpan = (first: number) => {
    const from = first === 0 ? short / lanes : 0
    // The last bytes come from the table, and the first span has no others when counters are short.
    const counter = from === 0 ? write(first) : writeLast(0)
    const at = rest.length + counter.length - bytes
    if (tableAt !== at % 4) {
      tableAt = at % 4
      fillTable(kernel, notation, tableAt)
    }
    const message = padded([...rest, ...counter], before)
    const two = message.length > 64
    fillBlock(kernel, BLOCKS, message)
    if (two) fillBlock(kernel, BLOCKS + 16, message.subarray(64))
    const slot = BLOCKS + (at >> 2)
    const [a, b] = [words[slot * lanes]!, words[(slot + 1) * lanes]!]
    const search = (from: number, to: number, last: number) =>
      kernel.search(from, to, slot, a, b, two, puzzle.target, last)
    if (rounds === 1) {
      const group = search(from, groups, puzzle.last)
      return group === -1 ? -1 : first + group * lanes + solving()
    }
    for (let group = from; group < groups; group++) {
      search(group, group + 1, ANY)
      const lane = solving()
      if (lane !== -1) return first + group * lanes + lane
    }
    return -1
  }

  const searchShort = () => {
    for (let counter = 0; counter < short; counter++) {
      copy(kernel, MIDSTATE, OUT)
      finish(kernel, OUT, BLOCKS, [...rest, ...write(counter)], before)
      if (solving() !== -1) return counter
    }
    return -1
  }

  for (let first = start * span; first + span - 1 <= MAX_COUNTER; first += stride * span) {
    for (const search of first === 0 ? [searchShort, searchSpan] : [searchSpan]) {
      const counter = search(first)
      if (counter !== -1) return counter
    }
    yield span
  }
  return undefined
}
