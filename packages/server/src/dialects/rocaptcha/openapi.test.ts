import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Operation, Schema } from '../../openapi/types.ts'
import { rocaptchaDocument } from './openapi.ts'
import { type RocaptchaApp, rocaptchaApp } from './testing.ts'

let test: RocaptchaApp
beforeAll(async () => {
  test = await rocaptchaApp()
})
afterAll(() => test.close())

const { paths, schemas } = rocaptchaDocument
const named = ({ $ref }: Schema) => schemas[$ref!.split('/').pop()!]!

it('what is really answered is as the document says', async () => {
  const [hash, other, spoken] = [
    await test.generate(),
    await test.generate(),
    await test.generate({ kind: 'sound' }),
  ]
  const response = test.right(hash)
  const range = (bytes: string) => ({ headers: { range: `bytes=${bytes}` } })
  const calls = [
    ['get /api/js/', test.get(`js/?${'x'.repeat(9000)}`)],
    ['get /api/work/', test.get('work/')],
    ['get /api/form/', test.get('form/')],
    ['get /api/form/', test.get('form/', { callback: 'f' })],
    ['get /api/form/', test.get('form/', { key: 'x' })],
    ['get /api/generate/', test.get('generate/')],
    ['get /api/generate/', test.get('generate/', { kind: 'sound', callback: 'f' })],
    ['get /api/generate/', test.get('generate/', { kind: 'sound' })],
    ['get /api/image/{hash}/', test.get(`image/${hash}/`)],
    ['get /api/image/{hash}/', test.get('image/x/')],
    ['get /api/sound/{hash}/', test.get(`sound/${spoken}/`)],
    ['get /api/sound/{hash}/', test.get(`sound/${spoken}/`, {}, range('0-9'))],
    ['get /api/sound/{hash}/', test.get(`sound/${spoken}/`, {}, range('99999999-'))],
    ['get /api/animal/{hash}/', test.get(`animal/${hash}/`)],
    ['post /api/verify/', test.post({ hash, response, lang: 'cs' })],
    ['post /api/verify/', test.post({ hash, response })],
    ['post /api/verify/{hash}/', test.post({ response: 'x' }, { url: `/api/verify/${other}/` })],
    ['post /api/verify/{hash}/{angle}/', test.post({}, { url: `/api/verify/${other}/1/` })],
    ['get /api/animal/{hash}/', test.get(`animal/${hash}/`)],
  ] as const
  for (const [call, request] of calls) {
    const answer = await request
    const [method, path] = call.split(' ') as ['get' | 'post', string]
    const described = (paths[path]![method] as Operation).responses[answer.statusCode]
    const where = `${call} ${answer.statusCode}`
    expect([where, described !== undefined]).toEqual([where, true])
    const [type] = String(answer.headers['content-type']).split(';')
    const media = described!.content?.[type!]
    expect([where, type, media !== undefined]).toEqual([where, type, true])
    if (type !== 'application/json' || answer.statusCode !== 200) continue
    const { properties, required } = named(media!.schema!)
    const members = Object.keys(answer.json())
    expect(Object.keys(properties!)).toEqual(expect.arrayContaining(members))
    expect(members).toEqual(expect.arrayContaining(required!))
    expect(properties!.status!.enum).toContain(answer.json().status)
    if (answer.json().animal) {
      expect(Object.keys(answer.json().animal).sort()).toEqual([...properties!.animal!.required!].sort())
    }
  }
})
