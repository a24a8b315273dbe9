import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { CaptchaError, createCaptcha, memoryLedger } from '@upright/core'
import { readConfig, secretsOf } from '../config.ts'
import { inFolder, readSecret } from '../data-folder/folder.ts'
import { openLedger } from '../ledgers/open.ts'
import { readArguments } from './arguments.ts'
import { print } from './print.ts'

/** `upright answer ID`: what a challenge asks for at this moment, for whoever holds the master secret. */
export async function run(args: string[]): Promise<void> {
  const { values, positionals } = readArguments(args, {}, ['ID'])
  const config = readConfig(values.data)
  const secret = config.secret ?? readSecret(config.data)
  if (!secret) {
    throw new CaptchaError(
      'data_unusable',
      `${config.data} holds no master secret: give --data or UPRIGHT_SECRET`,
    )
  }
  const file = inFolder(config.data).ledger
  const now = Date.now
  // The ledger knows which code of an id was shown last; where there is none yet, none was renewed.
  const ledger = config.redisUrl || existsSync(file) ? await openLedger(config, { now }) : memoryLedger(now)
  try {
    const captcha = createCaptcha({ ...secretsOf(config, secret), ledger, now, random: randomBytes })
    const [id] = positionals
    const challenge = captcha.open(id!, await captcha.latest(id!))
    if (!challenge) throw new CaptchaError('unknown_challenge')
    const { style, answer } = challenge
    print(JSON.stringify({ kind: style.kind, style: style.name, answer }))
  } finally {
    await ledger.close()
  }
}
