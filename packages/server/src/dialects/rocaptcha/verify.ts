import { type Captcha, readDegrees, type Style } from '@upright/core'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { settle } from '../../operate/errors.ts'
import type { Pictures } from '../../pictures/picture.ts'
import type { Quota } from '../../policy/quota.ts'
import type { Sites } from '../../policy/sites.ts'
import type { Hashes } from './hash.ts'
import { languageOf } from './language.ts'
import { take } from './page.ts'
import { readFields, sessionsOf } from './request.ts'
import { passed } from './verdict.ts'
import type { VerifyAnswer } from './wire.ts'

/** What a judgement needs. */
export interface VerifyOptions {
  captcha: Captcha
  pictures: Pictures
  sites: Sites
  quota: Quota
  hashes: Hashes
  /** Milliseconds since 1970. */
  now: () => number
}

/**
 * `POST /api/verify/`. The checks go from what the back end got wrong to what the visitor did: key, hash, time, form of the response, session,
 * angle. Only the last one spends the challenge, and near and far are told alike.
 */
export function createVerify({ captcha, pictures, sites, quota, hashes, now }: VerifyOptions) {
  /** Thanks from the animal. That the visitor passed is written down already, so that nothing may fail here. */
  async function thank(id: string, kind: Style['kind'], lang: string, request: FastifyRequest) {
    if (kind !== 'rotate' || lang === '') return undefined
    try {
      const animal = await pictures.of(id)
      return animal && passed(animal.name, languageOf(lang))
    } catch (error) {
      settle(error, request)
      return undefined
    }
  }

  return async (request: FastifyRequest, reply: FastifyReply): Promise<VerifyAnswer> => {
    const field = readFields(request.body)
    // Early clients write hash and angle into the address.
    const { hash = field('hash'), angle = field('response') } = request.params as Record<string, string>

    const site = await sites.bySecret(field('key'))
    if (!site) return { status: 'BAD_PRIVATE_KEY' }
    if (!take(quota, site, reply)) return { status: 'ERROR' }

    const known = hashes.read(hash)
    const challenge = known && captcha.open(known.id)
    if (!known || challenge?.site !== site.id) return { status: 'WRONG_HASH' }
    if (Math.floor(now() / 1000) - challenge.issued > site.settings.expiry) return { status: 'TIMEOUT' }
    if (readDegrees(angle) === undefined) return { status: 'WRONG_RESPONSE' }
    const sessions = sessionsOf(request)
    if (sessions.length > 0 && !sessions.some(known.suits)) return { status: 'WRONG_SESSION' }

    const rules = { ...site.settings, attempts: 1, revalidation: 'strict' } as const
    switch (await captcha.check(known.id, site.id, angle, rules)) {
      case 'passed':
        return (await thank(known.id, challenge.style.kind, field('lang'), request)) ?? { status: 'PASSED' }
      case 'wrong':
        return { status: 'FAILED' }
      case 'expired':
        return { status: 'TIMEOUT' }
      default:
        return { status: 'WRONG_HASH' }
    }
  }
}
