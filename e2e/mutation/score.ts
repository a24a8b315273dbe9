import { createHash } from 'node:crypto'
import type { Mutant } from './mutants.ts'

/** A mutant that tests need not catch. It is found by what its lines read, wherever they are in the file. */
export interface Survivor {
  file: string
  before: string
  after: string
  /**
   * `equivalent`: nobody can tell the two apart, and it is not run. `accepted`: somebody could, and it counts
   * against the score.
   */
  as: 'equivalent' | 'accepted'
  reason: string
}

/** What came of a file's mutants. */
export interface Score {
  file: string
  caught: number
  equivalent: number
  /** Those that no test caught, with the reason where one is given. */
  survived: { mutant: Mutant; reason: string | undefined }[]
  /** Entries of the list that fit no mutant of the file, or one that tests catch. */
  stale: Survivor[]
}

/** The entry of the list that a mutant is named by. */
export const entryOf = (mutant: Mutant, listed: readonly Survivor[]): Survivor | undefined =>
  listed.find(({ before, after }) => before === mutant.before && after === mutant.after)

/**
 * At most `limit` mutants, the same ones for the same seed wherever their lines have moved to, in the order
 * of the lines.
 */
export function sample(mutants: readonly Mutant[], limit: number, seed: string): Mutant[] {
  const rankOf = ({ before, after }: Mutant) =>
    createHash('sha256').update(`${seed}\n${before}\n${after}`).digest('hex')
  const ranked = mutants.map(mutant => ({ mutant, rank: rankOf(mutant) }))
  const chosen = ranked.sort((a, b) => (a.rank < b.rank ? -1 : 1)).slice(0, limit)
  return chosen.map(({ mutant }) => mutant).sort((a, b) => a.line - b.line)
}

/** Runs a file's mutants: a mutant that `catches` sees is caught. */
export async function scoreOf(
  file: string,
  all: readonly Mutant[],
  chosen: readonly Mutant[],
  listed: readonly Survivor[],
  catches: (mutant: Mutant) => Promise<boolean>,
): Promise<Score> {
  const stale = listed.filter(entry => !all.some(mutant => entryOf(mutant, [entry])))
  const score: Score = { file, caught: 0, equivalent: 0, survived: [], stale }
  for (const mutant of chosen) {
    const entry = entryOf(mutant, listed)
    if (entry?.as === 'equivalent') score.equivalent++
    else if (!(await catches(mutant))) score.survived.push({ mutant, reason: entry?.reason })
    else {
      score.caught++
      if (entry) stale.push(entry)
    }
  }
  return score
}

/** Caught ones of 100 that are not equivalent, rounded down; 100 of none. */
export const percent = (caught: number, survived: number): number =>
  caught + survived === 0 ? 100 : Math.floor((100 * caught) / (caught + survived))
