import type { Redemption } from '@upright/core'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { fieldsOf, readFields } from '../../http/fields.ts'
import type { Sites } from '../../http/sites.ts'
import type { Admission } from '../../policy/admission.ts'
import type { Site } from '../../registry/registry.ts'
import type { DialectContext } from '../dialect.ts'
import { type Presented, redeemPass } from '../redeem.ts'
import type { VerifyError, VerifyReply } from './wire.ts'

const failed = (error: VerifyError): VerifyReply => ({ success: false, error })

/** Verifications of a pass, always answered with the status 200. */
interface SiteVerify {
  /** For back ends, which give the secret of their site. */
  siteVerify: Verify
  /** For the form of the playground, whose back end we are: of the demo site alone, and without a secret. */
  demoVerify: Verify
}

type Verify = (request: FastifyRequest, reply: FastifyReply) => Promise<VerifyReply>

export function createSiteVerify({
  passes,
  ladder,
  sites,
  admission,
}: Pick<DialectContext, 'passes' | 'ladder'> & { sites: Sites; admission: Admission }): SiteVerify {
  const replyTo = (site: Site, redemption: Redemption): VerifyReply => {
    if (redemption.result !== 'redeemed') return failed(redemption.result)
    const { time, hostname, action, cdata, kind, rung, reasons } = redemption.pass
    return {
      success: true,
      challenge_ts: new Date(time * 1000).toISOString(),
      hostname,
      action,
      cdata,
      kind,
      sitekey: site.publicKey,
      rung,
      reasons,
    }
  }

  const redeem = async (reply: FastifyReply, presented: Presented) =>
    replyTo(presented.site, await redeemPass({ passes, ladder }, presented, reply))

  return {
    async siteVerify(request, reply) {
      reply.header('cache-control', 'no-store')
      const { secret, response, idempotency_key } = fieldsOf(request, [
        'secret',
        'response',
        'idempotency_key',
      ])
      const site = await sites.bySecret(secret)
      if (!site) return failed('secret')
      await admission.enter({ site, action: 'check' }, reply)
      return redeem(reply, { site, response, idempotencyKey: idempotency_key })
    },

    async demoVerify(request, reply) {
      const site = await sites.demo()
      await admission.enter({ site, action: 'check', address: request.ip }, reply)
      return redeem(reply, { site, response: readFields(request.body)('response') })
    },
  }
}
