import { fieldsOf } from '../../http/fields.ts'
import type { Call } from '../answering.ts'
import type { DialectContext } from '../dialect.ts'
import { createRedeem } from '../redeem.ts'
import { refused } from './refused.ts'
import type { Vendor } from './vendors.ts'
import type { ErrorCode } from './wire.ts'

/** The verification of a vendor: whether a visitor earned this pass, for the first time it is asked. */
export function createVerification(vendor: Vendor, context: DialectContext): Call {
  const { accepts, codes, namesSite, repeats, right, test } = vendor
  const { sitesOf, testKeys, now } = context
  const sites = sitesOf(accepts)
  // Counted under a label of its own: what passes here has passed before, when it was answered.
  const redeem = createRedeem(context.as(`${vendor.name}-siteverify`), accepts)

  return {
    async answer(request, reply) {
      const { secret, response, sitekey, idempotency_key } = fieldsOf(request, [
        'secret',
        'response',
        'sitekey',
        'idempotency_key',
      ])
      const missing: ErrorCode[] = []
      if (response === '') missing.push('missing-input-response')
      if (secret === '') missing.push('missing-input-secret')
      const [first, ...others] = missing
      if (first) return { ...refused(first), 'error-codes': [first, ...others] }
      const tested = testKeys && test(secret, response, now())
      if (tested) return tested

      const site = await sites.bySecret(secret)
      if (!site) return refused('invalid-input-secret')
      const { publicKey } = site
      const named = namesSite ? { sitekey: publicKey } : {}
      if (namesSite && sitekey !== '' && sitekey !== publicKey) {
        return refused('sitekey-secret-mismatch', named)
      }
      const idempotencyKey = repeats ? idempotency_key : ''
      const redemption = await redeem({ site, response, idempotencyKey }, reply)
      if (redemption.result === 'redeemed') return right(site, redemption.pass)
      return refused(codes[redemption.result], named)
    },

    // Never of the secret: some clients let visitors pass when theirs is called wrong.
    failed: ({ status }) => refused(status >= 500 ? codes.unavailable : 'bad-request'),
  }
}
