import { CODE_RULES, type CodeChoice, chooseCode } from '../code-choice.ts'
import { CaptchaError } from '../errors.ts'
import { checkOptions, type OptionRules } from '../options.ts'
import { drawCode, PICTURE_RULES, type PictureOptions } from './picture.ts'
import { encodePng } from './png.ts'
import { contrast, MIN_CONTRAST, THEMES, type Theme } from './themes.ts'

/** Colours of a caller's own, as `#rrggbb` or `#rgb`. Their contrast is at least 7.5 to 1. */
export interface Colours {
  /** Of the letters. */
  ink: string
  /** Of what is behind them. */
  paper: string
}

/** Options of `textCaptcha`. */
export interface TextCaptchaOptions extends CodeChoice, Omit<PictureOptions, 'theme'> {
  /** The name of a theme, or colours of one's own. @default one of all themes */
  theme?: string | Colours | undefined
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

const RULES: OptionRules<TextCaptchaOptions> = {
  ...CODE_RULES,
  ...PICTURE_RULES,
  theme: {
    accepts: value => THEMES.some(({ name }) => name === value) || isColours(value),
    words: `one of ${THEMES.map(({ name }) => name).join(', ')}, or { ink, paper } with colours like #1f2937`,
  },
}

/**
 * A distorted code as a PNG, in one call and without a server.
 * @throws CaptchaError `bad_option`
 */
export function textCaptcha(options?: TextCaptchaOptions): TextCaptcha {
  checkOptions('textCaptcha', options, RULES)
  const { theme, width, height, scale, level, ...choice } = options ?? {}
  const { answer, stream } = chooseCode(choice, ALPHABET)
  const png = encodePng(drawCode(answer, { width, height, scale, level, theme: themeOf(theme) }, stream))
  return { answer, png, dataUrl: `data:image/png;base64,${Buffer.from(png).toString('base64')}` }
}

const COLOUR = /^#([0-9a-f]{3}|[0-9a-f]{6})$/i

const isColours = (value: unknown): value is Colours =>
  typeof value === 'object' &&
  value !== null &&
  Object.keys(value).sort().join() === 'ink,paper' &&
  Object.values(value).every(colour => typeof colour === 'string' && COLOUR.test(colour))

/** A colour as 0xRRGGBB. */
function colourOf(text: string): number {
  const digits = text.slice(1)
  return Number.parseInt(digits.length === 3 ? digits.replace(/./g, '$&$&') : digits, 16)
}

function themeOf(theme: string | Colours | undefined): Theme | undefined {
  if (typeof theme !== 'object') return THEMES.find(({ name }) => name === theme)
  const own = { name: 'own', ground: colourOf(theme.paper), ink: colourOf(theme.ink) }
  const ratio = contrast(own.ground, own.ink)
  if (ratio < MIN_CONTRAST) {
    // Rounded down, so that it never reads as if it were enough.
    const found = Math.floor(ratio * 100) / 100
    throw new CaptchaError(
      'bad_option',
      `textCaptcha: theme has a contrast of ${found} to 1 between ${theme.ink} and ${theme.paper}; it is at least ${MIN_CONTRAST} to 1`,
    )
  }
  return own
}
