import type { Drawn, ExpensiveCheck } from '../kind.ts'
import { readCounters } from './counters.ts'
import { firstWord, hashKey, passwordOf, slowKey } from './key.ts'
import { nonceIn, saltIn } from './seed.ts'
import { SCRYPT_BLOCK_SIZE, triesOf, type WorkSettings } from './settings.ts'
import type { Work } from './wire.ts'

/** Puzzles of quick work: with one alone, an unlucky browser would need four times as long as most. */
const QUICK_PUZZLES = 16

/** Levels by which work is easier beside a right response of a person: a bit, half the tries. */
const BESIDE_LEVELS = 2

/** The level of work beside a right response. */
export const levelBeside = (level = 0): number => Math.max(0, level - BESIDE_LEVELS)

/** The work of an id in our own form, for its style and level; `beside` a right response, or alone. */
export function nativeWork(
  { settings, answer, ...drawn }: Drawn<WorkSettings>,
  { beside = false } = {},
): Work {
  const level = beside ? levelBeside(drawn.level) : (drawn.level ?? 0)
  const puzzles = settings.function === 'sha256' ? QUICK_PUZZLES : 1
  return {
    function: settings.function,
    nonce: nonceIn(answer),
    salt: saltIn(answer),
    cost: settings.cost,
    ...(settings.function === 'scrypt' && { memory: SCRYPT_BLOCK_SIZE }),
    puzzles,
    limit: Math.floor((2 ** 32 * puzzles) / triesOf(level)),
  }
}

/** The same with half the tries: so work that a visitor began before they chose a challenge is not lost. */
export const acceptsBeside = (drawn: Drawn<WorkSettings>, response: string): boolean | ExpensiveCheck =>
  acceptsNative({ ...drawn, level: levelBeside(drawn.level) }, response)

/** A puzzle of work in our own form. */
export interface NativePuzzle {
  work: Work
  puzzle: number
}

/** Whether a counter solves a puzzle; for a slow function, the check. */
export function solvesNative({ work, puzzle }: NativePuzzle, counter: number): boolean | ExpensiveCheck {
  const input = { password: passwordOf(work.nonce, puzzle, counter), salt: Buffer.from(work.salt, 'hex') }
  const isGood = (key: Uint8Array) => firstWord(key) < work.limit
  const { function: name, cost } = work
  if (name === 'sha256') return isGood(hashKey(input, cost))
  return async (derive = slowKey) => isGood(await derive({ function: name, cost, ...input }))
}

/** Whether counters, as text separated by commas, solve every puzzle of an id. */
export function acceptsNative(drawn: Drawn<WorkSettings>, response: string): boolean | ExpensiveCheck {
  const work = nativeWork(drawn)
  const counters = readCounters(response, work.puzzles)
  if (!counters) return false
  // A slow function has one puzzle, so that it is derived once.
  if (work.puzzles === 1) return solvesNative({ work, puzzle: 0 }, counters[0]!)
  return counters.every((counter, puzzle) => solvesNative({ work, puzzle }, counter) === true)
}
