import type { Site } from '../../registry/registry.ts'

/** How much is asked of visitors at a moment: 0 is calm, 3 an attack. */
export interface Decision {
  rung: 0 | 1 | 2 | 3
  /** Why it is that rung; none on rung 0. */
  reasons: readonly string[]
}

/** Decides how much a visitor of a site is asked for. */
export interface Ladder {
  decide(site: Pick<Site, 'settings'>): Decision
}

/** The ladder as operators set it, site by site. */
export function createLadder(): Ladder {
  return {
    decide({ settings: { rung } }) {
      return { rung: rung as Decision['rung'], reasons: rung > 0 ? ['operator'] : [] }
    },
  }
}
