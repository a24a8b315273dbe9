import { CaptchaError, type Secrets } from '@upright/core'
import { type Config, secretsOf } from '../config.ts'
import { readSecret } from '../data-folder/folder.ts'

/**
 * The master secrets of a service, for commands that need them. Makes none.
 * @throws CaptchaError `data_unusable`
 */
export function knownSecrets(config: Config): Secrets {
  const secret = config.secret ?? readSecret(config.data)
  if (secret) return secretsOf(config, secret)
  throw new CaptchaError(
    'data_unusable',
    `${config.data} holds no master secret: give --data or UPRIGHT_SECRET`,
  )
}
