import type { OutagePolicy } from './fallback.ts'
import { checkOptions } from './options.ts'
import type { Weights } from './pass.ts'
import {
  createSealedRecords,
  SEALED_RECORD_RULES,
  type SealedRecord,
  type SealedRecordOptions,
} from './sealed-record.ts'

/** A ticket: what a visitor was asked. It is answered in one request that carries everything. */
export interface Ticket extends SealedRecord {
  /** The id of each kind offered, by its name: the client names a kind, never an id. */
  ids: ReadonlyMap<string, string>
}

/** An answer that was judged. */
export interface TicketAnswer {
  /** Everything that the visitor sent, as one text: the same text is the same answer. */
  answer: string
  /** Whether it is right. */
  right: boolean
  /** Weights of the pass that it earns: fixed here, so that a retry earns the same pass. */
  weights: Weights
  /** Outage policy of the site. @default 'refuse' */
  outage?: OutagePolicy | undefined
}

/**
 * What came of an answer. `passed` earns a pass, made from the ticket's nonce, this `time` and these weights;
 * `repeated`: the same right answer once more, within a minute. `unavailable`: the ledger did not answer, and
 * nothing was decided.
 */
export type Answered =
  | { result: 'passed'; time: number; weights: Weights; repeated: boolean }
  | { result: 'wrong' | 'spent' | 'expired' | 'unavailable' }

/** The life of a ticket: nothing is stored at issue, and one claim spends it, answered right or wrong. */
export interface Tickets {
  /**
   * Seals a ticket: at most 2,048 characters of `[A-Za-z0-9_-]`. Writes nothing.
   * @throws CaptchaError `bad_request` when action, cdata or hostname is too long
   */
  issue(ticket: Omit<Ticket, 'nonce' | 'time'>): string
  /**
   * What a site's ticket says, expired or not; undefined when it is forged, from the future or another
   * site's. `any` is for commands, which are asked about tickets of whichever site. Spends nothing and asks
   * no ledger.
   */
  open(token: string, site: number | 'any'): Ticket | undefined
  /** Spends a ticket on an answer. Never rejects. */
  answer(ticket: Ticket, answer: TicketAnswer): Promise<Answered>
  /**
   * What came of a ticket before, for kinds whose answers are expensive to judge: `passed` when this is a
   * retry. Resolves with undefined while the ticket is not answered. Spends nothing, and never rejects.
   */
  answered(ticket: Ticket, answer: Pick<TicketAnswer, 'answer' | 'outage'>): Promise<Answered | undefined>
  /**
   * The recorded result of a ticket, as long as the ledger keeps its claim; undefined before its answer.
   * Spends nothing.
   * @throws CaptchaError `unavailable`
   */
  outcome(ticket: Ticket): Promise<'passed' | 'failed' | undefined>
}

/** Seconds in which the same right answer earns the same pass again. */
const RETRY_SECONDS = 60
/** Value of the claim of a wrong answer. */
const WRONG_CLAIM = 'wrong'

/** Tickets under keys of their own. @throws CaptchaError `bad_option`, `bad_secret` */
export function createTickets(options: SealedRecordOptions): Tickets {
  checkOptions('createTickets', options, SEALED_RECORD_RULES)
  const records = createSealedRecords('ticket', options)
  const { seconds } = records

  /** The result of an answer, by the claim of the first one. */
  const repeatOf = (ticket: Ticket, answer: string, claim: string): Answered => {
    const [time, hash, minute, hour, report] = claim.split(' ')
    const same = hash !== undefined && records.hashes(ticket, answer).includes(hash)
    if (!same || seconds() - Number(time) > RETRY_SECONDS) return { result: 'spent' }
    const weights = { minute: Number(minute), hour: Number(hour), report: report === '1' }
    return { result: 'passed', time: Number(time), weights, repeated: true }
  }

  return {
    issue: ticket => records.close(ticket, [...ticket.ids].flat()),

    open(token, site) {
      const opened = records.open(token, site)
      if (!opened) return undefined
      const { record, more } = opened
      const ids = new Map<string, string>()
      for (let i = 0; i < more.length; i += 2) ids.set(more[i]!, more[i + 1]!)
      return { ...record, ids }
    },

    async answer(ticket, { answer, right, weights, outage = 'refuse' }) {
      const left = records.secondsLeft(ticket)
      // A right answer just before the end may be retried just after it.
      if (left < -RETRY_SECONDS) return { result: 'expired' }
      const good = right && left >= 0
      const time = seconds()
      const { minute, hour, report } = weights
      const [hash] = records.hashes(ticket, answer)
      const claim = good ? [time, hash, minute, hour, report ? 1 : 0].join(' ') : WRONG_CLAIM
      try {
        const before = await records.claim(ticket, claim, outage)
        if (before !== undefined) return repeatOf(ticket, answer, before)
        if (good) return { result: 'passed', time, weights, repeated: false }
        return { result: left < 0 ? 'expired' : 'wrong' }
      } catch {
        return { result: 'unavailable' }
      }
    },

    async answered(ticket, { answer, outage = 'refuse' }) {
      try {
        const before = await records.claimed(ticket, outage)
        return before === undefined ? undefined : repeatOf(ticket, answer, before)
      } catch {
        return { result: 'unavailable' }
      }
    },

    async outcome(ticket) {
      const claim = await records.claimed(ticket, 'refuse')
      if (claim === undefined) return undefined
      return claim === WRONG_CLAIM ? 'failed' : 'passed'
    },
  }
}
