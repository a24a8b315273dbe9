import { fieldsOf } from '../../http/fields.ts'
import type { Call } from '../answering.ts'
import type { DialectContext } from '../dialect.ts'
import { createRedeem } from '../redeem.ts'
import { MCAPTCHA } from './openapi.ts'
import type { VerifyAnswer } from './wire.ts'

/**
 * The verification of a pass: whether a visitor earned it on the site of this key and this secret, for the
 * first time it is asked. There is one answer to everything else, for some clients let visitors pass at any
 * status but 200.
 */
export function createVerification(context: DialectContext): Call {
  const { sites } = context
  // Counted under a label of its own: what passes here has passed before, when it was answered.
  const redeem = createRedeem(context.as(`${MCAPTCHA}-siteverify`), [MCAPTCHA])
  return {
    async answer(request, reply): Promise<VerifyAnswer> {
      const { token, key, secret } = fieldsOf(request, ['token', 'key', 'secret'])
      const site = secret === '' ? undefined : await sites.bySecret(secret)
      if (!site || key !== site.publicKey) return { valid: false }
      const { result } = await redeem({ site, response: token }, reply)
      return { valid: result === 'redeemed' }
    },
    failed: (): VerifyAnswer => ({ valid: false }),
  }
}
