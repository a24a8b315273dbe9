import { CaptchaError, styleNamed } from '@upright/core'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { parameter } from '../../http/query.ts'
import { PLAIN_COUNT } from '../../policy/ladder/worth.ts'
import type { Site } from '../../registry/registry.ts'
import type { DialectContext } from '../dialect.ts'
import { toleranceOf } from '../strictness.ts'
import type { Hashes } from './hash.ts'
import { voiceOf, widgetLanguageOf } from './language.ts'
import type { ChallengeAnswer, StatusAnswer, WorkAnswer } from './wire.ts'
import { createWorks } from './work.ts'

/** What the parameter `work` says in the place of an id: the client can do some. */
const ASKS_FOR_WORK = 'ask'

/**
 * `GET /api/generate/`: a new challenge. The protocol has no place for work, so that a site's rung decides
 * how much a request counts in the rate limits. Clients that do work all the same have a limit of their own.
 */
export function createGenerate(context: DialectContext, base: string, hashes: Hashes) {
  const { captcha, pictures, ladder, admission } = context
  // Under another label: work that was done is no challenge that a visitor passed.
  const works = createWorks(context.as('rocaptcha-work'))

  const issue = (site: Site, style: string, request: FastifyRequest, level?: number) => {
    const id = captcha.issue(site.id, styleNamed(style)!, level)
    return { id, hash: hashes.make(id, parameter(request, 'session')) }
  }

  /** Admits a request. Resolves with the price of the work in it, 0 without any. @throws CaptchaError */
  const enter = async (site: Site, count: number, request: FastifyRequest, reply: FastifyReply) => {
    const visit = { site, address: request.ip }
    const price = await works.redeem(site, {
      id: parameter(request, 'work'),
      solution: parameter(request, 'solution'),
      enter: () => admission.enter({ ...visit, action: 'worked' }, reply),
    })
    if (price === 0) await admission.enter({ ...visit, action: 'issue', count }, reply)
    return price
  }

  return async (
    request: FastifyRequest,
    reply: FastifyReply,
    site: Site,
  ): Promise<ChallengeAnswer | WorkAnswer | StatusAnswer> => {
    const asked = ladder.current(site, request.ip).rung
    const offer = (): WorkAnswer => ({ status: 'ERROR', work: works.offer(site, asked) })
    if (parameter(request, 'work') === ASKS_FOR_WORK && PLAIN_COUNT[asked] > 1) return offer()
    let price: number
    try {
      price = await enter(site, PLAIN_COUNT[asked], request, reply)
    } catch (error) {
      if (error instanceof CaptchaError && error.code === 'rate_limited') return offer()
      throw error
    }

    const { rung } = ladder.decide(site, request.ip)
    if (parameter(request, 'kind') === 'sound') {
      const language = voiceOf(widgetLanguageOf(parameter(request, 'lang')))
      const { hash } = issue(site, `number${language.toUpperCase()}`, request)
      const sound = `${base}sound/${hash}/`
      return { status: 'OK', content: hash, animal_status: 'NONE', sound }
    }
    // Work that was asked for on a lower rung lifts the rate limit, and no more.
    const worked = price >= works.price(site, rung)
    const tolerance = toleranceOf({ rung, worked, guessed: ladder.guessed(site, 'rotate') }, site.settings)
    const { id, hash } = issue(site, 'rotate', request, tolerance)
    const animal = await pictures.of(id)
    if (!animal) return { status: 'ERROR' }
    return { status: 'OK', content: hash, animal_status: animal.status }
  }
}
