/** The part of OpenAPI 3.1 that the reference shows. Every object may be a `$ref`: `resolve` follows it. */
export interface Described {
  $ref?: string
  description?: string
}

export interface Schema extends Described {
  title?: string
  type?: string | string[]
  format?: string
  enum?: unknown[]
  const?: unknown
  default?: unknown
  example?: unknown
  examples?: unknown[]
  properties?: Record<string, Schema>
  required?: string[]
  items?: Schema
  additionalProperties?: boolean | Schema
  oneOf?: Schema[]
  anyOf?: Schema[]
  allOf?: Schema[]
  pattern?: string
  minLength?: number
  maxLength?: number
  minimum?: number
  maximum?: number
}

export interface Example extends Described {
  summary?: string
  value?: unknown
}

export interface Media {
  schema?: Schema
  example?: unknown
  examples?: Record<string, Example>
}

export interface Parameter extends Described {
  name: string
  in: 'path' | 'query' | 'header' | 'cookie'
  required?: boolean
  schema?: Schema
  example?: unknown
  examples?: Record<string, Example>
}

export interface Body extends Described {
  required?: boolean
  content?: Record<string, Media>
}

export interface Reply extends Described {
  headers?: Record<string, Described & { schema?: Schema; example?: unknown }>
  content?: Record<string, Media>
}

type Security = Record<string, string[]>

export interface Operation extends Described {
  tags?: string[]
  summary?: string
  operationId?: string
  deprecated?: boolean
  parameters?: Parameter[]
  requestBody?: Body
  responses?: Record<string, Reply>
  security?: Security[]
}

export interface Scheme extends Described {
  type: string
  scheme?: string
  in?: string
  name?: string
  flows?: Record<string, { tokenUrl?: string; scopes?: Record<string, string> }>
}

export interface Description {
  info: {
    title: string
    version: string
    summary?: string
    description?: string
    license?: { name: string; url?: string; identifier?: string }
    contact?: { name?: string; url?: string; email?: string }
  }
  externalDocs?: { url: string; description?: string }
  servers?: { url: string; description?: string }[]
  tags?: { name: string; description?: string }[]
  paths?: Record<string, Record<string, Operation> & { parameters?: Parameter[] }>
  components?: { securitySchemes?: Record<string, Scheme> } & Record<string, unknown>
  security?: Security[]
}

/** One method of one path, ready to be shown. */
export interface Entry {
  id: string
  method: string
  path: string
  tag: string
  operation: Operation
  parameters: Parameter[]
  /** Operations told in the same place: the same under a longer path, and the preflights of both. */
  also: Entry[]
}

const METHODS = ['get', 'post', 'put', 'patch', 'delete', 'options', 'head']
/** How deep a chain of references may go before it counts as a circle. */
const MAX_REFERENCE_DEPTH = 16

/** The object a `$ref` of this description points to; anything else comes back as it is. */
export function resolve<T extends object>(description: Description, value: T): T {
  let found: T = value
  for (let depth = 0; depth < MAX_REFERENCE_DEPTH; depth++) {
    const { $ref } = found as Described
    if (!$ref?.startsWith('#/')) return found
    const steps = $ref.slice(2).split('/')
    const target = steps.reduce<unknown>(
      (at, step) =>
        (at as Record<string, unknown> | undefined)?.[step.replaceAll('~1', '/').replaceAll('~0', '~')],
      description,
    )
    if (typeof target !== 'object' || target === null) return found
    found = { ...(target as T), ...('description' in value ? { description: value.description } : {}) }
  }
  return found
}

function flat(description: Description): Entry[] {
  return Object.entries(description.paths ?? {}).flatMap(([path, item]) =>
    METHODS.filter(method => item[method]).map(method => {
      const operation = item[method] as Operation
      const shared = (item.parameters ?? []).map(parameter => resolve(description, parameter))
      const own = (operation.parameters ?? []).map(parameter => resolve(description, parameter))
      const replaced = (one: Parameter) =>
        own.some(({ name, in: place }) => name === one.name && place === one.in)
      return {
        id: `${method}${path.replace(/[^a-z0-9]+/gi, '-').replace(/-$/, '')}`,
        method: method.toUpperCase(),
        path,
        tag: operation.tags?.[0] ?? '',
        operation,
        parameters: [...shared.filter(one => !replaced(one)), ...own],
        also: [],
      }
    }),
  )
}

function belongsTo(entry: Entry, main: Entry): boolean {
  if (main.path === '/' || !entry.path.endsWith(main.path) || main.method === 'OPTIONS') return false
  if (entry.method === 'OPTIONS') return true
  const same = entry.method === main.method && entry.operation.summary === main.operation.summary
  return same && entry.path !== main.path
}

/** Every operation, in the order of the description; what belongs to another stands with it. */
export function entriesOf(description: Description): Entry[] {
  const all = flat(description)
  const mains = all.filter(entry => !all.some(main => belongsTo(entry, main)))
  return mains.map(main => ({ ...main, also: all.filter(entry => belongsTo(entry, main)) }))
}
