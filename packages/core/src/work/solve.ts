import type { Drawn, ExpensiveCheck } from '../kind.ts'
import { acceptsAltchaKey, altchaNumber } from './altcha.ts'
import { capPuzzles, solvesCap } from './cap.ts'
import type { WorkShape } from './kind.ts'
import { levelBeside, nativeWork, solvesNative } from './native.ts'
import type { WorkSettings } from './settings.ts'

type Solver = (drawn: Drawn<WorkSettings>, nonce: string) => Promise<string>

/** The first counter that is accepted. */
async function firstCounter(accepts: (counter: number) => boolean | ExpensiveCheck): Promise<number> {
  for (let counter = 0; ; counter++) {
    const accepted = accepts(counter)
    if (typeof accepted === 'boolean' ? accepted : await accepted()) return counter
  }
}

const native: Solver = async drawn => {
  const work = nativeWork(drawn)
  const solution: number[] = []
  for (let puzzle = 0; puzzle < work.puzzles; puzzle++) {
    solution.push(await firstCounter(counter => solvesNative({ work, puzzle }, counter)))
  }
  return solution.join()
}

const SOLVERS: Record<WorkShape, Solver> = {
  native,

  'native-beside': (drawn, nonce) => native({ ...drawn, level: levelBeside(drawn.level) }, nonce),

  async cap(drawn) {
    const solution: number[] = []
    for (const puzzle of capPuzzles(drawn)) {
      solution.push(await firstCounter(number => solvesCap(puzzle, number)))
    }
    return solution.join()
  },

  'altcha-v1': async drawn => String(altchaNumber(drawn).number),

  async 'altcha-v2'(drawn, nonce) {
    const responseOf = (counter: number) => `SHA-256 ${nonce} ${counter}`
    return responseOf(await firstCounter(counter => acceptsAltchaKey(drawn, responseOf(counter))))
  },
}

/**
 * Solves work in a shape, as a browser would: for commands and tests. ALTCHA's second protocol takes a nonce
 * of 16 bytes in hexadecimal digits, which there is the id.
 */
export const solveWork = (drawn: Drawn<WorkSettings>, shape: WorkShape, nonce = ''): Promise<string> =>
  SOLVERS[shape](drawn, nonce)
