import { type Ticket, type Verdict, type Weights, workResponse } from '@upright/core'
import { scoreOf } from '../../policy/ladder/worth.ts'
import type { Site } from '../../registry/registry.ts'
import type { DialectContext } from '../dialect.ts'
import { rungOf } from './rungs.ts'
import type { FailureReason, NativeKind } from './wire.ts'

/** An answer as it was sent. */
export interface Sent {
  kind: string
  response: string
  /** Counters, separated by commas; undefined where nothing could find them, as in a form without scripts. */
  work?: string | undefined
}

/** What came of an answer. */
export type Outcome = { pass: string; expiry: number } | { reason: FailureReason }

/**
 * Judges the answer that an address sent, spends the ticket and makes the pass. Never rejects. Without an
 * address the site's own back end has sent it.
 */
export type Judge = (site: Site, address: string | undefined, ticket: Ticket, sent: Sent) => Promise<Outcome>

/** A judge whose passes live for so many seconds; as long as their tickets by default. */
export function createJudge(
  {
    captcha,
    tickets,
    passes,
    ladder,
    countVerdict,
  }: Pick<DialectContext, 'captcha' | 'tickets' | 'passes' | 'ladder' | 'countVerdict'>,
  passSeconds?: number,
): Judge {
  /** Whether everything in an answer is right, and whether its work is. */
  const judge = async (
    site: Site,
    ticket: Ticket,
    { kind, response, work }: Sent,
  ): Promise<{ verdict: Verdict; worked: boolean }> => {
    const alone = kind === 'work'
    const id = ticket.ids.get(kind)
    if (id === undefined || (alone && !rungOf(ticket.rung, site.settings).alone)) {
      return { verdict: 'wrong', worked: false }
    }
    const workId = ticket.ids.get('work')
    // Work is left out where none was asked for, and nowhere else.
    if (workId === undefined || work === undefined) {
      const verdict = workId === work ? await captcha.judge(site, id, response) : 'wrong'
      return { verdict, worked: false }
    }
    const shape = alone ? 'native' : 'native-beside'
    const worked = await captcha.judge(site, workId, workResponse(shape, work))
    const verdict = alone ? worked : await captcha.judge(site, id, response)
    return { verdict: verdict === 'passed' ? worked : verdict, worked: worked === 'passed' }
  }

  const passOf = (ticket: Ticket, kind: string, time: number, weights: Weights): Outcome => {
    const { ids: _, ...record } = ticket
    const score = scoreOf(ticket.rung)
    const expiry = passSeconds ?? record.expiry
    return { pass: passes.issue({ ...record, expiry, time, kind, score, weights }), expiry }
  }

  /** Answers to tickets that are judged at this moment, by nonce. */
  const judging = new Map<string, Promise<Outcome>>()

  /** `earlier`: an answer to the same ticket that was sent before and is judged still. */
  const settle = async (
    [site, address, ticket, sent]: Parameters<Judge>,
    earlier: Promise<Outcome> | undefined,
  ): Promise<Outcome> => {
    const { outage } = site.settings
    const answer = [sent.kind, sent.response, sent.work ?? ''].join('\n')
    // A retry is recognised without judging again: expensive work is judged once.
    const before = await tickets.answered(ticket, { answer, outage })
    if (before?.result === 'passed') return passOf(ticket, sent.kind, before.time, before.weights)
    if (before) return { reason: before.result === 'unavailable' ? 'retry' : 'expired' }
    const { verdict, worked } = await judge(site, ticket, sent)
    if (verdict === 'unavailable') return { reason: 'retry' }
    if (verdict === 'spent') {
      // Its work is judged for another request, or was: what that came to must not be overwritten.
      await earlier
      const after = await tickets.answered(ticket, { answer, outage })
      if (after?.result === 'passed') return passOf(ticket, sent.kind, after.time, after.weights)
      return { reason: 'expired' }
    }
    const right = verdict === 'passed' && !ladder.isOutdated(site, address, ticket)
    const weights = ladder.weigh(site, address)
    const answered = await tickets.answer(ticket, { answer, right, weights, outage })
    if (answered.result === 'unavailable') return { reason: 'retry' }
    countVerdict(site.id, answered.result)
    const first = answered.result === 'passed' && !answered.repeated
    if (first) ladder.earned(site, address, weights)
    // What is guessed without work is free, and counts for nothing.
    if (worked && (first || answered.result === 'wrong')) {
      if (verdict === 'passed' || verdict === 'wrong') {
        ladder.judged(site.id, sent.kind as NativeKind, verdict === 'passed')
      }
      if (verdict === 'wrong') ladder.failed(site, address, { worked })
    }
    if (answered.result === 'passed') return passOf(ticket, sent.kind, answered.time, answered.weights)
    if (answered.result !== 'wrong') return { reason: 'expired' }
    return { reason: verdict === 'passed' ? 'raised' : verdict === 'wrong' ? 'wrong' : 'expired' }
  }

  return async (...answer) => {
    const [, , { nonce }] = answer
    const earlier = judging.get(nonce)
    const outcome = settle(answer, earlier)
    if (earlier) return outcome
    judging.set(nonce, outcome)
    try {
      return await outcome
    } finally {
      judging.delete(nonce)
    }
  }
}
