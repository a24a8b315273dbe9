import { parseArgs } from 'node:util'
import { CaptchaError } from '@upright/core'

/** Flags of every command. */
const COMMON_FLAGS = { data: { type: 'string' }, json: { type: 'boolean' } } as const

/** What `node:util` makes of options: its own type for this has no name that can be exported. */
export type Values<O> = {
  [K in keyof O]?: O[K] extends { type: 'boolean' }
    ? boolean
    : O[K] extends { multiple: true }
      ? string[]
      : string
}

type Options = Record<string, { type: 'string' | 'boolean'; multiple?: boolean }>

/**
 * The flags and the positional arguments of a command; `positionals` names those it takes, all of them required. The last may be
 * given several times when its name ends in `…`.
 * @throws CaptchaError `usage`
 */
export function readArguments<O extends Options>(
  args: string[],
  options: O,
  positionals: string[] = [],
): { values: Values<O & typeof COMMON_FLAGS>; positionals: string[] } {
  let parsed: ReturnType<typeof parseArgs>
  try {
    parsed = parseArgs({ args, options: { ...COMMON_FLAGS, ...options }, allowPositionals: true })
  } catch (cause) {
    // Node's words name the flag at fault; its first sentence is enough.
    const [reason] = (cause as Error).message.split(/\.\s/)
    throw new CaptchaError('usage', reason, { cause })
  }
  const missing = positionals[parsed.positionals.length]
  if (missing) throw new CaptchaError('usage', `${missing.replace('…', '')} is missing`)
  if (positionals.at(-1)?.endsWith('…')) positionals = parsed.positionals
  const [extra] = parsed.positionals.slice(positionals.length)
  if (extra !== undefined) throw new CaptchaError('usage', `"${extra}" is one argument too many`)
  return { values: parsed.values as Values<O & typeof COMMON_FLAGS>, positionals: parsed.positionals }
}

/** A flag's whole number between bounds, or undefined when the flag was not given. @throws CaptchaError `usage` */
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

/** Runs the action of a command that the first argument names, with the other arguments. @throws CaptchaError `usage` */
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
