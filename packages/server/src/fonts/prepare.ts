import { readFile, stat } from 'node:fs/promises'
import { runInNewContext } from 'node:vm'
import { CaptchaError, CHARACTERS, codeStyles, lookAlikes, misshapen, readFonts } from '@upright/core'
import { bakeAsset, bakeFont, parseFont } from './bake.ts'
import { checkContainer } from './container.ts'

/** Most bytes of a font's file: one with the letters of a few scripts has a tenth. */
const MAX_FONT_BYTES = 5 * 2 ** 20
/** Milliseconds that a file may take to be read: many times what the largest does. */
const PARSE_TIMEOUT_MS = 5000
/** Alphabets of all styles of codes. */
const ALPHABETS = [...new Set(codeStyles.map(({ settings }) => settings.alphabet))]

/** A font made ready to be added: its outlines, and what it draws too much like something else. */
export interface PreparedFont {
  asset: Buffer
  leftOut: string
}

const bad = (why: string, cause?: unknown) => new CaptchaError('bad_font', why, { cause })

/** Reads a font's file. @throws CaptchaError `bad_font` */
export async function readFontFile(path: string): Promise<Buffer> {
  try {
    const found = await stat(path)
    // Reading from what is no file might never end.
    if (!found.isFile()) throw bad(`${path} is not a file`)
    if (found.size > MAX_FONT_BYTES) throw bad(`it has ${found.size} bytes, more than ${MAX_FONT_BYTES}`)
    return await readFile(path)
  } catch (cause) {
    if (cause instanceof CaptchaError) throw cause
    throw bad(`${path} cannot be read (${(cause as NodeJS.ErrnoException).code})`, cause)
  }
}

/**
 * Makes a font's file ready to be added: every character that codes hold must be there and have a letter's
 * size, and most must look like no other.
 * @throws CaptchaError `bad_font`, naming the characters at fault
 */
export function prepareFont(file: Buffer): PreparedFont {
  checkContainer(file)
  const asset = bakeInTime(file)
  const [font] = readFonts(asset)
  const wrong = misshapen(font!)
  if (wrong)
    throw bad(`it draws ${wrong} not at all, or too small, large, thin, thick or intricate for a code`)
  const leftOut = lookAlikes(font!, ALPHABETS)
  const poor = ALPHABETS.some(
    alphabet => [...alphabet].filter(character => leftOut.includes(character)).length > alphabet.length / 2,
  )
  if (poor) throw bad(`it draws too many characters like others: ${leftOut}`)
  return { asset, leftOut }
}

/** A damaged file can keep the parser busy for ever: it is stopped then. */
function bakeInTime(file: Buffer): Buffer {
  try {
    return quietly(() => runInNewContext('bake()', { bake: () => bake(file) }, { timeout: PARSE_TIMEOUT_MS }))
  } catch (cause) {
    if (cause instanceof CaptchaError) throw cause
    throw bad('it is damaged, or its letters are too intricate', cause)
  }
}

/**
 * The parser writes what it finds odd, and its own stack, to the console: the error says what there is to
 * say.
 */
function quietly<T>(work: () => T): T {
  const { debug, error, info, log, trace, warn } = console
  const nothing = () => {}
  Object.assign(console, {
    debug: nothing,
    error: nothing,
    info: nothing,
    log: nothing,
    trace: nothing,
    warn: nothing,
  })
  try {
    return work()
  } finally {
    Object.assign(console, { debug, error, info, log, trace, warn })
  }
}

/** The outlines alone, without a name: the same font is the same bytes, whatever it is called. */
function bake(file: Buffer): Buffer {
  const font = parseFont(file)
  const missing = [...CHARACTERS].filter(character => !font.charToGlyphIndex(character)).join('')
  if (missing) throw bad(`it lacks ${missing}`)
  return bakeAsset([bakeFont(font, '')])
}
