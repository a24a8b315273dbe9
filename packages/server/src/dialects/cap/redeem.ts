import { CaptchaError, ERRORS, type Verdict, workResponse } from '@upright/core'
import { scoreOf } from '../../policy/ladder/worth.ts'
import type { Site } from '../../registry/registry.ts'
import type { DialectContext } from '../dialect.ts'
import { refused } from './answer.ts'
import { workIn } from './challenge.ts'
import { expiring } from './expiring.ts'
import type { RedeemAnswer, RefusedAnswer } from './wire.ts'

/** A token with the numbers that solve its puzzles, as text separated by commas. */
export interface Solved {
  token: string
  solution: string
}

/** A number in a list of solutions: bare in format 1, and in an object in format 2. */
function numberIn(item: unknown): number | undefined {
  const number = typeof item === 'object' && item !== null ? (item as { nonce?: unknown }).nonce : item
  return typeof number === 'number' ? number : undefined
}

/**
 * Reads what a widget redeems, in either format. Whatever instrumentation would add is ignored: none is ever
 * asked for. @throws CaptchaError `bad_request`
 */
export function readSolved(body: unknown): Solved {
  let sent: { token?: unknown; solutions?: unknown } | null = null
  try {
    sent = JSON.parse(String(body))
  } catch {
    // As a body without fields.
  }
  const { token, solutions } = { ...sent }
  const numbers = Array.isArray(solutions) ? solutions.map(numberIn) : [undefined]
  if (typeof token !== 'string' || numbers.includes(undefined)) {
    throw new CaptchaError('bad_request', 'a token and a list of solutions are needed')
  }
  return { token, solution: numbers.join() }
}

/** What a page is told. Whether a token is forged, another site's or spent is nothing to tell apart. */
const REFUSALS: Record<Exclude<Verdict, 'passed'>, RefusedAnswer> = {
  wrong: refused('The solution is wrong.'),
  expired: refused('The challenge has expired.'),
  spent: refused('The token is unknown or was redeemed.'),
  unknown: refused('The token is unknown or was redeemed.'),
  unavailable: refused(ERRORS.unavailable.message),
}

/** Where a request to redeem comes from. */
export interface Sender {
  /** The host of the page. */
  hostname: string
  /** The visitor's address. */
  address: string
}

/** Redeems a solved token for a pass, once. */
export type Redeem = (site: Site, solved: Solved, sender: Sender) => Promise<Redeemed>

interface Redeemed {
  verdict: Verdict
  answer: RedeemAnswer | RefusedAnswer
}

type RedeemContext = Pick<
  DialectContext,
  'captcha' | 'tickets' | 'passes' | 'ladder' | 'countVerdict' | 'now'
>

/**
 * Ticket, page and work are looked at before anything is stored; the claim of the ticket comes last, and
 * spends it on a right and on a wrong solution alike.
 */
export function createRedeem({ captcha, tickets, passes, ladder, countVerdict, now }: RedeemContext): Redeem {
  const settle = async (site: Site, { token, solution }: Solved, { hostname, address }: Sender) => {
    const ticket = tickets.open(token, site.id)
    const id = workIn(ticket)
    if (!ticket || id === undefined || ticket.hostname !== hostname) return 'unknown'

    const answer = workResponse('cap', solution)
    const judged = await captcha.judge(site, id, answer)
    if (judged !== 'passed' && judged !== 'wrong') return judged
    const { outage } = site.settings
    const solved = judged === 'passed'
    const right = solved && !ladder.isOutdated(site, address, ticket)
    const fresh = ladder.weigh(site, address)
    const answered = await tickets.answer(ticket, { answer, right, weights: fresh, outage })
    // A widget then asks for another challenge, which is of the present rung.
    if (answered.result === 'wrong' && solved) return 'expired'
    if (answered.result !== 'passed') return answered.result
    // A retry would earn the same pass: Cap's own server redeems a token once, and so does this.
    if (answered.repeated) return 'spent'
    ladder.earned(site, address, answered.weights)

    const { nonce, expiry, dialect, action, cdata, rung, reasons } = ticket
    const { time, weights } = answered
    const pass = passes.issue({
      ...{ nonce, site: site.id, time, expiry, dialect, hostname, action, cdata, rung, reasons },
      ...{ kind: 'work', score: scoreOf(rung), weights },
    })
    return expiring(pass, expiry, now())
  }

  return async (site, solved, sender) => {
    const settled = await settle(site, solved, sender)
    const verdict = typeof settled === 'string' ? settled : 'passed'
    countVerdict(site.id, verdict)
    if (typeof settled === 'string') return { verdict, answer: REFUSALS[settled] }
    return { verdict, answer: { success: true, ...settled } }
  }
}
