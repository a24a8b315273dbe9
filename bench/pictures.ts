import { randomBytes } from 'node:crypto'
import { codeStyles, keyedStream, kinds } from '@upright/core'
import svgCaptcha from 'svg-captcha'
import trek from 'trek-captcha'
import { median, rate } from './rate.ts'
import { type Row, whole } from './table.ts'

const MAX_BYTES = 8000
const BUDGET_MS = 3000

/** Pictures a second and bytes a picture, by style, beside npm's other generators in the same run. */
export async function benchPictures(): Promise<Row[]> {
  const rows: Row[] = []
  let ours = 0
  const look = { season: randomBytes(32).toString('hex'), fonts: [] }
  for (const style of codeStyles.filter(({ settings }) => settings.language === 'fr')) {
    const sizes: number[] = []
    const draw = () => {
      const stream = keyedStream(randomBytes(32))
      const variant = { settings: style.settings, level: undefined }
      const drawn = { ...variant, answer: kinds.text.draw(variant, stream) }
      const { bytes } = kinds.text.forms.picture(drawn, stream, look)
      sizes.push(bytes.length)
    }
    const perSecond = rate(draw)
    const largest = Math.max(...sizes)
    if (style.name === 'captchaFR') ours = perSecond
    const main = style.name === 'captchaFR'
    rows.push({
      what: style.name,
      figure: `${whole(perSecond)}/s, ${whole(median(sizes))} bytes, largest ${whole(largest)}`,
      budget: main ? `≥ ${whole(BUDGET_MS)}/s, ≤ ${whole(MAX_BYTES)} bytes` : `≤ ${whole(MAX_BYTES)} bytes`,
      ok: largest <= MAX_BYTES && (!main || perSecond >= BUDGET_MS),
    })
  }
  const svg = rate(() => svgCaptcha.create())
  const svgNoisy = rate(() => svgCaptcha.create({ size: 7, noise: 4, color: true, width: 200, height: 70 }))
  const started = performance.now()
  const trekSizes: number[] = []
  for (let i = 0; i < 2000; i++) trekSizes.push((await trek({ size: 5 })).buffer.length)
  const trekRate = 2000 / ((performance.now() - started) / 1000)
  rows.push(
    {
      what: 'svg-captcha, as SVG text, 4 characters',
      figure: `${whole(svg)}/s`,
      budget: 'ours no slower',
      ok: ours >= svg,
    },
    { what: 'svg-captcha, as SVG text, 7 characters, 4 lines, colour', figure: `${whole(svgNoisy)}/s` },
    {
      what: 'trek-captcha, GIF, 5 characters',
      figure: `${whole(trekRate)}/s, ${whole(median(trekSizes))} bytes`,
    },
  )
  return rows
}
