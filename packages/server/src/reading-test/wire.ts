import type { Form, KindName } from '@upright/core'

/** Wire format of the reading test's page, and content of its file. */

/** Answer to one challenge. */
export interface Item {
  /** Its place in the test, from 1. */
  n: number
  wanted: string
  /** As it was typed, degrees for discs; null where it was skipped. */
  typed: string | null
  /** Whether the service would have let it pass. */
  right: boolean
  /** From when it was first shown. */
  seconds: number
  /** Of discs: the library's picture. */
  picture?: { id: number; name: string }
  /** Of discs: degrees by which they were turned too far clockwise, −180 … 179. */
  off?: number
}

/**
 * A confusion: what was typed for what, and where; one side is empty where a character was left out or added.
 */
export interface Confusion {
  wanted: string
  typed: string
  times: number
  /** The places in the test. */
  items: number[]
}

/** Accuracy of turned discs. */
export interface Turns {
  /** Number of discs within so many degrees. */
  within: { 5: number; 10: number; 15: number; 20: number }
  /** Median of the degrees that were left to one side or the other. */
  median: number | null
  /** Pictures that somebody left far from upright, the farthest first, with every turn of them. */
  disputed: { id: number; name: string; off: number[] }[]
}

/** Result of a reading test: the content of its file. */
export interface Result {
  style: string
  form: Form
  /** `upright render` with the same style and seed makes the same challenges. */
  seed: string
  /** ISO 8601. */
  started: string
  count: number
  answered: number
  skipped: number
  /**
   * Whole answers that were right among those answered or skipped, and the bounds of their share (Wilson, 95
   * %).
   */
  whole: { right: number; of: number; low: number; high: number }
  /** Median of what was answered. */
  seconds: number | null
  /** Of codes and numbers: characters that were typed as they were wanted, of all in what was answered. */
  characters?: { right: number; of: number }
  /** The most frequent first. */
  confusions?: Confusion[]
  turns?: Turns
  items: Item[]
}

/** The picture or sound of a challenge. */
export interface Challenged {
  /** Its place in the test, from 1. */
  n: number
  /** A data URL. */
  src: string
}

/** `GET /test.json`: how a test stands. What was right is said at the end only. */
export interface Standing {
  style: string
  kind: KindName
  form: Form
  /** Whether all that is typed are digits. */
  digits: boolean
  count: number
  /** The challenge to be answered, from 1; past `count` when all are. */
  next: number
  /** How it ended, and what was not read. */
  end?: { result: Result; misread: Challenged[] }
}

/** `POST /answers`; `taken` is false where that challenge was answered before. */
export interface Answered extends Standing {
  taken: boolean
}
