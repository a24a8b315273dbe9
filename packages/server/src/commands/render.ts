import { createHash, randomBytes } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Bitmap, Form, Language, Stream, Style } from '@upright/core'
import {
  CaptchaError,
  contactSheet,
  createCaptcha,
  deriveKey,
  drawCode,
  encodePng,
  keyedStream,
  memoryLedger,
  parseId,
  purposeStreams,
  speakCode,
  styleNamed,
  styles,
} from '@upright/core'
import { readArguments, type Values, wholeFlag } from './arguments.ts'
import { print } from './print.ts'

const OPTIONS = {
  style: { type: 'string' },
  count: { type: 'string' },
  out: { type: 'string' },
  seed: { type: 'string' },
  secret: { type: 'string' },
  sheet: { type: 'boolean' },
  size: { type: 'string' },
  scale: { type: 'string' },
  language: { type: 'string' },
  snr: { type: 'string' },
  spelling: { type: 'boolean' },
} as const
const TEXT_ONLY = ['sheet', 'size', 'scale'] as const
const SPEECH_ONLY = ['language', 'snr', 'spelling'] as const

/** Pictures beside each other on a sheet. */
const COLUMNS = 5
/** The moment at which seeded challenges are issued, in milliseconds since 1970: any will do, if it is always the same. */
const SEEDED_TIME = 1_800_000_000_000

/** `upright render text|speech …`: challenges as files, made as the service makes them, and their answers in labels.tsv. */
export async function run(args: string[]): Promise<void> {
  const { values, positionals } = readArguments(args, OPTIONS, ['KIND'])
  const [kind] = positionals
  if (kind !== 'text' && kind !== 'speech') {
    throw new CaptchaError('usage', `render ${kind}: text and speech can be rendered`)
  }
  const { out, style: name } = values
  if (out === undefined || name === undefined || values.count === undefined) {
    throw new CaptchaError('usage', 'render needs --style, --count and --out')
  }
  const other = kind === 'text' ? SPEECH_ONLY : TEXT_ONLY
  const misplaced = other.find(flag => values[flag] !== undefined)
  if (misplaced) throw new CaptchaError('usage', `--${misplaced} is not for ${kind}`)
  const style = styleNamed(name)
  if (!style)
    throw new CaptchaError('bad_style', `${name}; choose one of ${styles.map(each => each.name).join(', ')}`)
  const count = wholeFlag('count', values.count, 1, 1_000_000)!

  const before = performance.now()
  const next = challenges(style, kind === 'text' ? 'picture' : 'sound', values.seed, values.secret)
  const { ending, make, finish } = kind === 'text' ? pictures(style, values) : sounds(style, values)
  const labels: string[] = []
  makeFolder(out)
  for (let i = 1; i <= count; i++) {
    const { answer, stream } = next()
    const file = `${String(i).padStart(String(count).length, '0')}.${ending}`
    writeFileSync(join(out, file), make(answer, stream))
    labels.push(`${file}\t${answer}\n`)
  }
  writeFileSync(join(out, 'labels.tsv'), labels.join(''))
  finish?.(out)
  const seconds = Number(((performance.now() - before) / 1000).toFixed(3))
  const what = kind === 'text' ? 'pictures' : 'sounds'
  print(values.json ? JSON.stringify({ out, count, seconds }) : `${count} ${what} in ${out} in ${seconds} s`)
}

/** How the files of a kind are made. */
interface Maker {
  ending: string
  make: (answer: string, stream: Stream) => Uint8Array
  /** Writes what belongs to all of them. */
  finish?: (out: string) => void
}

function pictures(style: Style, values: Values<typeof OPTIONS>): Maker {
  const options = { ...style.settings, ...sizeOf(values.size), ...scaleOf(values.scale) }
  const bitmaps: Bitmap[] = []
  return {
    ending: 'png',
    make(answer, stream) {
      const bitmap = drawCode(answer, options, stream)
      // The pixels are lent until the next picture.
      if (values.sheet) bitmaps.push({ ...bitmap, pixels: bitmap.pixels.slice() })
      return encodePng(bitmap)
    },
    finish(out) {
      if (values.sheet) writeFileSync(join(out, 'sheet.png'), contactSheet(bitmaps, COLUMNS))
    },
  }
}

function sounds(style: Style, { language, snr, spelling }: Values<typeof OPTIONS>): Maker {
  const options = {
    ...style.settings,
    ...(language !== undefined && { language: language as Language }),
    ...(snr !== undefined && { snr: wholeFlag('snr', snr, 0, 40)! }),
    ...(spelling && { spelling }),
  }
  return { ending: 'wav', make: (answer, stream) => speakCode(answer, options, stream) }
}

/** New challenges of a style, one a call: each the answer of an id and the stream for one of its forms. */
function challenges(style: Style, form: Form, seed: string | undefined, given: string | undefined) {
  const random = seed === undefined ? randomBytes : seeded(seed)
  const secret = given ?? random(32).toString('hex')
  const now = seed === undefined ? Date.now : () => SEEDED_TIME
  const captcha = createCaptcha({ secret, ledger: memoryLedger(now), now, random })
  const streams = purposeStreams(deriveKey(secret, 'stream', 32))
  return () => {
    const id = captcha.issue(1, style)
    return { answer: captcha.open(id)!.answer, stream: streams(form, parseId(id)!) }
  }
}

/** Bytes that depend on a seed alone. Never for a service: whoever knows the seed knows them all. */
function seeded(seed: string): (n: number) => Buffer {
  const stream = keyedStream(createHash('sha256').update(`upright render ${seed}`).digest())
  return n => Buffer.from(Array.from({ length: n }, () => stream.below(256)))
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
    mkdirSync(path, { recursive: true })
  } catch (cause) {
    throw new CaptchaError(
      'usage',
      `--out ${path} cannot be made (${(cause as NodeJS.ErrnoException).code})`,
      { cause },
    )
  }
}
