import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { alter, type RocaptchaApp, rocaptchaApp } from './testing.ts'

let test: RocaptchaApp
const start = async (...args: Parameters<typeof rocaptchaApp>) => {
  test = await rocaptchaApp(...args)
}

describe('the library', () => {
  beforeEach(() => start())
  afterEach(() => test.close())
  const clear = async () => {
    const { registry } = test.service
    for (const { id } of await registry.pictures()) await registry.removePicture(id)
  }

  it('that is empty has nothing to generate, but for sounds', async () => {
    await clear()
    expect((await test.get('generate/')).json()).toEqual({ status: 'ERROR' })
    expect((await test.get('generate/', { kind: 'sound' })).json().status).toBe('OK')
  })

  it('tells the status of the picture that is shown', async () => {
    for (const status of ['NONE', 'FOUND', 'LOST', 'ADOPTION'] as const) {
      await clear()
      await test.add({ status })
      expect((await test.get('generate/')).json().animal_status).toBe(status)
    }
  })

  it('may lose the picture after it was promised: the hash shows another one, and is judged all the same', async () => {
    await test.add({ name: 'Felix', status: 'ADOPTION' })
    const hash = await test.generate()
    const { pictures, removePicture } = test.service.registry
    const first = await test.get(`image/${hash}/`)
    const [one, two] = await pictures()
    await removePicture(one!.id)
    const shown = await test.get(`image/${hash}/`)
    expect(shown.statusCode).toBe(200)
    expect(await test.verify({ hash, response: test.right(hash) })).toBe('PASSED')
    expect((await test.get(`animal/${hash}/`)).json().animal.name).toBe(two!.name)
    expect(first.statusCode).toBe(200)
  })

  it('may lose its last picture: what was shown before is judged still', async () => {
    const [hash, other] = [await test.generate(), await test.generate()]
    await clear()
    const image = await test.get(`image/${hash}/`)
    expect([image.statusCode, image.json().error]).toEqual([503, 'unavailable'])
    expect((await test.post({ hash, response: test.right(hash), lang: 'en' })).json()).toEqual({
      status: 'PASSED',
    })
    expect((await test.get(`animal/${hash}/`)).json()).toEqual({ status: 'ERROR' })
    expect(await test.verify({ hash: other, response: (test.right(other) + 90) % 360 })).toBe('FAILED')
  })

  it('tells whom it has shown after the challenge has passed, and never before', async () => {
    const [hash, wrong, spoken] = [
      await test.generate(),
      await test.generate(),
      await test.generate({ kind: 'sound' }),
    ]
    const animal = async (hash: string) => (await test.get(`animal/${hash}/`)).json()
    const unknown = { status: 'WRONG_HASH' }
    for (const each of [hash, wrong, spoken, alter(hash, 3), 'x']) expect(await animal(each)).toEqual(unknown)
    await test.verify({ hash: wrong, response: (test.right(wrong) + 90) % 360 })
    await test.verify({ hash: spoken, response: test.right(spoken) })
    await test.verify({ hash, response: 'x' })
    for (const each of [hash, wrong, spoken]) expect(await animal(each)).toEqual(unknown)
    await test.verify({ hash, response: test.right(hash) })
    expect(await animal(hash)).toEqual({
      status: 'OK',
      animal: {
        name: 'Rex',
        species: 'dog',
        status: 'ADOPTION',
        shelter: '',
        city: '',
        link: 'https://shelter.example/rex',
      },
    })
    test.pass(1500)
    expect(await animal(hash)).toEqual(unknown)
  })
})
