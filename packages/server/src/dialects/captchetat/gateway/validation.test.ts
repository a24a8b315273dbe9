import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type TestApp, testApp } from '../../../testing/app.ts'

let test: TestApp
beforeEach(async () => {
  test = await testApp()
})
afterEach(() => test.close())

const post = (payload: string | Buffer | object, headers = {}) =>
  test.call('/valider-captcha', { method: 'POST', payload, headers })

describe('a validation', () => {
  it('answers the bare word and nothing else', async () => {
    const { uuid, code } = test.captcha()
    const right = await post({ uuid, code })
    expect([right.statusCode, right.body]).toEqual([200, 'true'])
    const wrong = await post({ uuid: test.captcha().uuid, code: 'WRONG' })
    expect([wrong.statusCode, wrong.body]).toEqual([200, 'false'])
    for (const answer of [right, wrong]) {
      expect(answer.headers['content-type']).toBe('application/json')
      expect(answer.headers['cache-control']).toBe('no-store')
    }
  })

  it('ignores letter case, groups, invisible characters and how the uuid is written', async () => {
    for (const dress of [
      (s: string) => s.toLowerCase(),
      (s: string) => ` ${s}\t\r\n`,
      (s: string) => `\u2068${s}\u2069`,
      (s: string) => `${s.slice(0, 3)}-${s.slice(3, 5)} ${s.slice(5)}`,
    ]) {
      const { uuid, code } = test.captcha()
      expect(await test.validate(uuid, dress(code))).toBe('true')
    }
    const { uuid, code } = test.captcha()
    expect(await test.validate(` ${uuid.toUpperCase()}\r\n`, code)).toBe('true')
  })

  it('takes its body under any content type, with a byte order mark and more members', async () => {
    for (const type of [
      'application/json',
      'application/json;',
      'text/plain',
      'nonsense',
      ';',
      'a/b; c="',
      '',
    ]) {
      const { uuid, code } = test.captcha()
      const payload = `\uFEFF {"uuid":"${uuid}","code":"${code}","more":[1]} `
      expect((await post(payload, { 'content-type': type })).body).toBe('true')
    }
  })

  it('of what is wrong, unknown, forged, foreign, spent or expired is false', async () => {
    const { uuid, code } = test.captcha()
    const { site } = await test.service.registry.addSite('Other')
    const foreign = test.service.captcha.issue(site.id, test.service.captcha.open(uuid)!.style)
    const codes = ['', ' ', '\0', `${code}\0`, '🐈', 'é'.repeat(9), `${code}${code}`, 'x'.repeat(10_000)]
    for (const wrong of codes) expect(await test.validate(test.captcha().uuid, wrong)).toBe('false')
    for (const id of ['', 'x', '\0', '🐈', crypto.randomUUID(), 'x'.repeat(10_000), '__proto__']) {
      expect(await test.validate(id, code)).toBe('false')
    }
    expect(await test.validate(foreign, test.service.captcha.open(foreign)!.answer)).toBe('false')
    expect(await test.validate(uuid, 'WRONG')).toBe('false')
    expect(await test.validate(uuid, code)).toBe('false')
    const late = test.captcha()
    test.pass(1201)
    expect(await test.validate(late.uuid, late.code)).toBe('false')
    expect(test.logs).toEqual([])
  })

  it('of whatever a visitor can leave out or distort is false, because on another status clients let the visitor through', async () => {
    const { uuid, code } = test.captcha()
    const bodies = [
      '',
      ' ',
      '{',
      '{"uuid":"x"',
      'null',
      'true',
      '1',
      '"x"',
      '[]',
      '{}',
      `{"uuid":"${uuid}"}`,
      `{"code":"${code}"}`,
      `{"uuid":null,"code":"${code}"}`,
      `{"uuid":"${uuid}","code":null}`,
      `{"uuid":"${uuid}","code":true}`,
      `{"uuid":"${uuid}","code":["${code}"]}`,
      `{"uuid":["${uuid}"],"code":"${code}"}`,
      `{"uuid":"${uuid}","code":{"toString":"${code}"}}`,
      `{"uuid":"${uuid}","code":""${code}"}`,
      `{"__proto__":{"uuid":"${uuid}","code":"${code}"}}`,
      `uuid=${uuid}`,
      `code=${code}`,
      `uuid=${uuid}&code[]=${code}`,
      '\0',
      '🐈',
      Buffer.from([0xff, 0xfe, 0x00, 0xc3]),
    ]
    for (const body of bodies) {
      const answer = await post(body)
      expect([body, answer.statusCode, answer.body]).toEqual([body, 200, 'false'])
      expect(answer.headers['content-type']).toBe('application/json')
    }
    expect((await test.call('/valider-captcha', { method: 'POST' })).body).toBe('false')
    // Nothing of it was an answer that could be judged.
    expect(await test.validate(uuid, code)).toBe('true')
    expect(test.logs).toEqual([])
  })

  it('reads a form, and a number as its text', async () => {
    const form = test.captcha()
    expect((await post(String(new URLSearchParams(form)))).body).toBe('true')
    let digits = test.captcha('numerique6_7CaptchaFR')
    // JSON has no number that begins with a zero.
    while (digits.code.startsWith('0')) digits = test.captcha('numerique6_7CaptchaFR')
    expect((await post(`{"uuid":"${digits.uuid}","code":${digits.code}}`)).body).toBe('true')
  })

  it('reads digits of any script', async () => {
    const { uuid, code } = test.captcha('numerique6_7CaptchaFR')
    const arabic = code.replace(/[0-9]/g, digit => String.fromCodePoint(0x660 + Number(digit)))
    expect(await test.validate(uuid, arabic)).toBe('true')
  })

  it('of an empty code spends nothing', async () => {
    const { uuid, code } = test.captcha()
    for (const empty of ['', ' ', '\t\r\n', '-', '\u200e\u2068\u2069'])
      expect(await test.validate(uuid, empty)).toBe('false')
    expect(await test.validate(uuid, code)).toBe('true')
  })

  it('of an address longer than any may be is false', async () => {
    const { uuid, code } = test.captcha()
    const answer = await test.call(`/valider-captcha?${'x'.repeat(9000)}`, {
      method: 'POST',
      payload: { uuid, code },
    })
    expect([answer.statusCode, answer.body]).toEqual([200, 'false'])
  })

  it('of more than a body may have is false, because on another status clients let the visitor through', async () => {
    const { uuid, code } = test.captcha()
    for (const size of [20_000, 1_000_000]) {
      const answer = await post({ uuid, code: code + ' '.repeat(size) })
      expect([answer.statusCode, answer.body]).toEqual([200, 'false'])
    }
    expect(await test.validate(uuid, code)).toBe('true')
  })

  it('that the ledger or the registry cannot decide is false, and logged', async () => {
    const { uuid, code } = test.captcha()
    expect((await test.call('/version')).statusCode).toBe(200)
    await test.service.ledger.close()
    expect(await test.validate(uuid, code)).toBe('false')
    expect(test.warnings).toEqual([expect.stringMatching(/^the ledger is out of reach/)])
    expect(test.logs).toMatchObject([{ level: 50, msg: 'the ledger does not answer', backend: 'ledger' }])
    await test.service.registry.close()
    const unknown = await post({ uuid, code })
    expect([unknown.statusCode, unknown.body]).toEqual([200, 'false'])
    expect(test.logs.slice(1)).toMatchObject([
      { level: 50, msg: 'the registry does not answer', backend: 'registry' },
      { level: 50, msg: 'a request failed', code: 'unavailable' },
    ])
  })

  it('logs neither code nor uuid nor secret', async () => {
    const { uuid, code } = test.captcha()
    await test.service.ledger.close()
    await test.validate(uuid, code)
    const text = JSON.stringify([test.logs, test.warnings])
    for (const word of [uuid, code, test.secret, '127.0.0.1']) expect(text).not.toContain(word)
  })
})

describe('a right answer given again', () => {
  it('stays right for two minutes, two more times', async () => {
    const { uuid, code } = test.captcha()
    const answers = []
    for (let i = 0; i < 4; i++) answers.push(await test.validate(uuid, code))
    expect(answers).toEqual(['true', 'true', 'true', 'false'])
    const late = test.captcha()
    expect(await test.validate(late.uuid, late.code)).toBe('true')
    test.pass(121)
    expect(await test.validate(late.uuid, late.code)).toBe('false')
  })

  it('is right once where the site is strict, and attempts are as many as it says', async () => {
    await test.service.registry.setSite(test.site.id, { settings: { revalidation: 'strict', attempts: 3 } })
    const { uuid, code } = test.captcha()
    const answers = []
    for (const sent of ['A', 'B', code, code]) answers.push(await test.validate(uuid, sent))
    expect(answers).toEqual(['false', 'false', 'true', 'false'])
  })
})
