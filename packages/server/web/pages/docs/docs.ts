import { byId, h } from '../../../../widget/src/parts/dom.ts'
import { speak } from '../../shared/language.ts'
import { type Description, type Entry, entriesOf, resolve } from './openapi.ts'
import { heading, renderOperation } from './operation.ts'
import { inline, prose } from './prose.ts'
import type { Context } from './schema.ts'
import { type DocsWord, docsWords } from './words.ts'

const reference = byId('reference')
const contents = byId('contents')
let description: Description | undefined
let failure: string | undefined

const voice = speak(docsWords, 'docsTitle', () => render())

const slug = (text: string) => `tag-${text.toLowerCase().replace(/[^a-z0-9]+/g, '-')}`

/** Tags in the order the description gives them, then those it forgot; operations without one come last. */
function grouped(given: Description): { name: string; text: string | undefined; entries: Entry[] }[] {
  const entries = entriesOf(given)
  const named = (given.tags ?? []).map(({ name }) => name)
  const names = [...new Set([...named, ...entries.map(({ tag }) => tag).filter(Boolean), ''])]
  return names
    .map(name => ({
      name: name || voice.say('others'),
      text: given.tags?.find(tag => tag.name === name)?.description,
      entries: entries.filter(({ tag }) => tag === name),
    }))
    .filter(({ entries }) => entries.length > 0)
}

function introduction(context: Context): HTMLElement {
  const { info, externalDocs } = context.description
  const { license, contact } = info
  // A link to this very page would lead nowhere.
  const elsewhere = (url: string) => new URL(url, location.href).pathname !== location.pathname
  const links = [
    h('a', { href: '/openapi.json' }, voice.say('description')),
    externalDocs &&
      elsewhere(externalDocs.url) &&
      h('a', { href: externalDocs.url, lang: 'en' }, externalDocs.description ?? externalDocs.url),
    contact?.url && elsewhere(contact.url) && h('a', { href: contact.url }, contact.name ?? contact.url),
    contact?.email && h('a', { href: `mailto:${contact.email}` }, contact.email),
    license && (license.url ? h('a', { href: license.url }, license.name) : h('span', {}, license.name)),
  ]
  return h(
    'header',
    { class: 'intro' },
    h('h1', {}, voice.say('reference')),
    h('p', { class: 'version', lang: 'en' }, `${info.title}, ${info.version}`),
    prose(info.description ?? info.summary),
    voice.say('inEnglish') && h('p', { class: 'notice' }, voice.say('inEnglish')),
    h('ul', { class: 'links' }, ...links.filter(link => link).map(link => h('li', {}, link as Node))),
  )
}

function access(context: Context): HTMLElement | undefined {
  const schemes = Object.entries(context.description.components?.securitySchemes ?? {})
  if (schemes.length === 0) return undefined
  return h(
    'section',
    { id: 'access', tabindex: -1 },
    heading(context, 'h2', 'access', voice.say('access')),
    h(
      'dl',
      { class: 'members' },
      ...schemes.flatMap(([name, given]) => {
        const scheme = resolve(context.description, given)
        const flows = Object.entries(scheme.flows ?? {})
        return [
          h(
            'dt',
            {},
            h('code', {}, name),
            ' ',
            h('span', { class: 'type' }, [scheme.type, scheme.scheme].filter(Boolean).join(', ')),
          ),
          h(
            'dd',
            {},
            prose(scheme.description),
            scheme.name && h('p', {}, voice.say('sentIn', { place: scheme.in ?? '', name: scheme.name })),
            ...flows.flatMap(([flow, { tokenUrl, scopes }]) => [
              h(
                'p',
                {},
                h('code', {}, flow),
                tokenUrl ? `: ${voice.say('tokenAt')} ` : '',
                tokenUrl && h('code', {}, tokenUrl),
              ),
              Object.keys(scopes ?? {}).length > 0 && h('p', {}, voice.say('scopes')),
              Object.keys(scopes ?? {}).length > 0 &&
                h(
                  'ul',
                  { lang: 'en' },
                  ...Object.entries(scopes ?? {}).map(([scope, text]) =>
                    h('li', {}, h('code', {}, scope), ' ', ...inline(text)),
                  ),
                ),
            ]),
          ),
        ]
      }),
    ),
  )
}

/** Every failure in one table: what it means, and where it can happen. */
function errors(context: Context, entries: Entry[]): HTMLElement | undefined {
  const rows = new Map<string, { status: string; text: string; where: { id: string; name: string }[] }>()
  for (const main of entries) {
    const seen = new Set<string>()
    for (const { method, path, operation } of [main, ...main.also]) {
      for (const [status, given] of Object.entries(operation.responses ?? {})) {
        // What an operation under a longer path shares with the main one is said once.
        if (!/^([45]|default)/.test(status) || seen.has(status)) continue
        seen.add(status)
        const text = resolve(context.description, given).description ?? ''
        const row = rows.get(status + text) ?? { status, text, where: [] }
        row.where.push({ id: main.id, name: `${method} ${path}` })
        rows.set(status + text, row)
      }
    }
  }
  if (rows.size === 0) return undefined
  const sorted = [...rows.values()].sort((a, b) => a.status.localeCompare(b.status))
  return h(
    'section',
    { id: 'errors', tabindex: -1 },
    heading(context, 'h2', 'errors', voice.say('errors')),
    h('p', {}, voice.say('errorsLead')),
    h(
      'table',
      {},
      h(
        'thead',
        {},
        h(
          'tr',
          {},
          ...(['status', 'meaning'] as DocsWord[]).map(word => h('th', { scope: 'col' }, voice.say(word))),
        ),
      ),
      h(
        'tbody',
        {},
        ...sorted.map(({ status, text, where }) =>
          h(
            'tr',
            {},
            h('th', { scope: 'row' }, status),
            h(
              'td',
              {},
              prose(text),
              h(
                'ul',
                { class: 'where' },
                ...where.map(({ id, name }) => h('li', {}, h('a', { href: `#${id}` }, name))),
              ),
            ),
          ),
        ),
      ),
    ),
  )
}

function navigation(context: Context, groups: ReturnType<typeof grouped>): HTMLElement[] {
  const link = (to: string, ...content: (Node | string)[]) =>
    h('li', {}, h('a', { href: `#${to}` }, ...content))
  return [
    ...(context.description.components?.securitySchemes
      ? [h('ul', {}, link('access', voice.say('access')))]
      : []),
    ...groups.flatMap(({ name, entries }) => [
      h('p', { lang: 'en' }, h('a', { href: `#${slug(name)}` }, name)),
      h(
        'ul',
        {},
        ...entries.map(({ id, method, path }) =>
          link(
            id,
            h('b', { class: `method ${method.toLowerCase()}` }, method),
            ' ',
            path.replace(/^\/piste\/[^/]+(\/v2)?/, '') || path,
          ),
        ),
      ),
    ]),
    h('ul', {}, link('errors', voice.say('errors'))),
  ]
}

function render(): void {
  if (!description) {
    const note = failure === undefined ? voice.say('loadingDocs') : voice.say('noDocs', { status: failure })
    const retry = h('button', { type: 'button' }, voice.say('retry'))
    retry.addEventListener('click', start)
    reference.replaceChildren(h('h1', {}, voice.say('reference')), h('p', { role: 'status' }, note))
    if (failure !== undefined) reference.append(retry)
    return
  }
  const context: Context = { description, voice }
  const groups = grouped(description)
  const sections = [
    introduction(context),
    access(context),
    ...groups.flatMap(({ name, text, entries }) => [
      h(
        'section',
        { id: slug(name), class: 'tag', lang: 'en', tabindex: -1 },
        heading(context, 'h2', slug(name), name),
        prose(text),
      ),
      ...entries.map(entry => renderOperation(context, entry)),
    ]),
    errors(context, entriesOf(description)),
  ]
  reference.replaceChildren(...sections.filter(section => section !== undefined))
  const title = h('summary', {}, voice.say('contents'))
  const wide = matchMedia('(min-width: 60rem)').matches
  contents.replaceChildren(h('details', { open: wide }, title, ...navigation(context, groups)))
  contents.hidden = false
  byId('version').textContent = description.info.version
}

async function start(): Promise<void> {
  failure = undefined
  try {
    const response = await fetch('/openapi.json', { credentials: 'omit' })
    if (!response.ok) throw new Error(String(response.status))
    description = await response.json()
  } catch (error) {
    failure = (error as Error).message
  }
  render()
  // The place asked for did not exist while the page was loading.
  if (location.hash.length > 1)
    document.getElementById(decodeURIComponent(location.hash.slice(1)))?.scrollIntoView()
}

start()
