import { triesOf, type WorkFunction } from '@upright/core'
import type { Dialect } from '../../dialects/dialect.ts'
import { workFor } from '../../dialects/work.ts'
import type { Site } from '../../registry/registry.ts'

/** Hashes of SHA-256 that cost a core of a server as much as one try, roughly. */
const HASHES_PER_TRY: Record<WorkFunction, (cost: number) => number> = {
  sha256: () => 1,
  pbkdf2: cost => 2 * cost,
  scrypt: cost => 13 * cost,
}

/**
 * The work that costs an attacker least, of all that is asked for at some sites: a back end that accepts
 * passes of every dialect gets no dearer ones. Undefined where no dialect that is on asks for work.
 */
export function cheapestWork(sites: readonly Site[], dialects: readonly Dialect[]): string | undefined {
  const [cheapest] = sites
    .flatMap(({ id, settings }) =>
      dialects
        .filter(({ name }) => settings.dialects === 'all' || settings.dialects.includes(name))
        .flatMap(({ work = {} }) => Object.entries(work))
        .map(([name, choice]) => {
          const { style, level } = workFor(settings, name, choice)
          const { settings: work } = style
          const tries = triesOf(level)
          return { id, name, style, tries, price: tries * HASHES_PER_TRY[work.function](work.cost) }
        }),
    )
    .sort((a, b) => a.price - b.price)
  if (!cheapest) return undefined
  const { id, name, style, tries } = cheapest
  return `${name} at site ${id}, ${Math.ceil(tries)} tries of ${style.name}`
}
