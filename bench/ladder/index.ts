/**
 * `npm run bench ladder`: the simulation, with what has to come of each scenario. It writes the plots and the
 * table of `docs/ladder.md`.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { levelBeside } from '@upright/core'
import { rungOf } from '../../packages/server/src/dialects/native/rungs.ts'
import { priceOf } from '../../packages/server/src/policy/price.ts'
import { DEFAULT_SETTINGS } from '../../packages/server/src/registry/settings.ts'
import { type Row, replaceTable, whole } from '../table.ts'
import { ladderCosts } from './cost.ts'
import { plot } from './plot.ts'
import { reachOf } from './reach.ts'
import { type Case, cases, MODELS, run } from './scenarios.ts'
import type { Outcome, Seen } from './simulate.ts'

const DOCS = new URL('../../docs/', import.meta.url)
const SEEDS = [7, 8, 9]
const isLong = ({ perHour, scenario }: Case) => perHour > 1000 || scenario.seconds > 2 * 24 * 3600
const NETWORKS = [1, 4, 16, 64, 256]

/** CPU seconds of the work of one pass by rung: beside a right response, half of it is enough. */
const PRICES = [0, 1, 2, 3].map(rung => {
  const { work, people } = rungOf(rung, DEFAULT_SETTINGS)
  return priceOf({ style: work.style.name, level: people ? levelBeside(work.level) : work.level })
})

const percent = ({ rungs }: Seen): string => {
  const all = rungs.reduce((sum, n) => sum + n, 0)
  return all === 0 ? '–' : rungs.map(n => Math.round((1000 * n) / all) / 10).join(' / ')
}

/** CPU seconds of a thousand passes of the attackers, where they get any. */
const price = ({ scenario }: Case, { attackers: { rungs } }: Outcome): string => {
  const does = scenario.attackers?.does
  if (does !== 'forms' && does !== 'kept') return '–'
  const all = rungs.reduce((sum, n) => sum + n, 0)
  const paid = rungs.reduce((sum, n, rung) => sum + n * PRICES[rung]!, 0)
  return all === 0 ? '–' : whole((1000 * paid) / all)
}

const fileOf = ({ name, perHour }: Case): string =>
  `${name.toLowerCase().replace(/[^a-z0-9]+/g, '-')}-${perHour}.svg`

export async function benchLadder(): Promise<Row[]> {
  const rows: Row[] = ladderCosts()
  const table = [
    '| scenario | visitors an hour | visitors by rung, % | attackers by rung, % | rung 1 after s | CPU s a 1,000 passes |',
    '| --- | --- | --- | --- | --- | --- |',
  ]
  mkdirSync(new URL('ladder/', DOCS), { recursive: true })
  for (const one of cases) {
    const failed = new Set<string>()
    let shown: Outcome | undefined
    for (const model of MODELS) {
      // Large sites and whole weeks take most of the time: one seed.
      for (const seed of isLong(one) ? SEEDS.slice(0, 1) : SEEDS) {
        const outcome = await run(one, model, seed)
        shown ??= outcome
        for (const [words, holds] of Object.entries(one.asserts)) {
          if (!holds(outcome)) failed.add(`${words} (${model}, seed ${seed})`)
        }
      }
    }
    const title = `${one.name}, ${whole(one.perHour)} an hour`
    writeFileSync(new URL(`ladder/${fileOf(one)}`, DOCS), plot(title, shown!))
    const first = shown!.attackers.first[1]
    table.push(
      `| [${one.name}](ladder/${fileOf(one)}) | ${whole(one.perHour)} | ${percent(shown!.visitors)} | ${percent(shown!.attackers)} | ${first === undefined ? '–' : whole(first)} | ${price(one, shown!)} |`,
    )
    rows.push({
      what: title,
      figure: `visitors ${percent(shown!.visitors)}, attackers ${percent(shown!.attackers)}`,
      budget: failed.size === 0 ? Object.keys(one.asserts).join('; ') : `fails: ${[...failed].join('; ')}`,
      ok: failed.size === 0,
    })
  }
  table.push(
    '',
    'Networks that send ten answers a second each lift a site of 100 visitors an hour as a whole:',
    '',
    '| networks | to rung | with outcomes reported |',
    '| --- | --- | --- |',
  )
  for (const networks of NETWORKS) {
    const { site, reported } = await reachOf(networks)
    rows.push({
      what: `${networks} networks that send ten answers a second each, 100 visitors an hour`,
      figure: `lift the site to rung ${site}, with reported outcomes to ${reported}`,
    })
    table.push(`| ${networks} | ${site} | ${reported} |`)
  }
  replaceTable(new URL('ladder.md', DOCS), 'simulation', table)
  return rows
}
