import { describe, expect, it } from 'vitest'
import { type CaptchaStoreOptions, captchaStore } from './captcha-store.ts'
import { speechCaptcha } from './speech/index.ts'
import { textCaptcha } from './text/index.ts'

const START = 1_800_000_000_000

describe('a store of captchas', () => {
  it('verifies the right response once', () => {
    const captchas = captchaStore()
    const id = captchas.issue()
    expect(id).toMatch(/^[0-9a-f]{32}$/)
    const { answer } = captchas.find(id)
    expect(answer).toMatch(/^[AHLMRWXY23569]{6}$/)
    expect(captchas.verify(id, ` ${answer.toLowerCase()} `)).toBe(true)
    expect(captchas.verify(id, answer)).toBe(false)
  })

  it('spends a captcha by a wrong response, and by none', () => {
    const captchas = captchaStore()
    for (const response of ['WRONG', '', undefined, null, 7, ['A'], {}]) {
      const id = captchas.issue()
      const { answer } = captchas.find(id)
      expect(captchas.verify(id, response)).toBe(false)
      expect(captchas.verify(id, answer)).toBe(false)
    }
  })

  it.each(['', 'x', 'constructor', undefined, null, 7, ['x'], {}])('knows no id %j', id => {
    const captchas = captchaStore()
    expect(captchas.verify(id, '')).toBe(false)
    expect(() => captchas.find(id)).toThrow(
      expect.objectContaining({ code: 'unknown_challenge', status: 404 }),
    )
  })

  it('shows the same picture and the same sound of a captcha again', () => {
    const captchas = captchaStore({ length: 4 })
    const id = captchas.issue()
    const picture = textCaptcha(captchas.find(id))
    expect(picture.answer).toBe(captchas.find(id).answer)
    expect(textCaptcha(captchas.find(id)).dataUrl).toBe(picture.dataUrl)
    const sound = speechCaptcha({ language: 'en', ...captchas.find(id) })
    expect(sound.answer).toBe(picture.answer)
    expect(speechCaptcha({ language: 'en', ...captchas.find(id) }).dataUrl).toBe(sound.dataUrl)
  })

  it('lets a captcha expire', () => {
    let time = START
    const captchas = captchaStore({ expirySeconds: 60, now: () => time })
    const [first, second] = [captchas.issue(), captchas.issue()]
    const { answer } = captchas.find(first)
    time += 59_999
    expect(captchas.verify(first, answer)).toBe(true)
    const late = captchas.find(second).answer
    time += 1
    expect(() => captchas.find(second)).toThrow(expect.objectContaining({ code: 'unknown_challenge' }))
    expect(captchas.verify(second, late)).toBe(false)
  })

  it('keeps the newest of many', () => {
    const captchas = captchaStore({ maxOpen: 3 })
    const oldest = captchas.issue()
    const second = captchas.issue()
    for (let i = 0; i < 2; i++) captchas.issue()
    expect(() => captchas.find(oldest)).toThrow()
    captchas.find(second)
  })

  it('draws from its own alphabet and length', () => {
    const captchas = captchaStore({ alphabet: 'abc', ignoreCharacters: 'B', length: [3, 4] })
    expect(captchas.find(captchas.issue()).answer).toMatch(/^[AC]{3,4}$/)
  })

  it.each([
    [{ ttl: 5 }, /captchaStore: there is no option "ttl"; there are alphabet, .*expirySeconds, maxOpen, now/],
    [{ expirySeconds: 0 }, /captchaStore: expirySeconds is 0; it is a whole number from 1 to 86400/],
    [{ now: 5 }, /now is 5; it is a function/],
    [{ alphabet: 'AB', ignoreCharacters: 'a' }, /leaves fewer than two characters/],
  ])('refuses %j', (options, message) => {
    expect(() => captchaStore(options as CaptchaStoreOptions)).toThrow(message)
  })
})
