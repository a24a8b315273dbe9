import { statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Bitmap, CodeStyle, Form, Language } from '@upright/core'
import {
  CaptchaError,
  contactSheet,
  drawCode,
  drawnAs,
  encodePng,
  LANGUAGES,
  languageOf,
  seasonOf,
  speakCode,
  styleNamed,
  styles,
} from '@upright/core'
import { makeFolders } from '../data-folder/folder.ts'
import { createPictures } from '../pictures/library.ts'
import { asPng } from '../pictures/pixels.ts'
import { DEFAULT_SETTINGS } from '../registry/settings.ts'
import { readArguments, type Values, wholeFlag } from './arguments.ts'
import { captchaFor, openFonts, openLibrary, type Source } from './challenges.ts'
import { print } from './print.ts'
import { work } from './render-work.ts'

const OPTIONS = {
  style: { type: 'string' },
  count: { type: 'string' },
  out: { type: 'string' },
  seed: { type: 'string' },
  secret: { type: 'string' },
  season: { type: 'string' },
  sheet: { type: 'boolean' },
  size: { type: 'string' },
  scale: { type: 'string' },
  level: { type: 'string' },
  language: { type: 'string' },
  snr: { type: 'string' },
  spelling: { type: 'boolean' },
  upright: { type: 'boolean' },
  shape: { type: 'string' },
  tries: { type: 'string' },
} as const

/** Pictures beside each other on a sheet. */
const COLUMNS = 5
/**
 * `upright render text|speech|rotate|work …`: challenges as files, made as the service makes them, and their
 * answers in labels.tsv.
 */
export async function run(args: string[]): Promise<void> {
  const { values, positionals } = readArguments(args, OPTIONS, ['KIND'])
  const [kind] = positionals
  if (!Object.hasOwn(MAKERS, kind!)) {
    throw new CaptchaError('usage', `render ${kind}: text, speech, rotate and work can be rendered`)
  }
  const { flags, what, maker } = MAKERS[kind!]!
  const { out } = values
  if (out === undefined || values.count === undefined) {
    throw new CaptchaError('usage', 'render needs --count and --out')
  }
  const own = Object.values(MAKERS).flatMap(({ flags }) => flags)
  const misplaced = own.find(flag => values[flag] !== undefined && !flags.includes(flag))
  if (misplaced) throw new CaptchaError('usage', `--${misplaced} is not for ${kind}`)
  const count = wholeFlag('count', values.count, 1, 1_000_000)!

  const before = performance.now()
  const { ending, next, finish } = await maker(values)
  const labels: string[] = []
  makeFolder(out)
  for (let i = 1; i <= count; i++) {
    const { name, answer, bytes } = await next()
    const file = `${name ?? ''}${String(i).padStart(String(count).length, '0')}.${ending}`
    writeFileSync(join(out, file), bytes)
    labels.push(`${file}\t${answer}\n`)
  }
  writeFileSync(join(out, 'labels.tsv'), labels.join(''))
  await finish?.(out)
  const seconds = Number(((performance.now() - before) / 1000).toFixed(3))
  print(values.json ? JSON.stringify({ out, count, seconds }) : `${count} ${what} in ${out} in ${seconds} s`)
}

type Flags = Values<typeof OPTIONS & { data: { type: 'string' } }>

/** A challenge as a file: what is right, and what the file's name begins with. */
interface Rendered {
  answer: string
  bytes: Uint8Array
  name?: string
}

/** Renderer of a kind's files. */
interface Maker {
  ending: string
  next(): Rendered | Promise<Rendered>
  /** Writes what belongs to all of them. */
  finish?: (out: string) => void | Promise<void>
}

/** What can be rendered, with its flags and its function. */
const MAKERS: Record<
  string,
  {
    flags: (keyof typeof OPTIONS)[]
    what: string
    maker: (values: Flags) => Maker | Promise<Maker>
  }
> = {
  text: { flags: ['style', 'level', 'sheet', 'size', 'scale', 'season'], what: 'pictures', maker: pictures },
  speech: { flags: ['style', 'language', 'snr', 'spelling'], what: 'sounds', maker: sounds },
  rotate: { flags: ['upright'], what: 'discs', maker: discs },
  work: { flags: ['style', 'shape', 'tries'], what: 'challenges', maker: work },
}

/** Styles of codes, those of our own widget too. */
const CODE_STYLES = styles.filter((style): style is CodeStyle => style.kind === 'text')

function styleOf({ style: name }: Flags): CodeStyle {
  if (name === undefined) throw new CaptchaError('usage', 'render needs --style')
  const style = CODE_STYLES.find(each => each.name === name)
  if (style) return style
  throw new CaptchaError(
    'bad_style',
    `${name}; choose one of ${CODE_STYLES.map(each => each.name).join(', ')}`,
  )
}

/** How strongly letters are distorted: as their style says, unless a level is named. */
function levelOf({ settings }: CodeStyle, name: string | undefined): 'light' | 'standard' {
  if (name === undefined) return drawnAs(settings)
  if (name === 'light' || name === 'standard') return name
  throw new CaptchaError('usage', `--level must be light or standard, not "${name}"`)
}

async function pictures(values: Flags): Promise<Maker> {
  const style = styleOf(values)
  const next = challenges(style, 'picture', { ...values, fonts: await openFonts(values.data) })
  const level = levelOf(style, values.level)
  const options = { level, ...sizeOf(values.size), ...scaleOf(values.scale) }
  const bitmaps: Bitmap[] = []
  return {
    ending: 'png',
    next() {
      const { answer, stream, look } = next()
      const bitmap = drawCode(answer, options, stream, seasonOf(level, look))
      // The pixels are lent until the next picture.
      if (values.sheet) bitmaps.push({ ...bitmap, pixels: bitmap.pixels.slice() })
      return { answer, bytes: encodePng(bitmap) }
    },
    finish(out) {
      if (values.sheet) writeFileSync(join(out, 'sheet.png'), contactSheet(bitmaps, COLUMNS))
    },
  }
}

function sounds(values: Flags): Maker {
  const { language, snr, spelling } = values
  const style = styleOf(values)
  const next = challenges(style, 'sound', values)
  const options = {
    language: style.settings.language,
    ...(language !== undefined && { language: spokenIn(language) }),
    ...(snr !== undefined && { snr: wholeFlag('snr', snr, 0, 40)! }),
    ...(spelling && { spelling }),
  }
  return {
    ending: 'wav',
    next() {
      const { answer, stream } = next()
      return { answer, bytes: speakCode(answer, options, stream) }
    },
  }
}

/**
 * Discs of the pictures of a data folder, or of those that come with the package. Their names begin with
 * their picture's number, and with `--upright` the pictures themselves are in a folder of that name: what
 * attackers who have the whole library know.
 */
async function discs(values: Flags): Promise<Maker> {
  const library = await openLibrary(values.data)
  const captcha = captchaFor(values)
  const shown = createPictures(captcha, library)
  const style = styleNamed('rotate')!
  return {
    ending: 'jpg',
    async next() {
      const id = captcha.issue(1, style)
      const { bytes } = await shown.show({ id: 1, settings: DEFAULT_SETTINGS }, id)
      const { id: picture } = (await shown.of(id))!
      return { name: `${picture}-`, answer: captcha.open(id)!.answer, bytes }
    },
    async finish(out) {
      if (values.upright) {
        makeFolder(join(out, 'upright'))
        for (const { id } of await library.pictures()) {
          writeFileSync(join(out, 'upright', `${id}.png`), await asPng((await library.pictureBytes(id))!))
        }
      }
      await library.close()
    },
  }
}

/** What the forms of new challenges of a style are drawn from, one a call. */
function challenges(style: CodeStyle, form: Form, source: Source) {
  const captcha = captchaFor(source)
  return () => captcha.draft({ id: 1, settings: DEFAULT_SETTINGS }, captcha.issue(1, style), form)
}

/** The language of a tag such as `fr` or `fr-FR`. */
function spokenIn(tag: string): Language {
  const language = languageOf(tag, LANGUAGES)
  if (language) return language
  throw new CaptchaError('usage', `--language must be one of ${LANGUAGES.join(', ')}, not "${tag}"`)
}

/** `200x70` as width and height; their bounds are for the drawing to say. */
function sizeOf(text: string | undefined): { width?: number; height?: number } {
  if (text === undefined) return {}
  const [, width, height] = /^(\d{1,4})x(\d{1,4})$/.exec(text) ?? []
  if (!width || !height) throw new CaptchaError('usage', `--size must be like 200x70, not "${text}"`)
  return { width: Number(width), height: Number(height) }
}

function scaleOf(text: string | undefined): { scale?: 1 | 2 } {
  const scale = wholeFlag('scale', text, 1, 2)
  return scale === undefined ? {} : { scale: scale as 1 | 2 }
}

function makeFolder(path: string): void {
  try {
    makeFolders(path)
    if (!statSync(path).isDirectory()) throw Object.assign(new Error(), { code: 'ENOTDIR' })
  } catch (cause) {
    throw new CaptchaError(
      'usage',
      `--out ${path} cannot be made (${(cause as NodeJS.ErrnoException).code})`,
      { cause },
    )
  }
}
