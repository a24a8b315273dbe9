import { createHash } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { SiteSettings } from '../../registry/settings.ts'
import { hmac } from './signatures.ts'
import { type AltchaApp, altchaApp, altered, decoded, LITTLE_WORK, wrongSolution } from './testing.ts'
import type { ChallengeV1, ChallengeV2, PayloadV2, ServerPayload } from './wire.ts'

let test: AltchaApp
const start = async (settings: Partial<SiteSettings> = {}) => {
  test = await altchaApp({ altchaCode: true, ...settings })
}
beforeEach(() => start())
afterEach(() => test.close())

const refused = (reason: string) => ({ verified: false, reason })
const NOW = 1_800_000_000

/** Where a widget reads an address: against that of the challenge. */
const at = (address: string) => new URL(address, 'http://localhost/v1/challenge').pathname
const codeOf = (challenge: ChallengeV1 | ChallengeV2) =>
  'parameters' in challenge ? challenge.parameters.data!.code : /&code=(\w+)&$/.exec(challenge.salt)![1]!
const answerTo = (challenge: ChallengeV1 | ChallengeV2) =>
  test.service.captcha.open(codeOf(challenge))!.answer
/** A visitor who does the work and types the code. */
async function visit(version: 1 | 2 = 2, elsewhere = false, headers: Record<string, string> = {}) {
  const challenge = await test.challenge(version, { elsewhere, headers })
  const payload = await test.solve(challenge)
  return { challenge, payload, code: answerTo(challenge) }
}

describe.each([1, 2] as const)('a challenge with a code, in protocol %i', version => {
  it('says where the code is shown and verified, for every address of challenges', async () => {
    for (const elsewhere of [false, true]) {
      const { publicKey } = test.site
      const url = `${elsewhere ? '/altcha' : '/v1'}/challenge?apiKey=${publicKey}&v=${version}`
      const answer = await test.app.inject({ url, headers: { origin: 'https://www.example.org' } })
      expect(JSON.parse(answer.headers['x-altcha-config'] as string)).toEqual({
        verifyurl: '../altcha/verify',
      })
      const { image, audio } = answer.json().codeChallenge
      const sound = await test.app.inject(`${at(audio)}?language=fr`)
      expect([sound.statusCode, sound.headers['content-type']]).toEqual([200, 'audio/x-wav'])
      const id = codeOf(answer.json())
      const picture = await test.app.inject(`/altcha/picture/${id}`)
      expect([picture.statusCode, picture.headers['content-type']]).toEqual([200, 'image/png'])
      if (version === 2) expect(at(image)).toBe(`/altcha/picture/${id}`)
      else expect(image).toBe(`data:image/png;base64,${picture.rawPayload.toString('base64')}`)
    }
  })

  it('earns a payload that passes once at a back end', async () => {
    const { payload, code } = await visit(version)
    const answer = await test.verifyCode(payload, code.toLowerCase())
    expect(answer).toEqual({ verified: true, payload: expect.any(String) })
    expect(await test.verify(answer.payload!)).toEqual({ verified: true })
    expect(await test.verify(answer.payload!)).toEqual(refused('spent'))
    expect(await test.verifyCode(payload, code)).toEqual(refused('spent'))
  })

  it('counts for nothing as work alone, and no plug-in could have signed it', async () => {
    for (const elsewhere of [false, true]) {
      const { challenge, payload, code } = await visit(version, elsewhere)
      expect(await test.verify(payload)).toEqual(refused('code_required'))
      const text = 'parameters' in challenge ? JSON.stringify(challenge.parameters) : challenge.challenge
      expect(challenge.signature).not.toBe(hmac(test.altchaKey, text).toString('hex'))
      expect((await test.verifyCode(payload, code)).verified).toBe(true)
    }
  })
})

describe('the verification of a code', () => {
  it('spends code and work by a wrong one', async () => {
    const { payload, code } = await visit(1)
    expect(await test.verifyCode(payload, 'x')).toEqual(refused('wrong'))
    expect(await test.verifyCode(payload, code)).toEqual(refused('spent'))
  })

  it('lets one of many pass that come at once', async () => {
    const { payload, code } = await visit(1)
    const answers = await Promise.all(Array.from({ length: 10 }, () => test.verifyCode(payload, code)))
    expect(answers.filter(({ verified }) => verified)).toHaveLength(1)
  })

  it('takes no code before the work is right, and none that belongs to other work', async () => {
    const [one, two] = [await visit(), await visit()]
    const { counter } = await wrongSolution(decoded(one.payload).challenge.parameters)
    const unworked = altered<PayloadV2>(one.payload, () => ({
      solution: { counter, derivedKey: '0'.repeat(64) },
    }))
    expect(await test.verifyCode(unworked, one.code)).toEqual(refused('wrong'))
    const swapped = altered<PayloadV2>(two.payload, ({ challenge }) => {
      const parameters = { ...challenge.parameters, data: { code: codeOf(one.challenge) } }
      const names = Object.keys(parameters).sort() as (keyof typeof parameters)[]
      const text = JSON.stringify(Object.fromEntries(names.map(name => [name, parameters[name]])))
      return { challenge: { parameters, signature: hmac(test.altchaKey, text).toString('hex') } }
    })
    expect(await test.verifyCode(swapped, one.code)).toEqual(refused('invalid_signature'))
    expect(await test.verifyCode(two.payload, one.code)).toEqual(refused('wrong'))
  })

  it('answers 200 to whatever is sent', async () => {
    const { payload, code } = await visit()
    for (const wrong of ['', 'x', 'e30=', 'bnVsbA==']) {
      expect(await test.verifyCode(wrong, code)).toEqual(refused('invalid_payload'))
    }
    expect(await test.verifyCode(payload, '')).toEqual(refused('code_required'))
    const large = await test.app.inject({
      method: 'POST',
      url: '/altcha/verify',
      payload: 'x'.repeat(1_000_000),
    })
    expect([large.statusCode, large.json()]).toEqual([200, refused('body_too_large')])
    expect((await test.verifyCode(payload, code)).verified).toBe(true)
  })

  it('is open to the pages of the site alone', async () => {
    await test.close()
    await start({ origins: ['https://www.example.org'] })
    const { payload, code } = await visit(2, false, { origin: 'https://www.example.org' })
    const from = (origin: string) => ({ headers: { origin } })
    expect(await test.verifyCode(payload, code, from('https://x.example'))).toEqual(refused('origin_refused'))
    expect((await test.verifyCode(payload, code, from('https://www.example.org'))).verified).toBe(true)
    const asked = await test.app.inject({
      method: 'OPTIONS',
      url: '/altcha/verify',
      headers: { origin: 'https://www.example.org', 'access-control-request-headers': 'content-type' },
    })
    expect([asked.statusCode, asked.headers['access-control-allow-headers']]).toEqual([
      204,
      expect.stringContaining('content-type'),
    ])
  })

  it('expires with the challenge, and so does what it answers', async () => {
    const [late, soon] = [await visit(), await visit()]
    const { payload } = await test.verifyCode(soon.payload, soon.code)
    test.pass(1201)
    expect(await test.verifyCode(late.payload, late.code)).toEqual(refused('expired'))
    expect(await test.verify(payload!)).toEqual(refused('expired'))
  })
})

describe('a payload that we signed', () => {
  const earned = async () => {
    const { payload, code } = await visit()
    return (await test.verifyCode(payload, code)).payload!
  }

  it("can be verified by a plug-in with the site's key, for five minutes", async () => {
    const content = decoded(await earned()) as ServerPayload
    expect(content).toMatchObject({ algorithm: 'SHA-256', apiKey: test.site.publicKey, verified: true })
    const { verificationData, signature } = content
    const digest = createHash('sha256').update(verificationData).digest()
    expect(signature).toBe(hmac(test.altchaKey, digest).toString('hex'))
    const data = Object.fromEntries(new URLSearchParams(verificationData))
    expect(data).toEqual({ expire: `${NOW + 300}`, time: `${NOW}`, verified: 'true', id: expect.any(String) })
  })

  it('is refused when it was altered, is of another site, or holds no pass', async () => {
    const payload = await earned()
    const other = await test.service.registry.addSite('other')
    expect(await test.verify(payload, { secret: other.secret })).toEqual(refused('invalid_signature'))
    const data = (verificationData: string) => altered(payload, () => ({ verificationData }))
    const { verificationData } = decoded(payload)
    for (const wrong of [
      '',
      'x',
      verificationData.replace('expire=', 'expire=9'),
      `${verificationData}&x=1`,
    ]) {
      expect(await test.verify(data(wrong))).toEqual(refused('invalid_signature'))
    }
    for (const forged of ['verified=true', 'verified=true&id=x', verificationData.slice(0, -4)]) {
      const digest = createHash('sha256').update(forged).digest()
      const signature = hmac(test.altchaKey, digest).toString('hex')
      const answer = await test.verify(altered(payload, () => ({ verificationData: forged, signature })))
      expect(answer.verified).toBe(false)
    }
    expect(await test.verify(payload)).toEqual({ verified: true })
  })

  it('is redeemed once more when the answer about it was never delivered', async () => {
    const payload = await earned()
    const { passes } = test.service
    const pass = new URLSearchParams(decoded(payload).verificationData).get('id')!
    expect(await test.verify(payload)).toEqual({ verified: true })
    await passes.undelivered(passes.open(pass, test.site.id)!)
    expect(await test.verify(payload)).toEqual({ verified: true })
    expect(await test.verify(payload)).toEqual(refused('spent'))
  })
})

describe('a site', () => {
  it('that begins to ask for codes takes no work any more that was handed out without one', async () => {
    await test.close()
    await start({ altchaCode: false })
    const payload = await test.solve(await test.challenge(2))
    await test.service.registry.setSite(test.site.id, { settings: { altchaCode: true } })
    expect(await test.verify(payload)).toEqual(refused('code_required'))
    expect(await test.verifyCode(payload, 'x')).toEqual(refused('invalid_signature'))
  })

  it('that asks for none shows none', async () => {
    const { challenge } = await visit()
    await test.service.registry.setSite(test.site.id, { settings: { altchaCode: false, ceiling: 2 } })
    for (const form of ['picture', 'sound']) {
      for (const id of [codeOf(challenge), challenge.signature.slice(0, 32), 'x', 'x'.repeat(3000)]) {
        const answer = await test.app.inject(`/altcha/${form}/${id}`)
        expect([answer.statusCode, answer.headers['cache-control']]).toEqual([404, 'no-store'])
      }
    }
    const work = await test.challenge(2)
    expect([work.codeChallenge, work.parameters.data]).toEqual([undefined, undefined])
  })

  it('gives a code in the language of the browser', async () => {
    const styles = ['fr-CA,fr;q=0.9', 'de', ''].map(async language => {
      const challenge = await test.challenge(2, { headers: { 'accept-language': language } })
      return test.service.captcha.open(codeOf(challenge))!.style.name
    })
    expect(await Promise.all(styles)).toEqual(['captchaFR', 'captchaEN', 'captchaEN'])
  })

  it('without a key for plug-ins has its payloads verified by us alone', async () => {
    const { site, secret } = await test.service.registry.addSite('without', {
      altchaCode: true,
      work: LITTLE_WORK,
    })
    const challenge = (await test.app.inject(`/v1/challenge?apiKey=${site.publicKey}`)).json() as ChallengeV2
    const answer = await test.verifyCode(await test.solve(challenge), answerTo(challenge))
    expect(await test.verify(answer.payload!, { secret })).toEqual({ verified: true })
  })
})
