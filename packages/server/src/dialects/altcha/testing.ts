import { randomBytes } from 'node:crypto'
import { passwordOf, slowKey } from '@upright/core'
import type { InjectOptions } from 'fastify'
import type { Config } from '../../config.ts'
import { altchaKeyOf, altchaKeyRing } from '../../registry/altcha-key.ts'
import type { Site } from '../../registry/registry.ts'
import type { SiteSettings } from '../../registry/settings.ts'
import { type TestApp, testApp } from '../../testing/app.ts'
import type { DialectUnderTest } from '../../testing/dialect-contract.ts'
import { plainId } from './claimed.ts'
import { createSignatures } from './signatures.ts'
import { solve } from './solve.ts'
import { challengeV1 } from './v1.ts'
import { challengeV2 } from './v2.ts'
import type { ChallengeV1, ChallengeV2, VerifyAnswer } from './wire.ts'
import { drawnOf } from './work.ts'

/** A session of the dialect over a real service: for tests. */
export interface AltchaApp extends TestApp {
  /** The site's key for plug-ins. */
  altchaKey: string
  /** A challenge for a back end that asks us; with `elsewhere` one for a plug-in. */
  challenge<Version extends 1 | 2>(
    version: Version,
    options?: { elsewhere?: boolean; headers?: Record<string, string> },
  ): Promise<Version extends 1 ? ChallengeV1 : ChallengeV2>
  /** Solves a challenge: the payload, in base64. */
  solve(challenge: ChallengeV1 | ChallengeV2): Promise<string>
  /** What `/v1/verify/signature` answers. */
  verify(payload: string, options?: InjectOptions & { secret?: string }): Promise<VerifyAnswer>
  /** What `/altcha/verify` answers. */
  verifyCode(payload: string, code: string, options?: InjectOptions): Promise<VerifyAnswer>
}

/** The least work of each version: tests solve it by the dozen. */
export const LITTLE_WORK: SiteSettings['work'] = {
  'altcha-v1': { style: 'sha256', level: 16 },
  'altcha-v2': { style: 'pbkdf2', level: 8 },
}

/** Gives a site a key for plug-ins, as the command does. */
export const shareKey = ({ service }: TestApp, site: Site): Promise<string> =>
  altchaKeyOf(
    { registry: service.registry, ring: altchaKeyRing({ secret: service.secret }), random: randomBytes },
    site,
  )

export async function altchaApp(
  settings: Partial<SiteSettings> = {},
  config: Partial<Config> = {},
): Promise<AltchaApp> {
  const test = await testApp({ rate: 0, work: LITTLE_WORK, ...settings }, config)
  const { app, site, secret: ownSecret } = test
  const post = async (url: string, fields: object, options: InjectOptions = {}) =>
    (await app.inject({ method: 'POST', url, payload: JSON.stringify(fields), ...options })).json()
  return {
    ...test,
    altchaKey: await shareKey(test, site),
    async challenge(version, { elsewhere = false, headers = {} } = {}) {
      const url = `${elsewhere ? '/altcha' : '/v1'}/challenge?apiKey=${site.publicKey}&v=${version}`
      return (await app.inject({ url, headers })).json()
    },
    solve: challenge => payloadOf(test, challenge),
    verify: (payload, { secret = ownSecret, ...options } = {}) =>
      post('/v1/verify/signature', { payload, secret }, options),
    verifyCode: (payload, code, options) => post('/altcha/verify', { payload, code }, options),
  }
}

/** The payload of a challenge that it is solved for. */
async function payloadOf({ service }: TestApp, challenge: ChallengeV1 | ChallengeV2): Promise<string> {
  const id = 'parameters' in challenge ? challenge.parameters.nonce : /id=(\w+)/.exec(challenge.salt)![1]!
  return (await solve(service.captcha.open(id)!, JSON.stringify(challenge)))!
}

/** The content of a payload in base64. */
export const decoded = (payload: string) => JSON.parse(Buffer.from(payload, 'base64').toString())
export const encoded = (content: unknown): string => Buffer.from(JSON.stringify(content)).toString('base64')
/** A payload in base64 with some of it changed. */
export const altered = <P extends object>(payload: string, change: (payload: P) => object): string =>
  encoded({ ...decoded(payload), ...change(decoded(payload)) })

/** A counter whose key does not start with the prefix, with that key: one in 256 that nobody tried does. */
export async function wrongSolution(
  parameters: ChallengeV2['parameters'],
): Promise<{ counter: number; derivedKey: string }> {
  const { nonce, salt, cost, keyPrefix } = parameters
  for (let counter = 2 ** 31; ; counter++) {
    const input = { password: passwordOf(nonce, counter), salt: Buffer.from(salt, 'hex') }
    const derivedKey = Buffer.from(await slowKey({ function: 'pbkdf2', cost, ...input })).toString('hex')
    if (!derivedKey.startsWith(keyPrefix)) return { counter, derivedKey }
  }
}

const check = {
  request: ({ secret }: TestApp, { response }: { response: string }) => ({
    url: '/v1/verify/signature',
    fields: { payload: response, secret },
  }),
  passed: (body: string) => JSON.parse(body).verified === true,
}

/** Verification, of challenges that the dialect did not issue itself. */
export const underTest: DialectUnderTest = {
  checks: { verify: check },
  // The other two take more memory and time for the same.
  styles: ['sha256', 'pbkdf2', 'scrypt4'],
  async solve(test, id) {
    const { service, site } = test
    const { issued, ...challenge } = service.captcha.open(id)!
    const drawn = drawnOf({ ...challenge, issued })!
    const signatures = createSignatures(service.keys)
    const work = { id: plainId(id), drawn, expires: issued + site.settings.expiry }
    const make = challenge.style.name === 'sha256' ? challengeV1 : challengeV2
    const made = make(work, text => signatures.sign(site, 'own', text))
    return payloadOf(test, { ...made, expires_in: 0 } as ChallengeV1 | ChallengeV2)
  },
  async handsOut(test) {
    const { app, site, service } = test
    const settings = { work: LITTLE_WORK }
    await shareKey(test, await service.registry.setSite(site.id, { settings }))
    const urls = ['/altcha/challenge', '/v1/challenge'].flatMap(path => [`${path}?v=1`, `${path}?v=2`])
    const bodies = await Promise.all(
      urls.map(async url => (await app.inject(`${url}&apiKey=${site.publicKey}`)).body),
    )
    return bodies.flatMap(body => {
      const { salt, parameters } = JSON.parse(body)
      return [body, salt ?? parameters.nonce]
    })
  },
}
