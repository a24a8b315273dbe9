import { CLOCK_SKEW_SECONDS, type Loss } from '@upright/core'
import { type Epoch, type EpochNote, lossBetween, lossLine, NOTE_INTERVAL_SECONDS } from '../epoch.ts'
import type { Argument } from './exchange.ts'

/** Milliseconds between two beats of a node. */
export const BEAT_MS = 2000
/** Seconds after which an epoch goes that no node notes any more: nothing can be open by then. */
const LIFETIME = 30 * 24 * 3600

/**
 * Notes that a node is there: its epoch, how far it knows that one to have come, the epoch to begin and what
 * that refuses where it is gone or has gone back, and the node's clock. Answers with what is there then. A
 * clock from further ahead than ids are accepted was set back since.
 */
const BEAT_SCRIPT = `local found = redis.call('GET', KEYS[1]) or ''
local epoch, beats, since, clock = string.match(found, '^(%d+) (%d+) (%d+) (%d+)$')
if not epoch or (epoch == ARGV[1] and tonumber(beats) < tonumber(ARGV[2])) then
  epoch, beats, since, clock = ARGV[3], 0, ARGV[4], 0
end
local latest, mine = tonumber(clock), tonumber(ARGV[5])
if latest < mine or latest > mine + ${CLOCK_SKEW_SECONDS} then latest = mine end
local value = string.format('%s %d %s %d', epoch, beats + 1, since, latest)
redis.call('SET', KEYS[1], value, 'EX', ${LIFETIME})
return value`

/** Stored epoch: for challenges issued up to `since` it is unknown whether they are spent. */
interface Stored extends Epoch {
  since: number
  clock: number
}

/** State of an epoch in a node. */
interface Known extends Epoch {
  clock: number
  /** Whether it was seen to be lost; until the next one is begun, every answer is. */
  lost: boolean
  /** The last valid epoch that was read. */
  text: string
}

/** Options of the epochs of a ledger. */
export interface EpochsOptions {
  /** Milliseconds since 1970. */
  now: () => number
  /** Logs a warning. */
  warn: (line: string) => void
  /** Notes from before this start. */
  notes: readonly EpochNote[]
  /** Called for a loss: it is time for a beat. */
  onLoss: () => void
}

/** The epochs of a ledger, by their keys: one in each master. */
export type Epochs = ReturnType<typeof createEpochs>

/**
 * Notices when a master forgets: its epoch is read with each batch of commands, so that no answer is believed
 * that was given after it was emptied or went back to an older copy. What a node remembers is only what was
 * confirmed to it.
 */
export function createEpochs({ now, warn, notes, onLoss }: EpochsOptions) {
  const seconds = () => Math.floor(now() / 1000)
  const known = new Map(
    // The note was taken so many seconds before the clocks stood still.
    notes.map(({ name, epoch, beats, clock }): [string, Known] => [
      name,
      { epoch, beats, clock: clock + NOTE_INTERVAL_SECONDS, lost: false, text: '' },
    ]),
  )
  let loss: Loss | undefined

  const refuse = (before: number) => {
    if (before > (loss?.before ?? 0)) loss = { before, alarming: true }
  }
  /** What was issued until a loss that is noticed now, by the clocks of all nodes. */
  const untilNow = ({ clock }: Known) => {
    const time = seconds()
    return Math.min(Math.max(time, clock) + BEAT_MS / 1000, time + CLOCK_SKEW_SECONDS - 1)
  }
  const compare = (of: Known | undefined, found: Stored | undefined) => {
    const why = lossBetween(of, found)
    if (!of || !why) return
    // Until the next epoch is begun, which takes no time, nothing more can be noticed.
    if (of.lost && seconds() <= loss!.before) return
    refuse(untilNow(of))
    if (of.lost) return
    of.lost = true
    warn(lossLine(why, loss!.before))
    onLoss()
  }

  return {
    /** Compares an epoch that was read together with the answers to commands. */
    read(key: string, text: string | null): void {
      const of = known.get(key)
      if (!of || of.text === text) return
      compare(of, parse(text))
      if (!of.lost) of.text = text!
    },
    /** The command that notes that this node is there. */
    beat(key: string): [name: string, ...Argument[]] {
      const of = known.get(key)
      const next = Math.max(now(), (of?.epoch ?? 0) + 1)
      const since = of ? untilNow(of) : 0
      return ['EVAL', BEAT_SCRIPT, 1, key, of?.epoch ?? 0, of?.beats ?? 0, next, since, seconds()]
    },
    /** Takes the answer to it, once it cannot be forgotten by a failover. */
    confirmed(key: string, text: string): void {
      const found = parse(text)!
      compare(known.get(key), found)
      const { epoch, beats, since, clock } = found
      refuse(since)
      known.set(key, { epoch, beats, clock, lost: false, text })
    },
    loss: () => loss,
    notes: () =>
      [...known]
        .filter(([, { lost }]) => !lost)
        .map(([name, { epoch, beats, clock }]): EpochNote => ({ name, epoch, beats, clock })),
  }
}

function parse(text: string | null): Stored | undefined {
  const [epoch, beats, since, clock] = (text ?? '').split(' ').map(Number)
  if (clock === undefined || Number.isNaN(clock)) return undefined
  return { epoch: epoch!, beats: beats!, since: since!, clock }
}
