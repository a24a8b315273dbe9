/** A mutant that tests need not catch. It is found by what its lines read, wherever they are in the file. */
export interface Survivor {
  file: string
  before: string
  after: string
  /** `equivalent`: nobody can tell the two apart, and it is not run. `accepted`: somebody could, and it counts against the score. */
  as: 'equivalent' | 'accepted'
  reason: string
}

export const SURVIVORS: readonly Survivor[] = []
