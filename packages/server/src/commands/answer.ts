import { type Captcha, CaptchaError, type Challenge, type Tickets } from '@upright/core'
import { type Config, readConfig } from '../config.ts'
import type { Dialect } from '../dialects/dialect.ts'
import { dialects as allDialects } from '../dialects/index.ts'
import { readArguments } from './arguments.ts'
import { withOpeners } from './openers.ts'
import { print } from './print.ts'

/** What opens ids and tickets. */
interface Openers {
  captcha: Pick<Captcha, 'open' | 'latest'>
  tickets: Pick<Tickets, 'open'>
}

/** A challenge, and the dialect whose spelling of its id was given; a bare id is nobody's. */
interface FoundChallenge {
  challenge: Challenge
  dialect: Dialect | undefined
}

/** The challenge of an id in any spelling that a dialect hands out, with the answer that was shown last. */
export async function findChallenge(
  { captcha, tickets }: Openers,
  text: string,
  dialects: readonly Dialect[] = allDialects,
): Promise<FoundChallenge | undefined> {
  const spelled = dialects
    .map(dialect => ({ dialect, id: dialect.idIn?.(text, tickets) }))
    .find(({ id }) => id !== undefined)
  const id = spelled?.id ?? text
  const challenge = captcha.open(id, await captcha.latest(id))
  return challenge && { challenge, dialect: spelled?.dialect }
}

/** `upright answer ID`: prints the answer of a challenge, or solves its work. It needs the master secret. */
export async function run(args: string[]): Promise<void> {
  const { values, positionals } = readArguments(args, {}, ['ID'])
  print(JSON.stringify(await answerOf(readConfig(values.data), positionals[0]!)))
}

/** The same as a value. @throws CaptchaError `data_unusable`, `unknown_challenge`, `unavailable` */
export const answerOf = (config: Config, id: string) =>
  withOpeners(config, async openers => {
    const found = await findChallenge(openers, id)
    if (!found) throw new CaptchaError('unknown_challenge')
    const { challenge, dialect } = found
    const { style, answer } = challenge
    const solved = style.kind === 'work' ? await dialect?.solve?.(challenge, id) : undefined
    return { kind: style.kind, style: style.name, answer: solved ?? answer }
  })
