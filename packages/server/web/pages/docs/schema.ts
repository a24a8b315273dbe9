import { h } from '../../../../widget/src/parts/dom.ts'
import type { Voice } from '../../shared/language.ts'
import { type Description, resolve, type Schema } from './openapi.ts'
import { prose } from './prose.ts'
import type { DocsWord } from './words.ts'

/** What rendering needs everywhere. */
export interface Context {
  description: Description
  voice: Voice<DocsWord>
}

/** Levels of a schema that are spelt out. */
const MAX_DEPTH = 4

/** A schema's type in a few words: `string (uuid)`, `array of object`, `string | null`. */
export function typeName({ description, voice }: Context, given: Schema): string {
  const schema = resolve(description, given)
  const choices = schema.oneOf ?? schema.anyOf
  if (choices) {
    const names = choices.map(choice => typeName({ description, voice }, choice))
    return [...new Set(names)].join(` ${voice.say('or')} `)
  }
  if (schema.type === 'array' && schema.items) return `${typeName({ description, voice }, schema.items)}[]`
  const type = Array.isArray(schema.type) ? schema.type.join(' | ') : schema.type
  // An object is known by the name it has in the description.
  if (given.$ref && (schema.properties || type === 'object')) return given.$ref.split('/').at(-1)!
  const name =
    type ??
    (schema.properties || schema.allOf ? 'object' : schema.const === undefined ? '' : typeof schema.const)
  return schema.format ? `${name} (${schema.format})` : name
}

/** One name with its type and what is to know about it. */
export function term(
  context: Context,
  name: string,
  schema: Schema,
  { required, note, text }: { required?: boolean | undefined; note?: string; text?: string | undefined },
): HTMLElement[] {
  const { voice } = context
  const resolved = resolve(context.description, schema)
  const values = resolved.enum ?? (resolved.const === undefined ? undefined : [resolved.const])
  const line = (label: DocsWord, list: unknown[]) =>
    h(
      'p',
      { class: 'values' },
      voice.say(label),
      ...list.flatMap((value, i) => [i ? ', ' : '', h('code', {}, String(value))]),
    )
  return [
    h(
      'dt',
      {},
      h('code', {}, name),
      ' ',
      h('span', { class: 'type' }, [typeName(context, schema), note].filter(Boolean).join(', ')),
      required !== undefined && ' ',
      required !== undefined &&
        h('span', { class: required ? 'required' : 'type' }, voice.say(required ? 'required' : 'optional')),
    ),
    h(
      'dd',
      {},
      prose(text ?? resolved.description),
      values && line('values', values),
      resolved.default !== undefined && line('byDefault', [resolved.default]),
    ),
  ]
}

/** The members of a schema, the nested ones indented. Undefined when a schema has none to show. */
export function members(context: Context, given: Schema, depth = 0): HTMLElement | undefined {
  const schema = resolve(context.description, given)
  if (depth > MAX_DEPTH) return undefined
  const choices = schema.oneOf ?? schema.anyOf
  if (choices) {
    const lists = choices
      .map(choice => ({
        choice: resolve(context.description, choice),
        list: members(context, choice, depth + 1),
      }))
      .filter(({ list }) => list)
    if (lists.length === 0) return undefined
    return h(
      'div',
      { class: 'choices' },
      h('p', {}, context.voice.say('oneOf')),
      ...lists.map(({ choice, list }) =>
        h('div', { class: 'choice' }, choice.title && h('p', {}, h('strong', {}, choice.title)), list),
      ),
    )
  }
  if (schema.type === 'array' && schema.items) return members(context, schema.items, depth + 1)
  const parts = [schema, ...(schema.allOf ?? []).map(part => resolve(context.description, part))]
  const rows = parts.flatMap(part =>
    Object.entries(part.properties ?? {}).flatMap(([name, one]) => {
      const [title, text] = term(context, name, one, { required: part.required?.includes(name) ?? false })
      const inner = members(context, one, depth + 1)
      if (inner) text?.append(inner)
      return [title!, text!]
    }),
  )
  return rows.length > 0 ? h('dl', { class: 'members' }, ...rows) : undefined
}
