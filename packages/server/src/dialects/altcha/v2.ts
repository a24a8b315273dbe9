import { isDeepStrictEqual } from 'node:util'
import { altchaHash, altchaParameters, type Hash, workResponse } from '@upright/core'
import { type Claimed, type IssuedWork, isId } from './claimed.ts'
import type { ChallengeV2, Parameters, PayloadV2 } from './wire.ts'

/** Hexadecimal digits of a key, in lower case. */
const KEY = /^[0-9a-f]{64}$/
/** The hash in the name of an algorithm; `SCRYPT` names none and uses SHA-256. */
const HASH = /SHA-\d{3}$/

/** The parameters of an id: those of its style and level, and what the dialect adds. */
function parametersOf({ id, drawn, expires, code }: IssuedWork, hash: Hash = 'sha256'): Parameters {
  return {
    ...altchaParameters(drawn, hash),
    nonce: id,
    expiresAt: expires,
    ...(code !== undefined && { data: { code } }),
  }
}

/** A value with the members of every object in the order of their names. */
function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(entries.map(([name, member]) => [name, sorted(member)]))
}

/** The text that is signed. */
const canonical = (parameters: Parameters): string => JSON.stringify(sorted(parameters))

/** A challenge of the second protocol, to be signed by `sign`. */
export function challengeV2(
  work: IssuedWork,
  sign: (text: string) => string,
): Omit<ChallengeV2, 'expires_in'> {
  const parameters = parametersOf(work)
  return { parameters, signature: sign(canonical(parameters)) }
}

/** What a payload of the second protocol claims; undefined when it is malformed. */
export function claimedV2(payload: Partial<Record<keyof PayloadV2, unknown>>): Claimed | undefined {
  const { parameters, signature } = membersOf<PayloadV2['challenge']>(payload.challenge)
  const { counter, derivedKey } = membersOf<PayloadV2['solution']>(payload.solution)
  const { algorithm, nonce, expiresAt, data, keyPrefix } = membersOf<Parameters>(parameters)
  const { code } = membersOf<NonNullable<Parameters['data']>>(data)
  const name = typeof algorithm === 'string' ? (HASH.exec(algorithm)?.[0] ?? 'SHA-256') : ''
  const hash = altchaHash(name)
  if (hash === undefined || !isId(nonce) || !Number.isSafeInteger(expiresAt)) return undefined
  if (typeof signature !== 'string' || (data !== undefined && !isId(code))) return undefined
  // The key is derived again when the counter is judged, so that it is not compared with this one. A payload
  // without work is refused by its look, before that costs anything.
  const looksSolved =
    Number.isSafeInteger(counter) &&
    typeof derivedKey === 'string' &&
    KEY.test(derivedKey) &&
    typeof keyPrefix === 'string' &&
    derivedKey.startsWith(keyPrefix)
  if (!looksSolved) return undefined
  const claimed = { id: nonce, expires: expiresAt as number, code: code as string | undefined }
  return {
    ...claimed,
    signature,
    response: workResponse('altcha-v2', `${name} ${nonce} ${counter}`),
    signedText(drawn) {
      const ours = parametersOf({ ...claimed, drawn }, hash)
      return isDeepStrictEqual(parameters, ours) ? canonical(ours) : undefined
    },
  }
}

/** Members of a value that should be an object. */
const membersOf = <T>(value: unknown): Partial<Record<keyof T, unknown>> =>
  typeof value === 'object' && value !== null ? value : {}
