/**
 * How much is asked of a visitor: what a site is going through at the moment, and what the visitor's network
 * has sent lately. Never who the visitor is. Nothing that is free counts for anybody else: passes do, when
 * they are earned and when they are redeemed.
 */
import type { Weights } from '@upright/core'
import { addressOf } from '../../network/address.ts'
import { type Cidr, cidrOf, isInCidr } from '../../network/cidr.ts'
import type { Site } from '../../registry/registry.ts'
import type { SiteSettings } from '../../registry/settings.ts'
import { networkRung, type Reason, type Rung, type Sums } from './formula.ts'
import type { GuessedKind } from './guesses.ts'
import { networksOf } from './network-hash.ts'
import { createNetworks, type Networks } from './networks.ts'
import {
  COUNTS,
  type Counts,
  countsOf,
  createSiteState,
  type Moment,
  type SiteState,
  type StoredSite,
} from './site-state.ts'
import { REDEEMED_SHARE } from './worth.ts'

/** A rung, and why it is that one; no reasons on rung 0. */
export interface Step {
  rung: Rung
  reasons: readonly Reason[]
}

/** What a visitor is asked. */
export interface Decision extends Step {
  /** What was computed, whether it is enforced or not. */
  computed: Step
}

/** What the ladder looks at of a site. */
export type LadderSite = Pick<Site, 'id' | 'settings'>

/** What happened at a site in this process and is to be told to others. */
export type Report = Counts & { site: number }

/** Figures of a site for operators. */
export interface SiteFigures {
  site: number
  /** What counters, outcomes and baseline lead to, whether it is enforced or not. */
  rung: Rung
  reasons: readonly Reason[]
  /** Powers of two of the usual. */
  volume: number
  /** Share of reported outcomes that are bad, 0 … 1. */
  badShare: number
  /** Weighted passes that are usual in this hour. */
  usualPerHour: number
  /** Kinds whose answers are guessed, whether they get stricter for that or not. */
  guessed: readonly GuessedKind[]
}

/**
 * Decides how much visitors are asked for, and counts what it decides by. Addresses are kept nowhere. Where a
 * site's own back end asks for its visitors, there is no address, and the network counts for nothing.
 */
export interface Ladder {
  /** What a visitor of a site is asked for now. */
  decide(site: LadderSite, address: string | undefined): Decision
  /** The same about what was issued before: dialects count what they issue by `decide`. */
  current(site: LadderSite, address: string | undefined): Decision
  /**
   * Whether a ticket asked for less than is asked for now, and does not count any more: after a while, or at
   * once where the network that answers is far above it. Otherwise one network, which never answers, could
   * ask for others.
   */
  isOutdated(site: LadderSite, address: string | undefined, ticket: { rung: number; time: number }): boolean
  /** What a pass that is earned from an address now may add when it is redeemed. Counts nothing. */
  weigh(site: LadderSite, address: string | undefined): Weights
  /** A visitor earned a pass with these weights. */
  earned(site: LadderSite, address: string | undefined, weights: Weights): void
  /** A pass was redeemed, for the first time. */
  redeemed(site: LadderSite, weights: Weights): void
  /**
   * A right answer was checked in a dialect without passes, for a back end or for a visitor at an address. It
   * counts as a pass that is earned and redeemed at once.
   */
  checked(site: LadderSite, address?: string): void
  /**
   * A visitor's answer was wrong: it counts for its own network alone, and double where the work in it was
   * right.
   */
  failed(site: LadderSite, address: string | undefined, answer: { worked: boolean }): void
  /** A back end reported how a pass with these weights ended. */
  reported(site: LadderSite, weights: Weights, outcome: 'good' | 'bad'): void
  /** An answer was judged. Nothing counts of work, nor of sites that this process never decided for. */
  judged(site: number, kind: GuessedKind | 'work', right: boolean): void
  /** Whether a kind is stricter at a site now: more of its answers are wrong than is usual there. */
  guessed(site: LadderSite, kind: GuessedKind): boolean
  /** What was counted here since the last call, to be told to other processes. */
  takeReports(): Report[]
  /** Adds what other processes have counted. */
  addReports(reports: readonly Report[]): void
  /** The sites whose state is known, for operators and to be stored. */
  figures(): SiteFigures[]
  stored(): ReadonlyMap<number, StoredSite>
  /** Takes up what was stored; sites that have counted already keep what they know. */
  restore(sites: ReadonlyMap<number, StoredSite>): void
  /** Forgets sites that are gone. */
  keep(sites: ReadonlySet<number>): void
}

/** Options of `createLadder`. */
export interface LadderOptions {
  /** Milliseconds since 1970. */
  now: () => number
  /** Monotonic milliseconds. */
  monotonic: () => number
  /** n fresh random bytes, from a cryptographic source. */
  random: (n: number) => Buffer
  /** Workers among which the connections of this machine are shared. @default 1 */
  processes?: number
  /** Called when a site as a whole gets another rung, enforced or not. */
  onChanged?: (site: number, step: Step) => void
  /** Called when answers of a kind begin to be guessed, enforced or not, and when that has ended. */
  onGuessed?: (site: number, kind: GuessedKind, guessed: boolean) => void
  /** @default 2¹⁸ networks */
  networks?: Networks
}

/** What an answer counts for its own network. */
const RIGHT = 1
const WRONG = 1
const WRONG_WITH_WORK = 2
/** Seconds for which a ticket of a lower rung counts as it stands. */
const LOWER_RUNG_SECONDS = 120
/** Rungs by which a network may be above a ticket within that time: it rises while a whole school answers. */
const LOWER_RUNGS = 1
/** What an answer of a /48 of IPv6 counts: many households may be in one. */
const WIDER_SHARE = 0.5
const NOTHING = countsOf(() => 0)
/** What a pass may add whose network is not known. */
const WHOLE_WEIGHTS: Weights = { minute: REDEEMED_SHARE, hour: REDEEMED_SHARE, report: true }
const CALM: Step = { rung: 0, reasons: [] }

export function createLadder(options: LadderOptions): Ladder {
  const { now, monotonic, random, processes = 1, onChanged, onGuessed } = options
  const networks = options.networks ?? createNetworks(random)
  const states = new Map<number, SiteState>()
  const stored = new Map<number, StoredSite>()
  /** Settings with which sites were last seen here: what others have counted comes without any. */
  const known = new Map<number, SiteSettings>()
  let reports = new Map<number, Report>()

  const moment = (): Moment => ({ time: monotonic(), wall: now() })
  const stateOf = (site: number, at: Moment): SiteState => {
    let state = states.get(site)
    if (!state) {
      state = createSiteState(at, {
        stored: stored.get(site),
        onChanged: step => onChanged?.(site, step),
        onGuessed: (kind, guessed) => onGuessed?.(site, kind, guessed),
      })
      stored.delete(site)
      states.set(site, state)
    }
    return state
  }
  /** What is expected of a site an hour. As long as nobody knows, nothing that others count is unusual. */
  const expectedOf = (site: number) => known.get(site)?.expect ?? Number.POSITIVE_INFINITY
  /** The state of a site whose settings are at hand. */
  const visited = ({ id, settings }: LadderSite, at: Moment): SiteState => {
    const state = stateOf(id, at)
    state.adopt(at, settings.usualAt)
    return state
  }
  const record = (site: number, counts: Partial<Counts>, at: Moment) => {
    const all = { ...NOTHING, ...counts }
    stateOf(site, at).add(at, all, expectedOf(site))
    const report = reports.get(site) ?? { site, ...NOTHING }
    reports.set(site, report)
    for (const name of COUNTS) report[name] += all[name]
  }
  const add = (site: LadderSite, counts: Partial<Counts>) => {
    known.set(site.id, site.settings)
    if (site.settings.ladder === 'off') return
    const at = moment()
    visited(site, at)
    record(site.id, counts, at)
  }

  /** What a network's answers ask of it: of two networks around one address, the one that asks for more. */
  const lifted = (site: LadderSite, address: string, sums: Sums, time: number) => {
    const allowance = allowanceOf(site.settings.allowances, address) / processes
    const [network, wider] = networksOf(address)
    const own = networkRung(networks.answers(site.id, network, time), sums, allowance)
    if (!wider) return own
    const around = networkRung(networks.answers(site.id, wider, time), sums, allowance)
    return around.rung > own.rung ? around : own
  }

  const compute = (site: LadderSite, address: string | undefined): Step => {
    const at = moment()
    const state = visited(site, at)
    const whole = state.rung(at, site.settings.expect)
    if (address === undefined) return whole
    const own = lifted(site, address, state.sums(at), at.time)
    if (own.rung === 0 || own.rung < whole.rung) return whole
    if (own.rung > whole.rung) return { rung: own.rung, reasons: [own.reason] }
    return { rung: own.rung, reasons: [...whole.reasons, own.reason] }
  }

  const count = (site: LadderSite, address: string | undefined, answers: number) => {
    if (site.settings.ladder === 'off' || address === undefined) return
    const [network, wider] = networksOf(address)
    const time = monotonic()
    networks.answered(site.id, network, time, answers)
    if (wider) networks.answered(site.id, wider, time, answers * WIDER_SHARE)
  }

  const decide: Ladder['decide'] = (site, address) => {
    known.set(site.id, site.settings)
    const { ladder, rung: floor, ceiling } = site.settings
    const computed = ladder === 'off' ? CALM : compute(site, address)
    const { rung, reasons } = between(ladder === 'enforce' ? computed : CALM, floor as Rung, ceiling as Rung)
    return { rung, reasons, computed }
  }

  const ladder: Ladder = {
    decide,
    current: decide,

    isOutdated(site, address, { rung, time }) {
      if (now() / 1000 - time > LOWER_RUNG_SECONDS) return decide(site, address).rung > rung
      const { ladder, ceiling } = site.settings
      if (ladder !== 'enforce' || address === undefined) return false
      const at = moment()
      const own = lifted(site, address, visited(site, at).sums(at), at.time)
      return Math.min(own.rung, ceiling) > rung + LOWER_RUNGS
    },

    weigh(site, address) {
      if (address === undefined) return WHOLE_WEIGHTS
      const time = monotonic()
      const [network, wider] = networksOf(address)
      const room = networks.room(site.id, network, time)
      const around = wider ? networks.room(site.id, wider, time) : room
      // A share of what every process may count for a network.
      const part = (own: number, other: number) => Math.min(own, other / (wider ? WIDER_SHARE : 1))
      return {
        minute: REDEEMED_SHARE * part(room.minute, around.minute),
        hour: REDEEMED_SHARE * part(room.hour, around.hour),
        report: room.report && around.report,
      }
    },

    earned(site, address, { minute, hour, report }) {
      if (site.settings.ladder === 'off') return
      const earned = (1 - REDEEMED_SHARE) / REDEEMED_SHARE
      add(site, { minute: minute * earned, hour: hour * earned })
      if (address === undefined) return
      const time = monotonic()
      const [network, wider] = networksOf(address)
      // Every worker has its part of a network's visitors, and of what the network may hold.
      const held = {
        minute: (minute / REDEEMED_SHARE) * processes,
        hour: (hour / REDEEMED_SHARE) * processes,
        report,
      }
      networks.hold(site.id, network, time, held)
      if (wider) networks.hold(site.id, wider, time, held, WIDER_SHARE)
      count(site, address, RIGHT)
    },

    redeemed: (site, { minute, hour }) => add(site, { minute, hour }),
    checked(site, address) {
      const weights = ladder.weigh(site, address)
      ladder.earned(site, address, weights)
      ladder.redeemed(site, weights)
    },
    failed: (site, address, { worked }) => count(site, address, worked ? WRONG_WITH_WORK : WRONG),
    reported(site, { report }, outcome) {
      if (report) add(site, { [outcome]: 1 })
    },

    judged(id, kind, right) {
      if (kind === 'work' || known.get(id)?.ladder === 'off') return
      record(id, { [`${kind}${right ? 'Right' : 'Wrong'}`]: 1 }, moment())
    },
    guessed: ({ id, settings }, kind) =>
      settings.ladder === 'enforce' && states.get(id)?.guessed(moment()).includes(kind) === true,

    takeReports() {
      const taken = [...reports.values()]
      reports = new Map()
      return taken
    },

    addReports(others) {
      const at = moment()
      for (const report of others) stateOf(report.site, at).add(at, report, expectedOf(report.site))
    },

    figures() {
      const at = moment()
      const visitedStates = [...states].filter(([site]) => known.has(site))
      return visitedStates.map(([site, state]) => {
        const expected = expectedOf(site)
        const figures = state.figures(at, expected)
        const { rung, reasons } = state.rung(at, expected)
        return { site, rung, reasons, ...figures, guessed: state.guessed(at) }
      })
    },

    stored() {
      const at = moment()
      return new Map([...stored, ...[...states].map(([site, state]) => [site, state.stored(at)] as const)])
    },

    restore(sites) {
      for (const [site, state] of sites) if (!states.has(site)) stored.set(site, state)
    },

    keep(sites) {
      for (const map of [states, stored, known, reports]) {
        for (const site of map.keys()) if (!sites.has(site)) map.delete(site)
      }
    },
  }
  return ladder
}

/** A decision within an operator's bounds. */
function between({ rung, reasons }: Step, floor: Rung, ceiling: Rung): Step {
  if (rung < floor) return { rung: floor, reasons: ['operator'] }
  const highest = Math.max(floor, ceiling) as Rung
  if (rung <= highest) return { rung, reasons }
  return { rung: highest, reasons: highest === 0 ? [] : [...reasons, 'operator'] }
}

/** Allowances as ranges, read once for each setting. */
const ranges = new WeakMap<object, [Cidr, number][]>()

/** How many times as much an address is allowed as others: the largest of the ranges that it is in. */
function allowanceOf(allowances: Readonly<Record<string, number>>, address: string): number {
  let read = ranges.get(allowances)
  if (!read) {
    read = Object.entries(allowances).map(([text, times]) => [cidrOf(text)!, times])
    ranges.set(allowances, read)
  }
  if (read.length === 0) return 1
  const parts = addressOf(address)
  if (!parts) return 1
  return read.reduce((most, [cidr, times]) => (isInCidr(parts, cidr) ? Math.max(most, times) : most), 1)
}
