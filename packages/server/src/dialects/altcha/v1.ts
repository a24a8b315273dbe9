import { createHash } from 'node:crypto'
import { altchaNumber, altchaParameters, workResponse } from '@upright/core'
import type { Claimed, IssuedWork } from './claimed.ts'
import type { ChallengeV1, PayloadV1 } from './wire.ts'

const ALGORITHM = 'SHA-256'
/** The parameters are in this order, and nothing is between the last `&` and the number. */
const SALT = /^[0-9a-f]{32}\?expires=(\d{1,12})&id=([0-9a-f]{32})(?:&code=([0-9a-f]{32}))?&$/

/** The salt of an id. It ends in `&`, so that no digit of the number could be one of its last parameter. */
function saltOf({ id, drawn, expires, code }: IssuedWork): string {
  const more = code === undefined ? '' : `&code=${code}`
  return `${altchaParameters(drawn).salt}?expires=${expires}&id=${id}${more}&`
}

/** What is signed: the hash of a salt and a number. */
export const hashOf = (salt: string, number: number): string =>
  createHash('sha256').update(`${salt}${number}`).digest('hex')

/** A challenge of the first protocol, to be signed by `sign`. */
export function challengeV1(
  work: IssuedWork,
  sign: (text: string) => string,
): Omit<ChallengeV1, 'expires_in'> {
  const { number, maxNumber } = altchaNumber(work.drawn)
  const salt = saltOf(work)
  const challenge = hashOf(salt, number)
  return { algorithm: ALGORITHM, challenge, maxnumber: maxNumber, salt, signature: sign(challenge) }
}

/** The id in a salt; undefined for other texts. */
export const idInSalt = (text: string): string | undefined => SALT.exec(text)?.[2]

/** What a payload of the first protocol claims; undefined when it is malformed. */
export function claimedV1(payload: Partial<Record<keyof PayloadV1, unknown>>): Claimed | undefined {
  const { algorithm, challenge, number, salt, signature } = payload
  if (algorithm !== ALGORITHM || typeof salt !== 'string' || typeof signature !== 'string') return undefined
  const [, expires, id, code] = SALT.exec(salt) ?? []
  if (id === undefined || !Number.isSafeInteger(number) || challenge !== hashOf(salt, number as number)) {
    return undefined
  }
  const claimed = { id, expires: Number(expires), code }
  return {
    ...claimed,
    signature,
    response: workResponse('altcha-v1', String(number)),
    signedText: drawn => (saltOf({ ...claimed, drawn }) === salt ? challenge : undefined),
  }
}
