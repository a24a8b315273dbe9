import { codeStyles, voicesOf } from '@upright/core'
import { describe, expect, it } from 'vitest'
import { cepstra, warpedDistance } from './likeness.ts'
import { CHARACTERS } from './words.ts'

/**
 * How near two characters of one code may sound, against the middle pair of all characters in the same voice.
 */
const MIN_DISTANCE = 0.33

describe('the characters of a code', () => {
  it.each(['fr', 'en'] as const)('can be distinguished by ear in every voice, in %s', language => {
    const alphabets = codeStyles
      .filter(({ settings }) => settings.language === language)
      .map(({ settings }) => settings.alphabet)
    for (const { name, clips } of voicesOf(language).voices) {
      const sounds = [...CHARACTERS].map(character => cepstra(clips.get(character)!.samples))
      const pairs = sounds.flatMap((one, i) =>
        sounds.slice(i + 1).map((other, j) => ({
          characters: [CHARACTERS[i]!, CHARACTERS[i + 1 + j]!],
          apart: warpedDistance(one, other),
        })),
      )
      const middle = pairs.map(({ apart }) => apart).toSorted((a, b) => a - b)[pairs.length >> 1]!
      for (const { characters, apart } of pairs) {
        if (!alphabets.some(alphabet => characters.every(character => alphabet.includes(character)))) continue
        expect(apart / middle, `${characters.join(' and ')} as ${name} says them`).toBeGreaterThan(
          MIN_DISTANCE,
        )
      }
    }
  })
})
