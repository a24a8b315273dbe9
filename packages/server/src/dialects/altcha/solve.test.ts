import { afterEach, expect, it } from 'vitest'
import { idIn, solve } from './solve.ts'
import { type AltchaApp, altchaApp, decoded } from './testing.ts'

let test: AltchaApp
afterEach(() => test.close())

it('solves what is handed out: a whole challenge, a salt or a nonce', async () => {
  test = await altchaApp()
  const open = (text: string) => test.service.captcha.open(idIn(text)!)!
  const [first, second] = [await test.challenge(1), await test.challenge(2)]
  for (const [challenge, part] of [
    [first, first.salt],
    [second, second.parameters.nonce],
  ] as const) {
    const text = JSON.stringify(challenge)
    const payload = (await solve(open(text), ` ${text}\n`))!
    const { number, solution } = decoded(payload)
    expect(await solve(open(part), part)).toBe(String(number ?? solution.counter))
    expect(await test.verify(payload)).toEqual({ verified: true })
  }
})

it('solves nothing else', async () => {
  test = await altchaApp()
  for (const text of ['', 'x', '{', '{}', '[]', '{"parameters":7}', '{"salt":{}}', 'f'.repeat(31)]) {
    expect([text, idIn(text)]).toEqual([text, undefined])
  }
  const { uuid } = test.captcha()
  expect(await solve(test.service.captcha.open(uuid)!, uuid.replaceAll('-', ''))).toBeUndefined()
})
