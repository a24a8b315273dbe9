import type { Ledger, Loss } from '@upright/core'
import type { Board } from '../policy/ladder/board.ts'
import type { Statements } from './statements.ts'

/** Epoch and progress of a ledger. */
export interface Epoch {
  /** When it was made, in milliseconds since 1970: another number is another ledger. */
  epoch: number
  /** Number of beats since. It decreases only in an older copy. */
  beats: number
}

/**
 * What is remembered of a ledger outside of it: whether it has lost something can only be seen from there.
 */
export interface EpochNote extends Epoch {
  /** The key of its epoch: a ledger of several masters has one in each. */
  name: string
  /** The latest time that a node had reached, in seconds since 1970. */
  clock: number
}

/** A ledger that notices when it has lost something, where it is given its notes at the next start. */
export interface NotedLedger extends Ledger {
  loss(): Loss | undefined
  notes(): EpochNote[]
  /** Where nodes tell each other what they have counted; only a ledger that they share has one. */
  board?: Board
}

/** The first part of the keys of epochs. */
export const EPOCH = 'upright:epoch'
/** The name of the epoch of a ledger that has one. */
export const ONLY_EPOCH = `${EPOCH}:{0}`
/** Seconds between two times that notes are taken. */
export const NOTE_INTERVAL_SECONDS = 60

/**
 * Why something was lost between what is remembered of a ledger and what it holds; undefined when nothing
 * was.
 */
export function lossBetween(known: Epoch | undefined, found: Epoch | undefined): string | undefined {
  if (!known) return undefined
  // A node that counts up an empty one makes another one of it.
  if (found?.epoch !== known.epoch) return 'it is empty, or another one than before'
  return found.beats < known.beats ? 'it is an older copy of itself' : undefined
}

/** The log line about lost claims. */
export const lossLine = (why: string, before: number): string =>
  `the ledger has lost what was spent (${why}): challenges issued until ${new Date(before * 1000).toISOString()} are refused, ` +
  'for nobody knows which of them were answered'

/**
 * Seconds for which a ledger in a file may have noted no time without being taken for an older copy. After a
 * stop that lasted longer there is hardly a visitor left who was asked something before it.
 */
const MAX_GAP = 600

/**
 * Opens the epoch of a ledger in a file at this time, in milliseconds since 1970; says why when it has lost
 * something. Call it inside a transaction.
 */
export function openEpoch(
  { mark, setMark, note }: Statements,
  known: Epoch | undefined,
  now: number,
): string | undefined {
  const time = Math.floor(now / 1000)
  const [epoch, beats, seen] = [mark('epoch'), mark('beats'), mark('seen')]
  const why = lossBetween(known, epoch > 0 ? { epoch, beats } : undefined)
  // What is issued in this very second is our own, unless somebody was faster than any visitor.
  if (why) setLoss(setMark, { before: time, alarming: true })
  else if (time - seen > MAX_GAP) setLoss(setMark, { before: time - 1, alarming: false })
  if (why || epoch === 0) setMark('epoch', Math.max(now, (known?.epoch ?? 0) + 1))
  note(Math.max(time, seen))
  return why
}

/** Writes a loss down, so that it is known after the next start too. */
export function setLoss(setMark: Statements['setMark'], { before, alarming }: Loss): Loss {
  setMark('lost', before)
  setMark('alarming', Number(alarming))
  return { before, alarming }
}
