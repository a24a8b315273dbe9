import type { OutagePolicy } from './fallback.ts'
import { checkOptions } from './options.ts'
import {
  createSealedRecords,
  type NewRecord,
  SEALED_RECORD_RULES,
  type SealedRecord,
  type SealedRecordOptions,
} from './sealed-record.ts'

/** Proof that a visitor passed: earned by the browser, verified later by the back end. */
export interface Pass extends SealedRecord {
  /** The kind of challenge that was answered. */
  kind: string
  /** How likely the visitor is no program, 0 … 1. */
  score: number
  weights: Weights
}

/** Weights that a pass may add to the counters of its site, fixed when it is earned. */
export interface Weights {
  /** To the passes of the last minute, 0 … 1. */
  minute: number
  /** To the passes of the last hour, 0 … 1. */
  hour: number
  /** Whether what the back end reports about it counts. */
  report: boolean
}

/** A pass to seal. With the ticket's nonce and the time of its claim, a retry makes the same pass again. */
export type NewPass = NewRecord & Omit<Pass, keyof SealedRecord>

/** A back end's request to redeem a pass. */
export interface RedeemOptions {
  /** Number of the site whose secret the back end gave. */
  site: number
  /** Dialects whose passes are accepted. @default all */
  dialects?: readonly string[] | undefined
  /** The back end's own name for this request: a repeat with it gets the same answer. @default none */
  idempotencyKey?: string | undefined
  /** Outage policy of the site. @default 'refuse' */
  outage?: OutagePolicy | undefined
}

/**
 * What came of a request to redeem. `repeated`: the same answer as before, about a pass that was counted
 * then. `unknown`: forged, from the future, of another site or of a dialect that is not accepted.
 * `unavailable`: the ledger did not answer, and nothing was decided.
 */
export type Redemption =
  | { result: 'redeemed'; pass: Pass; repeated: boolean }
  | { result: 'duplicate' | 'expired' | 'unknown' | 'unavailable' }

/** How a pass ended, as the back end knows later: an account that was confirmed, a message that was spam. */
export type PassOutcome = 'good' | 'bad'

/** A back end's report of how a pass ended. */
export interface ReportOptions {
  /** Number of the site whose secret the back end gave. */
  site: number
  outcome: PassOutcome
  /** Outage policy of the site. @default 'refuse' */
  outage?: OutagePolicy | undefined
}

/**
 * What came of a report. `repeated`: the same as before, which counts no more. `duplicate`: the other outcome
 * was reported before. `expired`: the pass is older than a day. `unknown` and `unavailable` as for
 * redemptions.
 */
export type Reported =
  | { result: 'reported'; pass: Pass; repeated: boolean }
  | { result: 'duplicate' | 'expired' | 'unknown' | 'unavailable' }

/** The life of a pass: nothing is stored when it is issued, and one claim redeems it. */
export interface Passes {
  /**
   * Seals a pass: at most 2,048 characters of `[A-Za-z0-9_-]`. Writes nothing.
   * @throws CaptchaError `bad_request` when action, cdata or hostname is too long
   */
  issue(pass: NewPass): string
  /**
   * The content of a site's pass, or of any site's, expired or not; undefined when it is `unknown`. Asks no
   * ledger.
   */
  open(token: string, site: number | 'any'): Pass | undefined
  /**
   * Redeems a pass once. The same answer is given again to a request with the idempotency key of the first,
   * and once within 5 seconds after `undelivered`; every other request is a duplicate. Never rejects.
   */
  redeem(token: string, options: RedeemOptions): Promise<Redemption>
  /**
   * Notes that the connection of a request closed before its answer was written, so that the first repeat
   * gets the same answer. Never rejects: where this cannot be written down, the repeat is a duplicate.
   */
  undelivered(pass: Pass, outage?: OutagePolicy): Promise<void>
  /**
   * Notes how a pass ended, once, for a day after its issue, whether it was redeemed or not. Never rejects.
   */
  report(token: string, options: ReportOptions): Promise<Reported>
  /**
   * What the ledger knows of a pass, as long as it keeps its claims. Spends nothing.
   * @throws CaptchaError `unavailable`
   */
  known(pass: Pass): Promise<{ redeemed: boolean; outcome: PassOutcome | undefined }>
}

/** Whole seconds in which the answer that was not delivered is given again. */
const REPEAT_SECONDS = 5
/** Seconds after its issue in which it can be reported how a pass ended. */
const REPORT_SECONDS = 24 * 3600
/** Value of the claim of a request without an idempotency key: no hash of a key is as short. */
const NO_KEY = '-'

/** Passes under keys of their own. @throws CaptchaError `bad_option`, `bad_secret` */
export function createPasses(options: SealedRecordOptions): Passes {
  checkOptions('createPasses', options, SEALED_RECORD_RULES)
  const records = createSealedRecords('pass', options)
  /** Claims of their own, which live longer. */
  const outcomes = createSealedRecords('outcome', options)

  const open: Passes['open'] = (token, site) => {
    const opened = records.open(token, site)
    if (!opened) return undefined
    const [kind, score, minute, hour, report] = opened.more as [string, string, string, string, string]
    const weights = { minute: Number(minute), hour: Number(hour), report: report === '1' }
    return { ...opened.record, kind, score: Number(score), weights }
  }

  /** Whether the answer about a redeemed pass was not delivered and this is its first repeat. */
  const isFirstRepeat = (pass: Pass, outage: OutagePolicy) =>
    records.ask(pass, outage, async (ledger, name, ttl) => {
      if ((await ledger.counted(`${name}.undelivered`)) === 0) return false
      return (await ledger.claim(`${name}.repeat`, ttl, NO_KEY)) === undefined
    })

  return {
    issue(pass) {
      const { minute, hour, report } = pass.weights
      return records.close(pass, [pass.kind, ...[pass.score, minute, hour, report ? 1 : 0].map(String)])
    },

    open,

    async redeem(token, { site, dialects, idempotencyKey = '', outage = 'refuse' }) {
      const pass = open(token, site)
      if (!pass || dialects?.includes(pass.dialect) === false) return { result: 'unknown' }
      if (records.secondsLeft(pass) < 0) return { result: 'expired' }
      const keys = idempotencyKey === '' ? [] : records.hashes(pass, idempotencyKey)
      try {
        const before = await records.claim(pass, keys[0] ?? NO_KEY, outage)
        const repeated = before !== undefined
        if (!repeated || keys.includes(before) || (await isFirstRepeat(pass, outage))) {
          return { result: 'redeemed', pass, repeated }
        }
        return { result: 'duplicate' }
      } catch {
        return { result: 'unavailable' }
      }
    },

    async undelivered(pass, outage = 'refuse') {
      const note = records.ask(pass, outage, (ledger, name) =>
        ledger.count(`${name}.undelivered`, REPEAT_SECONDS),
      )
      await note.catch(() => {})
    },

    async report(token, { site, outcome, outage = 'refuse' }) {
      const pass = open(token, site)
      if (!pass) return { result: 'unknown' }
      const record = { ...pass, expiry: REPORT_SECONDS }
      if (outcomes.secondsLeft(record) < 0) return { result: 'expired' }
      try {
        const before = await outcomes.claim(record, outcome, outage)
        if (before !== undefined && before !== outcome) return { result: 'duplicate' }
        return { result: 'reported', pass, repeated: before !== undefined }
      } catch {
        return { result: 'unavailable' }
      }
    },

    async known(pass) {
      const redemption = await records.claimed(pass, 'refuse')
      const outcome = await outcomes.claimed({ ...pass, expiry: REPORT_SECONDS }, 'refuse')
      return { redeemed: redemption !== undefined, outcome: outcome as PassOutcome | undefined }
    },
  }
}
