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

  /**
   * The rung of the work in a request, once it is admitted and checked; 0 for what is wrong, spent, out of
   * date or no work. @throws CaptchaError as `admission`
   */
  const redeem = async (site: Site, request: FastifyRequest, reply: FastifyReply): Promise<number> => {
    const solution = parameter(request, 'solution')
    // Who asks for the head alone gets no challenge for it.
    if (solution === '' || request.method === 'HEAD') return 0
    const done = works.read(site, parameter(request, 'work'))
    if (!done || ladder.isOutdated(site, request.ip, done)) return 0
    // A repeat is not to use up what a neighbour's work is admitted by.
    if (await works.isSpent(site, done)) return 0
    await admission.enter({ site, action: 'worked', address: request.ip }, reply)
    const verdict = await works.check(site, done, solution)
    if (verdict === 'wrong') admission.failed(site, request.ip)
    return verdict === 'passed' ? done.rung : 0
  }

  return async (
    request: FastifyRequest,
    reply: FastifyReply,
    site: Site,
  ): Promise<ChallengeAnswer | WorkAnswer | StatusAnswer> => {
    const asked = ladder.current(site, request.ip).rung
    const count = PLAIN_COUNT[asked]
    const offer = (): WorkAnswer => ({ status: 'ERROR', work: works.offer(site, asked) })
    if (parameter(request, 'work') === ASKS_FOR_WORK && count > 1) {
      await admission.enter({ site, action: 'other', address: request.ip }, reply)
      return offer()
    }
    let workRung: number
    try {
      workRung = await redeem(site, request, reply)
      if (workRung === 0) await admission.enter({ site, action: 'issue', address: request.ip, count }, reply)
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
    const worked = workRung >= rung
    const tolerance = toleranceOf({ rung, worked, guessed: ladder.guessed(site, 'rotate') }, site.settings)
    const { id, hash } = issue(site, 'rotate', request, tolerance)
    const animal = await pictures.of(id)
    if (!animal) return { status: 'ERROR' }
    return { status: 'OK', content: hash, animal_status: animal.status }
  }
}
