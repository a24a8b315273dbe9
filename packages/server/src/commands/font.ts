import { CaptchaError } from '@upright/core'
import { prepareFont, readFontFile } from '../fonts/prepare.ts'
import type { FontEntry, Registry } from '../registry/registry.ts'
import { readArguments, runAction } from './arguments.ts'
import { confirm, YES } from './confirm.ts'
import { columns, print } from './print.ts'
import { withKnownRegistry, withRegistry } from './registry.ts'

const ACTIONS = { add, list, remove }

/** `upright font …`: fonts of the operator's own, for services that start after this. */
export const run = (args: string[]): Promise<void> => runAction('font', ACTIONS, args)

/** Note on when a change applies to a running service. */
const NEXT_START = 'Services know of it from their next start: restart all nodes together.'

async function add(args: string[]): Promise<void> {
  const facts = { name: { type: 'string' }, licence: { type: 'string' }, credit: { type: 'string' } } as const
  const { values, positionals } = readArguments(args, facts, ['FILE'])
  const { name, licence, credit } = values
  if (name === undefined || licence === undefined || credit === undefined) {
    throw new CaptchaError('usage', 'font add needs --name, --licence and --credit')
  }
  const prepared = prepareFont(await readFontFile(positionals[0]!))
  const font = shown(
    await withRegistry(values.data, registry => registry.addFont({ name, licence, credit, ...prepared })),
  )
  if (values.json) {
    print(JSON.stringify(font))
    return
  }
  print(columns(Object.entries(font).map(([label, value]) => [label, String(value)])))
  print(NEXT_START)
}

async function list(args: string[]): Promise<void> {
  const { values } = readArguments(args, {})
  const fonts = (await withFonts(values.data, registry => registry.fonts())).map(shown)
  if (values.json) {
    print(JSON.stringify(fonts))
    return
  }
  const rows = fonts.map(({ id, created, leftOut, licence, credit, name }) => [
    `${id}`,
    created,
    leftOut,
    licence,
    credit,
    name,
  ])
  print(columns([['id', 'created', 'leftOut', 'licence', 'credit', 'name'], ...rows]))
}

async function remove(args: string[]): Promise<void> {
  const { values, positionals } = readArguments(args, YES, ['ID'])
  const [text] = positionals
  const removed = await withFonts(values.data, async registry => {
    const found = (await registry.fonts()).find(({ id }) => String(id) === text)
    if (!found) throw new CaptchaError('font_unknown', `${text}; "upright font list" shows those there are`)
    await confirm(`remove font ${found.id} (${found.name})`, values.yes)
    return registry.removeFont(found.id)
  })
  if (values.json) {
    print(JSON.stringify({ removed: removed.id }))
    return
  }
  print(`removed font ${removed.id} (${removed.name})`)
  print(NEXT_START)
}

const shown = ({ id, name, licence, credit, leftOut, created }: FontEntry) => ({
  id,
  name,
  licence,
  credit,
  leftOut,
  created: new Date(created).toISOString(),
})

const withFonts = <T>(data: string | undefined, work: (registry: Registry) => Promise<T>): Promise<T> =>
  withKnownRegistry(data, 'no fonts of your own; "upright font add" adds the first', work)
