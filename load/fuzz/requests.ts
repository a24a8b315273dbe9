import type { Operation, Schema } from '../../packages/server/src/operate/openapi-types.ts'
import type { RawRequest } from './exchange.ts'
import { type Dice, hostile, MARK, mutated } from './values.ts'

/** One thing that the document says can be asked. */
export interface Route {
  method: string
  /** With `{names}`. */
  path: string
  operation: Operation
}

/** What is good, by where it stands: so that a request comes as far as it can. */
export interface Goods {
  /** Values by the name of a parameter, a header in small letters, or a field. */
  named: Readonly<Record<string, readonly string[]>>
  /** The `#/components/schemas` of the document. */
  schemas: Readonly<Record<string, Schema>>
}

type Pair = [name: string, value: string]

const METHODS = [
  'GET',
  'POST',
  'PUT',
  'PATCH',
  'DELETE',
  'OPTIONS',
  'HEAD',
  'PROPFIND',
  'TRACE',
  'get',
  'FOO',
]
const TYPES = [
  'application/json',
  'text/plain',
  'multipart/form-data; boundary=x',
  'application/x-www-form-urlencoded',
  'image/png',
  '',
  'x',
]
/** Headers that something reads, of ours or of the framework. */
const HEADERS = [
  'accept',
  'accept-encoding',
  'authorization',
  'cookie',
  'expect',
  'forwarded',
  'host',
  'if-none-match',
  'if-range',
  'keyid',
  'origin',
  'range',
  'referer',
  'sec-fetch-site',
  'traceparent',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-request-id',
]

/** A request for a route: a good one with up to three things wrong with it. */
export function requestFor({ method, path, operation }: Route, goods: Goods, dice: Dice): RawRequest {
  const value = (name: string, schema?: Schema) => goodValue(name, schema, goods, dice)
  const parameters = operation.parameters ?? []
  const inPlace = (place: string) => parameters.filter(parameter => parameter.in === place)
  const query: Pair[] = inPlace('query')
    .filter(({ required }) => required || !dice.once(4))
    .map(({ name, schema }) => [name, value(name, schema)])
  const headers: Pair[] = inPlace('header')
    .filter(() => dice.once(2))
    .map(({ name, schema }) => [name.toLowerCase(), value(name.toLowerCase(), schema)])
  headers.push(...accessOf(operation, value))
  const places = Object.fromEntries(inPlace('path').map(({ name, schema }) => [name, value(name, schema)]))
  const draft: Draft = {
    method: method.toUpperCase(),
    path,
    places,
    query,
    headers,
    body: bodyOf(operation, value, dice),
  }
  for (let faults = dice.below(4); faults > 0; faults--) dice.pick(FAULTS)(draft, dice)
  return rawOf(draft, dice)
}

interface Draft {
  method: string
  path: string
  /** Values of the path's parameters. */
  places: Record<string, string>
  query: Pair[]
  headers: Pair[]
  body: { fields: Pair[]; json: boolean } | string | undefined
}

/** Things to do wrong. The first ones are the commonest faults, and stand there twice. */
const FAULTS: readonly ((draft: Draft, dice: Dice) => void)[] = [
  spoil,
  spoil,
  spoil,
  (draft, dice) => {
    const header = dice.pick(HEADERS)
    const text = dice.once(3)
      ? `${dice.pick(['sessionid=', 'bytes=', 'Bearer ', 'Basic '])}${hostile(dice)}`
      : hostile(dice)
    draft.headers.push([header, text])
  },
  (draft, dice) => {
    const list = dice.pick([draft.query, draft.headers])
    if (list.length > 0) list.push([dice.pick(list)[0], hostile(dice)])
  },
  (draft, dice) => {
    const list = dice.pick([draft.query, draft.headers])
    if (list.length > 0) list.splice(dice.below(list.length), 1)
  },
  (draft, dice) => {
    draft.query.push([hostile(dice), hostile(dice)])
  },
  (draft, dice) => {
    draft.method = dice.pick(METHODS)
  },
  (draft, dice) => {
    draft.headers.push(['content-type', dice.pick(TYPES)])
  },
  (draft, dice) => {
    draft.body = dice.once(8) ? 'x'.repeat(300_000) : hostile(dice)
  },
  (draft, dice) => {
    draft.path += dice.pick(['/', '//', '/x', '/%2e%2e', '/..', '%00', '%', '%zz', ';x', '\\', '/\0', ' '])
  },
  (draft, dice) => {
    draft.path = dice.pick(['//', '/./', '/%2f', 'http://x', 'https://localhost/', '*', '']) + draft.path
  },
]

/** Puts something in the place of a value, or changes one that is good. */
function spoil(draft: Draft, dice: Dice): void {
  const fields = typeof draft.body === 'object' ? draft.body.fields : []
  const values: { get: () => string; set: (value: string) => void }[] = [
    ...Object.keys(draft.places).map(name => ({
      get: () => draft.places[name]!,
      set: (value: string) => {
        draft.places[name] = value
      },
    })),
    ...[draft.query, draft.headers, fields].flat().map(pair => ({
      get: () => pair[1],
      set: (value: string) => {
        pair[1] = value
      },
    })),
  ]
  if (values.length === 0) return
  const one = dice.pick(values)
  one.set(dice.once(3) ? mutated(dice, one.get()) : hostile(dice))
}

/** A good value where one is known, or one that a schema lets through. */
function goodValue(name: string, schema: Schema | undefined, { named, schemas }: Goods, dice: Dice): string {
  if (schema?.type === 'integer' && !dice.once(10)) return String(1 + dice.below(200))
  const known = Object.hasOwn(named, name) ? named[name]! : []
  if (known.length > 0 && !dice.once(10)) return dice.pick(known)
  const resolved = schema?.$ref ? schemas[schema.$ref.split('/').at(-1)!] : schema
  if (resolved?.enum && !dice.once(10)) return String(dice.pick(resolved.enum))
  return dice.once(3) ? hostile(dice) : `${MARK}${dice.below(1000)}`
}

/** The headers of one way in. */
function accessOf({ security = [] }: Operation, value: (name: string) => string): Pair[] {
  const ways = security.flatMap(way => Object.keys(way))
  if (ways.includes('operator')) return [['authorization', value('operator')]]
  if (ways.includes('basic')) return []
  if (ways.length === 0) return []
  return ways.includes('apiKey') && value('way') === 'key'
    ? [['keyid', value('keyid')]]
    : [['authorization', value('bearer')]]
}

function bodyOf(
  { requestBody }: Operation,
  value: (name: string, schema?: Schema) => string,
  dice: Dice,
): Draft['body'] {
  if (!requestBody) return undefined
  const types = Object.keys(requestBody.content)
  const type = dice.pick(types)
  const { schema, example } = requestBody.content[type]!
  if (type === 'application/json' && example !== undefined && dice.once(3)) return JSON.stringify(example)
  const fields = Object.entries(schema?.properties ?? {}).map(
    ([name, each]): Pair => [name, value(name, each)],
  )
  return { fields, json: type === 'application/json' }
}

function rawOf({ method, path, places, query, headers, body }: Draft, dice: Dice): RawRequest {
  // One request in three says things as they are, without a percent sign.
  const plain = dice.once(3)
  const encode = (text: string) =>
    plain ? text.replace(/[\r\n]/g, '') : encodeURIComponent(wellFormed(text))
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => encode(places[name] ?? ''))
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
  const { fields, json } = body
  if (json !== dice.once(10)) {
    const sorts = (value: string) =>
      dice.pick<unknown>([value, value, value, value, [value], { value }, null, 7, true])
    return JSON.stringify(Object.fromEntries(fields.map(([name, value]) => [name, sorts(value)])))
  }
  const pairs = fields.map(([name, value]) => [name, wellFormed(value)])
  if (pairs.length > 0 && dice.once(8)) pairs.push([dice.pick(pairs)[0]!, wellFormed(hostile(dice))])
  return new URLSearchParams(pairs as [string, string][]).toString()
}
