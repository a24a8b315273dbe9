/** What a thousand passes cost by each way, and what may not become cheaper. */
import { triesOf } from '@upright/core'
import { needed, PASSES, type Pace, paceOf, SECONDS } from './pace.ts'
import type { Kind, Route } from './routes.ts'
import type { Answering, Answers } from './speeds.ts'

/** A thousand passes by one route. */
export interface Priced {
  client: string
  rung: number
  kind: Kind
  /** The cheapest known attack. */
  attack: string
  /** The share of its answers that are right, 0 … 1. */
  share: number
  cpuSeconds: number
  /** Requests, as rate limits count them: a fresh challenge in the reply to a wrong answer is one. */
  requests: number
  /** Networks that it takes within an hour and within a day; without work, of one address each. */
  networks: { hour: number; day: number }
  /** Seconds of one core and the networks of the hour; without work, of a whole network, at most a day. */
  wallSeconds: number
}

/** CPU seconds of one try of a style of work. */
export type SecondsOf = (style: string) => number

/** CPU seconds of a thousand passes by an attack. */
export const cpuSecondsOf = (
  { work }: Pick<Route, 'work'>,
  { share, seconds }: Answering,
  secondsOf: SecondsOf,
): number => (PASSES * ((work ? triesOf(work.level) * secondsOf(work.style) : 0) + seconds)) / share

/**
 * Networks and time under the default limits and the ladder. Work has a price that a lifted network would pay
 * more of, so that it is worth asking from a network that never answers. Without work all that is asked for
 * is networks: there it matters how many addresses each of them has.
 */
function paced(route: Route, share: number): Pick<Priced, 'networks' | 'wallSeconds'> {
  const whole = paceOf(route, share)
  const paces: Pace[] = route.work
    ? [whole, ...(route.counts ? [paceOf(route, share, { apart: true })] : [])]
    : [paceOf(route, share, { addresses: 1 })]
  const [hour, day] = [needed(paces, 'hour'), needed(paces, 'day')]
  return {
    networks: { hour: hour.networks, day: day.networks },
    wallSeconds: route.work ? hour.seconds : (whole.seconds[PASSES - 1] ?? SECONDS.day),
  }
}

function pricedBy(route: Route, answering: Answering, secondsOf: SecondsOf): Priced {
  const { client, rung, kind, calls } = route
  const { attack, share } = answering
  const cpuSeconds = cpuSecondsOf(route, answering, secondsOf)
  const { networks, wallSeconds } = paced(route, share)
  return {
    ...{ client, rung, kind, attack, share, cpuSeconds, networks },
    requests: Math.round((PASSES * calls.length) / share),
    wallSeconds: Math.max(cpuSeconds, wallSeconds),
  }
}

/** The price of a route by its cheapest attack: in CPU time, or where no work is asked for, in time. */
export function priced(route: Route, answers: Answers, secondsOf: SecondsOf): Priced {
  const cost = ({ cpuSeconds, wallSeconds }: Priced) => (route.work ? cpuSeconds : wallSeconds)
  return answers(route.kind, route.tolerance)
    .map(answering => pricedBy(route, answering, secondsOf))
    .reduce((cheapest, one) => (cost(one) < cost(cheapest) ? one : cheapest))
}

/** Rungs with work whose cheapest route takes fewer CPU seconds than that of the rung before, as lines. */
export function cheaperRungs(routes: readonly Pick<Priced, 'client' | 'rung' | 'cpuSeconds'>[]): string[] {
  const cheapest = (client: string, rung: number) => {
    const prices = routes
      .filter(route => route.client === client && route.rung === rung)
      .map(route => route.cpuSeconds)
    // Where no work is asked for, there is none to pay for.
    return prices.length > 0 ? Math.min(...prices) : 0
  }
  return [...new Set(routes.map(({ client }) => client))].flatMap(client =>
    [1, 2, 3].flatMap(rung => {
      const [before, now] = [cheapest(client, rung - 1), cheapest(client, rung)]
      if (now >= before) return []
      return `${client}: rung ${rung} takes ${now.toPrecision(2)} CPU s for ${PASSES} passes, rung ${rung - 1} ${before.toPrecision(2)}`
    }),
  )
}

/** A route without work, as it was recorded. */
export type Recorded = Pick<Priced, 'client' | 'rung' | 'kind' | 'networks' | 'wallSeconds'>

/** The share of a recorded figure that is no less of it: machines read better or worse from run to run. */
const SAME_SHARE = 0.95

/** Routes without work that take fewer networks than was recorded, or one network less time, as lines. */
export function fallenNetworks(now: readonly Recorded[], recorded: readonly Recorded[]): string[] {
  const figuresOf = ({ networks, wallSeconds }: Recorded) => [networks.hour, networks.day, wallSeconds]
  const words = (one: Recorded) => {
    const [hour, day, seconds] = figuresOf(one)
    return `${hour} networks within an hour, ${day} within a day, ${seconds} s of a whole one`
  }
  return recorded.flatMap(before => {
    const { client, rung, kind } = before
    const name = `${client}, rung ${rung}, ${kind}`
    const route = now.find(one => one.client === client && one.rung === rung && one.kind === kind)
    if (!route) return `${name}: recorded, and there is no such route`
    const least = figuresOf(before).map(figure => SAME_SHARE * figure)
    if (figuresOf(route).every((figure, i) => figure >= least[i]!)) return []
    return `${name}: ${words(route)}; recorded are ${words(before)}`
  })
}
