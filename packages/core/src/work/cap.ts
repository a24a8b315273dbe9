import { createHash } from 'node:crypto'
import type { Drawn } from '../kind.ts'
import { readCounters } from './counters.ts'
import { hexOf, saltOf, streamIn } from './seed.ts'
import { triesOf, type WorkSettings } from './settings.ts'

/** A puzzle of Cap: a number whose decimal digits behind the salt hash to something that starts with it. */
export type CapPuzzle = [salt: string, target: string]

/** Fewest puzzles of an id, where the tries suffice for them: with as many, luck matters little. */
const MIN_PUZZLES = 8
/** Puzzles for each digit fewer in their target. */
const DIGIT = 16

/** How many puzzles of how many hexadecimal digits a level takes: never fewer tries, and at most 1/8 more. */
export function capShape(level: number): { puzzles: number; digits: number } {
  const tries = triesOf(level)
  const digits = Math.max(1, Math.floor(Math.log2(tries / MIN_PUZZLES) / 4))
  return { puzzles: Math.ceil(tries / DIGIT ** digits), digits }
}

/** The puzzles of an id, written out, each with a salt of its own. */
export function capPuzzles({ level = 0, answer }: Drawn<WorkSettings>): CapPuzzle[] {
  const { puzzles, digits } = capShape(level)
  const stream = streamIn(answer)
  return Array.from({ length: puzzles }, () => [saltOf(stream), hexOf(stream, 1).slice(0, digits)])
}

/** Whether a number solves a puzzle. */
export const solvesCap = ([salt, target]: CapPuzzle, number: number): boolean =>
  createHash('sha256').update(`${salt}${number}`).digest('hex').startsWith(target)

/** Whether numbers, as text separated by commas, solve every puzzle of an id. */
export function acceptsCap(drawn: Drawn<WorkSettings>, response: string): boolean {
  if (drawn.settings.function !== 'sha256') return false
  const puzzles = capPuzzles(drawn)
  const numbers = readCounters(response, puzzles.length)
  return numbers?.every((number, i) => solvesCap(puzzles[i]!, number)) ?? false
}
