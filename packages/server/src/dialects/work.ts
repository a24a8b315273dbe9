import { type WorkStyle, workStyleNamed } from '@upright/core'
import { priceOf } from '../policy/price.ts'
import type { SiteSettings } from '../registry/settings.ts'
import type { WorkChoice } from './dialect.ts'

/** Work to issue. */
export interface IssuedWork {
  style: WorkStyle
  level: number
}

/**
 * The work that a site asks for on a rung, 0 … 3, by a name and the choice of it. What the site has set is
 * asked for on every rung that would cost an attacker less.
 */
export function workFor(
  { work }: Pick<SiteSettings, 'work'>,
  name: string,
  choice: WorkChoice,
  rung: number,
): IssuedWork {
  const set = work[name]
  // A style that the clients cannot solve any more would keep everybody out.
  const calm = set && choice.styles.includes(set.style) ? set : choice.default
  const raised = rung > 0 ? choice.rungs[rung - 1]! : calm
  const { style, level } = priceOf(raised) > priceOf(calm) ? raised : calm
  return { style: workStyleNamed(style)!, level }
}
