import { type Description, type Entry, type Media, type Parameter, resolve, type Schema } from './openapi.ts'

const first = (values: Record<string, { value?: unknown }> | undefined) =>
  Object.values(values ?? {})[0]?.value
/** Levels of a schema that an example follows. */
const MAX_DEPTH = 6

/** A value that a schema allows: its own example where it has one. */
export function sampleOf(description: Description, given: Schema | undefined, depth = 0): unknown {
  if (!given || depth > MAX_DEPTH) return null
  const schema = resolve(description, given)
  const own = schema.example ?? schema.examples?.[0] ?? schema.const ?? schema.default ?? schema.enum?.[0]
  if (own !== undefined) return own
  const choice = schema.oneOf?.[0] ?? schema.anyOf?.[0]
  if (choice) return sampleOf(description, choice, depth + 1)
  if (schema.allOf) {
    return Object.assign({}, ...schema.allOf.map(part => sampleOf(description, part, depth + 1)))
  }
  const type = Array.isArray(schema.type) ? schema.type[0] : schema.type
  if (type === 'object' || schema.properties) {
    return Object.fromEntries(
      Object.entries(schema.properties ?? {}).map(([name, one]) => [
        name,
        sampleOf(description, one, depth + 1),
      ]),
    )
  }
  if (type === 'array') return [sampleOf(description, schema.items, depth + 1)]
  if (type === 'boolean') return true
  if (type === 'integer' || type === 'number') return schema.minimum ?? 0
  return schema.format === 'uuid' ? '3f2c1d9e-8a4b-4c6d-9e0f-1a2b3c4d5e6f' : 'string'
}

/** What a media type's content looks like, as text; undefined for content that is not text. */
export function contentOf(description: Description, type: string, media: Media): string | undefined {
  const value =
    media.example ?? first(media.examples) ?? (media.schema && sampleOf(description, media.schema))
  if (value === undefined || /^(audio|image|video)\/|octet-stream/.test(type)) return undefined
  if (typeof value === 'string' && !type.includes('json')) return value
  if (type.includes('form-urlencoded') && typeof value === 'object') {
    return new URLSearchParams(value as Record<string, string>).toString()
  }
  return JSON.stringify(value, null, 2)
}

export function parameterValue(description: Description, parameter: Parameter): string {
  const value = parameter.example ?? first(parameter.examples) ?? sampleOf(description, parameter.schema)
  return String(value ?? '')
}

const quote = (text: string) =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`

/** The headers that open an operation by its first way in. */
function credentials(description: Description, { operation }: Entry): string[] {
  const way = (operation.security ?? description.security ?? [])[0] ?? {}
  return Object.keys(way).flatMap(name => {
    const scheme = description.components?.securitySchemes?.[name]
    if (!scheme) return []
    if (scheme.type === 'apiKey') return scheme.in === 'header' ? [`-H '${scheme.name}: <key>'`] : []
    if (scheme.scheme === 'basic') return ["-u '<public key>:<secret>'"]
    return ["-H 'Authorization: Bearer <token>'"]
  })
}

/** The curl command of an operation, with example values. */
export function commandOf(description: Description, entry: Entry, origin: string): string {
  const { method, operation, parameters } = entry
  const wanted = (place: Parameter['in']) => parameters.filter(one => one.in === place && one.required)
  const path = parameters
    .filter(one => one.in === 'path')
    .reduce(
      (path, one) => path.replace(`{${one.name}}`, encodeURIComponent(parameterValue(description, one))),
      entry.path,
    )
  const query = new URLSearchParams(
    wanted('query').map(one => [one.name, parameterValue(description, one)]),
  ).toString()
  const server = new URL(description.servers?.[0]?.url ?? '/', origin).href.replace(/\/$/, '')
  const body = operation.requestBody && resolve(description, operation.requestBody)
  const [type, media] = Object.entries(body?.content ?? {})[0] ?? []
  const text = type && media ? contentOf(description, type, media) : undefined
  const parts = [
    `curl${method === 'GET' ? '' : ` -X ${method}`} ${quote(server + path + (query && `?${query}`))}`,
    ...credentials(description, entry),
    ...(type?.includes('json') ? [`-H 'Content-Type: ${type}'`] : []),
    ...(text ? [`-d ${quote(type?.includes('json') ? JSON.stringify(JSON.parse(text)) : text)}`] : []),
  ]
  return parts.join(' \\\n  ')
}
