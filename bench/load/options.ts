import { parseArgs } from 'node:util'
import { FAULTS } from './break.ts'
import type { Setup } from './nodes.ts'

const USAGE = `npm run load -- [options]: visitors at an even rate, on this machine alone
  --rate N          journeys a second [50]
  --seconds N       how long they come [10]
  --dialect D       captchetat, rocaptcha, altcha, cap, native, turnstile or mcaptcha [captchetat]
  --access A        how CaptchEtat's back end says who it is: key or token [key]
  --sound SHARE     of visitors who listen as well, 0 to 1 [0.1]
  --wrong SHARE     of visitors who type something wrong first, 0 to 1 [0.1]
  --nodes N         nodes, each a process [1]
  --workers N       processes of a node, or auto [1]
  --ledger L        sqlite, redis or cluster [sqlite]
  --registry R      sqlite or postgres [sqlite]

npm run load -- --faults [names]   what breaks while visitors come, one fault after the other; all of them without names
npm run load -- --validations      right codes a second that a process judges over each ledger, as many as it can
npm run load -- --fuzz [--seed N] [--first N] [--seconds N]   requests that nobody sends, to every route, from a seed [1] and the number of the first [0]
npm run load -- --issue [millions] challenges that are issued in process, and the memory before and after [10]`

/** What is to be done. */
export type Options =
  | { mode: 'visits'; visits: VisitOptions }
  | { mode: 'faults'; names: string[]; rate: number | undefined }
  | { mode: 'validations' }
  | { mode: 'issue'; millions: number }
  | { mode: 'fuzz'; seed: number; first: number; seconds: number }

/** Visitors who come for some time. */
export interface VisitOptions {
  /** Journeys a second. */
  rate: number
  seconds: number
  dialect: 'captchetat' | 'rocaptcha' | 'altcha' | 'cap' | 'native' | 'turnstile' | 'mcaptcha'
  access: 'key' | 'token'
  /** Share of visitors that listen as well. */
  sound: number
  /** Share of visitors that first type something wrong. */
  wrong: number
  setup: Setup
}

const text = (fallback: string) => ({ type: 'string' as const, default: fallback })
const OPTIONS = {
  rate: { type: 'string' as const },
  seconds: text('10'),
  dialect: text('captchetat'),
  access: text('key'),
  sound: text('0.1'),
  wrong: text('0.1'),
  nodes: text('1'),
  workers: text('1'),
  ledger: text('sqlite'),
  registry: text('sqlite'),
  faults: { type: 'boolean' as const },
  validations: { type: 'boolean' as const },
  issue: { type: 'boolean' as const },
  fuzz: { type: 'boolean' as const },
  seed: text('1'),
  first: text('0'),
}

/** What a command line asks for. @throws Error that says what is wrong, and how it is used */
export function readOptions(args: string[]): Options {
  const { values, positionals } = parse(args)
  const number = (name: string, value: string, low: number, high: number) => {
    const found = Number(value)
    if (value.trim() === '' || !(found >= low && found <= high))
      throw refusal(`${name} is from ${low} to ${high}`)
    return found
  }
  const oneOf = <T extends string>(
    name: 'dialect' | 'access' | 'ledger' | 'registry',
    all: readonly T[],
  ): T => {
    const found = all.find(choice => choice === values[name])
    if (!found) throw refusal(`--${name} is one of ${all.join(', ')}`)
    return found
  }
  const rate = values.rate === undefined ? undefined : number('--rate', values.rate, 0.1, 100_000)
  if (values.faults) {
    const unknown = positionals.find(name => !FAULTS.includes(name))
    if (unknown !== undefined)
      throw refusal(`no fault is called "${unknown}": there are ${FAULTS.join(', ')}`)
    return { mode: 'faults', names: positionals, rate }
  }
  if (values.issue) {
    return { mode: 'issue', millions: number('--issue', positionals[0] ?? '10', 0.001, 1000) }
  }
  const seconds = number('--seconds', values.seconds, 1, 3600)
  if (values.fuzz) {
    const [seed, first] = [number('--seed', values.seed, 0, 1e9), number('--first', values.first, 0, 1e9)]
    return { mode: 'fuzz', seed, first, seconds }
  }
  if (values.validations) return { mode: 'validations' }
  if (positionals.length > 0) throw refusal(`"${positionals[0]}" means nothing here`)
  return {
    mode: 'visits',
    visits: {
      rate: rate ?? 50,
      seconds,
      dialect: oneOf('dialect', [
        ...(['captchetat', 'rocaptcha', 'altcha', 'cap', 'native', 'turnstile', 'mcaptcha'] as const),
      ]),
      access: oneOf('access', ['key', 'token']),
      sound: number('--sound', values.sound, 0, 1),
      wrong: number('--wrong', values.wrong, 0, 1),
      setup: {
        nodes: Math.round(number('--nodes', values.nodes, 1, 16)),
        workers: values.workers,
        ledger: oneOf('ledger', ['sqlite', 'redis', 'cluster']),
        registry: oneOf('registry', ['sqlite', 'postgres']),
      },
    },
  }
}

function parse(args: string[]) {
  try {
    return parseArgs({ args, options: OPTIONS, allowPositionals: true })
  } catch (error) {
    throw refusal((error as Error).message)
  }
}

const refusal = (why: string) => new Error(`${why}\n\n${USAGE}`)
