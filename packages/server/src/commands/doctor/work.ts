import type { WorkChoice } from '../../dialects/dialect.ts'
import { dialects } from '../../dialects/index.ts'
import { workFor } from '../../dialects/work.ts'
import { type Finding, ok } from '../../finding.ts'
import { priceOf } from '../../policy/price.ts'
import type { Site } from '../../registry/registry.ts'
import type { SiteSettings } from '../../registry/settings.ts'

/** Most sites that a line names. */
const MAX_NAMED = 10

/**
 * What passes cost in work: a line for all sites with the same answer. Attackers take the cheapest dialect
 * that a site is on for, so that its price is the site's.
 */
export function workFindings(sites: readonly Site[]): Finding[] {
  const byPrice = new Map<string, number[]>()
  for (const { id, settings } of sites) {
    const found = cheapestOf(settings)
    if (found) byPrice.set(found, [...(byPrice.get(found) ?? []), id])
  }
  return [...byPrice].map(([found, ids]) => {
    const named = ids.slice(0, MAX_NAMED).join(', ')
    const more = ids.length > MAX_NAMED ? ` and ${ids.length - MAX_NAMED} more` : ''
    return ok('work', `site${ids.length === 1 ? '' : 's'} ${named}${more}: ${found}`)
  })
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
