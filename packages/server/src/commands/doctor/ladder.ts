import { type Finding, ok } from '../../finding.ts'
import type { Site } from '../../registry/registry.ts'
import { sitesByFinding } from './sites.ts'

/** What may be found of a site's ladder, and what to do about it; nothing, where somebody has chosen it. */
const FIXES = {
  'enforced, as far as floor and ceiling say': undefined,
  'off, visitors are asked for the floor alone': undefined,
  'in shadow, it counts and asks for the floor alone':
    'look at upright_decision_reasons_total, then: upright site set ID --ladder enforce',
  'enforced, but the ceiling is no higher than the floor: it changes nothing':
    'upright site set ID --ceiling 3',
} as const

/** How the ladder of each site is set: a line for all sites with the same answer. */
export function ladderFindings(sites: readonly Site[]): Finding[] {
  return sitesByFinding(sites, stateOf).map(({ found, sites }) => {
    const fix = FIXES[found as keyof typeof FIXES]
    const line = `${sites}: ${found}`
    return fix ? { state: 'warn', name: 'ladder', found: line, fix } : ok('ladder', line)
  })
}

function stateOf({ ladder, rung, ceiling }: Site['settings']): keyof typeof FIXES {
  if (ladder === 'off') return 'off, visitors are asked for the floor alone'
  if (ladder === 'shadow') return 'in shadow, it counts and asks for the floor alone'
  // On the highest floor there is nothing above.
  if (ceiling > rung || rung === 3) return 'enforced, as far as floor and ceiling say'
  return 'enforced, but the ceiling is no higher than the floor: it changes nothing'
}
