import { randomBytes } from 'node:crypto'
import { existsSync, rmSync, statSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { join, parse } from 'node:path'
import { CaptchaError, type Form, type Style, styleNamed, styles } from '@upright/core'
import { readFiles } from '../http/files.ts'
import { createPictures } from '../pictures/library.ts'
import { createReading } from '../reading-test/app.ts'
import { createSession } from '../reading-test/session.ts'
import type { Result } from '../reading-test/wire.ts'
import { readArguments, wholeFlag } from './arguments.ts'
import { captchaFor, openFonts, openLibrary } from './challenges.ts'
import { print } from './print.ts'
import { listenError } from './serve/listen.ts'
import { closeApp, stopOnSignal } from './serve/stop.ts'

const OPTIONS = {
  style: { type: 'string' },
  count: { type: 'string' },
  form: { type: 'string' },
  out: { type: 'string' },
  port: { type: 'string' },
  seed: { type: 'string' },
  secret: { type: 'string' },
  season: { type: 'string' },
} as const

/** A test of one person's reading: nobody else's business, so this machine alone is let in. */
const HOST = '127.0.0.1'
/** Challenges of one sitting. */
const MAX_CHALLENGES = 500
/** The forms of a kind; the first is shown unless another is asked for. */
const FORMS: Record<Style['kind'], readonly Form[]> = {
  text: ['picture', 'sound'],
  rotate: ['picture'],
  number: ['sound'],
  work: [],
}

/**
 * `upright reading-test …`: a page on which a person answers challenges, and a file of what was read and what
 * was not.
 */
export async function run(args: string[]): Promise<void> {
  const { values } = readArguments(args, OPTIONS)
  const style = styleOf(values.style)
  const form = formOf(style, values.form)
  const count = wholeFlag('count', values.count, 1, MAX_CHALLENGES)
  if (count === undefined) throw new CaptchaError('usage', 'reading-test needs --count')
  const port = wholeFlag('port', values.port, 0, 65_535) ?? 0
  // Always a seed: what was misread can then be drawn again.
  const seed = values.seed ?? randomBytes(6).toString('hex')

  const captcha = captchaFor({ ...values, seed, fonts: await openFonts(values.data) })
  const library = await openLibrary(values.data)
  const pictures = createPictures(captcha, library)
  const started = Date.now()
  let file: string | undefined
  const session = createSession({
    captcha,
    pictures,
    style,
    form,
    count,
    seed,
    started,
    now: Date.now,
    save: result => writeFileSync(file!, `${JSON.stringify(result, null, 2)}\n`),
  })
  const { app, ended } = createReading(session, readFiles())
  let stopping: Promise<void> | undefined
  const stop = () => {
    stopping ??= (async () => {
      await closeApp(app)
      await library.close()
      if (file) tell(file, session.result(), values.json)
    })()
    return stopping
  }
  try {
    const serving = (await library.pictures()).some(({ state }) => state === 'serving')
    if (style.kind === 'rotate' && !serving) throw new CaptchaError('no_pictures')
    await app.listen({ host: HOST, port })
    const today = new Date(started).toISOString().slice(0, 10)
    file = newFile(values.out ?? `reading-${style.name}-${today}.json`)
  } catch (error) {
    await stop()
    throw listenError(error, HOST, port)
  }
  stopOnSignal(stop)
  const url = `http://${HOST}:${(app.server.address() as AddressInfo).port}/`
  if (values.json) print(JSON.stringify({ url, out: file }))
  else
    print(`Open ${url} to read ${count} of ${style.name}. The result goes to ${file}; Ctrl-C ends earlier.`)
  await ended
  await stop()
}

/** Whether a style has a form for people. */
const isRead = ({ kind }: Style) => FORMS[kind].length > 0

function styleOf(name: string | undefined): Style {
  if (name === undefined) throw new CaptchaError('usage', 'reading-test needs --style')
  const style = styleNamed(name)
  if (style && isRead(style)) return style
  const names = styles.filter(isRead).map(each => each.name)
  throw new CaptchaError('bad_style', `${name}; choose one of ${names.join(', ')}`)
}

function formOf({ name, kind }: Style, asked: string | undefined): Form {
  const forms = FORMS[kind]
  const form = asked === undefined ? forms[0] : forms.find(each => each === asked)
  if (form) return form
  throw new CaptchaError('usage', `--form ${asked}: ${name} can be shown as ${forms.join(' or ')}`)
}

/** Makes a file that was not there: where the name is taken, with the next free number behind it. */
function newFile(path: string): string {
  if (existsSync(path) && statSync(path).isDirectory()) {
    throw new CaptchaError('usage', `--out ${path} is a folder`)
  }
  const { dir, name, ext } = parse(path)
  for (let n = 1; ; n++) {
    const file = n === 1 ? path : join(dir, `${name}-${n}${ext}`)
    try {
      writeFileSync(file, '', { flag: 'wx' })
      return file
    } catch (cause) {
      const { code } = cause as NodeJS.ErrnoException
      if (code !== 'EEXIST')
        throw new CaptchaError('usage', `--out ${file} cannot be written (${code})`, { cause })
    }
  }
}

/** Says in one line how it went. Where nothing was answered, no file is left. */
function tell(out: string, { count, answered, skipped, whole, seconds }: Result, json?: boolean): void {
  if (whole.of === 0) rmSync(out)
  if (json)
    print(JSON.stringify({ out: whole.of > 0 ? out : null, count, answered, skipped, whole, seconds }))
  else if (whole.of === 0) print('Nothing was answered: there is no result.')
  else {
    const [low, high] = [whole.low, whole.high].map(share => (100 * share).toFixed(1))
    const skips = skipped > 0 ? `, ${skipped} skipped` : ''
    const pace = seconds === null ? '' : `, ${seconds} s each`
    print(`${whole.right} of ${whole.of} right (${low} to ${high} %)${skips}${pace}: ${out}`)
  }
}
