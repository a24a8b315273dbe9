import { randomBytes } from 'node:crypto'
import { createCaptcha, memoryLedger, type Rules, styleNamed } from '@upright/core'
import { afterAll, describe, expect, it } from 'vitest'
import { createSounds } from './sounds.ts'

const secret = 'the secret of the sounds, 32 long'
const RULES: Rules = { expiry: 60, attempts: 1, revalidation: 'grace' }
const SITE = { id: 7, settings: RULES }
const time = Date.UTC(2026, 10, 21)
const captcha = createCaptcha({ secret, ledger: memoryLedger(), now: () => time, random: randomBytes })
const fresh = () => captcha.issue(7, styleNamed('captchaEN')!)
const of = (id: string, address?: string) => ({ site: SITE, id, time, address })
const sounds = createSounds({ secret })
afterAll(() => sounds.close())

describe('sounds made in a thread', () => {
  it('are those that the captcha itself would give', async () => {
    const id = fresh()
    const { type, bytes } = captcha.show(SITE, id, 'sound')
    const sound = await sounds.show(of(id))
    expect(sound.type).toBe(type)
    expect(Buffer.from(sound.bytes).equals(bytes)).toBe(true)
    const later = await sounds.show({ ...of(id), generation: 3 })
    expect(Buffer.from(later.bytes).equals(captcha.show(SITE, id, 'sound', { generation: 3 }).bytes)).toBe(
      true,
    )
    expect(Buffer.from(later.bytes).equals(bytes)).toBe(false)
  })

  it('are under an accepted secret, too', async () => {
    const renewed = createSounds({ secret: 'y'.repeat(40), accepted: [secret] })
    expect((await renewed.show(of(fresh()))).type).toBe('audio/x-wav')
    await renewed.close()
  })

  it('come each to who asked for it, however many ask at once', async () => {
    const ids = Array.from({ length: 40 }, fresh)
    const heard = await Promise.all(ids.map(id => sounds.show(of(id))))
    heard.forEach(({ bytes }, i) => {
      expect(Buffer.from(bytes).equals(captcha.show(SITE, ids[i]!, 'sound').bytes)).toBe(true)
    })
  })

  it.each<[string, () => [string, number, number]]>([
    ['unknown', () => ['nonsense', 7, time]],
    ['of another site', () => [fresh(), 8, time]],
    ['expired', () => [fresh(), 7, time + 61_000]],
  ])('are refused when %s', async (_, ask) => {
    const [id, number, when] = ask()
    const site = { id: number, settings: RULES }
    await expect(sounds.show({ site, id, time: when })).rejects.toMatchObject({
      code: 'unknown_challenge',
    })
  })

  it('are refused when too many of a site wait, which others are not, and come again afterwards', async () => {
    const id = fresh()
    const flood = Promise.allSettled(
      Array.from({ length: 300 }, (_, i) => sounds.show(of(id, `10.0.${i % 256}.1`))),
    )
    const other = captcha.issue(8, styleNamed('captchaEN')!)
    const order: string[] = []
    const heard = sounds.show({ ...of(other), site: { ...SITE, id: 8 } }).then(() => order.push('other'))
    await Promise.all([heard, flood.then(() => order.push('flood'))])
    expect(order).toEqual(['other', 'flood'])
    const refused = (await flood).filter(({ status }) => status === 'rejected')
    // Two are made while 128 wait.
    expect(refused.length).toBe(300 - 2 - 128)
    for (const { reason } of refused as PromiseRejectedResult[]) expect(reason.code).toBe('overloaded')
    expect((await sounds.show(of(id))).type).toBe('audio/x-wav')
  })

  it('of one network keep those of another waiting for three at most', async () => {
    const order: string[] = []
    const ask = (address: string) => sounds.show(of(fresh(), address)).then(() => order.push(address))
    const flood = Array.from({ length: 20 }, (_, i) => ask(`192.0.2.${i}`))
    await Promise.all([...flood, ask('198.51.100.1')])
    expect(order.indexOf('198.51.100.1')).toBeLessThanOrEqual(3)
  })

  it('are refused when the thread ends, and the next one starts another', async () => {
    const ending = createSounds({ secret })
    const asked = Array.from({ length: 5 }, () => ending.show(of(fresh())))
    const waiting = asked.map(one => expect(one).rejects.toMatchObject({ code: 'unavailable' }))
    await ending.close()
    await Promise.all(waiting)
    expect((await ending.show(of(fresh()))).type).toBe('audio/x-wav')
    await ending.close()
  })

  it('are refused in the same way when it cannot start', async () => {
    const broken = createSounds({ secret, accepted: ['short'] })
    await expect(broken.show(of(fresh()))).rejects.toMatchObject({ code: 'unavailable' })
  })
})
