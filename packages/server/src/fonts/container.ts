import { CaptchaError } from '@upright/core'

/** Where a container lists its tables: how many, and in each entry where the table is. */
interface Directory {
  /** Place of the count, of the first entry, and bytes of an entry. */
  count: number
  first: number
  entry: number
  /** Places of a table's offset and length in its entry. */
  offset: number
  length: number
}

const SFNT: Directory = { count: 4, first: 12, entry: 16, offset: 8, length: 12 }
const WOFF: Directory = { count: 12, first: 44, entry: 20, offset: 4, length: 8 }

/** Accepted formats, by their first four bytes. */
const CONTAINERS: Readonly<Record<string, Directory>> = {
  '\0\x01\0\0': SFNT,
  true: SFNT,
  OTTO: SFNT,
  wOFF: WOFF,
}

/** Fonts that are not read, by the first four bytes, and what to do. */
const REFUSED_FORMATS: Readonly<Record<string, string>> = {
  wOF2: 'it is WOFF2, which is not read: give the TTF, OTF or WOFF it was made from, or unpack it ("fonttools ttLib.woff2 decompress FILE")',
  ttcf: 'it is a collection of fonts: save one of them as a file of its own',
}

/** Tables that only fonts have which cannot be used, and why. */
const UNUSABLE: readonly (readonly [tables: readonly string[], why: string])[] = [
  [['COLR', 'CBDT', 'sbix', 'SVG '], 'it is a colour font: codes are drawn from plain outlines'],
  [['fvar', 'CFF2'], 'it is a variable font: give a file of one weight, as its package has in "static"'],
]

/**
 * Reads the list of a font's tables, and whether all are there whole.
 * @throws CaptchaError `bad_font` for what cannot be used
 */
export function checkContainer(file: Buffer): void {
  const bad = (why: string) => new CaptchaError('bad_font', why)
  if (file.length === 0) throw bad('it is empty')
  const kind = file.toString('latin1', 0, 4)
  if (Object.hasOwn(REFUSED_FORMATS, kind)) throw bad(REFUSED_FORMATS[kind]!)
  if (!Object.hasOwn(CONTAINERS, kind)) throw bad('it is no font: TTF, OTF and WOFF are read')
  const names = tablesOf(file, CONTAINERS[kind]!)
  if (!names) throw bad('it was cut short')
  for (const [tables, why] of UNUSABLE) if (tables.some(name => names.includes(name))) throw bad(why)
  if (!names.includes('glyf') && !names.includes('CFF ')) throw bad('it has no outlines')
}

/** The names of a font's tables, or undefined where one reaches beyond the file. */
function tablesOf(file: Buffer, { count, first, entry, offset, length }: Directory): string[] | undefined {
  try {
    const entries = Array.from({ length: file.readUInt16BE(count) }, (_, i) => first + i * entry)
    const whole = entries.every(
      at => file.readUInt32BE(at + offset) + file.readUInt32BE(at + length) <= file.length,
    )
    return whole ? entries.map(at => file.toString('latin1', at, at + 4)) : undefined
  } catch {
    return undefined
  }
}
