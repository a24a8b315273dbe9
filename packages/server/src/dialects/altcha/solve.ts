import { type Challenge, hashKey, passwordOf, slowKey, solveWork } from '@upright/core'
import { isId } from './claimed.ts'
import { idInSalt } from './v1.ts'
import type { ChallengeV1, ChallengeV2 } from './wire.ts'
import { drawnOf } from './work.ts'

/** A whole challenge of either protocol, as it was handed out. */
type Whole = Partial<ChallengeV1 & ChallengeV2>

/** The challenge in a text; undefined when it is no JSON object. */
function wholeIn(text: string): Whole | undefined {
  if (!text.startsWith('{')) return undefined
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** The id in what is handed out: a nonce, a salt, or a whole challenge in JSON; undefined for other texts. */
export function idIn(text: string): string | undefined {
  const bare = text.trim()
  const whole = wholeIn(bare)
  const named = whole ? String(whole.parameters?.nonce ?? whole.salt) : bare
  return isId(named) ? named : idInSalt(named)
}

/**
 * The solution of a challenge. For one in JSON it is the payload that a form sends, in base64; for a salt or
 * a nonce the number or the counter.
 */
export async function solve(challenge: Challenge, text: string): Promise<string | undefined> {
  const bare = text.trim()
  const whole = wholeIn(bare)
  const id = idIn(bare)
  const drawn = drawnOf(challenge)
  if (id === undefined || !drawn) return undefined
  const second = whole ? whole.parameters !== undefined : isId(bare)
  const solution = await solveWork(drawn, second ? 'altcha-v2' : 'altcha-v1', id)
  const counter = Number(solution.split(' ').at(-1))
  if (!whole) return String(counter)

  const { algorithm, challenge: hash, salt, signature, parameters } = whole
  const payload = parameters
    ? { challenge: { parameters, signature }, solution: { counter, derivedKey: await keyOf(parameters) } }
    : { algorithm, challenge: hash, number: counter, salt, signature }
  return Buffer.from(JSON.stringify(payload)).toString('base64')

  async function keyOf({ nonce, salt, cost }: ChallengeV2['parameters']): Promise<string> {
    const input = { password: passwordOf(nonce, counter), salt: Buffer.from(salt, 'hex') }
    const settings = { ...drawn!.settings, cost }
    const key = settings.function === 'sha256' ? hashKey(input, cost) : await slowKey(settings, input)
    return Buffer.from(key).toString('hex')
  }
}
