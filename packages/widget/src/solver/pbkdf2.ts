import { hmac, setKeys } from './hmac.ts'
import { type Kernel, SUM } from './kernel.ts'
import { solvingLane } from './message.ts'
import { MAX_COUNTER, type Puzzle, type Search, uint32 } from './task.ts'

/** Iterations between two pauses: a millisecond or so without WebAssembly. */
const ITERATIONS = 500
/** Keys that are asked for at a time, for one thread derives while another looks at what was derived. */
const KEYS_AT_A_TIME = 8

export interface Pbkdf2Options {
  salt: Uint8Array
  iterations: number
  start: number
  stride: number
}

/** PBKDF2 with HMAC-SHA-256, by a kernel. */
export function* pbkdf2Search(
  kernel: Kernel,
  puzzle: Puzzle,
  { salt, iterations, start, stride }: Pbkdf2Options,
): Search {
  const { lanes } = kernel
  const message = Uint8Array.of(...salt, ...uint32(1))
  for (let first = start * lanes; first + lanes - 1 <= MAX_COUNTER; first += stride * lanes) {
    const counters = Array.from({ length: lanes }, (_, lane) => first + lane)
    setKeys(
      kernel,
      counters.map(counter => [...puzzle.prefix, ...uint32(counter)]),
    )
    hmac(kernel, message)
    for (let done = 1; done < iterations; done += ITERATIONS) {
      kernel.iterate(Math.min(ITERATIONS, iterations - done))
      yield 0
    }
    const lane = solvingLane(kernel, SUM, puzzle)
    if (lane !== -1) return first + lane
    yield lanes
  }
  return undefined
}

/** PBKDF2 by the browser itself. */
export function* subtleSearch(puzzle: Puzzle, { salt, iterations, start, stride }: Pbkdf2Options): Search {
  const derive = async (counter: number) => {
    const password = Uint8Array.of(...puzzle.prefix, ...uint32(counter))
    const key = await crypto.subtle.importKey('raw', password, 'PBKDF2', false, ['deriveBits'])
    const algorithm = { name: 'PBKDF2', hash: 'SHA-256', salt: Uint8Array.from(salt), iterations }
    const word = new DataView(await crypto.subtle.deriveBits(algorithm, key, 32)).getUint32(0)
    return (word ^ puzzle.target) >>> 0 <= puzzle.last
  }
  const span = KEYS_AT_A_TIME
  for (let first = start * span; first + span - 1 <= MAX_COUNTER; first += stride * span) {
    let solving = -1
    yield Promise.all(Array.from({ length: span }, (_, i) => derive(first + i))).then(solved => {
      solving = solved.indexOf(true)
      return span
    })
    if (solving !== -1) return first + solving
  }
  return undefined
}
