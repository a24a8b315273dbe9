import { createHash, randomBytes } from 'node:crypto'
import { type Captcha, createCaptcha, createTickets, memoryLedger, solveWork } from '@upright/core'
import { solvedPuzzles } from '../../packages/server/src/testing/cap-puzzles.ts'
import type { Answer, Question } from './client.ts'

/** A site with its keys. */
export interface SiteKeys {
  id: number
  publicKey: string
  secret: string
}

/** What a visitor does, one request after the other. `ask` measures each under the name of its step. */
export type Journey = (ask: (step: string, question: Question) => Promise<Answer>) => Promise<void>

/** What journeys are made of. */
export interface JourneyOptions {
  site: SiteKeys
  /** How a CaptchEtat back end says who it is. */
  headers: Record<string, string>
  /** The master secret of the nodes, by which the right answers are known. */
  secret: string
  /** Share of visitors that listen as well. */
  sound: number
  /** Share of visitors that first type something wrong, and take another challenge. */
  wrong: number
}

/** Something was answered that should not have been. */
export class Unexpected extends Error {}

/** Where CaptchEtat v2 is. */
export const BASE = '/piste/captchetat/v2'
/** Where there is a picture of a new challenge; for pages of an open site behind `/s/<public key>`. */
export const PICTURE = `${BASE}/simple-captcha-endpoint?get=image&c=captchaFR`

/**
 * The right answers to the challenges of nodes with a secret: the one thing that a visitor has to find out
 * alone.
 */
export const solver = (secret: string): Captcha =>
  createCaptcha({ secret, ledger: memoryLedger(), now: Date.now, random: randomBytes })

const expectStatus = (answer: Answer, step: string) => {
  if (answer.status !== 200) throw new Unexpected(`${step}: ${answer.status}`)
  return answer.body
}

/** A site's secret, as CaptchEtat's back ends send it along. */
export const keyOf = (site: SiteKeys): Record<string, string> => ({ keyid: site.secret })

/**
 * A visitor of a CaptchEtat v2 form: the picture, for some the sound, and the site's back end that validates.
 */
export function captchetatJourney({ headers, secret, sound, wrong }: JourneyOptions): Journey {
  const captcha = solver(secret)
  const image = { path: PICTURE, headers }
  const validate = (uuid: string, code: string) => ({
    method: 'POST' as const,
    path: `${BASE}/valider-captcha`,
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify({ uuid, code }),
  })

  return async ask => {
    const show = async () => {
      const { uuid } = JSON.parse(expectStatus(await ask('picture', image), 'picture').toString())
      return uuid as string
    }
    const judge = async (uuid: string, code: string, expected: 'true' | 'false') => {
      const word = expectStatus(await ask('validate', validate(uuid, code)), 'validate').toString()
      if (word !== expected) throw new Unexpected(`validate: ${word} in place of ${expected}`)
    }
    let uuid = await show()
    if (Math.random() < wrong) {
      await judge(uuid, 'WRONG', 'false')
      uuid = await show()
    }
    if (Math.random() < sound) {
      const path = `${BASE}/simple-captcha-endpoint?get=sound&c=captchaFR&t=${uuid}`
      expectStatus(await ask('sound', { path, headers }), 'sound')
    }
    await judge(uuid, captcha.open(uuid)!.answer, 'true')
  }
}

/**
 * A visitor of a RoCAPTCHA form: a hash, its disc, and the site's back end that verifies. Who listens gets a
 * hash for that.
 */
export function rocaptchaJourney({ site, secret, sound, wrong }: JourneyOptions): Journey {
  const captcha = solver(secret)
  const answerOf = (hash: string) => captcha.open(hash.slice(0, 32))!.answer

  return async ask => {
    const generate = async (kind: string) => {
      const path = `/api/generate/?key=${site.publicKey}&lang=en${kind}`
      const { status, content } = JSON.parse(expectStatus(await ask('hash', { path }), 'hash').toString())
      if (status !== 'OK') throw new Unexpected(`hash: ${status}`)
      return content as string
    }
    const verify = async (hash: string, response: string, expected: 'PASSED' | 'FAILED') => {
      const body = String(new URLSearchParams({ key: site.secret, hash, response }))
      const answer = await ask('verify', { method: 'POST', path: '/api/verify/', body })
      const { status } = JSON.parse(expectStatus(answer, 'verify').toString())
      if (status !== expected) throw new Unexpected(`verify: ${status} in place of ${expected}`)
    }
    const show = async () => {
      const hash = await generate('')
      expectStatus(await ask('disc', { path: `/api/image/${hash}/` }), 'disc')
      return hash
    }
    let hash = await show()
    if (Math.random() < wrong) {
      await verify(hash, String((Number(answerOf(hash)) + 90) % 360), 'FAILED')
      hash = await show()
    }
    if (Math.random() < sound) {
      hash = await generate('&kind=sound')
      expectStatus(await ask('sound', { path: `/api/sound/${hash}/` }), 'sound')
    }
    await verify(hash, answerOf(hash), 'PASSED')
  }
}

/** A visitor of a form with Cap's widget. The site asks for the least work there is: nodes are measured. */
export function capJourney({ site, wrong }: Pick<JourneyOptions, 'site' | 'wrong'>): Journey {
  return async ask => {
    const post = async (step: string, path: string, payload?: object) => {
      const body = payload && JSON.stringify(payload)
      const answer = await ask(step, {
        method: 'POST',
        path: `/cap/${site.publicKey}/${path}`,
        ...(body && { body }),
      })
      return JSON.parse(expectStatus(answer, step).toString())
    }
    const redeem = async (right: boolean) => {
      const { token, challenge } = await post('challenge', 'challenge')
      const solutions = right ? solvedPuzzles(challenge) : []
      const redeemed = await post('redeem', 'redeem', { token, solutions })
      if (redeemed.success !== right) throw new Unexpected(`redeem: ${redeemed.error}`)
      return redeemed.token as string
    }
    if (Math.random() < wrong) await redeem(false)
    const response = await redeem(true)
    const { success, error } = await post('siteverify', 'siteverify', { secret: site.secret, response })
    if (success !== true) throw new Unexpected(`siteverify: ${error}`)
  }
}

/**
 * A visitor of a form with ALTCHA's widget, whose back end asks us. The site asks for the least work there
 * is: nodes are measured.
 */
export function altchaJourney({ site, wrong }: Pick<JourneyOptions, 'site' | 'wrong'>): Journey {
  return async ask => {
    const verify = async (payload: object, expected: boolean) => {
      const body = JSON.stringify({
        secret: site.secret,
        payload: Buffer.from(JSON.stringify(payload)).toString('base64'),
      })
      const answer = await ask('verify', { method: 'POST', path: '/v1/verify/signature', body })
      const { verified, reason } = JSON.parse(expectStatus(answer, 'verify').toString())
      if (verified !== expected) throw new Unexpected(`verify: ${reason}`)
    }
    const generate = async () => {
      const answer = await ask('challenge', { path: `/v1/challenge?apiKey=${site.publicKey}&v=1` })
      const { algorithm, challenge, salt, signature, maxnumber } = JSON.parse(
        expectStatus(answer, 'challenge').toString(),
      )
      let number = 0
      const hash = () => createHash('sha256').update(`${salt}${number}`).digest('hex')
      while (number <= maxnumber && hash() !== challenge) number++
      return { algorithm, challenge, number, salt, signature }
    }
    if (Math.random() < wrong) {
      const payload = await generate()
      await verify({ ...payload, number: payload.number + 1 }, false)
    }
    await verify(await generate(), true)
  }
}

/** How back ends redeem the passes that our own API earns, by the dialect that a page names. */
const VERIFICATIONS = {
  native: { path: '/upright/v1/siteverify', token: 'response', passed: 'success' },
  turnstile: { path: '/turnstile/v0/siteverify', token: 'response', passed: 'success' },
  mcaptcha: { path: '/api/v1/pow/siteverify', token: 'token', passed: 'valid' },
}

/** A visitor of a form with our own API. The site asks for the least work there is: nodes are measured. */
export const nativeJourney = (options: JourneyOptions): Journey => passJourney('native', options)

/** The same for a back end of Turnstile, whose script asks in our own API. */
export const turnstileJourney = (options: JourneyOptions): Journey => passJourney('turnstile', options)

/** The same for a back end of mCaptcha, whose frame asks in our own API. */
export const mcaptchaJourney = (options: JourneyOptions): Journey => passJourney('mcaptcha', options)

function passJourney(dialect: keyof typeof VERIFICATIONS, { site, secret, wrong }: JourneyOptions): Journey {
  const options = { secret, ledger: memoryLedger(), now: Date.now, random: randomBytes }
  const [captcha, tickets] = [createCaptcha(options), createTickets(options)]
  return async ask => {
    const post = async (step: string, payload: object, path = `/upright/v1/${step}`) => {
      const answer = await ask(step, { method: 'POST', path, body: JSON.stringify(payload) })
      return JSON.parse(expectStatus(answer, step).toString())
    }
    const solutionOf = async (ticket: string) => {
      const challenge = captcha.open(tickets.open(ticket, site.id)!.ids.get('work')!)!
      if (challenge.style.kind !== 'work') throw new Unexpected('challenge: no work')
      const { settings } = challenge.style
      return (await solveWork({ ...challenge, settings }, 'native')).split(',').map(Number)
    }
    let { ticket } = await post('challenge', { sitekey: site.publicKey, dialect })
    if (Math.random() < wrong) {
      const fresh = await post('answer', { ticket, kind: 'work', work: [] })
      if (fresh.reason !== 'wrong') throw new Unexpected(`answer: ${fresh.reason}`)
      ticket = fresh.ticket
    }
    const answered = await post('answer', { ticket, kind: 'work', work: await solutionOf(ticket) })
    if (!answered.success) throw new Unexpected(`answer: ${answered.reason}`)
    const { path, token, passed } = VERIFICATIONS[dialect]
    const fields = { secret: site.secret, key: site.publicKey, [token]: answered.pass }
    const verified = await post('siteverify', fields, path)
    if (!verified[passed]) throw new Unexpected(`siteverify: ${JSON.stringify(verified)}`)
  }
}

/**
 * A visitor of an open site's page, whose browser asks for everything; each comes from a network of their
 * own.
 */
export function openJourney({ site, secret }: Pick<JourneyOptions, 'site' | 'secret'>): Journey {
  const captcha = solver(secret)
  let visitors = 0
  return async ask => {
    const n = visitors++
    const headers = { 'x-forwarded-for': `172.${16 + ((n >> 8) & 15)}.${n & 255}.1` }
    const answer = await ask('picture', { path: `/s/${site.publicKey}${PICTURE}`, headers })
    const { uuid } = JSON.parse(expectStatus(answer, 'picture').toString())
    const code = captcha.open(uuid)!.answer
    const judged = await ask('validate', {
      method: 'POST',
      path: `/s/${site.publicKey}${BASE}/valider-captcha`,
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify({ uuid, code }),
    })
    const word = expectStatus(judged, 'validate').toString()
    if (word !== 'true') throw new Unexpected(`validate: ${word} in place of true`)
  }
}
