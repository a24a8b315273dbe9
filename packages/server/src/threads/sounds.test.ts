import { randomBytes } from 'node:crypto'
import { createCaptcha, memoryLedger, type Rules, styleNamed } from '@upright/core'
import { afterAll, describe, expect, it } from 'vitest'
import { createSounds } from './sounds.ts'

const secret = 'the secret of the sounds, 32 long'
const rules: Rules = { expiry: 60, attempts: 1, revalidation: 'grace' }
const time = Date.UTC(2026, 10, 21)
const captcha = createCaptcha({ secret, ledger: memoryLedger(), now: () => time, random: randomBytes })
const fresh = () => captcha.issue(7, styleNamed('captchaEN')!)
const sounds = createSounds({ secret })
afterAll(() => sounds.close())

describe('sounds made in a thread', () => {
  it('are those that the captcha itself would give', async () => {
    const id = fresh()
    const { type, bytes } = captcha.show(id, 7, 'sound', rules)
    const sound = await sounds.show(id, 7, rules, time)
    expect(sound.type).toBe(type)
    expect(Buffer.from(sound.bytes).equals(bytes)).toBe(true)
    const later = await sounds.show(id, 7, rules, time, 3)
    expect(Buffer.from(later.bytes).equals(captcha.show(id, 7, 'sound', rules, 3).bytes)).toBe(true)
    expect(Buffer.from(later.bytes).equals(bytes)).toBe(false)
  })

  it('are under an accepted secret, too', async () => {
    const renewed = createSounds({ secret: 'y'.repeat(40), accepted: [secret] })
    expect((await renewed.show(fresh(), 7, rules, time)).type).toBe('audio/x-wav')
    await renewed.close()
  })

  it('come each to who asked for it, however many ask at once', async () => {
    const ids = Array.from({ length: 40 }, fresh)
    const heard = await Promise.all(ids.map(id => sounds.show(id, 7, rules, time)))
    heard.forEach(({ bytes }, i) => {
      expect(Buffer.from(bytes).equals(captcha.show(ids[i]!, 7, 'sound', rules).bytes)).toBe(true)
    })
  })

  it.each<[string, () => [string, number, number]]>([
    ['unknown', () => ['nonsense', 7, time]],
    ['of another site', () => [fresh(), 8, time]],
    ['expired', () => [fresh(), 7, time + 61_000]],
  ])('are refused when %s', async (_, ask) => {
    const [id, site, when] = ask()
    await expect(sounds.show(id, site, rules, when)).rejects.toMatchObject({ code: 'unknown_challenge' })
  })

  it('are refused when too many wait, and come again afterwards', async () => {
    const id = fresh()
    const outcomes = await Promise.allSettled(
      Array.from({ length: 300 }, () => sounds.show(id, 7, rules, time)),
    )
    const refused = outcomes.filter(({ status }) => status === 'rejected')
    expect(refused.length).toBe(300 - 256)
    for (const { reason } of refused as PromiseRejectedResult[]) expect(reason.code).toBe('unavailable')
    expect((await sounds.show(id, 7, rules, time)).type).toBe('audio/x-wav')
  })

  it('are refused when the thread ends, and the next one starts another', async () => {
    const ending = createSounds({ secret })
    const waiting = expect(ending.show(fresh(), 7, rules, time)).rejects.toMatchObject({
      code: 'unavailable',
    })
    await ending.close()
    await waiting
    expect((await ending.show(fresh(), 7, rules, time)).type).toBe('audio/x-wav')
    await ending.close()
  })

  it('are refused in the same way when it cannot start', async () => {
    const broken = createSounds({ secret: 'short' })
    await expect(broken.show(fresh(), 7, rules, time)).rejects.toMatchObject({ code: 'unavailable' })
  })
})
