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
import { priceOf } from '../policy/price.ts'
import type { SiteSettings } from '../registry/settings.ts'
import type { Dialect, WorkChoice } from './dialect.ts'

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

const hardWork = (tries: number) => ({ style: 'scrypt8', level: levelOf(tries) })

/**
 * The work of our own API by rung. That of rung 0 may be set: 2¹⁹ hashes take a phone a third of a second.
 * From rung 1 on it is memory-hard; beside a right response half the tries are enough.
 */
export const NATIVE_WORK: WorkChoice = {
  styles: ['sha256', 'pbkdf2', 'scrypt4', 'scrypt8', 'scrypt16'],
  default: { style: 'sha256', level: levelOf(2 ** 19) },
  rungs: [hardWork(4), hardWork(16), hardWork(32)],
}

/** What our own API asks for, in its own name or for the scripts of another dialect. */
export const askedByNative = (
  name: string,
): Required<Pick<Dialect, 'kinds' | 'knows' | 'work' | 'idIn' | 'solve'>> => ({
  kinds: ['work', 'text', 'rotate'],
  // Ids of the widget's styles are in tickets alone.
  knows: style => style.kind === 'work' || widgetStyles.includes(style),
  work: { native: NATIVE_WORK },
  idIn(text: string, tickets: Pick<Tickets, 'open'>) {
    const ticket = tickets.open(text.trim(), 'any')
    return ticket?.dialect === name ? (ticket.ids.get('work') ?? ticket.ids.get('text')) : undefined
  },
  async solve({ style, level, answer }: Challenge) {
    const settings = style.settings as WorkSettings
    return (await solveWork({ settings, level, answer }, 'native')).split(',').map(Number)
  },
})
