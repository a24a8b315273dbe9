import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { binOf } from '../../pictures/tally.ts'
import { BINS } from '../../registry/picture.ts'
import { type RocaptchaApp, rocaptchaApp } from './testing.ts'

let test: RocaptchaApp
beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  test = await rocaptchaApp()
})
afterEach(async () => {
  await test.close()
  vi.useRealTimers()
})

/** What was counted of a picture, once it is written down. */
async function counted(id = 1) {
  await vi.advanceTimersByTimeAsync(60_000)
  const { shown, answers } = (await test.service.registry.pictureUses()).get(id) ?? {
    shown: 0,
    answers: Array<number>(BINS).fill(0),
  }
  return { shown, answers: answers.reduce((sum, count) => sum + count), bins: answers }
}
/** Answers a new hash this far from what is right. */
async function answer(off: number) {
  const hash = await test.generate()
  const response = (test.right(hash) + off + 360) % 360
  return { hash, response, status: await test.verify({ hash, response }) }
}

describe('how a picture is used', () => {
  it('is counted: pictures that are shown, and answers that spend a hash, right or wrong', async () => {
    for (let i = 0; i < 3; i++) await test.get(`image/${await test.generate()}/`)
    for (const off of [0, 5, -9, 11, 180]) await answer(off)
    expect(await counted()).toMatchObject({ shown: 3, answers: 5 })
    expect(await counted()).toMatchObject({ shown: 3, answers: 5 })
  })

  it('is not counted again where a spent hash is sent, nor where nothing was spent', async () => {
    for (const off of [0, 90]) {
      const { hash, response } = await answer(off)
      for (const again of [response, (response + 7) % 360, 0]) {
        expect(await test.verify({ hash, response: again })).toBe('WRONG_HASH')
      }
    }
    const hash = await test.generate({ session: 'a' })
    await test.verify({ hash, response: 'x' })
    await test.verify({ hash, response: 361 })
    await test.verify({ hash, response: 1 }, { headers: { cookie: 'sessionid=b' } })
    await test.verify({ hash: 'x', response: 1 })
    await test.verify({ key: 'x', hash, response: 1 })
    const spoken = await test.generate({ kind: 'sound' })
    await test.verify({ hash: spoken, response: test.right(spoken) })
    await test.get('image/x/')
    test.pass(1201)
    await test.verify({ hash, response: 1 })
    await test.get(`image/${hash}/`)
    expect(await counted()).toMatchObject({ shown: 0, answers: 2 })
  })

  it('is not counted where anybody may answer: on the demo page', async () => {
    const hash = await test.generate({ key: test.service.demo!.site.publicKey })
    const payload = `${new URLSearchParams({ rocaptcha_challenge_field: hash, rocaptcha_response_field: `${test.right(hash)}` })}`
    const answer = await test.app.inject({ method: 'POST', url: '/demo/rocaptcha', payload })
    expect(answer.json()).toEqual({ status: 'PASSED' })
    expect(await counted()).toMatchObject({ answers: 0 })
  })

  it('is counted once of a thousand answers at once', async () => {
    const hash = await test.generate()
    const response = test.right(hash)
    await Promise.all(Array.from({ length: 1000 }, () => test.verify({ hash, response })))
    expect(await counted()).toMatchObject({ answers: 1 })
  })

  it('tells the lean of the picture, whatever it is turned back by and whether mirrored or not', async () => {
    const { registry } = test.service
    for (const lean of [0, 100]) {
      const { id } = await test.add()
      for (const other of await registry.pictures())
        if (other.id !== id) await registry.removePicture(other.id)
      await registry.setPicture(id, { lean })
      for (let i = 0; i < 40; i++) await answer(0)
      const { answers, bins } = await counted(id)
      expect(answers).toBe(40)
      // The view's own lean is at most 3°.
      const near = new Set([-3, 0, 2.9].map(off => binOf(lean + off)))
      expect([...near].reduce((sum, bin) => sum + bins[bin]!, 0)).toBe(40)
    }
  })

  it('is not counted, and answers stay as they are, when nobody can tell which picture it was', async () => {
    const hashes = [await test.generate(), await test.generate()]
    const { registry } = test.service
    const pictures = vi.spyOn(registry, 'pictures').mockRejectedValue(new Error('gone'))
    expect(await test.verify({ hash: hashes[0]!, response: test.right(hashes[0]!) })).toBe('PASSED')
    expect(await test.verify({ hash: hashes[1]!, response: (test.right(hashes[1]!) + 90) % 360 })).toBe(
      'FAILED',
    )
    pictures.mockRestore()
    expect(test.logs).toHaveLength(2)
    expect(await counted()).toMatchObject({ answers: 0 })
  })
})
