/** Every way to pass on a rung, as the dialects themselves declare what they ask for. */
import { levelBeside } from '@upright/core'
import { HIGHEST_RUNG } from '../../packages/server/src/dialects/altcha/code.ts'
import type { Dialect, WorkChoice } from '../../packages/server/src/dialects/dialect.ts'
import { rungOf } from '../../packages/server/src/dialects/native/rungs.ts'
import { toleranceOf } from '../../packages/server/src/dialects/strictness.ts'
import { workFor } from '../../packages/server/src/dialects/work.ts'
import type { Action } from '../../packages/server/src/policy/action.ts'
import type { Rung } from '../../packages/server/src/policy/ladder/formula.ts'
import { PLAIN_COUNT } from '../../packages/server/src/policy/ladder/worth.ts'
import {
  DEFAULT_SETTINGS,
  type SiteSettings,
  type SiteWork,
} from '../../packages/server/src/registry/settings.ts'

/** What is answered: work alone, or something else, with work beside it where there is any. */
export type Kind = 'work' | 'code' | 'sound' | 'disc'

/** A way to pass on a rung. */
export interface Route {
  /** Who asks, as tables name it. */
  client: string
  rung: Rung
  kind: Kind
  /** Work of one try. @default none */
  work?: SiteWork
  /** Degrees by which a disc may be off upright. */
  tolerance?: number
  /** The calls of one try, in their order; a check by a site's back end is none of them. */
  calls: readonly Action[]
  /** Those of the calls that count as several on the upper rungs. @default none */
  multiplied?: readonly Action[]
  /** Whether an answer counts for the network that sends it: back ends send no address. */
  counts: boolean
}

const RUNGS: readonly Rung[] = [0, 1, 2, 3]
/** The client whose routes differ from our own API's on rung 3 alone. */
export const LOG_IN = 'our own, log-in and reset'
const PEOPLE_KINDS = ['code', 'sound', 'disc'] as const

type RoutesOf = (choice: WorkChoice, rung: Rung) => Route[]

const native =
  (client: string, settings: SiteSettings): RoutesOf =>
  (_choice, rung) => {
    const { work, alone, people } = rungOf(rung, settings)
    const tolerance = toleranceOf({ rung, worked: true, guessed: false }, settings)
    const { name: style } = work.style
    const common = { client, rung, tolerance, counts: true }
    const whole = { style, level: work.level }
    const waiting: Route = { ...common, kind: 'work', work: whole, calls: ['issue', 'check'] }
    const beside = { style, level: levelBeside(work.level) }
    const shown = PEOPLE_KINDS.map(
      (kind): Route => ({ ...common, kind, work: beside, calls: ['issue', 'show', 'check'] }),
    )
    return [...(alone ? [waiting] : []), ...(people ? shown : [])]
  }

/** The work that a choice comes to on a rung. */
const worked = (name: string, choice: WorkChoice, rung: Rung): SiteWork => {
  const { style, level } = workFor(DEFAULT_SETTINGS, name, choice, rung)
  return { style: style.name, level }
}

/** Work alone below the highest rung, and there a code beside all of it, whose picture calls `shown`. */
const altcha =
  (name: string, client: string, shown: readonly Action[]): RoutesOf =>
  (choice, rung) => {
    const common = { client, rung, work: worked(name, choice, rung) }
    // The site's back end verifies the work.
    if (rung < HIGHEST_RUNG) return [{ ...common, kind: 'work', calls: ['issue'], counts: false }]
    return [
      { ...common, kind: 'code', calls: ['issue', ...shown, 'check'], counts: true },
      { ...common, kind: 'sound', calls: ['issue', 'show', 'check'], counts: true },
    ]
  }

/** What RoCAPTCHA's own script does where a request without work counts several times. */
const rocaptcha: RoutesOf = (_choice, rung) => {
  if (PLAIN_COUNT[rung] === 1) return []
  const { work } = rungOf(rung, DEFAULT_SETTINGS)
  const beside = { style: work.style.name, level: levelBeside(work.level) }
  const tolerance = toleranceOf({ rung, worked: true, guessed: false }, DEFAULT_SETTINGS)
  const common = { client: 'RoCAPTCHA with its script', rung, work: beside, tolerance, counts: false }
  return (['disc', 'sound'] as const).map(kind => ({ ...common, kind, calls: ['worked', 'show'] }))
}

/** The clients of each choice of work, by the name that dialects give it. */
const WORKED: Readonly<Record<string, readonly RoutesOf[]>> = {
  native: [
    native('our own', DEFAULT_SETTINGS),
    native(LOG_IN, { ...DEFAULT_SETTINGS, preset: 'log-in' }),
    rocaptcha,
  ],
  cap: [
    (choice, rung) => [
      {
        ...{ client: 'Cap', rung, kind: 'work', work: worked('cap', choice, rung) },
        ...{ calls: ['issue', 'check'], counts: true },
      },
    ],
  ],
  // The first protocol has the picture in the challenge.
  'altcha-v1': [altcha('altcha-v1', 'ALTCHA, protocol 1', [])],
  'altcha-v2': [altcha('altcha-v2', 'ALTCHA, protocol 2', ['show'])],
}

/** The ways to pass with work. @throws Error for a choice of work whose clients are not known here */
export function routesWithWork(dialects: readonly Pick<Dialect, 'work'>[]): Route[] {
  const choices = new Map(dialects.flatMap(({ work = {} }) => Object.entries(work)))
  const unknown = [...choices.keys()].filter(name => !Object.hasOwn(WORKED, name))
  if (unknown.length > 0) {
    throw new Error(`attack/price/routes.ts does not say what clients of ${unknown.join(', ')} call`)
  }
  return Object.entries(WORKED).flatMap(([name, clients]) => {
    const choice = choices.get(name)
    return choice ? clients.flatMap(routesOf => RUNGS.flatMap(rung => routesOf(choice, rung))) : []
  })
}

/** The ways to pass without work, on a site whose pages call it without a token. */
export function routesWithoutWork(): Route[] {
  // What a back end checks has no address.
  const checked = { multiplied: ['issue'] as const, counts: false }
  const captchetat = { client: 'CaptchEtat v2', ...checked }
  const rocaptcha = {
    ...{ client: 'RoCAPTCHA without its script', ...checked },
    ...{ tolerance: DEFAULT_SETTINGS.tolerance, calls: ['issue', 'show'] as const },
  }
  const form = {
    ...{ client: 'our own, plain form', calls: ['issue', 'show', 'check'] as const },
    ...{ multiplied: ['issue', 'check'] as const, counts: true },
  }
  const ways: Omit<Route, 'rung'>[] = [
    { ...form, kind: 'code' },
    { ...form, kind: 'sound' },
    { ...captchetat, kind: 'code', calls: ['issue'] },
    { ...captchetat, kind: 'sound', calls: ['issue', 'show'] },
    { ...rocaptcha, kind: 'disc' },
    { ...rocaptcha, kind: 'sound' },
  ]
  return ways.flatMap(way => RUNGS.map(rung => ({ ...way, rung })))
}
