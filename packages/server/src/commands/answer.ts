import { randomBytes } from 'node:crypto'
import { CaptchaError, createCaptcha, memoryLedger } from '@upright/core'
import { readConfig } from '../config.ts'
import { readSecret } from '../registry/folder.ts'
import { readArguments } from './arguments.ts'
import { print } from './print.ts'

/** `upright answer ID`: what a challenge asks for, for whoever holds the master secret. Writes nothing. */
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
  const { previousSecret } = config
  const captcha = createCaptcha({
    secret,
    previousSecret,
    ledger: memoryLedger(),
    now: Date.now,
    random: randomBytes,
  })
  const challenge = captcha.open(positionals[0]!)
  if (!challenge) throw new CaptchaError('unknown_challenge')
  const { style, answer } = challenge
  print(JSON.stringify({ kind: style.kind, style: style.name, answer }))
}
