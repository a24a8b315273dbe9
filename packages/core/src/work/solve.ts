import { createHash } from 'node:crypto'
import type { Drawn } from '../kind.ts'
import { acceptsAltchaKey, altchaNumber } from './altcha.ts'
import { capPuzzles } from './cap.ts'
import { firstWord, hashKey, passwordOf, slowKey } from './key.ts'
import type { WorkShape } from './kind.ts'
import { levelBeside, nativeWork } from './native.ts'
import type { WorkSettings } from './settings.ts'

type Solver = (drawn: Drawn<WorkSettings>, nonce: string) => Promise<string>

/** The first counter for which something holds. */
async function firstCounter(holds: (counter: number) => boolean | Promise<boolean>): Promise<number> {
  for (let counter = 0; ; counter++) if (await holds(counter)) return counter
}

const native: Solver = async drawn => {
  const work = nativeWork(drawn)
  const salt = Buffer.from(work.salt, 'hex')
  const solution: number[] = []
  for (let puzzle = 0; puzzle < work.puzzles; puzzle++) {
    const inputOf = (counter: number) => ({ password: passwordOf(work.nonce, puzzle, counter), salt })
    const isGood = (key: Uint8Array) => firstWord(key) < work.limit
    solution.push(
      await firstCounter(
        work.function === 'sha256'
          ? counter => isGood(hashKey(inputOf(counter), work.cost))
          : async counter => isGood(await slowKey(drawn.settings, inputOf(counter))),
      ),
    )
  }
  return solution.join()
}

const SOLVERS: Record<WorkShape, Solver> = {
  native,

  'native-beside': (drawn, nonce) => native({ ...drawn, level: levelBeside(drawn.level) }, nonce),

  async cap(drawn) {
    const solution: number[] = []
    for (const [salt, target] of capPuzzles(drawn)) {
      const hash = (number: number) => createHash('sha256').update(`${salt}${number}`).digest('hex')
      solution.push(await firstCounter(number => hash(number).startsWith(target)))
    }
    return solution.join()
  },

  'altcha-v1': async drawn => String(altchaNumber(drawn).number),

  async 'altcha-v2'(drawn, nonce) {
    const responseOf = (counter: number) => `SHA-256 ${nonce} ${counter}`
    const counter = await firstCounter(async counter => {
      const accepted = acceptsAltchaKey(drawn, responseOf(counter))
      return typeof accepted === 'boolean' ? accepted : accepted()
    })
    return responseOf(counter)
  },
}

/**
 * Solves work in a shape, as a browser would: for commands and tests. ALTCHA's second protocol takes a nonce
 * of 16 bytes in hexadecimal digits, which there is the id.
 */
export const solveWork = (drawn: Drawn<WorkSettings>, shape: WorkShape, nonce = ''): Promise<string> =>
  SOLVERS[shape](drawn, nonce)
