import { parseArgs } from 'node:util'
import { CaptchaError } from '@upright/core'

/** Flags of every command. */
const COMMON_FLAGS = { data: { type: 'string' }, json: { type: 'boolean' } } as const

/** Type of the options that `node:util` parses: its own type for this has no name that can be exported. */
export type Values<O> = {
  [K in keyof O]?: O[K] extends { type: 'boolean' }
    ? boolean
    : O[K] extends { multiple: true }
      ? string[]
      : string
}

type Options = Record<string, { type: 'string' | 'boolean'; multiple?: boolean }>

const flagsOf = (options: Options) =>
  Object.keys(options)
    .map(name => `--${name}`)
    .join(', ')

/**
 * The flags and the positional arguments of a command; `positionals` names those it takes, all of them
 * required. The last may be given several times when its name ends in `…`.
 * @throws CaptchaError `usage`
 */
export function readArguments<O extends Options>(
  args: string[],
  options: O,
  positionals: string[] = [],
): { values: Values<O & typeof COMMON_FLAGS>; positionals: string[] } {
  const known: Options = { ...COMMON_FLAGS, ...options }
  let parsed: ReturnType<typeof parseArgs<{ options: Options; allowPositionals: true; tokens: true }>>
  try {
    parsed = parseArgs({ args, options: known, allowPositionals: true, tokens: true })
  } catch (cause) {
    const { message, code } = cause as NodeJS.ErrnoException
    // Node's words name the flag at fault; its first sentence is enough.
    const [reason] = message.split(/\.\s/)
    const flags = code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION' ? `; there are ${flagsOf(known)}` : ''
    throw new CaptchaError('usage', `${reason}${flags}`, { cause })
  }
  const given = new Set<string>()
  for (const token of parsed.tokens ?? []) {
    if (token.kind !== 'option' || known[token.name]?.multiple) continue
    if (given.has(token.name)) throw new CaptchaError('usage', `--${token.name} is given twice`)
    given.add(token.name)
  }
  const missing = positionals[parsed.positionals.length]
  if (missing) throw new CaptchaError('usage', `${missing.replace('…', '')} is missing`)
  if (positionals.at(-1)?.endsWith('…')) positionals = parsed.positionals
  const [extra] = parsed.positionals.slice(positionals.length)
  if (extra !== undefined) throw new CaptchaError('usage', `"${extra}" is one argument too many`)
  return { values: parsed.values as Values<O & typeof COMMON_FLAGS>, positionals: parsed.positionals }
}

/**
 * A flag's whole number between bounds, or undefined when the flag was not given.
 * @throws CaptchaError `usage`
 */
export function wholeFlag(
  name: string,
  text: string | undefined,
  low: number,
  high: number,
): number | undefined {
  if (text === undefined) return undefined
  const value = Number(text)
  if (!/^\d{1,15}$/.test(text) || value < low || value > high) {
    throw new CaptchaError('usage', `--${name} must be a whole number from ${low} to ${high}, not "${text}"`)
  }
  return value
}

/**
 * Runs the action of a command that the first argument names, with the other arguments.
 * @throws CaptchaError `usage`
 */
export async function runAction<T>(
  command: string,
  actions: Record<string, (args: string[]) => Promise<T>>,
  [name = '', ...rest]: string[],
): Promise<T> {
  if (!Object.hasOwn(actions, name)) {
    const known = Object.keys(actions).join(', ')
    throw new CaptchaError('usage', `${command} ${name || '…'}: choose one of ${known}`)
  }
  return actions[name]!(rest)
}
