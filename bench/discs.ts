import { randomBytes } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { DISC_SIZE, drawDisc, keyedStream } from '@upright/core'
import { decodePicture, encodeDisc } from '@upright/server'
import { median, rate } from './rate.ts'
import { type Row, whole } from './table.ts'

const BUDGET_MS = 500
const MAX_BYTES = 20_000
const FOLDER = new URL('../packages/server/pictures/', import.meta.url)

/** Discs a second from prepared pictures, and their size. */
export async function benchDiscs(): Promise<Row[]> {
  const names = readdirSync(FOLDER).filter(name => name.endsWith('.webp'))
  const files = names.map(name => readFileSync(new URL(name, FOLDER)))
  const pictures = await Promise.all(files.map(decodePicture))
  const sizes: number[] = []
  let next = 0
  const draw = () => {
    const stream = keyedStream(randomBytes(32))
    return drawDisc(pictures[next++ % pictures.length]!, stream.below(360), stream)
  }
  const perSecond = rate(() => {
    sizes.push(encodeDisc(draw(), DISC_SIZE).length)
  })
  const drawn = rate(draw)
  const before = performance.now()
  for (const file of files) await decodePicture(file)
  const decoding = (performance.now() - before) / files.length
  const largest = Math.max(...sizes)
  return [
    {
      what: 'drawn and encoded as JPEG',
      figure: `${whole(perSecond)}/s`,
      budget: `≥ ${BUDGET_MS}/s`,
      ok: perSecond >= BUDGET_MS,
    },
    { what: 'of that, drawn', figure: `${whole(drawn)}/s` },
    {
      what: 'size',
      figure: `median ${whole(median(sizes))} bytes, largest ${whole(largest)}`,
      budget: `≤ ${whole(MAX_BYTES)} bytes`,
      ok: largest <= MAX_BYTES,
    },
    { what: 'a picture that is not in memory yet', figure: `${decoding.toFixed(1)} ms more` },
  ]
}
