import { randomBytes } from 'node:crypto'
import { type Captcha, CaptchaError, type Challenge, createCaptcha, memoryLedger } from '@upright/core'
import { type Config, readConfig, secretsOf } from '../config.ts'
import { readSecret } from '../data-folder/folder.ts'
import type { Dialect } from '../dialects/dialect.ts'
import { dialects as allDialects } from '../dialects/index.ts'
import { ledgerDriverOf } from '../ledgers/drivers.ts'
import { readArguments } from './arguments.ts'
import { print } from './print.ts'

/** The challenge of an id in any spelling that a dialect hands out, with the answer that was shown last. */
export async function findChallenge(
  captcha: Pick<Captcha, 'open' | 'latest'>,
  text: string,
  dialects: readonly Pick<Dialect, 'idIn'>[] = allDialects,
): Promise<Challenge | undefined> {
  const id = dialects.map(({ idIn }) => idIn?.(text)).find(found => found !== undefined) ?? text
  return captcha.open(id, await captcha.latest(id))
}

/** `upright answer ID`: prints the answer of a challenge. It needs the master secret. */
export async function run(args: string[]): Promise<void> {
  const { values, positionals } = readArguments(args, {}, ['ID'])
  print(JSON.stringify(await answerOf(readConfig(values.data), positionals[0]!)))
}

/** The same as a value. @throws CaptchaError `data_unusable`, `unknown_challenge`, `unavailable` */
export async function answerOf(config: Config, id: string) {
  const secret = config.secret ?? readSecret(config.data)
  if (!secret) {
    throw new CaptchaError(
      'data_unusable',
      `${config.data} holds no master secret: give --data or UPRIGHT_SECRET`,
    )
  }
  const now = Date.now
  // The ledger knows which code of an id was shown last; where there is none yet, none was renewed.
  const driver = ledgerDriverOf(config)
  const ledger = driver.exists(config) ? await driver.open(config, { now }) : memoryLedger(now)
  try {
    const captcha = createCaptcha({ ...secretsOf(config, secret), ledger, now, random: randomBytes })
    const challenge = await findChallenge(captcha, id)
    if (!challenge) throw new CaptchaError('unknown_challenge')
    const { style, answer } = challenge
    return { kind: style.kind, style: style.name, answer }
  } finally {
    await ledger.close()
  }
}
