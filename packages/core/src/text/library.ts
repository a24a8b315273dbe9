import { type CodeChoice, chooseCode } from '../code.ts'
import { CaptchaError } from '../errors.ts'
import { drawCode, type PictureOptions } from './picture.ts'
import { encodePng } from './png.ts'
import { THEMES } from './themes.ts'

/** Options of `textCaptcha`. */
export interface TextCaptchaOptions extends CodeChoice, Omit<PictureOptions, 'theme'> {
  /** The name of a theme. @default one of all */
  theme?: string
}

/** A code and its picture. */
export interface TextCaptcha {
  /** The answer, which the visitor has to type; keep it on the server. */
  answer: string
  /** The picture's file. */
  png: Uint8Array
  /** The same as `data:image/png;base64,…`, for the `src` of an image. */
  dataUrl: string
}

const ALPHABET = 'ACEFHLMRTUWXY23589'

/**
 * A distorted code as a PNG, in one call and without a server.
 * @throws CaptchaError `bad_code`, `bad_size`, `bad_style`
 */
export function textCaptcha(options: TextCaptchaOptions = {}): TextCaptcha {
  const theme = THEMES.find(({ name }) => name === options.theme)
  if (options.theme !== undefined && !theme) throw new CaptchaError('bad_style', `theme ${options.theme}`)
  const { answer, stream } = chooseCode(options, ALPHABET)
  const png = encodePng(drawCode(answer, { ...options, theme }, stream))
  return { answer, png, dataUrl: `data:image/png;base64,${Buffer.from(png).toString('base64')}` }
}
