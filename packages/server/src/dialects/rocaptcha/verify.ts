import { type KindName, readDegrees } from '@upright/core'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { toPublicError } from '../../http/errors.ts'
import { readFields } from '../../http/fields.ts'
import type { Sites } from '../../http/sites.ts'
import { addressOf } from '../../network/address.ts'
import type { Admission } from '../../policy/admission.ts'
import type { Site } from '../../registry/registry.ts'
import type { DialectContext } from '../dialect.ts'
import type { Hashes } from './hash.ts'
import { widgetLanguageOf } from './language.ts'
import { sessionsOf } from './request.ts'
import { passed } from './thanks.ts'
import type { VerifyAnswer } from './wire.ts'

/** Dependencies of a check. */
type JudgeContext = Pick<DialectContext, 'captcha' | 'pictures' | 'countVerdict' | 'ladder' | 'admission'>

/** Fields of a response. */
export interface Sent {
  hash: string
  /** Degrees, as text. */
  angle: string
  /** Ways to read the session that it was sent in. @default none, which any hash suits */
  sessions?: string[]
  /** The language of thanks; without one there are none. */
  lang?: string
  /** Whether the answer tells how good the picture is. @default true */
  counts?: boolean
  /** The visitor's address, where it is known. */
  address?: string | undefined
}

/** Judges what a visitor of a site sent. */
export type Judge = (site: Site, sent: Sent, request: FastifyRequest) => Promise<VerifyAnswer>

/**
 * The checks go from what the back end got wrong to what the visitor did: hash, time, form of the response,
 * session, angle. Only the last one spends the challenge, and near and far are told alike.
 */
export function createJudge(context: JudgeContext, hashes: Hashes): Judge {
  const { captcha, pictures, countVerdict, ladder, admission } = context
  /**
   * Thanks from the animal. That the visitor passed is written down already, so that nothing may fail here.
   */
  async function thank(id: string, kind: KindName, lang: string, request: FastifyRequest) {
    if (kind !== 'rotate' || lang === '') return undefined
    try {
      const animal = await pictures.of(id)
      return animal && passed(animal.name, widgetLanguageOf(lang))
    } catch (error) {
      toPublicError(error, request)
      return undefined
    }
  }

  /** Counts how the picture was answered, right or wrong alike. Nothing may fail here either. */
  async function count(id: string, degrees: number, request: FastifyRequest) {
    try {
      await pictures.answered(id, degrees)
    } catch (error) {
      toPublicError(error, request)
    }
  }

  return async (site, { hash, angle, sessions = [], lang = '', counts = true, address }, request) => {
    const known = hashes.read(hash)
    const challenge = known && captcha.open(known.id)
    // Ids of work are handed out as they are, and are no hash's.
    if (!known || challenge?.site !== site.id || challenge.style.kind === 'work') {
      countVerdict(site.id, 'unknown')
      return { status: 'WRONG_HASH' }
    }
    if (captcha.expired(challenge, site.settings)) {
      countVerdict(site.id, 'expired')
      return { status: 'TIMEOUT' }
    }
    const degrees = readDegrees(angle)
    if (degrees === undefined) return { status: 'WRONG_RESPONSE' }
    if (sessions.length > 0 && !sessions.some(known.suits)) return { status: 'WRONG_SESSION' }

    const settings = { ...site.settings, attempts: 1, revalidation: 'strict' } as const
    const verdict = await captcha.check({ id: site.id, settings }, known.id, angle)
    const { kind } = challenge.style
    const answered = verdict === 'passed' || verdict === 'wrong'
    if (counts && answered && kind === 'rotate') await count(known.id, degrees, request)
    switch (verdict) {
      case 'passed':
        ladder.checked(site, address)
        return (await thank(known.id, kind, lang, request)) ?? { status: 'PASSED' }
      case 'wrong':
        admission.failed(site, address)
        ladder.failed(site, address, { worked: false })
        return { status: 'FAILED' }
      case 'expired':
        return { status: 'TIMEOUT' }
      case 'unavailable':
        return { status: 'ERROR' }
      default:
        return { status: 'WRONG_HASH' }
    }
  }
}

/** `POST /api/verify/`: the private key first, then the judgement. */
export const createVerify =
  (judge: Judge, sites: Sites, admission: Admission) =>
  async (request: FastifyRequest, reply: FastifyReply): Promise<VerifyAnswer> => {
    const field = readFields(request.body)
    // Early clients write hash and angle into the address.
    const { hash = field('hash'), angle = field('response') } = request.params as Record<string, string>

    const site = await sites.bySecret(field('key'))
    if (!site) return { status: 'BAD_PRIVATE_KEY' }
    await admission.enter({ site, action: 'check' }, reply)
    // Back ends may tell whose response it was, and send any text: it counts for that network alone.
    const remote = field('remoteip')
    const address = addressOf(remote) && remote
    return judge(site, { hash, angle, sessions: sessionsOf(request), lang: field('lang'), address }, request)
  }

/**
 * `POST /demo/rocaptcha`: what the form of the demo page is sent to, in the place of a back end of its own.
 * The page needs no secret for it, and there is nothing but the demo site that it can be used for.
 */
export const createDemoVerify =
  (judge: Judge, sites: Sites, admission: Admission) =>
  async (request: FastifyRequest, reply: FastifyReply): Promise<VerifyAnswer> => {
    const field = readFields(request.body)
    const site = await sites.demo()
    await admission.enter({ site, action: 'check', address: request.ip }, reply)
    reply.header('cache-control', 'no-store')
    const [hash, angle] = [field('rocaptcha_challenge_field'), field('rocaptcha_response_field')]
    // Anybody may answer here as often as they like: no picture may suffer from it.
    return judge(site, { hash, angle, counts: false, address: request.ip }, request)
  }
