import { randomBytes } from 'node:crypto'
import { drawCharacters, MAX_CODE_LENGTH } from './code.ts'
import { CaptchaError } from './errors.ts'
import { isWhole, type OptionRules } from './options.ts'
import { keyedStream, type Stream } from './random.ts'

/** What a caller without a server can say about a code of its own. Letters may be small ones. */
export interface CodeChoice {
  /** The code: 1 to 16 of A–Z and 0–9. @default one drawn from `alphabet` */
  answer?: string | undefined
  /** How many characters to draw, or the fewest and most: 1 to 16. @default 6 */
  length?: number | readonly [min: number, max: number] | undefined
  /** Two or more characters to draw from. @default some that cannot be taken for one another */
  alphabet?: string | undefined
  /** Characters of the alphabet that are left out. @default none */
  ignoreCharacters?: string | undefined
  /** 32 bytes that everything is drawn from: the same seed gives the same bytes. @default random */
  seed?: Uint8Array | undefined
}

const SEED_BYTES = 32

const isLength = (value: unknown) => isWhole(value, 1, MAX_CODE_LENGTH)
const isText = (value: unknown): value is string => typeof value === 'string'
/** Of one character, every code would be the same. */
const isChoice = (characters: string) => new Set(characters).size > 1

/** What the options of `CodeChoice` may be. */
export const CODE_RULES: OptionRules<CodeChoice> = {
  answer: {
    accepts: value => isText(value) && /^[a-z0-9]{1,16}$/i.test(value),
    words: `1 to ${MAX_CODE_LENGTH} characters of A-Z and 0-9`,
  },
  length: {
    accepts: value =>
      isLength(value) ||
      (Array.isArray(value) && value.length === 2 && value.every(isLength) && value[0]! <= value[1]!),
    words: `a whole number from 1 to ${MAX_CODE_LENGTH}, or [fewest, most]`,
  },
  alphabet: {
    accepts: value => isText(value) && /^[a-z0-9]+$/i.test(value) && isChoice(value.toUpperCase()),
    words: 'two or more different characters of A-Z and 0-9',
  },
  ignoreCharacters: { accepts: isText, words: 'a text of the characters to leave out' },
  seed: {
    accepts: value => value instanceof Uint8Array && value.length === SEED_BYTES,
    words: `a Uint8Array of ${SEED_BYTES} bytes`,
  },
}

/** The characters that are left to draw from. @throws CaptchaError `bad_option` when there is no choice */
export function charactersOf({ alphabet, ignoreCharacters = '' }: CodeChoice, usual: string): string {
  const ignored = ignoreCharacters.toUpperCase()
  const left = [...(alphabet ?? usual).toUpperCase()].filter(each => !ignored.includes(each)).join('')
  if (!isChoice(left)) {
    throw new CaptchaError('bad_option', 'ignoreCharacters leaves fewer than two characters to draw from')
  }
  return left
}

/**
 * The code that was chosen or drawn, and the stream for what is made of it. @throws CaptchaError `bad_option`
 */
export function chooseCode(choice: CodeChoice, usual: string): { answer: string; stream: Stream } {
  const { answer, length = 6, seed = randomBytes(SEED_BYTES) } = choice
  const stream = keyedStream(seed)
  const range = typeof length === 'number' ? ([length, length] as const) : length
  const alphabet = charactersOf(choice, usual)
  return { answer: answer?.toUpperCase() ?? drawCharacters({ alphabet, length: range }, stream), stream }
}
