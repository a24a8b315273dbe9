import {
  type Challenge,
  levelOf,
  solveWork,
  type Tickets,
  type WorkSettings,
  type WorkStyle,
  widgetStyles,
  workStyleNamed,
} from '@upright/core'
import type { SiteSettings } from '../registry/settings.ts'
import type { Dialect, WorkChoice } from './dialect.ts'

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

/** The work of rung 0 of our own API, which a site may set: 2¹⁹ hashes take a phone a third of a second. */
export const CALM_WORK: WorkChoice = {
  styles: ['sha256', 'pbkdf2', 'scrypt4', 'scrypt8', 'scrypt16'],
  default: { style: 'sha256', level: levelOf(2 ** 19) },
}

/** What our own API asks for, in its own name or for the scripts of another dialect. */
export const askedByNative = (
  name: string,
): Required<Pick<Dialect, 'kinds' | 'knows' | 'work' | 'idIn' | 'solve'>> => ({
  kinds: ['work', 'text', 'rotate'],
  // Ids of the widget's styles are in tickets alone.
  knows: style => style.kind === 'work' || widgetStyles.includes(style),
  work: { native: CALM_WORK },
  idIn(text: string, tickets: Pick<Tickets, 'open'>) {
    const ticket = tickets.open(text.trim(), 'any')
    return ticket?.dialect === name ? ticket.ids.get('work') : undefined
  },
  async solve({ style, level, answer }: Challenge) {
    const settings = style.settings as WorkSettings
    return (await solveWork({ settings, level, answer }, 'native')).split(',').map(Number)
  },
})
