import type { Operation, Schema } from '../../../packages/server/src/openapi/types.ts'
import type { RawRequest } from './exchange.ts'
import { type Draft, FAULTS, type Pair, sweep } from './faults.ts'
import { type Dice, hostile, MARK } from './values.ts'

/** One thing that the document says can be asked. */
export interface Route {
  method: string
  /** With `{names}`. */
  path: string
  operation: Operation
}

/** What is good, by where it stands: so that a request comes as far as it can. */
export interface Goods {
  /** Values by the name of a parameter or a field. */
  named: Readonly<Record<string, readonly string[]>>
  /** Those of fields that are called like a parameter, and are something else. */
  fields: Readonly<Record<string, readonly string[]>>
  /** The `#/components/schemas` of the document. */
  schemas: Readonly<Record<string, Schema>>
}

/**
 * A request for a route, the `visit`th of those: a good one in which one value after the other is a long run
 * of one character after the other; every other time it has up to three things wrong with it.
 */
export function requestFor(route: Route, goods: Goods, dice: Dice, visit: number): RawRequest {
  const draft = draftFor(route, goods, dice)
  if (visit % 2 === 0) sweep(draft, visit / 2)
  else for (let faults = dice.below(4); faults > 0; faults--) dice.pick(FAULTS)(draft, dice)
  return rawOf(draft, dice)
}

function draftFor({ method, path, operation }: Route, goods: Goods, dice: Dice): Draft {
  const value = (name: string, schema?: Schema) => goodValue(name, schema, goods, dice)
  const parameters = operation.parameters ?? []
  const inPlace = (place: string) => parameters.filter(parameter => parameter.in === place)
  const pairs = (place: string) =>
    inPlace(place)
      .filter(({ required }) => required || !dice.once(4))
      .map(({ name, schema }): Pair => [name, value(name, schema)])
  return {
    method: method.toUpperCase(),
    path,
    places: inPlace('path').map(({ name, schema }) => [name, value(name, schema)]),
    query: pairs('query'),
    headers: [
      ...pairs('header').map(([name, text]): Pair => [name.toLowerCase(), text]),
      ...accessOf(operation, value, dice),
    ],
    body: bodyOf(operation, goods, dice),
    read: inPlace('header').map(({ name }) => name.toLowerCase()),
  }
}

/** A schema where another only names it. */
const resolved = (schema: Schema | undefined, { schemas }: Goods): Schema =>
  (schema?.$ref ? schemas[schema.$ref.split('/').at(-1)!] : schema) ?? {}

/** A good value where one is known, or one that a schema lets through. */
function goodValue(name: string, schema: Schema | undefined, goods: Goods, dice: Dice): string {
  const { type, enum: words } = resolved(schema, goods)
  if (type === 'integer') return String(1 + dice.below(200))
  if (Object.hasOwn(goods.named, name)) return dice.pick(goods.named[name]!)
  return words ? String(dice.pick(words)) : `${MARK}${dice.below(1000)}`
}

/** The headers of one way in. */
function accessOf({ security = [] }: Operation, value: (name: string) => string, dice: Dice): Pair[] {
  const ways = security.flatMap(way => Object.keys(way))
  if (ways.includes('operator')) return [['authorization', value('operator')]]
  if (!ways.includes('apiKey')) return []
  return dice.once(2) ? [['keyid', value('keyid')]] : [['authorization', value('bearer')]]
}

function bodyOf({ requestBody }: Operation, goods: Goods, dice: Dice): Draft['body'] {
  if (!requestBody) return undefined
  const type = dice.pick(Object.keys(requestBody.content))
  const { schema, example } = requestBody.content[type]!
  if (type === 'application/json' && example !== undefined && dice.once(3)) return JSON.stringify(example)
  const whole = resolved(schema, goods)
  const { properties = {} } = resolved(whole.items ?? whole, goods)
  const inBodies = { ...goods, named: { ...goods.named, ...goods.fields } }
  const fields = Object.entries(properties).map(
    ([name, each]): Pair => [name, goodValue(name, each, inBodies, dice)],
  )
  return { fields, json: type === 'application/json', list: whole.items !== undefined }
}

function rawOf({ method, path, places, query, headers, body }: Draft, dice: Dice): RawRequest {
  // One request in three says things as they are, without a percent sign.
  const plain = dice.once(3)
  const encode = (text: string) =>
    plain ? text.replace(/[\r\n]/g, '') : encodeURIComponent(wellFormed(text))
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => encode(new Map(places).get(name) ?? ''))
  const search = [...query, ['from', MARK]]
    .map(([name, value]) => `${encode(name!)}=${encode(value!)}`)
    .join('&')
  const text = textOf(body, dice)
  const bytes = Buffer.from(text ?? '')
  const lines: Pair[] = headers.map(([name, value]) => [name, value.replace(/[\r\n]/g, ' ')])
  if (!dice.once(50)) lines.push(['Host', 'localhost'])
  if (dice.once(60)) lines.push(['Host', MARK])
  lines.push(['User-Agent', MARK], ['Connection', 'close'])
  if (text !== undefined || method === 'POST' || method === 'PATCH') {
    lines.push(['Content-Length', String(bytes.length)])
  }
  return { method, target: `${filled}?${search}`, headers: lines, body: bytes }
}

/** A text without halves of characters, which no encoder takes. */
const wellFormed = (text: string) => Buffer.from(text).toString()

/** A body's fields as JSON with values of all sorts, or form-encoded with some of them twice. */
function textOf(body: Draft['body'], dice: Dice): string | undefined {
  if (body === undefined || typeof body === 'string') return body
  const { fields, json, list } = body
  if (json !== dice.once(10)) {
    const sorts = (value: string) =>
      dice.once(10) ? dice.pick<unknown>([[value], { value }, null, 7, true]) : value
    const object = Object.fromEntries(fields.map(([name, value]) => [name, sorts(value)]))
    return JSON.stringify(list ? [object] : object)
  }
  const pairs = fields.map(([name, value]) => [name, wellFormed(value)])
  if (pairs.length > 0 && dice.once(8)) pairs.push([dice.pick(pairs)[0]!, wellFormed(hostile(dice))])
  return new URLSearchParams(pairs as [string, string][]).toString()
}
