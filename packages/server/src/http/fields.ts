import { CaptchaError } from '@upright/core'
import type { FastifyRequest } from 'fastify'

/** The value of a field, by its name; what is missing is empty. */
type Fields = (name: string) => string

/**
 * The fields of a body that is a form (URL-encoded or multipart) or a JSON object. Which of them is seen from
 * the text: content types are not looked at. A member of an object is read where it is a text or a number;
 * the items of a list are fields called `name[]`, as PHP writes them. Undefined for JSON that is broken.
 */
export function readForm(body: unknown): URLSearchParams | undefined {
  const text = typeof body === 'string' ? body.replace(/^\uFEFF/, '').trim() : ''
  if (text.startsWith('{')) return readObject(text)
  return text.startsWith('--') ? readMultipart(text) : new URLSearchParams(text)
}

/** The same, field by field. Broken JSON has none. */
export function readFields(body: unknown): Fields {
  const form = readForm(body)
  return name => form?.get(name) ?? ''
}

/**
 * The named fields of a request, in its body or its query; what is missing is empty. One that is there twice
 * is refused: a client that joins unescaped texts would let a visitor bring another secret.
 * @throws CaptchaError `bad_request`
 */
export function fieldsOf<Name extends string>(
  { body, query }: Pick<FastifyRequest, 'body' | 'query'>,
  names: readonly Name[],
): Record<Name, string> {
  const form = readForm(body)
  if (!form) throw new CaptchaError('bad_request', 'the body is broken JSON')
  const valueIn = (name: Name) => {
    const inQuery = (query as Record<string, string | string[] | undefined>)[name] ?? []
    const [value = '', ...more] = [...form.getAll(name), ...[inQuery].flat()]
    if (more.length > 0) throw new CaptchaError('bad_request', `${name} is there more than once`)
    return value.trim()
  }
  return Object.fromEntries(names.map(name => [name, valueIn(name)])) as Record<Name, string>
}

function readObject(text: string): URLSearchParams | undefined {
  let members: [string, unknown][]
  try {
    members = Object.entries(JSON.parse(text) as Record<string, unknown>)
  } catch {
    return undefined
  }
  const form = new URLSearchParams()
  for (const [name, value] of members) {
    const field = Array.isArray(value) ? `${name}[]` : name
    for (const item of [value].flat()) {
      if (typeof item === 'string' || typeof item === 'number') form.append(field, String(item))
    }
  }
  return form
}

/** `multipart/form-data` (RFC 7578): its first line is the boundary that parts its fields. */
function readMultipart(text: string): URLSearchParams {
  const form = new URLSearchParams()
  const [boundary] = text.split('\n', 1) as [string]
  for (const part of text.split(`\n${boundary.trimEnd()}`)) {
    const lines = (part.startsWith(boundary) ? part.slice(boundary.length) : part).replace(/^\r?\n/, '')
    const blank = /\r?\n\r?\n/.exec(lines)
    if (!blank) continue
    const name = nameIn(lines.slice(0, blank.index))
    const value = lines.slice(blank.index + blank[0].length).replace(/\r$/, '')
    if (name !== undefined) form.append(name, value)
  }
  return form
}

/** The name of a field in the headers of its part, in which browsers encode quotation marks and line ends. */
function nameIn(headers: string): string | undefined {
  const disposition = headers.split('\n').find(line => /^content-disposition:/i.test(line))
  const [, quoted, bare] = /[;\s]name=(?:"([^"]*)"|([^\s;"]+))/i.exec(disposition ?? '') ?? []
  return (quoted ?? bare)?.replaceAll('%22', '"').replaceAll('%0D%0A', '\r\n')
}
