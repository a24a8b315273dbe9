import { type CapPuzzle, capPuzzles, expiryOf, type Ticket } from '@upright/core'
import type { Site } from '../../registry/registry.ts'
import type { DialectContext, WorkChoice } from '../dialect.ts'
import { workFor } from '../work.ts'
import { expiring } from './expiring.ts'
import type { ChallengeAnswer, ChallengeAnswer2, Expiring } from './wire.ts'

/** The dialect of its tickets and passes, and what a site's setting `work` calls it. */
export const CAP = 'cap'
/** What its tickets call the id of the work. */
const WORK = 'work'

/** The id of the work in a ticket of this dialect. */
export const workIn = (ticket: Ticket | undefined): string | undefined =>
  ticket?.dialect === CAP ? ticket.ids.get(WORK) : undefined

/** Work of a site that says nothing else: 2¹⁹ expected hashes, as 8 puzzles of 4 digits. */
export const WORK_CHOICE: WorkChoice = {
  styles: ['sha256'],
  default: { style: 'sha256', level: 38 },
  // 16 times as much, and as much as a level can have: some three and six seconds of a phone's core.
  rungs: [
    { style: 'sha256', level: 46 },
    { style: 'sha256', level: 47 },
    { style: 'sha256', level: 48 },
  ],
}

/** A challenge: its token, which is a ticket, and the puzzles of the id that is sealed in it. */
interface IssuedChallenge {
  token: Expiring
  puzzles: CapPuzzle[]
}

/** Issues a challenge to a page of a host, for a visitor at an address. Nothing is stored. */
export type Issue = (site: Site, address: string, hostname: string) => IssuedChallenge

export const createIssue =
  ({
    captcha,
    tickets,
    ladder,
    now,
  }: Pick<DialectContext, 'captcha' | 'tickets' | 'ladder' | 'now'>): Issue =>
  (site, address, hostname) => {
    const { rung, reasons } = ladder.decide(site, address)
    const { style, level } = workFor(site.settings, CAP, WORK_CHOICE, rung)
    const id = captcha.issue(site.id, style, level)
    const { answer, issued } = captcha.open(id)!
    const expiry = expiryOf(site.settings, issued)
    const ticket = tickets.issue({
      site: site.id,
      expiry,
      dialect: CAP,
      hostname,
      action: '',
      cdata: '',
      rung,
      reasons,
      ids: new Map([[WORK, id]]),
    })
    const { settings } = style
    return { token: expiring(ticket, expiry, now()), puzzles: capPuzzles({ settings, level, answer }) }
  }

/**
 * A challenge in format 1. The puzzles are written out: those that a widget would derive from a token depend
 * on 32 bits of it, so that a table of all their solutions can be made once.
 */
export const inFormat1 = ({ token, puzzles }: IssuedChallenge): ChallengeAnswer => ({
  challenge: puzzles,
  ...token,
})

/** A challenge in format 2. */
export const inFormat2 = ({ token, puzzles }: IssuedChallenge): ChallengeAnswer2 => ({
  format: 2,
  challenges: puzzles.map(([salt, target]) => ({ protocol: 'sha256-pow', payload: { salt, target } })),
  ...token,
})
