import { randomBytes } from 'node:crypto'
import { statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { keyedStream, LANGUAGES, speakCode } from '@upright/core'
import { median, rate } from './rate.ts'
import { type Row, whole } from './table.ts'

const BUDGET_MS = 300
const MAX_ASSET = 6_000_000
const SAMPLE_BYTES = 32_000

/** Sounds a second by language, and the size of the voices. No other generator of npm speaks. */
export async function benchSounds(): Promise<Row[]> {
  const rows: Row[] = LANGUAGES.map(language => {
    const seconds: number[] = []
    const perSecond = rate(() => {
      const stream = keyedStream(randomBytes(32))
      const code = Array.from({ length: 7 }, () => stream.pick([...'023456789'])).join('')
      seconds.push(speakCode(code, { language }, stream).length / SAMPLE_BYTES)
    })
    return {
      what: `7 digits, ${language}`,
      figure: `${whole(perSecond)}/s, ${median(seconds).toFixed(1)} s each, ${seconds[0]!.toFixed(1)} to ${seconds.at(-1)!.toFixed(1)} s`,
      budget: `≥ ${BUDGET_MS}/s`,
      ok: perSecond >= BUDGET_MS,
    }
  })
  const bytes = LANGUAGES.map(
    language =>
      statSync(fileURLToPath(new URL(`../packages/core/voices/${language}.voices`, import.meta.url))).size,
  ).reduce((total, size) => total + size, 0)
  rows.push({
    what: 'voices of all languages',
    figure: `${whole(bytes)} bytes`,
    budget: `≤ ${whole(MAX_ASSET)} bytes`,
    ok: bytes <= MAX_ASSET,
  })
  return rows
}
