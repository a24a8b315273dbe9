import type { WorkChoice } from '../../dialects/dialect.ts'
import { dialects } from '../../dialects/index.ts'
import { workFor } from '../../dialects/work.ts'
import { type Finding, ok } from '../../finding.ts'
import { priceOf } from '../../policy/price.ts'
import type { Site } from '../../registry/registry.ts'
import type { SiteSettings } from '../../registry/settings.ts'
import { sitesByFinding } from './sites.ts'

/**
 * What passes cost in work: a line for all sites with the same answer. Attackers take the cheapest dialect
 * that a site is on for, so that its price is the site's.
 */
export function workFindings(sites: readonly Site[]): Finding[] {
  return sitesByFinding(sites, cheapestOf).map(({ found, sites }) => ok('work', `${sites}: ${found}`))
}

/** The cheapest work that a site can be asked for; undefined where no dialect that is on asks for any. */
function cheapestOf(settings: SiteSettings): string | undefined {
  const prices = dialects
    .filter(({ name }) => settings.dialects === 'all' || settings.dialects.includes(name))
    .flatMap(({ name, work = {} }) =>
      Object.entries(work).map(([asks, choice]) => ({
        // Of several protocols of a dialect the one that asks; where our own API asks, the dialect itself.
        name: asks.startsWith(name) ? asks : name,
        seconds: secondsOf(settings, asks, choice),
      })),
    )
    .sort((one, other) => one.seconds - other.seconds)
  const [cheapest] = prices
  if (!cheapest) return undefined
  const cost = (1000 * cheapest.seconds).toPrecision(2)
  return `${cheapest.name} is the cheapest that is on, a thousand passes cost ${Number(cost)} s of a core at least`
}

function secondsOf(settings: SiteSettings, name: string, choice: WorkChoice): number {
  const { style, level } = workFor(settings, name, choice, 0)
  return priceOf({ style: style.name, level })
}
