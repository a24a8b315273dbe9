/** How fast attackers work and read: the faster of what was published and what this machine does. */
import { slowKeySync, type WorkStyle } from '@upright/core'
import { perSecond } from '../../bench/usage.ts'
import { priceOf } from '../../packages/server/src/policy/price.ts'
import { sha256Search } from '../../packages/widget/src/solver/sha256.ts'
import { simdKernel } from '../../packages/widget/src/solver/simd-kernel.ts'
import { matchDiscs } from '../discs.ts'
import type { Kind } from './routes.ts'

/** CPU seconds of one try of a style of work. */
export interface TrySeconds {
  style: string
  /** On this machine: SHA-256 by our own solver, the others by Node's OpenSSL. */
  here: number
  published: number
}

/** A way to answer what is for people. */
export interface Answering {
  attack: string
  /** The share of answers that are right, 0 … 1. */
  share: number
  /** CPU seconds of one answer. */
  seconds: number
}

/** The ways to answer a kind; a disc by its tolerance in degrees. */
export type Answers = (kind: Kind, tolerance?: number) => Answering[]

/** Slices of the solver and derivations that are timed. */
const TIMED = { sha256: 2000, pbkdf2: 200, scrypt: 10 } as const
const DISCS = 100
/** A try that finds nothing: one in 2³² does. */
const PUZZLE = { prefix: new Uint8Array(36), target: 0x5eed, last: 0 }

export async function trySeconds({ name, settings }: WorkStyle): Promise<TrySeconds> {
  const { function: how, cost } = settings
  const published = priceOf({ style: name, level: 0 })
  if (how === 'sha256') {
    const search = sha256Search(simdKernel(), PUZZLE, { rounds: cost, decimal: false, start: 0, stride: 1 })
    let tries = 0
    const slice = () => {
      tries += Number(search.next().value)
    }
    const slices = await perSecond(slice, 0, TIMED.sha256)
    return { style: name, here: TIMED.sha256 / slices / tries, published }
  }
  const [password, salt] = [new Uint8Array(20), new Uint8Array(16)]
  const rate = await perSecond(() => slowKeySync({ function: how, password, salt, cost }), 0, TIMED[how])
  return { style: name, here: 1 / rate, published }
}

/**
 * What trained networks do: shares as in `docs/strength.md`, of a code after 5,000 labelled samples and of
 * spoken digits after 1,000. Ten milliseconds are a small convolutional network on one core.
 */
const NETWORKS = {
  code: { attack: 'trained network', share: 0.96, seconds: 0.01 },
  sound: { attack: 'trained network', share: 0.98, seconds: 0.01 },
} as const

/** Ways to answer: networks, matching with the whole library, which is measured here, and blind guess. */
export async function answersHere(): Promise<Answers> {
  const { errors, seconds } = await matchDiscs(DISCS)
  return (kind, tolerance = 0) => {
    if (kind === 'work') return [{ attack: 'work', share: 1, seconds: 0 }]
    if (kind !== 'disc') return [NETWORKS[kind]]
    const matched = errors.filter(error => error <= tolerance).length / errors.length
    return [
      { attack: 'matching', share: matched, seconds },
      { attack: 'blind guess', share: (2 * tolerance + 1) / 360, seconds: 0 },
    ]
  }
}
