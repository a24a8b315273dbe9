import { isUtf8 } from 'node:buffer'
import { CaptchaError } from '@upright/core'
import { parse } from 'csv-parse/sync'
import { MAX_FIELD_LENGTHS } from '../registry/picture-fields.ts'
import type { PictureChange } from '../registry/registry.ts'
import type { Crop } from './codec.ts'

/** An entry of a feed as it stands there: values by the names of their columns, in small letters. */
export type Row = Readonly<Record<string, unknown>>

/** Rows of a feed, each with its line or number; one that cannot be read has a reason instead. */
export type Rows = { place: string; row: Row | CaptchaError }[]

const bad = (detail: string) => new CaptchaError('bad_picture', detail)

/** Columns, or members, that hold the picture: the first that is there. */
const PICTURE = ['picture', 'image', 'file', 'photo'] as const
/** Other spellings. */
const ALIASES: Readonly<Record<string, string>> = { license: 'licence' }

const columnOf = (name: string) => {
  const plain = name.trim().toLowerCase()
  return ALIASES[plain] ?? plain
}

/** Characters of Windows-1252 from 0x80 on: node's decoder leaves them as they are. */
const WINDOWS = '€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ'

/**
 * A feed's text, without a byte order mark and DOS's sign of the end: UTF-8, UTF-16, or what spreadsheets
 * write that write neither.
 */
export function textOf(bytes: Buffer): string {
  const text = decoded(bytes).replace(/^\ufeff/, '')
  return text.endsWith('\x1a') ? text.slice(0, -1) : text
}

function decoded(bytes: Buffer): string {
  const [first, second] = bytes
  // By its byte order mark, or because a feed begins with a character of ASCII.
  if ((first === 0xff && second === 0xfe) || second === 0) return bytes.toString('utf16le')
  if ((first === 0xfe && second === 0xff) || first === 0) {
    return Buffer.from(bytes.subarray(0, bytes.length & ~1))
      .swap16()
      .toString('utf16le')
  }
  if (isUtf8(bytes)) return bytes.toString('utf8')
  return bytes.toString('latin1').replace(/[\x80-\x9f]/g, control => WINDOWS[control.charCodeAt(0) - 0x80]!)
}

/**
 * The rows of a table (RFC 4180) whose first line names its columns, separated by commas, semicolons, tabs,
 * vertical bars, or what a line such as `sep=;` before it says.
 * @throws CaptchaError `bad_picture` when no column holds pictures
 */
export function readCsv(text: string): Rows {
  const skipped: Rows = []
  // One sort of line end: the reader counts two lines where another stands inside of quotation marks.
  const lines = text.replace(/\r\r?\n|\r/g, '\n')
  const [line = '', separator] = SEPARATOR_LINE.exec(lines) ?? []
  const table = lines.slice(line.length)
  const placeOf = (number: number) => `line ${number + line.split('\n').length - 1}`
  const records = parse(table, {
    delimiter: separator ?? delimiterOf(table),
    info: true,
    trim: true,
    relax_quotes: true,
    relax_column_count: true,
    skip_empty_lines: true,
    skip_records_with_error: true,
    on_skip: error => {
      skipped.push({
        place: placeOf(Number(error?.lines) || 0),
        row: bad('a quotation mark is opened there and never closed'),
      })
      return undefined
    },
    // Its types do not know what `info` does.
  }) as unknown as { record: string[]; info: { lines: number } }[]
  const filled = records.filter(({ record }) => record.some(value => value.trim() !== ''))
  const columns = filled.shift()?.record.map(columnOf) ?? []
  if (!columns.some(isPictureColumn)) {
    throw bad(`the first line of the feed names no column ${PICTURE.join(', ')}`)
  }
  const rows: Rows = filled.map(({ record, info }) => {
    const place = placeOf(info.lines)
    if (record.slice(columns.length).some(value => value.trim() !== '')) {
      return { place, row: bad(`it has ${record.length} values for ${columns.length} columns`) }
    }
    return { place, row: rowOf(record.map((value, i) => [columns[i]!, value])) }
  })
  return [...rows, ...skipped]
}

/** The line before the names of the columns by which spreadsheets know the delimiter. */
const SEPARATOR_LINE = /^\n*"?sep=([^"\n])"?[^\S\n]*(?:\n|$)/i

/** The separator: the most frequent candidate in the first line, outside quotation marks. */
function delimiterOf(text: string): string {
  const [line = ''] = /^[^\n]*/.exec(text.slice(0, 10_000).replace(/^\n+/, '')) ?? []
  const bare = line.replace(/"[^"]*"/g, '')
  const count = (delimiter: string) => bare.split(delimiter).length
  return [',', ';', '\t', '|'].reduce((best, each) => (count(each) > count(best) ? each : best))
}

/**
 * The rows of a JSON feed: an array of objects, or an object with such an array.
 * @throws CaptchaError `bad_picture` when there is none, `body_too_large` when there are more than `most`
 */
export function readJson(text: string, most = Number.POSITIVE_INFINITY): Rows {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw new CaptchaError(
      'bad_picture',
      `the feed is not JSON (${(cause as Error).message.slice(0, 100)})`,
      { cause },
    )
  }
  const lists = Array.isArray(value)
    ? [value]
    : Object.values(isObject(value) ? value : {}).filter(Array.isArray)
  const list = lists.find(each => each.some(isObject)) ?? lists[0]
  if (!list) throw bad('the feed holds no array of pictures')
  if (list.length > most)
    throw new CaptchaError('body_too_large', `${list.length} entries, and ${most} at most`)
  return list.map((entry: unknown, i) => ({
    place: `entry ${i + 1}`,
    row: isObject(entry) ? rowOf(Object.entries(entry)) : bad('it is not an object'),
  }))
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isPictureColumn = (name: string) => (PICTURE as readonly string[]).includes(name)

/** Of several columns of one name the first that says something. */
function rowOf(values: (readonly [name: string, value: unknown])[]): Row {
  const row: Record<string, unknown> = Object.create(null)
  for (const [name, value] of values) {
    if (value === null || value === undefined || value === '') continue
    row[columnOf(name)] ??= value
  }
  return row
}

/** The file or the `data:` URL that a row says its picture is. @throws CaptchaError `bad_picture` */
export function referenceOf(row: Row): string {
  const value = PICTURE.map(name => row[name]).find(each => each !== undefined)
  if (typeof value !== 'string' || value.trim() === '') throw bad(`it has no ${PICTURE.join(', ')}`)
  return value.trim()
}

/** Fields of a row; the registry validates them. @throws CaptchaError `bad_picture` */
export function factsOf(row: Row): PictureChange {
  const facts: Record<string, string> = {}
  for (const name of [...Object.keys(MAX_FIELD_LENGTHS), 'status']) {
    const value = row[name]
    if (value === undefined) continue
    if (typeof value === 'object') throw bad(`${name} must be a text`)
    const text = String(value)
    if (text.trim() !== '') facts[name] = name === 'status' ? text.trim().toUpperCase() : text
  }
  return facts as PictureChange
}

/** The square that a row's `crop` asks for. @throws CaptchaError `bad_picture` */
export function cropOf({ crop }: Row): Crop {
  if (crop === undefined) return {}
  const isNumber = (value: unknown) => value === undefined || typeof value === 'number'
  if (!isObject(crop) || ![crop.x, crop.y, crop.side].every(isNumber)) {
    throw bad('crop must be an object with numbers x, y and side')
  }
  return { x: crop.x, y: crop.y, side: crop.side } as Crop
}
