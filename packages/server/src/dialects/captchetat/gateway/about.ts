import { CaptchaError, type CodeStyle, type Rules } from '@upright/core'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Probe } from '../../../telemetry/health.ts'
import type { DialectContext } from '../../dialect.ts'
import type { AboutAnswer, CodeInfo, HealthAnswer, Status } from './wire.ts'

const status = (up: boolean): Status => (up ? 'UP' : 'DOWN')

/**
 * `GET /healthcheck`. Spent ids are in memcached there and in our ledger here: `memcachedHealth` is the
 * ledger's. Who calls an open site without a token is told no sizes: they say the same as the status, so that
 * clients that compare them come to it too.
 */
export const healthHandler =
  (probe: Probe) =>
  async ({ visitor }: FastifyRequest, reply: FastifyReply): Promise<HealthAnswer> => {
    const { up, disk, ledger, registry } = await probe()
    const enough = disk.up ? disk.threshold : 0
    const { total, free } = visitor === undefined ? disk : { total: enough, free: enough }
    reply.code(up ? 200 : 503).header('cache-control', 'no-store')
    return {
      status: status(up),
      components: {
        diskSpace: {
          status: status(disk.up),
          details: {
            total: String(total),
            free: String(free),
            threshold: String(disk.threshold),
            exists: disk.exists,
          },
        },
        memcachedHealth: { status: status(ledger) },
        ping: { status: 'UP' },
        registry: { status: status(registry) },
      },
    }
  }

/** `GET` of a version's base, for who tries the address: what is there. */
export const aboutHandler = (answer: Omit<AboutAnswer, 'openapi'>) => async (): Promise<AboutAnswer> => ({
  ...answer,
  openapi: '/openapi.json',
})

/** `GET /version` */
export const versionHandler = ({ version }: Pick<DialectContext, 'version'>) => {
  return async () => ({ version })
}

/** `GET /info` */
export const infoHandler = ({ version }: Pick<DialectContext, 'version'>) => {
  return async () => ({ app: { version } })
}

/**
 * `GET /captcha/{id or uuid}/code/infos`: how long the code of an id's generation is, and what it is made of.
 */
export function codeInfoHandler(
  { captcha }: Pick<DialectContext, 'captcha'>,
  name: 'id' | 'uuid',
  generation = async (_id: string, _rules: Rules) => 0,
) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<CodeInfo> => {
    reply.header('cache-control', 'no-store')
    const id = (request.params as Record<typeof name, string>)[name]
    const { id: site, settings } = request.site
    const challenge = captcha.open(id, await generation(id, settings))
    if (challenge?.site !== site || captcha.expired(challenge, settings) || challenge.style.kind !== 'text') {
      throw new CaptchaError('bad_request', name)
    }
    return { taille: challenge.answer.length, type: typeOf(challenge.style) }
  }
}

function typeOf({ settings: { alphabet } }: CodeStyle): CodeInfo['type'] {
  if (!/[^0-9]/.test(alphabet)) return 'numerique'
  return /[0-9]/.test(alphabet) ? 'alphanumerique' : 'alphabetique'
}
