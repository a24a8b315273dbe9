import { codeStyles } from '@upright/core'
import { describe, expect, it } from 'vitest'
import type { Parameter } from '../../openapi/types.ts'
import { captchetat } from './index.ts'

/**
 * What the official descriptions (Swagger 2, versions 2.0 and 1.0) name: paths below the base, parameters
 * with whether they are required, and shapes. Clients are generated from these names.
 */
const OFFICIAL = [
  {
    base: '/piste/captchetat/v2',
    paths: {
      '/simple-captcha-endpoint': { get: 'query required', c: 'query', t: 'query' },
      '/valider-captcha': {},
      '/healthcheck': {},
      '/captcha/{uuid}/code/infos': { uuid: 'path required' },
      '/version': {},
      '/info': {},
    },
    get: ['image', 'sound'],
    shapes: { health: 'resultHealthcheck', captcha: 'resultCaptcha', validation: 'validerCaptcha' },
    validation: ['code', 'uuid'],
  },
  {
    base: '/piste/captcha',
    paths: {
      '/simple-captcha-endpoint': {
        get: 'query required',
        c: 'query',
        t: 'query',
        cs: 'query',
        d: 'query',
        mode: 'query',
      },
      '/valider-captcha': {},
      '/version': {},
      '/healthcheck': {},
      '/info': {},
      '/captcha/{id}/code/infos': { id: 'path required' },
    },
    get: [
      'html',
      'layout-stylesheet',
      'script-include',
      'image',
      'reload-icon',
      'sound-icon',
      'reload-disabled-icon',
      'sound-disabled-icon',
      'sound',
      'p',
    ],
    // One document has both versions: of two shapes with one official name, version 2 has it.
    shapes: { health: 'resultHealthcheck', captcha: undefined, validation: 'validerCaptchaV1' },
    validation: ['code', 'id'],
  },
] as const

const { paths, schemas } = captchetat.document
const refOf = (name: string) => ({ $ref: `#/components/schemas/${name}` })

describe.each(OFFICIAL)('the description of $base', ({ base, paths: official, get, shapes, validation }) => {
  it.each(Object.entries(official))('has %s with its official parameters', (path, parameters) => {
    const described = Object.values(paths[base + path] ?? {})[0]
    expect(described).toBeDefined()
    const found = new Map((described!.parameters ?? []).map(each => [each.name, each]))
    for (const [name, wanted] of Object.entries(parameters)) {
      const parameter: Parameter | undefined = found.get(name)
      expect([name, parameter && `${parameter.in}${parameter.required ? ' required' : ''}`]).toEqual([
        name,
        wanted,
      ])
    }
  })

  it('names its shapes officially', () => {
    const json = (path: string, method: 'get' | 'post') =>
      paths[base + path]![method]!.responses[200]!.content!['application/json']!.schema
    expect(json('/healthcheck', 'get')).toEqual(refOf(shapes.health))
    if (shapes.captcha) expect(json('/simple-captcha-endpoint', 'get')).toEqual(refOf(shapes.captcha))
    expect(json('/valider-captcha', 'post')).toEqual({ type: 'boolean' })
    const body = paths[`${base}/valider-captcha`]!.post!.requestBody!
    expect(body.content['application/json']!.schema).toEqual(refOf(shapes.validation))
    expect(schemas[shapes.validation]!.required!.toSorted()).toEqual(validation)
    expect(Object.keys(schemas.resultHealthcheck!.properties!)).toEqual(['status', 'components'])
  })

  it('takes every official value of get and c', () => {
    const { parameters } = paths[`${base}/simple-captcha-endpoint`]!.get!
    const schemaOf = (name: string) => parameters!.find(parameter => parameter.name === name)!.schema
    expect(schemaOf('get').enum).toEqual(expect.arrayContaining([...get]))
    expect(schemaOf('c')).toEqual(refOf('StyleName'))
    expect(codeStyles).toHaveLength(16)
  })
})
