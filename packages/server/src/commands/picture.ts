import { CaptchaError, type Subject } from '@upright/core'
import { importPictures } from '../pictures/import.ts'
import { shown } from '../pictures/picture.ts'
import { usage } from '../pictures/tally.ts'
import type { AnimalStatus, PictureEntry, PictureState } from '../registry/picture.ts'
import type { PictureChange, Registry } from '../registry/registry.ts'
import { readArguments, runAction, type Values } from './arguments.ts'
import { confirm, YES } from './confirm.ts'
import { columns, print } from './print.ts'
import { progressOn } from './progress.ts'
import { withKnownRegistry, withRegistry } from './registry.ts'

/** Flags that apply to many pictures. */
const SHARED_FLAGS = {
  status: { type: 'string' },
  state: { type: 'string' },
  species: { type: 'string' },
  shelter: { type: 'string' },
  city: { type: 'string' },
  credit: { type: 'string' },
  licence: { type: 'string' },
  source: { type: 'string' },
} as const
const PICTURE_FLAGS = {
  ...SHARED_FLAGS,
  name: { type: 'string' },
  link: { type: 'string' },
  subject: { type: 'string' },
} as const

/** The columns of the list. */
const COLUMNS = [
  'id',
  'state',
  'status',
  'machineEase',
  'subject',
  'shown',
  'answers',
  'agree',
  'mean',
  'spread',
  'species',
  'shelter',
  'licence',
  'name',
]

const ACTIONS: Record<string, (args: string[]) => Promise<number | undefined>> = {
  import: add,
  list,
  set,
  remove,
}

/**
 * `upright picture …`: the pictures of the registry, also beside a running server, which notices within a
 * second.
 */
export const run = (args: string[]): Promise<number | undefined> => runAction('picture', ACTIONS, args)

/** Exit code 1 when there was something to import and nothing of it could be. */
async function add(args: string[]): Promise<number> {
  const { values, positionals } = readArguments(args, SHARED_FLAGS, ['PATH'])
  const { state, ...defaults } = changeOf(values)
  if (state === 'aside') throw new CaptchaError('usage', '--state must be serving or candidate')
  const progress = progressOn(process.stderr, values.json ? 'bar' : 'bar or counts')
  const result = await withRegistry(values.data, registry =>
    importPictures(positionals[0]!, { registry, state, defaults, onProgress: progress.tell }),
  ).finally(progress.end)
  const { added, duplicates, refused } = result
  if (values.json) print(JSON.stringify(result))
  else {
    for (const { where, like } of duplicates) note(`${where}: looks like picture ${like.id} (${like.name})`)
    for (const { where, why } of refused) note(`${where}: ${why}`)
    print(`${added.length} added, ${duplicates.length} there already, ${refused.length} refused`)
  }
  return added.length === 0 && (refused.length > 0 || duplicates.length === 0) ? 1 : 0
}

async function list(args: string[]): Promise<undefined> {
  const { values } = readArguments(args, {})
  const pictures = await withPictures(values.data, async registry => {
    const uses = await registry.pictureUses()
    return (await registry.pictures()).map(picture => ({
      ...shown(picture),
      use: usage(uses.get(picture.id)),
    }))
  })
  if (values.json) {
    print(JSON.stringify(pictures))
    return
  }
  const rows = pictures.map(({ use, ...picture }) => [
    `${picture.id}`,
    picture.state,
    picture.status,
    picture.machineEase.toFixed(2) + (picture.easy ? ' easy' : ''),
    boxOf(picture.subject),
    `${use.shown}`,
    `${use.answers}`,
    use.agree?.toFixed(2) ?? '',
    use.mean?.toFixed(1) ?? '',
    use.spread?.toFixed(1) ?? '',
    picture.species,
    picture.shelter,
    picture.licence,
    picture.name,
  ])
  print(columns([COLUMNS, ...rows]))
}

async function set(args: string[]): Promise<undefined> {
  const { values, positionals } = readArguments(args, PICTURE_FLAGS, ['ID'])
  const change = changeOf(values)
  if (Object.keys(change).length === 0) {
    throw new CaptchaError('usage', 'picture set needs something to set, such as --status ADOPTION')
  }
  const picture = await withPictures(values.data, registry =>
    registry.setPicture(idOf(positionals[0]!), change),
  )
  if (values.json) print(JSON.stringify(shown(picture)))
  else {
    const facts = { ...shown(picture), subject: boxOf(picture.subject) }
    print(columns(Object.entries(facts).map(([label, value]) => [label, String(value)])))
  }
}

async function remove(args: string[]): Promise<undefined> {
  const { values, positionals } = readArguments(args, YES, ['ID…'])
  const ids = [...new Set(positionals.map(idOf))]
  const removed = await withPictures(values.data, async registry => {
    const pictures = new Map((await registry.pictures()).map(picture => [picture.id, picture]))
    // All are looked up before the first is gone.
    const found = ids.map(id => pictures.get(id) ?? unknown(id))
    const [{ id, name }] = found as [PictureEntry]
    await confirm(
      `remove ${found.length === 1 ? `picture ${id} (${name})` : `${found.length} pictures`}`,
      values.yes,
    )
    for (const { id } of found) await registry.removePicture(id)
    return found
  })
  if (values.json) print(JSON.stringify({ removed: removed.map(({ id }) => id) }))
  else for (const { id, name } of removed) print(`removed picture ${id} (${name})`)
}

/** Values of the flags; the registry validates them. */
function changeOf(flags: Values<typeof PICTURE_FLAGS> & { data?: string; json?: boolean }): PictureChange {
  const { data: _, json: __, status, state, subject, ...texts } = flags
  return {
    ...texts,
    ...(status !== undefined && { status: status.toUpperCase() as AnimalStatus }),
    ...(state !== undefined && { state: state as PictureState }),
    ...(subject !== undefined && { subject: subjectOf(subject) }),
  }
}

/** A subject as `--subject` takes it; empty where none is known yet. */
const boxOf = (subject: Subject | null) =>
  subject ? [subject.x, subject.y, subject.width, subject.height].join() : ''

function subjectOf(text: string): Subject {
  const [x, y, width, height, more] = text
    .split(',')
    .map(part => (part.trim() === '' ? Number.NaN : Number(part)))
  if (height === undefined || more !== undefined) {
    throw new CaptchaError('usage', `--subject must be X,Y,W,H in shares of the side, not "${text}"`)
  }
  return { x: x!, y: y!, width: width!, height }
}

const note = (line: string) => process.stderr.write(`${line}\n`)

function unknown(id: string | number): never {
  throw new CaptchaError('picture_unknown', `${id}; "upright picture list" shows those there are`)
}

const idOf = (text: string): number => (/^\d{1,10}$/.test(text) ? Number(text) : unknown(text))

const withPictures = <T>(data: string | undefined, work: (registry: Registry) => Promise<T>): Promise<T> =>
  withKnownRegistry(data, 'no pictures; "upright picture import" adds some', work)
