import { randomBytes } from 'node:crypto'
import { CaptchaError } from '../errors.ts'
import { keyedStream } from '../random.ts'
import { drawAnswer } from './kind.ts'
import { drawCode, type PictureOptions } from './picture.ts'
import { encodePng } from './png.ts'
import { THEMES } from './themes.ts'

/** What `textCaptcha` can be told. */
export interface TextCaptchaOptions extends Omit<PictureOptions, 'theme'> {
  /** The code to draw: 1 to 16 of A–Z and 0–9. @default one drawn from `alphabet` */
  answer?: string
  /** How many characters to draw, or the fewest and most. @default 6 */
  length?: number | readonly [min: number, max: number]
  /** Characters to draw from. @default letters and digits that cannot be taken for one another */
  alphabet?: string
  /** The name of a theme. @default one of all */
  theme?: string
  /** 32 bytes that everything is drawn from: the same seed gives the same code and picture. @default random */
  seed?: Uint8Array
}

/** A code and its picture. */
export interface TextCaptcha {
  /** What the visitor has to type; keep it on the server. */
  answer: string
  /** The picture's file. */
  png: Uint8Array
  /** The same as `data:image/png;base64,…`, for the `src` of an image. */
  dataUrl: string
}

const ALPHABET = 'ACEFHLMRTUWXY234589'

/**
 * A distorted code as a PNG, in one call and without a server.
 * @throws CaptchaError `bad_code`, `bad_size`, `bad_style`
 */
export function textCaptcha(options: TextCaptchaOptions = {}): TextCaptcha {
  const { answer: wanted, length = 6, alphabet = ALPHABET, seed = randomBytes(32), ...picture } = options
  if (seed.length !== 32) throw new CaptchaError('bad_style', `the seed has ${seed.length} bytes and not 32`)
  const theme = THEMES.find(({ name }) => name === options.theme)
  if (options.theme !== undefined && !theme) throw new CaptchaError('bad_style', `theme ${options.theme}`)
  const stream = keyedStream(seed)
  const range = typeof length === 'number' ? ([length, length] as const) : length
  const answer = wanted ?? drawAnswer({ alphabet, length: range }, stream)
  const png = encodePng(drawCode(answer, { ...picture, theme }, stream))
  return { answer, png, dataUrl: `data:image/png;base64,${Buffer.from(png).toString('base64')}` }
}
