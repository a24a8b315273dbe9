/**
 * The arithmetic of the ladder: pure, without a clock. Found in a simulation, which `npm run bench ladder` is
 * and `docs/ladder.md` shows.
 */

/** How much is asked of visitors at a moment: 0 is calm, 3 an attack. */
export type Rung = 0 | 1 | 2 | 3

/** Why a visitor is on a rung. */
export type Reason =
  | 'site-volume'
  | 'site-volume-extreme'
  | 'outcomes'
  | 'network-minute'
  | 'network-hour'
  | 'operator'

/** Two decaying sums: of about the last minute, and of about the last hour. */
export interface Sums {
  minute: number
  hour: number
}

/** Half-lives in milliseconds: of the two sums, of outcomes and of their usual share. */
export const HALF_LIFE_MS = {
  minute: 60_000,
  hour: 3_600_000,
  outcome: 600_000,
  usualShare: 7 * 24 * 3_600_000,
} as const

/** Weighted passes that are nothing unusual on any site. */
const FLOOR: Sums = { minute: 16, hour: 48 }
/** The most weighted passes that one network may hold of a site's sums. */
export const MAX_HELD: Sums = { minute: 12, hour: 96 }
/** Passes of one network at a time whose reports count, with the half-life of outcomes. */
export const MAX_HELD_REPORTS = 6
/** What the hour may stand at, in usual hours: so that an attack is forgotten. */
const MAX_HOUR_FACTOR = 8

/** Volume, in powers of two of the usual, from which a site is on rung 1, on rung 2, and calm again. */
export const VOLUME = { raised: 1, extreme: 6, calm: 0.6 } as const

/** Answers of one network that are nothing unusual, and its share of the site that is nothing unusual. */
const NETWORK_FLOOR: Sums = { minute: 40, hour: 300 }
const NETWORK_SHARE = 0.08
/** Excess of a network from which it is on rungs 1, 2 and 3. */
const NETWORK_EXCESS = [1, 3, 12] as const

/** Outcomes that the usual share stands for. */
const USUAL_OUTCOMES = 40
/** The most outcomes that are remembered of a site at a time. */
export const MAX_OUTCOMES = 100
/**
 * Excess of the share of bad outcomes that counts, of reported ones and of the answers to a kind. That of
 * answers is larger: people who cannot read a code try again, and guesses are wrong more than nine times in
 * ten.
 */
export const REPORT_EXCESS = 0.1
export const GUESS_EXCESS = 0.25

/** What the sums stand at under a steady rate an hour. */
export const steadySums = (perHour: number): Sums => ({
  minute: ((perHour / HALF_LIFE_MS.hour) * HALF_LIFE_MS.minute) / Math.LN2,
  hour: perHour / Math.LN2,
})

/** The most that the sum of the hour may stand at, by the usual rate an hour. */
export const maxHour = (usualPerHour: number): number =>
  MAX_HOUR_FACTOR * (steadySums(usualPerHour).hour + FLOOR.hour)

/** A site's volume, in powers of two of what is usual; the hour counts from four times the usual. */
export function volumeOf(sums: Sums, usualPerHour: number): number {
  const usual = steadySums(usualPerHour)
  return Math.max(
    Math.log2((sums.minute + FLOOR.minute) / (usual.minute + FLOOR.minute)),
    Math.log2((sums.hour + FLOOR.hour) / (usual.hour + FLOOR.hour)) - 1,
  )
}

/** Outcomes of a site, reported or judged, and the usual share of bad ones, 0 … 1. */
export interface Outcomes {
  good: number
  bad: number
  usual: number
}

/** The share of bad outcomes, drawn towards the usual one while there are few. */
export const badShare = ({ good, bad, usual }: Outcomes): number =>
  (bad + USUAL_OUTCOMES * usual) / (good + bad + USUAL_OUTCOMES)

/** Whether the share of bad outcomes is so much above the usual one. */
export const isExcess = (outcomes: Outcomes, excess: number): boolean =>
  badShare(outcomes) >= outcomes.usual + excess

/** What volume and outcomes ask of a site, and why. */
export function siteRung(volume: number, outcomes: Outcomes): { rung: Rung; reasons: Reason[] } {
  const reasons: Reason[] = []
  if (volume >= VOLUME.raised) reasons.push('site-volume')
  if (volume >= VOLUME.extreme) reasons.push('site-volume-extreme')
  if (isExcess(outcomes, REPORT_EXCESS)) reasons.push('outcomes')
  return { rung: reasons.length as Rung, reasons }
}

/**
 * What a network's answers ask of it, and why. `site` are the sums of the site, `allowance` how many times as
 * much the operator allows it.
 */
export function networkRung(answers: Sums, site: Sums, allowance: number): { rung: Rung; reason: Reason } {
  const minute = answers.minute / (NETWORK_FLOOR.minute + NETWORK_SHARE * site.minute)
  const hour = answers.hour / (NETWORK_FLOOR.hour + NETWORK_SHARE * site.hour)
  const excess = Math.max(minute, hour) / allowance
  const rung = NETWORK_EXCESS.filter(threshold => excess >= threshold).length as Rung
  return { rung, reason: minute >= hour ? 'network-minute' : 'network-hour' }
}
