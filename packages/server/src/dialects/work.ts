import { type WorkStyle, workStyleNamed } from '@upright/core'
import type { SiteSettings } from '../registry/settings.ts'
import type { WorkChoice } from './dialect.ts'

/** Work to issue. */
export interface IssuedWork {
  style: WorkStyle
  level: number
}

/** The work that a site asks for, by a name and the choice of it. */
export function workFor({ work }: Pick<SiteSettings, 'work'>, name: string, choice: WorkChoice): IssuedWork {
  const set = work[name]
  // A style that the clients cannot solve any more would keep everybody out.
  const { style, level } = set && choice.styles.includes(set.style) ? set : choice.default
  return { style: workStyleNamed(style)!, level }
}
