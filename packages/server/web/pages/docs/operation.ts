import { h } from '../../../../widget/src/parts/dom.ts'
import { copies } from '../../shared/copy.ts'
import { type Entry, type Parameter, type Reply, resolve } from './openapi.ts'
import { inline, prose } from './prose.ts'
import { commandOf, contentOf } from './sample.ts'
import { type Context, members, term, typeName } from './schema.ts'

/** A heading that can be linked to. */
export function heading({ voice }: Context, level: 'h2' | 'h3', name: string, ...content: (Node | string)[]) {
  return h(
    level,
    {},
    ...content,
    ' ',
    h('a', { class: 'anchor', href: `#${name}`, 'aria-label': voice.say('linkTo', { name }) }, '#'),
  )
}

/** A dark block of text; it can be scrolled by keyboard. */
export function block(title: string, text: string, ...more: HTMLElement[]): HTMLElement {
  return h(
    'div',
    { class: 'sample' },
    h('p', { class: 'caption' }, title),
    h(
      'div',
      { class: 'code' },
      h('pre', { tabindex: 0, role: 'group', 'aria-label': title }, h('code', {}, text)),
      ...more,
    ),
  )
}

function command(context: Context, entry: Entry): HTMLElement {
  const { voice } = context
  const words = () => ({
    copy: voice.say('copy'),
    copied: voice.say('copied'),
    notCopied: voice.say('notCopied'),
  })
  const button = h('button', { type: 'button', class: 'copy' }, words().copy)
  const made = block('curl', commandOf(context.description, entry, location.origin), button)
  copies(button, made.querySelector('code')!, words)
  return made
}

/** Method and path; long paths break at their slashes. */
function address({ method, path }: Entry): HTMLElement {
  return h(
    'span',
    { class: 'address' },
    h('b', { class: `method ${method.toLowerCase()}` }, method),
    ' ',
    h('code', {}, ...path.split(/(?<=\/)/).flatMap(step => [step, document.createElement('wbr')])),
  )
}

/** The ways in, as a sentence. */
function access({ description, voice }: Context, entry: Entry): HTMLElement {
  const ways = (entry.operation.security ?? description.security ?? []).map(way => Object.keys(way))
  const names = ways.flatMap((names, i) => [
    i ? ` ${voice.say('or')} ` : '',
    ...(names.length
      ? names.flatMap((name, j) => [j ? ' + ' : '', h('a', { href: '#access' }, name)])
      : [voice.say('open')]),
  ])
  const [before, after] = voice.say('needs', { ways: '\0' }).split('\0')
  return h('p', { class: 'access' }, before, ...(names.length ? names : [voice.say('open')]), after)
}

function parameter(context: Context, { name, schema, required, in: place, description }: Parameter) {
  return term(context, name, schema ?? {}, { required: required ?? false, note: place, text: description })
}

function parameters(context: Context, entry: Entry): HTMLElement[] {
  if (entry.parameters.length === 0) return []
  const rows = entry.parameters.flatMap(one => parameter(context, one))
  return [h('h4', {}, context.voice.say('parameters')), h('dl', { class: 'members' }, ...rows)]
}

function body(context: Context, entry: Entry): HTMLElement[] {
  if (!entry.operation.requestBody) return []
  const given = resolve(context.description, entry.operation.requestBody)
  const made: (HTMLElement | undefined)[] = [h('h4', {}, context.voice.say('body')), prose(given.description)]
  for (const [type, { schema }] of Object.entries(given.content ?? {})) {
    made.push(h('p', { class: 'media' }, h('code', {}, type)))
    if (schema) made.push(members(context, schema))
  }
  return made.filter(element => element !== undefined)
}

function reply(context: Context, status: string, given: Reply): HTMLElement[] {
  const { description } = context
  const { description: text, headers, content } = resolve(description, given)
  const medias = Object.entries(content ?? {})
  const list = Object.entries(headers ?? {}).map(([name, header]) => {
    const { example, description: text } = resolve(description, header)
    return h(
      'li',
      {},
      h('code', {}, example === undefined ? name : `${name}: ${example}`),
      text ? ` ${text}` : '',
    )
  })
  return [
    h('dt', {}, h('span', { class: `status s${status[0]}` }, status)),
    h(
      'dd',
      {},
      prose(text),
      ...medias.flatMap(([type, { schema }]) => [
        h(
          'p',
          { class: 'media' },
          h('code', {}, type),
          schema && typeName(context, schema) ? ` ${typeName(context, schema)}` : '',
        ),
        // The members of a success are worth a list; an error's are shown by its example.
        schema && status.startsWith('2') ? members(context, schema) : undefined,
      ]),
      list.length > 0 && h('ul', { class: 'headers', lang: 'en' }, ...list),
    ),
  ]
}

function samplesOf(context: Context, responses: [string, Reply][]): HTMLElement[] {
  const { description, voice } = context
  return responses.flatMap(([status, given]) =>
    Object.entries(resolve(description, given).content ?? {}).flatMap(([type, media]) => {
      const title = `${voice.say('answerExample', { status })}, ${type}`
      const named = Object.entries(media.examples ?? {}).map(
        ([name, one]) => [name, resolve(description, one)] as const,
      )
      if (named.length > 1) {
        return named.map(([name, { summary, value }]) =>
          block(`${title}: ${summary ?? name}`, contentOf(description, type, { example: value }) ?? ''),
        )
      }
      const text = contentOf(description, type, media)
      return [block(title, text ?? voice.say('binary', { type }))]
    }),
  )
}

/** The command and what a success looks like; failures, which are many and alike, are folded away. */
function samples(context: Context, entry: Entry, responses: [string, Reply][]): HTMLElement {
  const good = ([status]: [string, Reply]) => status.startsWith('2')
  const failures = samplesOf(
    context,
    responses.filter(one => !good(one)),
  )
  return h(
    'div',
    { class: 'samples' },
    command(context, entry),
    ...samplesOf(context, responses.filter(good)),
    failures.length > 0 && h('details', {}, h('summary', {}, context.voice.say('failures')), ...failures),
  )
}

/** What another operation, told in this one's place, has of its own. */
function also(context: Context, main: Entry, entry: Entry): HTMLElement {
  const { operation, parameters: all } = entry
  const known = main.operation
  const preflight = entry.method !== main.method
  const text = operation.description ?? ''
  const news = text.startsWith(known.description ?? '') ? text.slice((known.description ?? '').length) : text
  const own = all.filter(one => !main.parameters.some(({ name }) => name === one.name))
  const replies = Object.entries(operation.responses ?? {}).filter(
    ([code]) => preflight || !known.responses?.[code],
  )
  return h(
    'li',
    {},
    address(entry),
    preflight && operation.summary && h('p', { lang: 'en' }, ...inline(operation.summary)),
    !preflight && prose(news),
    !preflight && access(context, entry),
    !preflight &&
      own.length > 0 &&
      h('dl', { class: 'members' }, ...own.flatMap(one => parameter(context, one))),
    replies.length > 0 &&
      h('dl', { class: 'replies' }, ...replies.flatMap(([code, given]) => reply(context, code, given))),
  )
}

/** Everything about one operation. */
export function renderOperation(context: Context, entry: Entry): HTMLElement {
  const { id, operation } = entry
  const { voice } = context
  const responses = Object.entries(operation.responses ?? {})
  return h(
    'section',
    { class: 'operation', id, tabindex: -1 },
    h(
      'div',
      { class: 'title' },
      heading(context, 'h3', id, address(entry)),
      operation.summary && h('p', { class: 'summary', lang: 'en' }, ...inline(operation.summary)),
      operation.deprecated && h('p', {}, voice.say('deprecated')),
    ),
    h(
      'div',
      { class: 'facts' },
      prose(operation.description),
      access(context, entry),
      ...parameters(context, entry),
      ...body(context, entry),
      h('h4', {}, voice.say('responses')),
      h('dl', { class: 'replies' }, ...responses.flatMap(([status, given]) => reply(context, status, given))),
      entry.also.length > 0 && h('h4', {}, voice.say('also')),
      entry.also.length > 0 &&
        h('ul', { class: 'also' }, ...entry.also.map(one => also(context, entry, one))),
    ),
    samples(context, entry, responses),
  )
}
