import { halved } from '../buckets.ts'
import { HALF_LIFE_MS, MAX_HELD, MAX_HELD_REPORTS, type Sums } from './formula.ts'
import { halfSipHash, type Network } from './network-hash.ts'

/** Slots of the table, 32 bytes each: 8 MiB, in which 200,000 networks have room. */
const SLOTS = 2 ** 18
/** Slots in a row that a network may be in; when all are taken, the least busy network leaves. */
const PROBED_SLOTS = 16
/** Words of a slot: the hash, what it holds, and when that was so. */
const WORDS = 8
const MINUTE = 2
const HOUR = 3
const HELD_MINUTE = 4
const HELD_HOUR = 5
const HELD_REPORTS = 6
const TIME = 7

const DAY_MS = 24 * 3_600_000

/** What a network may still hold of a site's sums, at most one pass of each. */
export interface Room extends Sums {
  /** Whether what is reported about its pass counts. */
  report: boolean
}

/**
 * Answers of networks at sites, and what they hold of the sites' sums, in a table whose size is fixed. A
 * network is known by a keyed hash alone, whose key is random, in memory only, and another one each day.
 */
export interface Networks {
  /** The answers of a network at a site, decayed to a time. Remembers nothing. */
  answers(site: number, network: Network, time: number): Sums
  /** What a pass of the network may hold. */
  room(site: number, network: Network, time: number): Room
  /** Counts answers of a network. */
  answered(site: number, network: Network, time: number, count: number): void
  /** Notes that a pass of the network holds this much. */
  hold(site: number, network: Network, time: number, held: Room, share?: number): void
}

/** `random` gives n fresh random bytes. Times are monotonic milliseconds. `slots` is a power of two. */
export function createNetworks(random: (n: number) => Buffer, slots = SLOTS): Networks {
  const bytes = new ArrayBuffer(slots * WORDS * 4)
  const words = new Uint32Array(bytes)
  const floats = new Float32Array(bytes)
  const hash = new Uint32Array(2)
  const message = [0, 0, 0, 0]
  let key = keyOf(random)
  let began: number | undefined

  const renew = (time: number) => {
    began ??= time
    if (time - began < DAY_MS) return
    began = time
    key = keyOf(random)
    words.fill(0)
  }

  /** The offset of a network's slot; −1 when it has none. The hash is left in `hash`. */
  const find = (site: number, network: Network, time: number): number => {
    renew(time)
    message[0] = site
    message[1] = network[0]
    message[2] = network[1]
    message[3] = network[2]
    halfSipHash(message, key, hash)
    // A slot whose hash is 0 is free.
    if (hash[0] === 0 && hash[1] === 0) hash[1] = 1
    for (let i = 0; i < PROBED_SLOTS; i++) {
      const at = slotAt(i)
      if (words[at] === hash[0] && words[at + 1] === hash[1]) return at
      if (isFree(at)) return -1
    }
    return -1
  }
  const slotAt = (i: number) => ((hash[0]! + i) & (slots - 1)) * WORDS
  const isFree = (at: number) => words[at] === 0 && words[at + 1] === 0

  /** Milliseconds for which a slot has decayed. */
  const ageOf = (at: number, time: number) => Math.max(0, time - began! - words[at + TIME]!)
  const valueAt = (at: number, word: number, halfLife: number, age: number) =>
    halved(floats[at + word]!, age, halfLife)

  /** The slot that a network gets: a free one, or that of the least busy network. */
  const leastBusy = (time: number): number => {
    let least = slotAt(0)
    let fewest = Infinity
    for (let i = 0; i < PROBED_SLOTS; i++) {
      const at = slotAt(i)
      if (isFree(at)) return at
      const hour = valueAt(at, HOUR, HALF_LIFE_MS.hour, ageOf(at, time))
      if (hour < fewest) {
        fewest = hour
        least = at
      }
    }
    return least
  }

  /** The slot of a network, decayed to a time, which is made when there is none. */
  const take = (site: number, network: Network, time: number): number => {
    const found = find(site, network, time)
    const at = found < 0 ? leastBusy(time) : found
    if (found < 0) {
      words.fill(0, at, at + WORDS)
      words[at] = hash[0]!
      words[at + 1] = hash[1]!
    } else {
      const age = ageOf(at, time)
      floats[at + MINUTE] = valueAt(at, MINUTE, HALF_LIFE_MS.minute, age)
      floats[at + HOUR] = valueAt(at, HOUR, HALF_LIFE_MS.hour, age)
      floats[at + HELD_MINUTE] = valueAt(at, HELD_MINUTE, HALF_LIFE_MS.minute, age)
      floats[at + HELD_HOUR] = valueAt(at, HELD_HOUR, HALF_LIFE_MS.hour, age)
      floats[at + HELD_REPORTS] = valueAt(at, HELD_REPORTS, HALF_LIFE_MS.outcome, age)
    }
    // A clock that was set back makes nothing younger than it is.
    words[at + TIME] = Math.max(words[at + TIME]!, Math.max(0, time - began!))
    return at
  }

  return {
    answers(site, network, time) {
      const at = find(site, network, time)
      if (at < 0) return { minute: 0, hour: 0 }
      const age = ageOf(at, time)
      return {
        minute: valueAt(at, MINUTE, HALF_LIFE_MS.minute, age),
        hour: valueAt(at, HOUR, HALF_LIFE_MS.hour, age),
      }
    },

    room(site, network, time) {
      const at = find(site, network, time)
      if (at < 0) return { minute: 1, hour: 1, report: true }
      const age = ageOf(at, time)
      const left = (word: number, most: number, halfLife: number) =>
        Math.max(0, Math.min(1, most - valueAt(at, word, halfLife, age)))
      return {
        minute: left(HELD_MINUTE, MAX_HELD.minute, HALF_LIFE_MS.minute),
        hour: left(HELD_HOUR, MAX_HELD.hour, HALF_LIFE_MS.hour),
        report: left(HELD_REPORTS, MAX_HELD_REPORTS, HALF_LIFE_MS.outcome) === 1,
      }
    },

    answered(site, network, time, count) {
      const at = take(site, network, time)
      floats[at + MINUTE]! += count
      floats[at + HOUR]! += count
    },

    hold(site, network, time, held, share = 1) {
      const at = take(site, network, time)
      floats[at + HELD_MINUTE]! += held.minute * share
      floats[at + HELD_HOUR]! += held.hour * share
      floats[at + HELD_REPORTS]! += held.report ? share : 0
    },
  }
}

const keyOf = (random: (n: number) => Buffer): Uint32Array => {
  const bytes = random(8)
  return Uint32Array.of(bytes.readUInt32LE(0), bytes.readUInt32LE(4))
}
