import { CaptchaError } from './errors.ts'

/**
 * What an option may be: a test of its value, and the same in words, which end a sentence that begins with
 * "it is".
 */
export interface OptionRule {
  accepts(value: unknown): boolean
  words: string
  /** @default false */
  required?: boolean
  /** Whether an error keeps the value to itself. @default false */
  secret?: boolean
}

/** A rule for each option of a function. */
export type OptionRules<Options> = { readonly [Name in keyof Required<Options>]: OptionRule }

/**
 * Checks the options of a public function. A mistyped name would otherwise be ignored, and a wrong value be
 * found out much later.
 * @throws CaptchaError `bad_option`, which names the function, the option, and what is accepted
 */
export function checkOptions<Options extends object>(
  called: string,
  options: Options | undefined,
  rules: OptionRules<Options>,
): void {
  const bad = (detail: string) => new CaptchaError('bad_option', `${called}: ${detail}`)
  if (options !== undefined && (typeof options !== 'object' || options === null)) {
    throw bad(`its options are ${shown(options)}, not an object`)
  }
  const given: Readonly<Record<string, unknown>> = { ...options }
  const unknown = Object.keys(given).find(name => !Object.hasOwn(rules, name))
  if (unknown !== undefined) {
    throw bad(`there is no option ${JSON.stringify(unknown)}; there are ${Object.keys(rules).join(', ')}`)
  }
  for (const [name, { accepts, words, required, secret }] of Object.entries<OptionRule>(rules)) {
    const value = given[name]
    if (value === undefined && required) throw bad(`${name} is missing; it is ${words}`)
    if (value === undefined || accepts(value)) continue
    throw bad(`${name} is ${secret ? 'something else' : shown(value)}; it is ${words}`)
  }
}

/** Longest value that an error quotes, in characters. */
const MAX_QUOTE_LENGTH = 40

/** A value as an error quotes it. */
function shown(value: unknown): string {
  if (value instanceof Uint8Array) return `${value.length} bytes`
  if (typeof value === 'function') return 'a function'
  if (typeof value !== 'object' && typeof value !== 'string') return String(value)
  const text = JSON.stringify(value)
  return text.length > MAX_QUOTE_LENGTH ? `${text.slice(0, MAX_QUOTE_LENGTH)}…` : text
}

/** A whole number between bounds. */
export const wholeNumber = (low: number, high: number): OptionRule => ({
  accepts: value => isWhole(value, low, high),
  words: `a whole number from ${low} to ${high}`,
})

/** A number between bounds. */
export const numberFrom = (low: number, high: number): OptionRule => ({
  accepts: value => typeof value === 'number' && value >= low && value <= high,
  words: `a number from ${low} to ${high}`,
})

/** One of some values. */
export const oneOf = (values: readonly (string | number)[]): OptionRule => ({
  accepts: value => values.includes(value as string | number),
  words: `one of ${values.join(', ')}`,
})

/** `true` or `false`. */
export const yesOrNo: OptionRule = { accepts: value => typeof value === 'boolean', words: 'true or false' }

/** A function. */
export const aFunction = (words: string): OptionRule => ({
  accepts: value => typeof value === 'function',
  words: `a function ${words}`,
})

/** A clock. */
export const aClock = aFunction('that gives milliseconds since 1970')

export const isWhole = (value: unknown, low: number, high: number): value is number =>
  Number.isInteger(value) && (value as number) >= low && (value as number) <= high
