import type { Site } from '../../registry/registry.ts'

/** Most sites that a line names. */
const MAX_NAMED = 10

/**
 * What is found of sites, and of which: `sites 1, 2 and 3 more`. Sites of which nothing is found are left
 * out.
 */
export function sitesByFinding(
  sites: readonly Site[],
  findingOf: (settings: Site['settings']) => string | undefined,
): { found: string; sites: string }[] {
  const byFinding = new Map<string, number[]>()
  for (const { id, settings } of sites) {
    const found = findingOf(settings)
    if (found !== undefined) byFinding.set(found, [...(byFinding.get(found) ?? []), id])
  }
  return [...byFinding].map(([found, ids]) => {
    const named = ids.slice(0, MAX_NAMED).join(', ')
    const more = ids.length > MAX_NAMED ? ` and ${ids.length - MAX_NAMED} more` : ''
    return { found, sites: `site${ids.length === 1 ? '' : 's'} ${named}${more}` }
  })
}
