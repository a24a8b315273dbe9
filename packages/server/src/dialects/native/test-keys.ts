import type { ServedScripts } from '../dialect.ts'
import type { AnswerReply, NativeChallenge } from './wire.ts'

/** Work that any counter solves: the answer is not looked at. */
const NO_WORK: NativeChallenge['work'] = {
  function: 'sha256',
  nonce: '0'.repeat(32),
  salt: '0'.repeat(32),
  cost: 1,
  puzzles: 1,
  limit: 2 ** 32 - 1,
}

/** What the public keys that vendors give for tests get: their ticket is the key itself. */
export interface TestKeys {
  challenge(dialect: string, sitekey: string): NativeChallenge | undefined
  answer(ticket: string): AnswerReply | undefined
}

/** The test keys of dialects. */
export function createTestKeys(scripts: ReadonlyMap<string, ServedScripts>): TestKeys {
  const known = new Map(
    [...scripts].flatMap(([dialect, { passSeconds, testKeys }]) =>
      // Without a site there is no other life of a pass.
      passSeconds === undefined
        ? []
        : testKeys.map(key => [key.sitekey, { dialect, passSeconds, ...key }] as const),
    ),
  )
  const challengeOf = (sitekey: string): NativeChallenge => {
    const { passSeconds, visible, interactive } = known.get(sitekey)!
    return {
      ticket: sitekey,
      expires_in: passSeconds,
      kinds: ['work'],
      work: NO_WORK,
      limit_beside: NO_WORK.limit,
      test: { visible, interactive },
    }
  }

  return {
    challenge: (dialect, sitekey) =>
      known.get(sitekey)?.dialect === dialect ? challengeOf(sitekey) : undefined,

    answer(ticket) {
      const key = known.get(ticket)
      if (!key) return undefined
      const { pass, passSeconds } = key
      if (pass === undefined) return { success: false, reason: 'wrong', ...challengeOf(ticket) }
      return { success: true, pass, expires_in: passSeconds }
    },
  }
}
