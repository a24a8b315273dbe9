/**
 * `npm run attack -- price`: what the cheapest known attack needs for a thousand passes, by rung and kind. It
 * fails where a rung costs less than the one before, and where a route without work takes fewer networks than
 * was recorded in `docs/price.json`. With `write` it writes that file and the tables of `docs/strength.md`.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { workStyles } from '@upright/core'
import { replaceTable } from '../../bench/table.ts'
import { dialects } from '../../packages/server/src/dialects/index.ts'
import { circumstances } from '../strength.ts'
import { PASSES } from './pace.ts'
import { cheaperRungs, fallenNetworks, priced, type Recorded } from './priced.ts'
import { LOG_IN, routesWithoutWork, routesWithWork } from './routes.ts'
import { answersHere, type TrySeconds, trySeconds } from './speeds.ts'
import { stockDefaults } from './stock.ts'
import { plainTable, speedTable, stockTable, workTable } from './tables.ts'

const DOCS = new URL('../../docs/', import.meta.url)
const PAGE = new URL('strength.md', DOCS)
const RECORD = new URL('price.json', DOCS)

/** What is recorded, as far as it is compared. */
interface PriceRecord {
  withoutWork: Recorded[]
}

export interface PriceOptions {
  /** Euros of one core for an hour. */
  corePrice: number
  /** Whether the record and the tables are written, in place of being compared. */
  write: boolean
}

/** The lines about what has become too cheap. */
export async function attackPrice({ corePrice, write }: PriceOptions): Promise<string[]> {
  const routes = routesWithWork(dialects)
  const defaults = await stockDefaults()
  const used = new Set([...routes.map(({ work }) => work?.style), ...defaults.map(({ style }) => style)])
  const speeds: TrySeconds[] = []
  for (const style of workStyles) if (used.has(style.name)) speeds.push(await trySeconds(style))
  const secondsOf = (style: string) => {
    const { here, published } = speeds.find(speed => speed.style === style)!
    return Math.min(here, published)
  }
  const answers = await answersHere()
  const withWork = routes.map(route => priced(route, answers, secondsOf))
  const withoutWork = routesWithoutWork().map(route => priced(route, answers, secondsOf))
  const stock = defaults.map(one => ({ ...one, cpuSeconds: PASSES * one.tries * secondsOf(one.style) }))

  // At a log-in the lower rungs are those of every other site.
  const shown = withWork.filter(({ client, rung }) => client !== LOG_IN || rung === 3)
  const centsOf = (cpuSeconds: number) => (cpuSeconds / 3600) * 100 * corePrice
  const tables = {
    'speeds of work': speedTable(speeds),
    'price with work': workTable(shown, centsOf),
    'price without work': plainTable(withoutWork),
    'price of others': stockTable(stock, centsOf),
  }
  for (const lines of Object.values(tables)) console.log(`\n${lines.join('\n')}`)

  if (write) {
    const record = { ...circumstances(), corePrice, speeds, withWork: shown, withoutWork, stock }
    writeFileSync(RECORD, `${JSON.stringify(record, null, 2)}\n`)
    for (const [name, lines] of Object.entries(tables)) replaceTable(PAGE, name, lines)
    console.log('\nWritten to docs/price.json and docs/strength.md')
  }
  const recorded: PriceRecord = JSON.parse(readFileSync(RECORD, 'utf8'))
  return [...cheaperRungs(withWork), ...fallenNetworks(withoutWork, recorded.withoutWork)]
}
