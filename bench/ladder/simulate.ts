/** A simulation of a site over the ladder itself: events in the order of their time, from a seed. */
import { createBaseline } from '../../packages/server/src/policy/ladder/baseline.ts'
import { createLadder, type Ladder, type LadderSite } from '../../packages/server/src/policy/ladder/ladder.ts'
import { createNetworks } from '../../packages/server/src/policy/ladder/networks.ts'
import { createSharing, createSwitchboard } from '../../packages/server/src/policy/ladder/sharing.ts'
import { DEFAULT_SETTINGS, type SiteSettings } from '../../packages/server/src/registry/settings.ts'
import type { Attackers } from './attackers.ts'
import { seeded } from './random.ts'
import type { Traffic } from './traffic.ts'

const HOUR = 3600
const DAY = 24 * HOUR
/** A Monday at midnight, in milliseconds since 1970. */
const MONDAY = 4 * DAY * 1000 + 2900 * 7 * DAY * 1000

/** Something else that happens, at so many seconds after the start of what is watched. */
export type Incident =
  | { at: number; is: 'clock'; hours: number }
  | { at: number; is: 'restart' }
  | { at: number; is: 'node dies' }
  | { at: number; is: 'exchange away' | 'exchange back' }

export interface Scenario {
  traffic: Traffic
  seed: number
  /** Seconds that are watched, from Tuesday at 10:00 unless `start` says otherwise. */
  seconds: number
  /** Seconds after Monday at midnight. @default Tuesday at 10:00 */
  start?: number
  /** Times the usual number of visitors, by seconds since the start. @default 1 */
  crowd?: (time: number) => number
  attackers?: Attackers | undefined
  /** Visitors who all come from one address. */
  school?: { visitors: number; seconds: number }
  /** Whether the back end reports outcomes. @default false */
  reports?: boolean
  incidents?: Incident[]
  /** Nodes among which requests are balanced, without regard to addresses. @default 1 */
  nodes?: number
  settings?: Partial<SiteSettings>
  /** Weeks of calm that were learnt before. @default 8 */
  weeks?: number
}

/** What visitors of a sort were asked. */
export interface Seen {
  /** Visitors by rung. */
  rungs: [number, number, number, number]
  /** Seconds after the start when one was first on each rung. */
  first: (number | undefined)[]
}

export interface Outcome {
  visitors: Seen
  carrier: Seen
  school: Seen
  attackers: Seen
  /** The mean rung of visitors and of attackers, minute by minute. */
  minutes: { visitors: number[]; attackers: number[] }
  /** Changes of the rung of the site. */
  changes: number
  /** Largest rung of the site as a whole. */
  highest: number
  /** Share of visitors on at most so high a rung, 0 … 1. */
  share(seen: Seen, rung: number): number
}

const unseen = (): Seen => ({ rungs: [0, 0, 0, 0], first: [] })

/** Share of visitors who leave before they answer; of forms that are sent; of honest ones that are bad. */
const LEAVING = 0.35
const SENT = 0.97
const BAD = 0.12

export async function simulate(scenario: Scenario): Promise<Outcome> {
  const { traffic, seconds, nodes: count = 1, reports = false, weeks = 8 } = scenario
  const random = seeded(scenario.seed)
  const start = scenario.start ?? DAY + 10 * HOUR
  /** Seconds since the start; and how far the wall clock was set. */
  let time = 0
  let jump = 0
  const monotonic = () => time * 1000 + 1e6
  const now = () => MONDAY + (start + time + jump) * 1000
  const site: LadderSite = { id: 1, settings: { ...DEFAULT_SETTINGS, ...scenario.settings } }
  const outcome = {
    visitors: unseen(),
    carrier: unseen(),
    school: unseen(),
    attackers: unseen(),
    minutes: { visitors: [] as number[], attackers: [] as number[] },
    changes: 0,
    highest: 0,
    share: ({ rungs }: Seen, rung: number) => {
      const all = rungs.reduce((sum, n) => sum + n, 0)
      return all === 0 ? 1 : rungs.slice(0, rung + 1).reduce((sum, n) => sum + n, 0) / all
    },
  }
  const onChanged = (_site: number, { rung }: { rung: number }) => {
    outcome.changes++
    outcome.highest = Math.max(outcome.highest, rung)
  }
  const bytes = (n: number) => Buffer.from(Array.from({ length: n }, () => random.below(256)))
  const newLadder = () => {
    const networks = createNetworks(bytes, 2 ** 15)
    return createLadder({ now, monotonic, random: bytes, networks, onChanged })
  }

  let away = false
  const board = createSwitchboard<object>()
  const newNode = (ladder: Ladder) => {
    const name = {}
    const exchange = async (own: ReturnType<Ladder['takeReports']>) => {
      if (away) throw new Error('away')
      return board.exchange(name, own)
    }
    return { name, ladder, sharing: createSharing(ladder, { exchange }) }
  }
  let nodes = Array.from({ length: count }, () => newNode(newLadder()))

  // The weeks before, hour by hour, as passes that were redeemed.
  const baseline = createBaseline()
  const first = Math.floor(now() / (HOUR * 1000)) - weeks * 168
  for (let hour = first; hour < first + weeks * 168; hour++) {
    // As many weeks later, so that the time is none before the first Monday.
    const middle = (hour + 0.5 + weeks * 168) * HOUR - MONDAY / 1000
    const mean = traffic.rate(middle) * (1 - LEAVING) * SENT
    baseline.learn(hour, Math.max(0, Math.round(mean + Math.sqrt(mean) * random.normal())))
  }
  const usual = weeks > 0 ? baseline.usual(first + weeks * 168) : 0
  if (weeks > 0) {
    const stored = {
      ...{ minute: (usual * 60) / HOUR / Math.LN2, hour: usual / Math.LN2, good: 0, bad: 0 },
      ...{ usualShare: BAD, rung: 0 as const, reasons: [], usualAt: 0, wall: now() },
      baseline: baseline.stored(),
    }
    for (const { ladder } of nodes) ladder.restore(new Map([[1, stored]]))
  }

  // Events, the earliest first.
  const events: { at: number; run: () => void }[] = []
  const plan = (at: number, run: () => void) => {
    let i = events.push({ at, run }) - 1
    while (i > 0) {
      const parent = (i - 1) >> 1
      if (events[parent]!.at <= events[i]!.at) break
      ;[events[parent], events[i]] = [events[i]!, events[parent]!]
      i = parent
    }
  }
  const earliest = () => {
    const top = events[0]!
    const last = events.pop()!
    if (events.length === 0) return top
    events[0] = last
    for (let i = 0; ; ) {
      const left = 2 * i + 1
      if (left >= events.length) break
      const child = left + 1 < events.length && events[left + 1]!.at < events[left]!.at ? left + 1 : left
      if (events[i]!.at <= events[child]!.at) break
      ;[events[child], events[i]] = [events[i]!, events[child]!]
      i = child
    }
    return top
  }

  const anyLadder = () => nodes[random.below(nodes.length)]!.ladder
  const sums = { visitors: [0, 0], attackers: [0, 0] }
  const see = (seen: Seen, address: string, kind: 'visitors' | 'attackers') => {
    const { rung } = anyLadder().decide(site, address)
    seen.rungs[rung]++
    for (let reached = 0; reached <= rung; reached++) seen.first[reached] ??= time
    sums[kind][0]! += rung
    sums[kind][1]!++
    return rung
  }
  const earn = (address: string) => {
    const ladder = anyLadder()
    const weights = ladder.weigh(site, address)
    ladder.earned(site, address, weights)
    return weights
  }
  const submit = (weights: ReturnType<typeof earn>, bad: number) => {
    anyLadder().redeemed(site, weights)
    if (!reports) return
    const outcomeOfForm = random.next() < bad ? 'bad' : 'good'
    plan(time + 3, () => anyLadder().reported(site, weights, outcomeOfForm))
  }
  const visit = (address: string, seen: Seen, behindCarrier = false) => {
    see(seen, address, 'visitors')
    if (behindCarrier) {
      outcome.carrier.rungs[anyLadder().current(site, address).rung]++
    }
    if (random.next() < LEAVING) return
    plan(time + 4, () => {
      const weights = earn(address)
      const form = 28 * Math.exp(0.6 * random.normal())
      if (random.next() < SENT) plan(time + form, () => submit(weights, BAD))
    })
  }

  const comeVisitors = () => {
    const factor = scenario.crowd?.(time) ?? 1
    plan(time + traffic.next(start + time, factor, random), () => {
      const { address, shared } = traffic.address(random)
      visit(address, outcome.visitors, shared)
      comeVisitors()
    })
  }
  comeVisitors()
  const { attackers, school } = scenario
  let sent = 0
  const attack = () => {
    const gap = attackers!.every(time)
    if (gap === undefined) return
    plan(time + gap, () => {
      const address = attackers!.address(sent++)
      see(outcome.attackers, address, 'attackers')
      const { does, bad = 0.98 } = attackers!
      if (does === 'wrong') plan(time + 1, () => anyLadder().failed(site, address, { worked: true }))
      if (does === 'forms' || does === 'kept') {
        plan(time + 1, () => {
          const weights = earn(address)
          if (does === 'forms') plan(time + 1, () => submit(weights, bad))
        })
      }
      attack()
    })
  }
  if (attackers) attack()
  for (let i = 0; i < (school?.visitors ?? 0); i++) {
    plan(random.next() * school!.seconds, () => visit('203.0.113.7', outcome.school))
  }
  for (const incident of scenario.incidents ?? []) {
    plan(incident.at, () => {
      if (incident.is === 'clock') jump += incident.hours * HOUR
      if (incident.is === 'exchange away') away = true
      if (incident.is === 'exchange back') away = false
      if (incident.is === 'node dies') {
        const [dead] = nodes.splice(0, 1)
        board.forget(dead!.name)
      }
      if (incident.is === 'restart') {
        nodes = nodes.map(node => {
          board.forget(node.name)
          const ladder = newLadder()
          ladder.restore(node.ladder.stored())
          return newNode(ladder)
        })
      }
    })
  }

  let minute = 0
  let second = 0
  const mean = ([sum, n]: number[]) => (n === 0 ? Number.NaN : sum! / n!)
  /** Writes down the minutes that end before a time. */
  const endMinutes = (before: number) => {
    for (; minute * 60 + 60 < before; minute++) {
      outcome.minutes.visitors.push(mean(sums.visitors))
      outcome.minutes.attackers.push(mean(sums.attackers))
      sums.visitors = [0, 0]
      sums.attackers = [0, 0]
    }
  }
  while (events.length > 0 && events[0]!.at < seconds) {
    const { at, run } = earliest()
    if (count > 1) {
      for (; second < at; second++) {
        time = second
        for (const { sharing } of nodes) await sharing.tick()
      }
    }
    endMinutes(at)
    time = at
    run()
  }
  endMinutes(seconds + 1)
  return outcome
}
