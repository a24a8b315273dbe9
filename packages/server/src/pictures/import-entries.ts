import { type Dirent, existsSync } from 'node:fs'
import { readdir, readFile, stat } from 'node:fs/promises'
import { basename, dirname, extname, join } from 'node:path'
import { CaptchaError } from '@upright/core'
import { MAX_FIELD_LENGTHS, plainText } from '../registry/picture-fields.ts'
import type { PictureChange } from '../registry/registry.ts'
import type { Crop } from './codec.ts'
import {
  cropOf,
  factsOf,
  type Row,
  type Rows,
  readCsv,
  readJson,
  referenceOf,
  textOf,
} from './import-feed.ts'
import { isPictureName, type PictureFile, readReference, readWithin } from './import-file.ts'

/** A picture to be imported, and what is said of it. */
export interface Draft extends PictureFile {
  facts: PictureChange
  crop: Crop
}

/** A place where a picture should be. */
export interface ImportEntry {
  /** Place of the entry, for the report: a file below the folder, or a feed's name with a line or number. */
  where: string
  /** @throws CaptchaError `bad_picture` */
  open(): Promise<Draft>
}

/** Largest feed, in bytes: it is read whole, and with it the pictures that it holds. */
const MAX_FEED_BYTES = 256_000_000
/** Longest name of a file in a report, in characters. */
const MAX_PLACE_LENGTH = 200

const bad = (detail: string) => new CaptchaError('bad_picture', detail)

/**
 * What there is to import: the pictures in a folder and those below it, in the order of their names; the
 * entries of a `.csv`, `.tsv` or `.json` feed; or one picture. Nothing but a feed itself is read yet.
 * @throws CaptchaError `bad_request` when there is nothing at the path; `bad_picture` when a feed is none
 */
export async function entriesOf(path: string): Promise<ImportEntry[]> {
  const found = await stat(path).catch((cause: NodeJS.ErrnoException) => {
    const why = cause.code === 'ENOENT' ? 'there is nothing' : `cannot be read (${cause.code})`
    throw new CaptchaError('bad_request', `${path}: ${why}`, { cause })
  })
  if (found.isDirectory()) return walk(path, '')
  if (!found.isFile()) throw new CaptchaError('bad_request', `${path} is neither a folder nor a file`)
  const read = FEEDS[extname(path).toLowerCase()]
  if (!read) return [fileEntry(dirname(path), basename(path))]
  if (found.size > MAX_FEED_BYTES) throw bad(`the feed has ${found.size} bytes, more than ${MAX_FEED_BYTES}`)
  const file = { name: basename(path), root: dirname(path) }
  return feedEntries(read(textOf(await readFile(path))), file)
}

/**
 * What there is to import in a JSON feed that was sent. No folder belongs to it: its pictures are `data:`
 * URLs.
 * @throws CaptchaError `bad_picture` when it is no feed, `body_too_large` when it has more than `most`
 * entries
 */
export const entriesSent = (feed: Buffer, most: number): ImportEntry[] =>
  feedEntries(readJson(textOf(feed), most))

const FEEDS: Readonly<Record<string, (text: string) => Rows>> = {
  '.csv': readCsv,
  '.tsv': readCsv,
  '.json': readJson,
}

/** The pictures below a folder, in order. Links to folders are not followed. */
async function walk(root: string, below: string): Promise<ImportEntry[]> {
  let found: Dirent[]
  try {
    found = await readdir(join(root, below), { withFileTypes: true })
  } catch (cause) {
    const where = below || root
    const error = bad(`the folder cannot be read (${(cause as NodeJS.ErrnoException).code})`)
    return [{ where, open: () => Promise.reject(error) }]
  }
  const entries: ImportEntry[] = []
  for (const entry of found.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    // Hidden, or what systems put beside a file.
    if (entry.name.startsWith('.')) continue
    const name = below ? `${below}/${entry.name}` : entry.name
    if (entry.isDirectory()) entries.push(...(await walk(root, name)))
    else if (isPictureName(entry.name)) entries.push(fileEntry(root, name))
  }
  return entries
}

/** A file is called as its picture is, unless a JSON file of the same name beside it says more. */
function fileEntry(root: string, name: string): ImportEntry {
  return {
    where: plainText(name).slice(0, MAX_PLACE_LENGTH),
    async open() {
      const row = await sidecarOf(root, name)
      const file = await readWithin(root, name)
      return { ...file, facts: { name: nameFrom(name), ...factsOf(row) }, crop: cropOf(row) }
    },
  }
}

async function sidecarOf(root: string, name: string): Promise<Row> {
  const sidecar = `${name.slice(0, name.length - extname(name).length)}.json`
  if (!existsSync(join(root, sidecar))) return {}
  const { bytes } = await readWithin(root, sidecar)
  try {
    const [first] = readJson(`[${textOf(bytes)}]`)
    if (first!.row instanceof CaptchaError) throw first!.row
    return first!.row
  } catch {
    throw bad(`${basename(sidecar)} beside it is not a JSON object`)
  }
}

/** `rex_le_chien.jpg` is "rex le chien". */
function nameFrom(path: string): string {
  const name = plainText(basename(path, extname(path)).replaceAll('_', ' '))
  return [...name].slice(0, MAX_FIELD_LENGTHS.name).join('') || 'picture'
}

/** The entries of a feed; `file` is what it was read from. */
function feedEntries(rows: Rows, file?: { name: string; root: string }): ImportEntry[] {
  const feed = file ? `${plainText(file.name).slice(0, MAX_PLACE_LENGTH)}, ` : ''
  return rows.map(({ place, row }) => ({
    where: `${feed}${place}`,
    async open() {
      if (row instanceof CaptchaError) throw row
      const reference = referenceOf(row)
      const picture = await readReference(file?.root, reference)
      const named = /^data:/i.test(reference) ? {} : { name: nameFrom(reference.replaceAll('\\', '/')) }
      return { ...picture, facts: { ...named, ...factsOf(row) }, crop: cropOf(row) }
    },
  }))
}
