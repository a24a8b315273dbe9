import { halved } from '../buckets.ts'
import { type Baseline, createBaseline, type StoredBaseline } from './baseline.ts'
import {
  badShare,
  HALF_LIFE_MS,
  isExcess,
  maxHour,
  REPORT_EXCESS,
  type Reason,
  type Rung,
  type Sums,
  siteRung,
  VOLUME,
  volumeOf,
} from './formula.ts'
import { createGuesses, GUESSED_KINDS, type GuessedKind } from './guesses.ts'
import { createOutcomes } from './outcomes.ts'

/** The time of a decision. */
export interface Moment {
  /** Monotonic milliseconds, by which everything decays. */
  time: number
  /** Milliseconds since 1970, which only choose the hour of the week. */
  wall: number
}

/**
 * Names of what is counted at a site: weighted passes, outcomes that were reported, and the answers to each
 * kind. Processes tell each other in this order: a later version adds names at the end.
 */
export const COUNTS = [
  'minute',
  'hour',
  'good',
  'bad',
  'textRight',
  'textWrong',
  'speechRight',
  'speechWrong',
  'rotateRight',
  'rotateWrong',
] as const

/** What happened at a site. */
export type Counts = Record<(typeof COUNTS)[number], number>

/** Counts by their names. */
export const countsOf = (value: (name: keyof Counts, place: number) => number): Counts =>
  Object.fromEntries(COUNTS.map((name, place) => [name, value(name, place)])) as Counts

/** A site's state as it is stored over a restart. Nothing in it is about networks. */
export interface StoredSite extends Sums {
  good: number
  bad: number
  usualShare: number
  rung: Rung
  reasons: Reason[]
  baseline: StoredBaseline
  /** When an operator has last said that what is going on is usual, in milliseconds since 1970. */
  usualAt: number
  /** When it was written, in milliseconds since 1970. */
  wall: number
}

/** What the ladder knows of one site: counters, outcomes, baseline, and the rung that they led to. */
export interface SiteState {
  /** The rung at a moment, which goes up at once and comes down a rung at a time. */
  rung(moment: Moment, expected: number): { rung: Rung; reasons: readonly Reason[] }
  /** The decayed sums at a moment. */
  sums(moment: Moment): Sums
  add(moment: Moment, counts: Counts, expected: number): void
  /** Kinds whose answers are guessed at a moment. */
  guessed(moment: Moment): GuessedKind[]
  /** Figures for operators: the volume in powers of two of the usual, and the share of bad outcomes. */
  figures(moment: Moment, expected: number): { volume: number; badShare: number; usualPerHour: number }
  /** Takes what is going on for usual, as an operator said at a time; once for each such time. */
  adopt(moment: Moment, at: number): void
  stored(moment: Moment): StoredSite
}

/** Milliseconds for which a rung is held after it was last needed: the first, and those above it. */
const HOLD_MS = { first: 600_000, higher: 120_000 } as const
const HOUR_MS = 3_600_000
/** Milliseconds by which both clocks may disagree about an hour that was seen whole. */
const MAX_DRIFT_MS = 60_000

const hourOf = (wall: number) => Math.floor(wall / HOUR_MS)

/** Options of `createSiteState`. */
export interface SiteStateOptions {
  /** @default nothing is known */
  stored?: StoredSite | undefined
  /** Called when the rung is another one. */
  onChanged?: (step: { rung: Rung; reasons: readonly Reason[] }) => void
  /** Called when answers of a kind begin to be guessed, and when that has ended. */
  onGuessed?: (kind: GuessedKind, guessed: boolean) => void
}

/** The state of a site from a moment on. */
export function createSiteState(
  start: Moment,
  { stored, onChanged, onGuessed }: SiteStateOptions = {},
): SiteState {
  const baseline: Baseline = createBaseline(stored?.baseline)
  // What decayed while nobody was looking, as far as the wall clock can say.
  const away = stored ? Math.max(0, start.wall - stored.wall) : 0
  const sums: Sums = {
    minute: halved(stored?.minute ?? 0, away, HALF_LIFE_MS.minute),
    hour: halved(stored?.hour ?? 0, away, HALF_LIFE_MS.hour),
  }
  const known = stored && { good: stored.good, bad: stored.bad, usual: stored.usualShare }
  const outcomes = createOutcomes(start.time - away, known)
  const kinds = GUESSED_KINDS.map(kind => ({
    kind,
    guesses: createGuesses(start.time, guessed => onGuessed?.(kind, guessed)),
  }))
  let usualAt = stored?.usualAt ?? 0
  let held: { rung: Rung; reasons: readonly Reason[]; since: number } = {
    rung: stored?.rung ?? 0,
    reasons: stored?.reasons ?? [],
    since: start.time - away,
  }
  /** The last moment, and weighted passes of the hour that it is in, if that is seen from its beginning. */
  let last = start
  let hourCount = 0
  let seenWhole = false

  /** Moves the decaying counters on, and lets the baseline learn the hours that have ended. */
  const advance = (moment: Moment) => {
    const passed = Math.max(0, moment.time - last.time)
    sums.minute = halved(sums.minute, passed, HALF_LIFE_MS.minute)
    sums.hour = halved(sums.hour, passed, HALF_LIFE_MS.hour)
    const from = hourOf(last.wall)
    const to = hourOf(moment.wall)
    if (Math.abs(moment.wall - last.wall - passed) > MAX_DRIFT_MS) {
      // A clock was set, or the machine slept.
      hourCount = 0
      seenWhole = false
    } else if (to > from) {
      if (seenWhole) baseline.learn(from, hourCount)
      // Nothing happened in the hours between. More than a week says no more than one.
      for (let hour = Math.max(from + 1, to - 168); hour < to; hour++) baseline.learn(hour, 0)
      hourCount = 0
      seenWhole = true
    }
    last = { time: Math.max(last.time, moment.time), wall: moment.wall }
  }

  const usualPerHour = (expected: number) => {
    const learned = baseline.usual(hourOf(last.wall))
    return baseline.isKnown() ? learned : Math.max(learned, expected)
  }

  /** What is wanted now. In the first week nothing is known that could ask visitors for more than rung 1. */
  const wanted = (volume: number) => {
    const { rung, reasons } = siteRung(volume, outcomes.at(last.time))
    return baseline.isKnown() || rung < 2 ? { rung, reasons } : { rung: 1 as Rung, reasons }
  }

  /** Goes up at once, and down one rung at a time; moments that nobody has looked at count as calm. */
  const settle = (volume: number) => {
    const { time } = last
    const { rung, reasons } = wanted(volume)
    if (rung >= held.rung) {
      held = { rung, reasons, since: time }
      return
    }
    while (held.rung > rung) {
      const { since } = held
      const first = held.rung === 1
      if (first && volume >= VOLUME.calm) {
        held.since = time
        return
      }
      const end = since + (first ? HOLD_MS.first : HOLD_MS.higher)
      if (time < end) return
      const lower = (held.rung - 1) as Rung
      held = { rung: lower, reasons: lower === 0 ? [] : held.reasons, since: end }
    }
  }

  const update = (expected: number) => {
    const volume = volumeOf(sums, usualPerHour(expected))
    const before = held.rung
    settle(volume)
    if (held.rung !== before) onChanged?.(held)
    return volume
  }

  return {
    rung(moment, expected) {
      advance(moment)
      update(expected)
      const { rung, reasons } = held
      return { rung, reasons }
    },

    sums(moment) {
      advance(moment)
      return { ...sums }
    },

    add(moment, counts, expected) {
      advance(moment)
      sums.minute += counts.minute
      sums.hour = Math.min(sums.hour + counts.hour, Math.max(sums.hour, maxHour(usualPerHour(expected))))
      hourCount += counts.hour
      // Learnt while nothing is unusual; in the first week in any case.
      outcomes.add(last.time, counts, now => !baseline.isKnown() || !isExcess(now, REPORT_EXCESS))
      for (const { kind, guesses } of kinds) {
        guesses.add(last.time, { right: counts[`${kind}Right`], wrong: counts[`${kind}Wrong`] })
      }
      update(expected)
    },

    guessed(moment) {
      advance(moment)
      return kinds.filter(({ guesses }) => guesses.isGuessed(last.time)).map(({ kind }) => kind)
    },

    figures(moment, expected) {
      advance(moment)
      return {
        volume: update(expected),
        badShare: badShare(outcomes.at(last.time)),
        usualPerHour: usualPerHour(expected),
      }
    },

    adopt(moment, at) {
      if (at <= usualAt) return
      usualAt = at
      advance(moment)
      baseline.adopt(hourOf(moment.wall), sums.hour * Math.LN2)
      outcomes.adopt(last.time)
      for (const { guesses } of kinds) guesses.adopt(last.time)
      held = { rung: 0, reasons: [], since: last.time }
    },

    stored(moment) {
      advance(moment)
      const { good, bad, usual } = outcomes.at(last.time)
      return {
        ...sums,
        good,
        bad,
        usualShare: usual,
        rung: held.rung,
        reasons: [...held.reasons],
        baseline: baseline.stored(),
        usualAt,
        wall: moment.wall,
      }
    },
  }
}
