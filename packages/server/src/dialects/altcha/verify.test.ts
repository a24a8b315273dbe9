import { passwordOf, slowKey, workStyleNamed } from '@upright/core'
import { afterEach, describe, expect, it } from 'vitest'
import { plainId } from './claimed.ts'
import { hmac } from './signatures.ts'
import { type AltchaApp, altchaApp, altered, decoded, encoded, wrongSolution } from './testing.ts'
import { challengeV1, hashOf } from './v1.ts'
import { challengeV2 } from './v2.ts'
import type { ChallengeV1, ChallengeV2, PayloadV1, PayloadV2 } from './wire.ts'
import { drawnOf } from './work.ts'

let test: AltchaApp
afterEach(() => test.close())

const passed = { verified: true }
const slow = { function: 'pbkdf2', cost: workStyleNamed('pbkdf2')!.settings.cost } as const
const refused = (reason: string) => ({ verified: false, reason })
const versions = [1, 2] as const
const solved = async (version: 1 | 2, elsewhere = false) =>
  test.solve(await test.challenge(version, { elsewhere }))

/** A challenge of an id of ours, as somebody who has the site's key can sign it. */
function forged(version: 1 | 2, change: { expires?: number; id?: string } = {}) {
  const { service, site } = test
  const style = version === 1 ? 'sha256' : 'pbkdf2'
  const id = service.captcha.issue(site.id, workStyleNamed(style)!, version === 1 ? 16 : 8)
  const challenge = service.captcha.open(id)!
  const drawn = drawnOf(challenge)!
  const work = { id: plainId(id), drawn, expires: challenge.issued + 300, ...change }
  const sign = (text: string) => hmac(test.altchaKey, text).toString('hex')
  const make = version === 1 ? challengeV1 : challengeV2
  return make(work, sign) as ChallengeV1 | ChallengeV2
}

/** A payload of the second protocol with other parameters, signed again with the site's key. */
function resigned(payload: string, change: object): string {
  return altered<PayloadV2>(payload, ({ challenge }) => {
    const parameters = { ...challenge.parameters, ...change }
    const names = Object.keys(parameters).sort() as (keyof typeof parameters)[]
    const text = JSON.stringify(Object.fromEntries(names.map(name => [name, parameters[name]])))
    return { challenge: { parameters, signature: hmac(test.altchaKey, text).toString('hex') } }
  })
}

describe.each(versions)('work of protocol %i', version => {
  it('passes once, whichever of the two keys signed it', async () => {
    test = await altchaApp()
    for (const elsewhere of [false, true]) {
      const payload = await solved(version, elsewhere)
      expect(await test.verify(payload)).toEqual(passed)
      expect(await test.verify(payload)).toEqual(refused('spent'))
    }
  })

  it('passes once of many at the same time, and whatever the site says of attempts', async () => {
    test = await altchaApp({ attempts: 10, revalidation: 'grace' })
    const payload = await solved(version)
    const answers = await Promise.all(Array.from({ length: 20 }, () => test.verify(payload)))
    expect(answers.filter(({ verified }) => verified)).toHaveLength(1)
    expect(await test.verify(payload)).toEqual(refused('spent'))
  })

  it('passes once of two widgets that solve the same challenge', async () => {
    test = await altchaApp()
    const challenge = await test.challenge(version)
    const payloads = await Promise.all([test.solve(challenge), test.solve(challenge)])
    const answers = await Promise.all(payloads.map(payload => test.verify(payload)))
    expect(answers.filter(({ verified }) => verified)).toHaveLength(1)
  })

  it('passes after a thousand payloads that are junk', async () => {
    test = await altchaApp()
    const payload = await solved(version)
    const junk = altered<Record<string, object>>(payload, () =>
      version === 1
        ? { number: -1 }
        : { challenge: { ...decoded(payload).challenge, signature: 'f'.repeat(64) } },
    )
    for (let i = 0; i < 1000; i++) expect((await test.verify(junk)).verified).toBe(false)
    expect(await test.verify(payload)).toEqual(passed)
  })

  it('is unknown to another site, after the secret changed, and from the future', async () => {
    test = await altchaApp()
    const other = await test.service.registry.addSite('other')
    const payload = await solved(version)
    expect(await test.verify(payload, { secret: other.secret })).toEqual(refused('unknown'))
    const strange = forged(version, { id: '0123456789ab4def8123456789abcdef' })
    const content =
      'parameters' in strange
        ? { challenge: strange, solution: decoded(await solved(2)).solution }
        : { ...strange, number: 0 }
    expect((await test.verify(encoded(content))).verified).toBe(false)
    test.pass(-3600)
    expect(await test.verify(payload)).toEqual(refused('unknown'))
    test.pass(3600)
    expect(await test.verify(payload)).toEqual(passed)
    const before = await altchaApp()
    const foreign = await before.solve(await before.challenge(version))
    await before.close()
    expect(await test.verify(foreign)).toEqual(refused('unknown'))
  })

  it('expires when it says so, and never later than its id', async () => {
    test = await altchaApp({ expiry: 600 })
    const [elsewhere, own] = [await solved(version, true), await solved(version)]
    const ahead = await test.solve(forged(version, { expires: 1_800_000_000 + 10 * 365 * 86_400 }))
    test.pass(301)
    expect(await test.verify(elsewhere)).toEqual(refused('expired'))
    expect(await test.verify(own)).toEqual(passed)
    test.pass(300)
    expect(await test.verify(ahead)).toEqual(refused('expired'))
  })

  it('is refused when nobody has signed it', async () => {
    test = await altchaApp()
    const payload = await solved(version)
    const signed = (signature: unknown) =>
      altered<{ challenge: object }>(payload, ({ challenge }) =>
        version === 1 ? { signature } : { challenge: { ...challenge, signature } },
      )
    const { signature } = version === 1 ? decoded(payload) : decoded(payload).challenge
    for (const wrong of ['', 'x', 'f'.repeat(64), signature.toUpperCase(), `${signature}00`]) {
      expect(await test.verify(signed(wrong))).toEqual(refused('invalid_signature'))
    }
    for (const wrong of [undefined, null, 7, [signature]]) {
      expect(await test.verify(signed(wrong))).toEqual(refused('invalid_payload'))
    }
    // The key of another site.
    const other = await altchaApp()
    const stranger = hmac(other.altchaKey, decoded(payload).challenge?.toString() ?? '').toString('hex')
    await other.close()
    expect(await test.verify(signed(stranger))).toEqual(refused('invalid_signature'))
    expect(await test.verify(payload)).toEqual(passed)
  })

  it('is refused for the id of a code, and for work that was handed out in the other protocol', async () => {
    test = await altchaApp()
    const { uuid } = test.captcha()
    const challenge = forged(version, { id: plainId(uuid) })
    const content =
      'parameters' in challenge
        ? { challenge, solution: decoded(await solved(2)).solution }
        : { ...challenge, number: 0 }
    expect((await test.verify(encoded(content))).verified).toBe(false)
    const other = decoded(await solved(version === 1 ? 2 : 1))
    const mixed = {
      ...other,
      ...decoded(await solved(version)),
      signature: other.signature ?? other.challenge.signature,
    }
    if (version === 1) expect(await test.verify(encoded(mixed))).toEqual(refused('invalid_signature'))
  })
})

describe('a number of the first protocol', () => {
  it('is not taken with digits moved between salt and number, nor with another salt', async () => {
    test = await altchaApp()
    const payload = await solved(1)
    const { salt, number } = decoded(payload) as PayloadV1
    const digits = String(number)
    const splits = [
      { salt: salt + digits.slice(0, 1), number: Number(digits.slice(1)) },
      { salt: salt.slice(0, -1), number },
      { salt: salt.slice(0, -1) + digits.slice(0, 1), number: Number(digits.slice(1)) },
      { salt: `${salt}&`, number },
      { salt: salt.replace('expires=', 'expires=9').replace('?', '?&'), number },
      { salt: salt.replace('?', '?x=1&'), number },
      { salt: salt.toUpperCase(), number },
      { salt: `0${salt}`, number },
    ]
    for (const split of splits) {
      const hashes = [decoded(payload).challenge, hashOf(split.salt, split.number)]
      for (const challenge of hashes) {
        const signature = hmac(test.altchaKey, challenge).toString('hex')
        const { verified } = await test.verify(altered(payload, () => ({ ...split, challenge, signature })))
        expect([split, verified]).toEqual([split, false])
      }
    }
    expect(await test.verify(payload)).toEqual(passed)
  })

  it('is the one that is drawn from the id: who has the key cannot choose another', async () => {
    test = await altchaApp()
    const payload = altered<PayloadV1>(await test.solve(forged(1)), ({ salt, number }) => {
      const challenge = hashOf(salt, number + 1)
      return { number: number + 1, challenge, signature: hmac(test.altchaKey, challenge).toString('hex') }
    })
    expect(await test.verify(payload)).toEqual(refused('wrong'))
    expect(await test.verify(payload)).toEqual(refused('spent'))
  })

  it('comes with SHA-256 and as a whole number', async () => {
    test = await altchaApp()
    const payload = await solved(1)
    for (const algorithm of ['SHA-512', 'SHA-384', 'SHA-1', 'sha-256', '', undefined]) {
      expect(await test.verify(altered(payload, () => ({ algorithm })))).toEqual(refused('invalid_payload'))
    }
    const { number } = decoded(payload)
    for (const wrong of [`${number}`, number + 0.5, -number - 1, null, [number], 1e300, undefined]) {
      expect(await test.verify(altered(payload, () => ({ number: wrong })))).toEqual(
        refused('invalid_payload'),
      )
    }
  })
})

describe('a counter of the second protocol', () => {
  const solution = (payload: string, change: object) =>
    altered<PayloadV2>(payload, ({ solution }) => ({ solution: { ...solution, ...change } }))

  it('is refused when its key does not start with the prefix, which costs nothing', async () => {
    test = await altchaApp()
    const payload = await solved(2)
    // The real key of a counter that solves nothing: a helper of npm accepts it.
    const lazy = solution(payload, await wrongSolution(decoded(payload).challenge.parameters))
    expect(await test.verify(lazy)).toEqual(refused('invalid_payload'))
    expect(await test.verify(payload)).toEqual(passed)
  })

  it('is derived once an id: one whose key was made up is wrong, and spends the work', async () => {
    test = await altchaApp()
    const payload = await solved(2)
    const { counter } = await wrongSolution(decoded(payload).challenge.parameters)
    const lazy = solution(payload, { counter, derivedKey: '0'.repeat(64) })
    expect(await test.verify(lazy)).toEqual(refused('wrong'))
    expect(await test.verify(payload)).toEqual(refused('spent'))
  })

  it('has to be a whole number of four bytes, and its key lower-case digits', async () => {
    test = await altchaApp()
    const payload = await solved(2)
    const { counter, derivedKey } = decoded(payload).solution
    const wrong = [
      ...[`${counter}`, counter + 0.5, null, undefined, [counter], 1e300].map(counter => ({ counter })),
      ...[
        derivedKey.toUpperCase().replace(/^0+$/, 'F'),
        derivedKey.slice(1),
        `${derivedKey}0`,
        '',
        null,
        7,
      ].map(derivedKey => ({ derivedKey })),
    ]
    for (const each of wrong) {
      expect([each, await test.verify(solution(payload, each))]).toEqual([each, refused('invalid_payload')])
    }
    expect(await test.verify(payload)).toEqual(passed)
    for (const counter of [2 ** 32, 2 ** 40, -1]) {
      const { verified } = await test.verify(solution(await solved(2), { counter }))
      expect([counter, verified]).toEqual([counter, false])
    }
  })

  it('is refused with parameters other than those of its id, signed or not', async () => {
    test = await altchaApp()
    const payload = await test.solve(forged(2))
    const changes = [
      { keyPrefix: '' },
      { keyPrefix: '00' },
      { keyPrefix: '0A' },
      { keyPrefix: null },
      { cost: 1 },
      { cost: 2 ** 31 },
      { keyLength: 16 },
      { keyLength: 2 ** 30 },
      { salt: 'ff'.repeat(16) },
      { algorithm: 'SHA-256' },
      { algorithm: 'SCRYPT', cost: 2 ** 20, memoryCost: 64, parallelism: 16 },
      { algorithm: 'SCRYPT', memoryCost: 8, parallelism: 1 },
      { algorithm: 'ARGON2ID', memoryCost: 2 ** 20 },
      { algorithm: 'PBKDF2/SHA-999' },
      { memoryCost: 8 },
      { parallelism: 4 },
      { keySignature: 'ff'.repeat(32) },
      { data: {} },
      { data: { code: 'x' } },
      { data: { more: 'x' } },
      { more: 1 },
      { expiresAt: '1800000300' },
      { expiresAt: undefined },
      { nonce: undefined },
    ]
    for (const change of changes) {
      const answer = await test.verify(resigned(payload, change))
      expect([change, answer]).toEqual([change, refused('invalid_payload')])
    }
    expect(await test.verify(payload)).toEqual(passed)
  })

  it('may be of PBKDF2 with a longer hash where the parameters say so', async () => {
    test = await altchaApp()
    const payload = await test.solve(forged(2))
    const { parameters } = decoded(payload).challenge
    const salt = Buffer.from(parameters.salt, 'hex')
    for (let counter = 0; ; counter++) {
      const password = passwordOf(parameters.nonce, counter)
      const input = { ...slow, password, salt, hash: 'sha512' } as const
      const derivedKey = Buffer.from(await slowKey(input)).toString('hex')
      if (!derivedKey.startsWith(parameters.keyPrefix)) continue
      const longer = resigned(payload, { algorithm: 'PBKDF2/SHA-512' })
      expect(await test.verify(solution(longer, { counter, derivedKey }))).toEqual(passed)
      break
    }
  })
})

describe('the verification of back ends', () => {
  it('always answers 200, says why not, and spends nothing by it', async () => {
    test = await altchaApp()
    const payload = await solved(1)
    for (const wrong of [
      '',
      'x',
      '%',
      'e30=',
      'W10=',
      'bnVsbA==',
      encoded(7),
      encoded({ challenge: null }),
      encoded({ verificationData: 7 }),
    ]) {
      expect([wrong, await test.verify(wrong)]).toEqual([wrong, refused('invalid_payload')])
    }
    for (const secret of ['', 'x', test.site.publicKey, test.altchaKey]) {
      expect(await test.verify(payload, { secret })).toEqual(refused('invalid_secret'))
    }
    const url = '/v1/verify/signature'
    for (const body of ['', 'null', '[]', 'x'.repeat(16_384)]) {
      const answer = await test.app.inject({ method: 'POST', url, payload: body })
      expect([answer.statusCode, answer.json()]).toEqual([200, refused('invalid_secret')])
      expect(answer.headers).toMatchObject({ 'cache-control': 'no-store' })
    }
    for (const body of ['{', `payload=${payload}&secret=x&secret=${test.secret}`]) {
      const answer = await test.app.inject({ method: 'POST', url, payload: body })
      expect(answer.json()).toEqual(refused('bad_request'))
    }
    const large = await test.app.inject({ method: 'POST', url, payload: 'x'.repeat(1_000_000) })
    expect([large.statusCode, large.json()]).toEqual([200, refused('body_too_large')])
    expect(await test.verify(payload)).toEqual(passed)
  })

  it('refuses while the ledger is away, and spends nothing', async () => {
    test = await altchaApp()
    const payload = await solved(1)
    await test.service.ledger.close()
    expect(await test.verify(payload)).toEqual(refused('unavailable'))
  })

  it('takes a payload nested as deep as a body can hold', async () => {
    test = await altchaApp()
    const depth = 1500
    const deep = `{"challenge":{"parameters":${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}},"solution":{}}`
    expect(await test.verify(Buffer.from(deep).toString('base64'))).toEqual(refused('invalid_payload'))
  })
})
