import { createHash } from 'node:crypto'
import { codeStyles, degreesApart, drawCharacters, keyedStream } from '@upright/core'
import { type Attack, timed } from './finding.ts'

const GUESSES = 1_000_000
/** Angular tolerances of discs, in degrees. */
const TOLERANCES = [5, 10, 20]
/** What a guess at a code may be worth: one in a hundred thousand. */
const MAX_GUESS_VALUE = 1e-5

const stream = (seed: string) => keyedStream(createHash('sha256').update(`attack guess ${seed}`).digest())

/** Guesses by somebody who knows the style and looks at nothing, counted, beside what they must come to. */
export const attackGuess: Attack = async count => {
  const guesses = count(GUESSES)
  const tryWith = async (target: string, right: () => boolean) => {
    const { result, seconds } = await timed(() => {
      let hits = 0
      for (let i = 0; i < guesses; i++) if (right()) hits++
      return hits
    })
    return { attack: 'blind guess', target, samples: guesses, solved: result / guesses, seconds }
  }
  const found = []
  for (const { name, settings } of codeStyles) {
    const random = stream(name)
    const { alphabet, length } = settings
    // Of a code that may have several lengths, the shortest is guessed best; which one of those is all the
    // same.
    const guess = alphabet[0]!.repeat(length[0])
    const right = () => drawCharacters(settings, random) === guess
    const expected = 1 / (length[1] - length[0] + 1) / alphabet.length ** length[0]
    found.push({ ...(await tryWith(name, right)), measure: 'codes', expected, aim: MAX_GUESS_VALUE })
  }
  for (const tolerance of TOLERANCES) {
    const random = stream(`${tolerance}`)
    const right = () => degreesApart(random.below(360), 0) <= tolerance
    const expected = (2 * tolerance + 1) / 360
    found.push({ ...(await tryWith('rotate', right)), measure: `discs within ${tolerance}°`, expected })
  }
  return { found }
}
