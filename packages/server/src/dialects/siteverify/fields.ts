import { CaptchaError } from '@upright/core'
import type { FastifyRequest } from 'fastify'
import { readForm } from '../../http/fields.ts'

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
