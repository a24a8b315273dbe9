/** How fast the default limits and the ladder let networks pass: the service's own code, a false clock. */
import { createLadder } from '../../packages/server/src/policy/ladder/ladder.ts'
import { PLAIN_COUNT } from '../../packages/server/src/policy/ladder/worth.ts'
import { createLimits } from '../../packages/server/src/policy/limits.ts'
import { DEFAULT_SETTINGS, type SiteSettings } from '../../packages/server/src/registry/settings.ts'
import type { Route } from './routes.ts'

/** Passes that are counted. */
export const PASSES = 1000
/** The times within which passes are counted. */
export const SECONDS = { hour: 3600, day: 24 * 3600 } as const
/** Addresses of a network (/24). */
const ALL_ADDRESSES = 256
/** Milliseconds after which a network that was lifted looks again. */
const LOOK_AGAIN_MS = 10_000
/** Passes an hour that are usual: the site as a whole stays on its rung, whatever a network sends. */
const USUAL_PER_HOUR = 1_000_000
const ROUNDING_ERROR = 1e-9
const [ONE, OTHER] = ['192.0.2.', '198.51.100.']

/** Networks that act together, and the seconds after which they had each of their passes, within a day. */
export interface Pace {
  networks: number
  seconds: number[]
}

export interface PaceOptions {
  /**
   * One network asks and another one answers: the first is never lifted, the second one rung above what was
   * asked at most. @default false
   */
  apart?: boolean
  /** Addresses of each network that are used, in turns. @default all 256 of a /24 */
  addresses?: number
  /** @default those of a new site */
  settings?: SiteSettings
}

/**
 * Passes of the networks of an attacker who answers a share of challenges right, on a site whose rung is the
 * route's. Where work has a price, they ask only while they are on that rung.
 */
export function paceOf(
  route: Pick<Route, 'rung' | 'work' | 'calls' | 'multiplied' | 'counts'>,
  share: number,
  { apart = false, addresses = ALL_ADDRESSES, settings = DEFAULT_SETTINGS }: PaceOptions = {},
): Pace {
  const { rung, work, calls, multiplied = [], counts } = route
  let time = 0
  const now = () => time
  const limits = createLimits({ secret: '0'.repeat(64), now })
  const ladder = createLadder({ now, monotonic: now, random: n => Buffer.alloc(n, 1) })
  const site = { id: 1, settings: { ...settings, rung, expect: USUAL_PER_HOUR } }
  const { rate } = settings
  const current = (address: string) => ladder.current(site, address).rung
  const isOver = () => time > SECONDS.day * 1000
  const seconds: number[] = []
  let luck = 0

  const enter = (action: Route['calls'][number], address: string) => {
    const count = () => (multiplied.includes(action) ? PLAIN_COUNT[current(address)] : 1)
    for (let wait = -1; wait !== 0 && !isOver(); time += wait * 1000) {
      wait = limits.take(site.id, address, action, rate, { count: count() })
    }
  }
  for (let n = 0; seconds.length < PASSES && !isOver(); n++) {
    const [asks, answers] = [ONE, apart ? OTHER : ONE].map(network => `${network}${n % addresses}`)
    while (work && current(asks!) > rung && !isOver()) time += LOOK_AGAIN_MS
    const isOutdated = () => ladder.isOutdated(site, answers, { rung, time: time / 1000 })
    while (work && counts && isOutdated() && !isOver()) time += LOOK_AGAIN_MS
    for (const action of calls) enter(action, action === 'check' ? answers! : asks!)
    luck += share
    if (luck < 1 - ROUNDING_ERROR) {
      if (!counts) continue
      limits.failed(site.id, answers!, rate)
      if (work) ladder.failed(site, answers, { worked: true })
    } else if (!isOver()) {
      luck -= 1
      seconds.push(time / 1000)
      if (counts) ladder.earned(site, answers, ladder.weigh(site, answers))
    }
  }
  return { networks: apart ? 2 : 1, seconds }
}

/** Networks that it takes for a thousand passes within a time, and how many seconds they then need. */
export interface Needed {
  networks: number
  seconds: number
}

/** The fewest networks within an hour or a day, of several ways to use them. */
export function needed(paces: readonly Pace[], within: keyof typeof SECONDS): Needed {
  const all = paces.map(({ networks, seconds }): Needed => {
    const groups = Math.ceil(PASSES / seconds.filter(second => second <= SECONDS[within]).length)
    return { networks: networks * groups, seconds: seconds[Math.ceil(PASSES / groups) - 1]! }
  })
  return all.reduce((fewest, one) => (one.networks < fewest.networks ? one : fewest))
}
