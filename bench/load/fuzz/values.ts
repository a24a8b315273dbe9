/** Chance that repeats itself: the same seed and number, the same request. */
export interface Dice {
  /** A whole number from 0, below `n`. */
  below(n: number): number
  /** Whether something happens that does so once in `n` times. */
  once(n: number): boolean
  pick<T>(from: readonly T[]): T
}

/** Numbers from a seed (mulberry32, after a hash of the request's number). */
export function dice(seed: number, number: number): Dice {
  let state = (Math.imul(seed, 0x9e3779b1) ^ Math.imul(number + 1, 0x85ebca6b)) >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return (t ^ (t >>> 14)) >>> 0
  }
  const below = (n: number) => next() % n
  return { below, once: n => below(n) === 0, pick: from => from[below(from.length)]! }
}

/** Stands in every query and many other places, and may be found in no log. */
export const MARK = 'fuzzmark'

/** Characters that parsers give a meaning, and some that they do not expect. */
const CHARACTERS = [...' \t\n\r"\'\\/;:,=&?#%+-_.~*()[]{}<>|^`@!$aA09\0\x1b\x7fé\u2028\ufeff😀\ud800']
/** Around every limit: of one header and an address (8 kB), of a body and all headers (16 kB). */
const LENGTHS = [1, 2, 63, 1000, 4000, 8100, 8193, 12_000, 17_000]
const TAILS = ['', '', 'x', '"', '"""', ';', '=', '%', '\0', '\n', MARK]
const HEADS = ['', '', '"', '[', '{', '%', 'bytes=', 'Bearer ', 'sessionid=', 'data:image/png;base64,', '::']
const SMALL_VALUES = [
  '',
  '0',
  '-1',
  '1e309',
  'NaN',
  '2147483648',
  '99999999999999999999',
  'null',
  'undefined',
  'true',
  '[]',
  '{}',
  '[[[[',
  '{"a":',
  '__proto__',
  'constructor',
  'toString',
  '../../../../etc/passwd',
  '..%2f..%2fetc%2fpasswd',
  '%00',
  '%zz',
  '%',
  '%c3%28',
  '%ud800',
  '\0',
  '\ufeff',
  '\u202e',
  '<script>alert(1)</script>',
  "' OR 1=1 --",
  '{{7*7}}',
  '00000000-0000-0000-0000-000000000000',
  'f'.repeat(30),
  '0'.repeat(32),
  '0'.repeat(48),
]

/**
 * Something that nobody sends: a long run of one or two characters, all sorts of them, or a word with a
 * meaning elsewhere.
 */
export function hostile(dice: Dice): string {
  const kind = dice.below(6)
  if (kind < 2) return dice.pick(SMALL_VALUES)
  if (kind === 2) {
    return Array.from({ length: 1 + dice.below(40) }, () => dice.pick(CHARACTERS)).join('')
  }
  const pump = kind === 3 ? dice.pick(CHARACTERS) + dice.pick(CHARACTERS) : dice.pick(CHARACTERS)
  const [head, tail, length] = [dice.pick(HEADS), dice.pick(TAILS), dice.pick(LENGTHS)]
  return head + pump.repeat(Math.max(1, Math.floor((length - head.length) / pump.length))) + tail
}

/** What a parser skips, counts or cuts at, spaces first. */
const REPEATED_CHARACTERS = [' ', '\t', '0', 'a', ',', ';', '=', '.', '/', ':', '-', '%', '"', '[', '(']
/** Behind a run: what hardly anything lets end there, or nothing. */
const CUTS = ['"""x', '', ';x', '"x"\0']

/** Runs of single characters, one after the other. */
export function runOf(number: number, length: number): string {
  const cut = Math.floor(number / REPEATED_CHARACTERS.length)
  return REPEATED_CHARACTERS[number % REPEATED_CHARACTERS.length]!.repeat(length) + CUTS[cut % CUTS.length]!
}

/** Something good with one place changed. */
export function mutated(dice: Dice, good: string): string {
  const at = dice.below(good.length + 1)
  switch (dice.below(8)) {
    case 0:
      return good.slice(0, at)
    case 1:
      return good + good
    case 2:
      return good.toUpperCase()
    case 3:
      return `${good.slice(0, at)}${dice.pick(CHARACTERS)}${good.slice(at)}`
    case 4:
      return `${good} `
    case 5:
      return [...good].reverse().join('')
    default:
      return `${good.slice(0, at)}${dice.pick([...'0123456789abcdef'])}${good.slice(at + 1)}`
  }
}
