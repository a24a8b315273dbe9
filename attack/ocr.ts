import { type Attack, type Finding, timed } from './finding.ts'
import { findPaddle } from './paddle.ts'
import { svgCaptchas, trekCaptchas } from './peers.ts'
import type { Mode, Reader } from './reader.ts'
import { type Sample, samplesOf } from './samples.ts'
import { findTesseract } from './tesseract.ts'
import { blackAndWhite, plain, rowsOf, scaled, soft, type View } from './views.ts'

const PICTURES = 300
/** What an off-the-shelf reader may solve of a standard style. */
const MAX_SOLVED_SHARE = 0.005

interface Target {
  name: string
  samples: Sample[]
  /** Whether codes may stand in two rows. */
  rows: boolean
  aim?: number
}

/**
 * Off-the-shelf readers that know the alphabet, on ours and on npm's other generators. The best view counts;
 * letter case does not.
 */
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
    { ...ours('captchaFR'), aim: MAX_SOLVED_SHARE },
    { ...ours('captchaEN'), aim: MAX_SOLVED_SHARE },
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

/** A way to show a picture to a reader: the pieces whose texts make up the code. */
interface Layout {
  name: string
  mode: Mode
  cut(file: Uint8Array, height: number): Promise<View[]>
}

const LAYOUTS: readonly Layout[] = [
  { name: 'one line', mode: 'line', cut: async (file, height) => [await plain(file, height)] },
  {
    name: 'two rows',
    mode: 'line',
    cut: async (file, height) => rowsOf(await plain(file, height)).map(row => scaled(row, height)),
  },
  { name: 'a block', mode: 'block', cut: async (file, height) => [await plain(file, 1.5 * height)] },
]

/** What is done to pictures, one after the other; they are read after each step. */
const STEPS: readonly [name: string, clean: (view: View) => View][] = [
  ['plain', view => view],
  ['soft', soft],
  ['black and white', blackAndWhite],
]

async function attackWith(reader: Reader, { name, samples, rows, aim }: Target): Promise<Finding> {
  const alphabet = [...new Set(samples.flatMap(({ answer }) => [...answer]))].sort().join('')
  const layouts = rows ? LAYOUTS.filter(({ mode }) => reader.modes.includes(mode)) : LAYOUTS.slice(0, 1)
  const { result, seconds } = await timed(async () => {
    let best = { view: '', right: -1 }
    for (const { name, mode, cut } of layouts) {
      let pictures = await Promise.all(samples.map(({ bytes }) => cut(bytes, reader.height)))
      for (const [step, clean] of STEPS) {
        pictures = pictures.map(pieces => pieces.map(clean))
        const texts = await reader.read(pictures.flat(), mode, alphabet)
        const pieces = pictures[0]!.length
        const right = samples.filter(({ answer }, i) =>
          isCode(texts.slice(i * pieces, (i + 1) * pieces).join(''), answer),
        ).length
        if (right > best.right) best = { view: `${step}, as ${name}`, right }
      }
    }
    return best
  })
  return {
    attack: `${reader.name}, best of ${layouts.length * STEPS.length} views (${result.view})`,
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
