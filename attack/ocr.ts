import { type Attack, type Finding, timed } from './finding.ts'
import { findPaddle } from './paddle.ts'
import { svgCaptchas, trekCaptchas } from './peers.ts'
import type { Mode, Reader } from './reader.ts'
import { type Sample, samplesOf } from './samples.ts'
import { findTesseract } from './tesseract.ts'
import { cleaned, plain, rowsOf, scaled, soft, type View } from './views.ts'

const PICTURES = 300
/** What an off-the-shelf reader may solve of a standard style. */
const AIM = 0.01

interface Target {
  name: string
  samples: Sample[]
  /** Whether codes may stand in two rows. */
  rows: boolean
  aim?: number
}

/** Off-the-shelf readers that know the alphabet, on ours and on npm's other generators. The best view counts; letter case does not. */
export const attackOcr: Attack = async count => {
  const readers: Reader[] = []
  const skipped: string[] = []
  for (const found of [findTesseract(), await findPaddle()]) {
    if ('reader' in found) readers.push(found.reader)
    else skipped.push(found.skipped)
  }
  const pictures = count(PICTURES)
  const ours = (name: string) => ({ name, samples: samplesOf(name, 'picture', pictures), rows: true })
  const targets: Target[] = [
    { ...ours('captchaFR'), aim: AIM },
    { ...ours('captchaEN'), aim: AIM },
    ours('alphanumerique4to6LightCaptchaFR'),
    { name: 'svg-captcha', samples: await svgCaptchas(pictures), rows: false },
    { name: 'trek-captcha', samples: await trekCaptchas(pictures), rows: false },
  ]
  const found: Finding[] = []
  for (const target of targets) {
    // Tesseract runs beside this process, which runs the other.
    found.push(...(await Promise.all(readers.map(reader => attackWith(reader, target)))))
  }
  return { found, skipped }
}

/** A picture as a reader is shown it: the pieces whose texts make up the code. */
type Look = (file: Uint8Array, height: number) => Promise<View[]>

const CLEANERS: Record<string, (view: View) => View> = { plain: view => view, soft, cleaned }

/** Every way of looking at a picture, by name, with how it is to be read. */
function looksFor(modes: readonly Mode[], rows: boolean): [name: string, mode: Mode, look: Look][] {
  return Object.entries(CLEANERS).flatMap(([name, clean]) => {
    const whole: Look = async (file, height) => [clean(await plain(file, height))]
    const block: Look = async (file, height) => [clean(await plain(file, 1.5 * height))]
    const halves: Look = async (file, height) =>
      rowsOf(await plain(file, height)).map(row => clean(scaled(row, height)))
    const looks: [string, Mode, Look][] = [[name, 'line', whole]]
    if (rows) looks.push([`${name}, by rows`, 'line', halves])
    if (rows && modes.includes('block')) looks.push([`${name}, as a block`, 'block', block])
    return looks
  })
}

async function attackWith(reader: Reader, { name, samples, rows, aim }: Target): Promise<Finding> {
  const alphabet = [...new Set(samples.flatMap(({ answer }) => [...answer]))].sort().join('')
  const looks = looksFor(reader.modes, rows)
  const { result, seconds } = await timed(async () => {
    let best = { look: '', right: -1 }
    for (const [look, mode, see] of looks) {
      const views = await Promise.all(samples.map(({ bytes }) => see(bytes, reader.height)))
      const texts = await reader.read(views.flat(), mode, alphabet)
      const pieces = views[0]!.length
      const right = samples.filter(({ answer }, i) =>
        isCode(texts.slice(i * pieces, (i + 1) * pieces).join(''), answer),
      ).length
      if (right > best.right) best = { look, right }
    }
    return best
  })
  return {
    attack: `${reader.name}, best of ${looks.length} views (${result.look})`,
    target: name,
    measure: 'codes',
    samples: samples.length,
    solved: result.right / samples.length,
    ...(aim !== undefined && { aim }),
    seconds,
  }
}

const isCode = (text: string, answer: string) =>
  text.replace(/\s/g, '').toLowerCase() === answer.toLowerCase()
