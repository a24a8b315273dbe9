import { createHash } from 'node:crypto'
import {
  altchaNumber,
  altchaParameters,
  CaptchaError,
  capPuzzles,
  type Drawn,
  levelOf,
  nativeWork,
  solveWork,
  triesOf,
  type WorkSettings,
  type WorkShape,
  type WorkStyle,
  workStyleNamed,
  workStyles,
} from '@upright/core'
import { wholeFlag } from './arguments.ts'
import { captchaFor, type Source } from './challenges.ts'

/** Flags of work. */
export interface WorkFlags extends Source {
  style?: string | undefined
  shape?: string | undefined
  tries?: string | undefined
}

/** What is handed out of an id in each shape, without a signature. */
const SHAPES: Record<WorkShape, (drawn: Drawn<WorkSettings>, nonce: string) => object> = {
  native: drawn => nativeWork(drawn),
  'native-beside': drawn => nativeWork(drawn, { beside: true }),
  cap: drawn => ({ challenge: capPuzzles(drawn) }),
  'altcha-v1'(drawn) {
    const { number, maxNumber } = altchaNumber(drawn)
    const salt = `${altchaParameters(drawn).salt}?&`
    const challenge = createHash('sha256').update(`${salt}${number}`).digest('hex')
    return { algorithm: 'SHA-256', challenge, maxnumber: maxNumber, salt }
  },
  'altcha-v2': (drawn, nonce) => ({ parameters: { ...altchaParameters(drawn), nonce } }),
}
/** Shapes that know SHA-256 alone. */
const QUICK_SHAPES = ['cap', 'altcha-v1']

/** New challenges of work and their solutions, one a call. @throws CaptchaError `usage`, `bad_style` */
export function work(flags: WorkFlags) {
  const style = styleOf(flags)
  const shape = shapeOf(flags, style)
  const level = levelIn(flags, style)
  const captcha = captchaFor(flags)
  return {
    ending: 'json',
    async next() {
      const id = captcha.issue(1, style, level)
      const drawn = { settings: style.settings, level, answer: captcha.open(id)!.answer }
      const nonce = id.replaceAll('-', '')
      const solution = await solveWork(drawn, shape, nonce)
      const bytes = Buffer.from(`${JSON.stringify(SHAPES[shape](drawn, nonce))}\n`)
      // What says for which nonce and hash a counter is, is in the challenge as well.
      return { answer: solution.split(' ').at(-1)!, bytes }
    },
  }
}

function styleOf({ style: name }: WorkFlags): WorkStyle {
  if (name === undefined) throw new CaptchaError('usage', 'render needs --style')
  const style = workStyleNamed(name)
  if (style) return style
  throw new CaptchaError(
    'bad_style',
    `${name}; choose one of ${workStyles.map(({ name }) => name).join(', ')}`,
  )
}

function shapeOf({ shape = 'native' }: WorkFlags, { name }: WorkStyle): WorkShape {
  const known = Object.keys(SHAPES).filter(each => name === 'sha256' || !QUICK_SHAPES.includes(each))
  if (known.includes(shape)) return shape as WorkShape
  throw new CaptchaError('usage', `--shape is one of ${known.join(', ')} for ${name}, not "${shape}"`)
}

function levelIn({ tries }: WorkFlags, { settings: { levels } }: WorkStyle): number {
  const [low, high] = levels
  const wanted = wholeFlag('tries', tries, Math.ceil(triesOf(low)), Math.floor(triesOf(high)))
  return wanted === undefined ? low : levelOf(wanted)
}
