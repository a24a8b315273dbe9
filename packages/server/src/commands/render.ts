import { createHash, randomBytes } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Bitmap, Style } from '@upright/core'
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
  styleNamed,
  styles,
} from '@upright/core'
import { readArguments, wholeFlag } from './arguments.ts'
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
} as const

/** Pictures beside each other on a sheet. */
const COLUMNS = 5
/** The moment at which seeded challenges are issued, in milliseconds since 1970: any will do, if it is always the same. */
const SEEDED_TIME = 1_800_000_000_000

/** `upright render text …`: challenges as files, drawn as the service draws them, with their answers in labels.tsv. */
export async function run(args: string[]): Promise<void> {
  const { values, positionals } = readArguments(args, OPTIONS, ['KIND'])
  if (positionals[0] !== 'text')
    throw new CaptchaError('usage', `render ${positionals[0]}: only text can be rendered`)
  const { out, style: name } = values
  if (out === undefined || name === undefined || values.count === undefined) {
    throw new CaptchaError('usage', 'render needs --style, --count and --out')
  }
  const style = styleNamed(name)
  if (!style)
    throw new CaptchaError('bad_style', `${name}; choose one of ${styles.map(each => each.name).join(', ')}`)
  const count = wholeFlag('count', values.count, 1, 1_000_000)!
  const picture = { ...style.settings, ...sizeOf(values.size), ...scaleOf(values.scale) }

  const before = performance.now()
  const next = challenges(style, values.seed, values.secret)
  const bitmaps: Bitmap[] = []
  const labels: string[] = []
  makeFolder(out)
  for (let i = 1; i <= count; i++) {
    const { answer, stream } = next()
    const bitmap = drawCode(answer, picture, stream)
    const file = `${String(i).padStart(String(count).length, '0')}.png`
    writeFileSync(join(out, file), encodePng(bitmap))
    labels.push(`${file}\t${answer}\n`)
    // The pixels are lent until the next picture.
    if (values.sheet) bitmaps.push({ ...bitmap, pixels: bitmap.pixels.slice() })
  }
  writeFileSync(join(out, 'labels.tsv'), labels.join(''))
  if (values.sheet) writeFileSync(join(out, 'sheet.png'), contactSheet(bitmaps, COLUMNS))
  const seconds = Number(((performance.now() - before) / 1000).toFixed(3))
  print(values.json ? JSON.stringify({ out, count, seconds }) : `${count} pictures in ${out} in ${seconds} s`)
}

/** New challenges of a style, one a call: each the answer of an id and the stream its picture is drawn from. */
function challenges(style: Style, seed: string | undefined, given: string | undefined) {
  const random = seed === undefined ? randomBytes : seeded(seed)
  const secret = given ?? random(32).toString('hex')
  const now = seed === undefined ? Date.now : () => SEEDED_TIME
  const captcha = createCaptcha({ secret, ledger: memoryLedger(now), now, random })
  const streams = purposeStreams(deriveKey(secret, 'stream', 32))
  return () => {
    const id = captcha.issue(1, style)
    return { answer: captcha.open(id)!.answer, stream: streams('picture', parseId(id)!) }
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
