import { createHash } from 'node:crypto'

/** A puzzle of Cap: the digits of a number after the salt hash to something that starts with the target. */
export type Puzzle = readonly [salt: string, target: string]

/** The smallest number that solves each puzzle, found as a widget does. */
export const solvedPuzzles = (puzzles: readonly Puzzle[]): number[] =>
  puzzles.map(([salt, target]) => {
    let number = 0
    while (!createHash('sha256').update(`${salt}${number}`).digest('hex').startsWith(target)) number++
    return number
  })

/** Hexadecimal digits that Cap seeds with a text: xorshift numbers from its 32-bit FNV-1a hash. */
export function seededDigits(text: string, length: number): string {
  let state = 2_166_136_261
  for (const byte of Buffer.from(text)) state = Math.imul(state ^ byte, 16_777_619)
  let digits = ''
  while (digits.length < length) {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    digits += (state >>> 0).toString(16).padStart(8, '0')
  }
  return digits.slice(0, length)
}

/** So many puzzles as Cap's own server seeds them with a token. */
export const seededPuzzles = (token: string, count: number, size: number, difficulty: number): Puzzle[] =>
  Array.from({ length: count }, (_, i) => [
    seededDigits(`${token}${i + 1}`, size),
    seededDigits(`${token}${i + 1}d`, difficulty),
  ])
