import { CaptchaError, type Challenge, drawnAs, type Pass, type Ticket, triesOf } from '@upright/core'
import { type Config, readConfig } from '../config.ts'
import { rungOfCode } from '../dialects/code-level.ts'
import { findChallenge } from './answer.ts'
import { readArguments } from './arguments.ts'
import { withOpeners } from './openers.ts'
import { columns, print } from './print.ts'

/** A challenge, as far as its id says. */
interface ExplainedChallenge {
  kind: string
  style: string
  /** In units of the kind; null for styles without one. */
  level: number | null
  /** Of a code: how strongly it is distorted, and the rung above 0 that CaptchEtat issued it on. */
  distortion?: 'light' | 'standard'
  rung?: number
  /** The right answer; of work, which has many, the tries that it is expected to take. */
  answer?: string
  tries?: number
}

/** What was asked or earned, as far as a ticket and a pass say. */
type ExplainedRecord = Pick<
  Ticket,
  'site' | 'dialect' | 'hostname' | 'action' | 'cdata' | 'rung' | 'reasons'
> & { issued: string; expires: string }

/**
 * What an id, a ticket or a pass says. `result` is null before an answer, and when the ledger has forgotten
 * it; `redeemed` is false then.
 */
type Explained =
  | ({
      is: 'challenge'
      site: number
      issued: string
      result: 'passed' | 'failed' | null
    } & ExplainedChallenge)
  | ({ is: 'ticket'; result: 'passed' | 'failed' | null; challenges: ExplainedChallenge[] } & ExplainedRecord)
  | ({
      is: 'pass'
      redeemed: boolean
      outcome: 'good' | 'bad' | null
    } & Pick<Pass, 'kind' | 'score' | 'weights'> &
      ExplainedRecord)

/**
 * `upright explain TEXT`: says what an id, a ticket or a pass is, from what is sealed in it and from the
 * ledger. It needs the master secret. What a visitor has typed is stored nowhere.
 */
export async function run(args: string[]): Promise<void> {
  const { values, positionals } = readArguments(args, {}, ['ID'])
  const explained = await explain(readConfig(values.data), positionals[0]!.trim())
  print(values.json ? JSON.stringify(explained) : columns(rowsOf(explained)))
}

/** @throws CaptchaError `data_unusable`, `unknown_challenge`, `unavailable` */
const explain = (config: Config, text: string): Promise<Explained> =>
  withOpeners(config, async openers => {
    const { captcha, tickets, passes } = openers
    const pass = passes.open(text, 'any')
    if (pass) {
      const { kind, score, weights } = pass
      const { redeemed, outcome = null } = await passes.known(pass)
      return { is: 'pass', ...recordOf(pass), kind, score, weights, redeemed, outcome }
    }
    const ticket = tickets.open(text, 'any')
    if (ticket) {
      const challenges = [...ticket.ids.values()].flatMap(id => captcha.open(id) ?? []).map(challengeOf)
      const result = (await tickets.outcome(ticket)) ?? null
      return { is: 'ticket', ...recordOf(ticket), result, challenges }
    }
    const found = await findChallenge(openers, text)
    if (!found) throw new CaptchaError('unknown_challenge')
    const { id, site, issued } = found.challenge
    const generation = await captcha.latest(id)
    const result = (await captcha.outcome({ id: site }, id, { generation })) ?? null
    return { is: 'challenge', site, issued: isoOf(issued), ...challengeOf(found.challenge), result }
  })

const isoOf = (seconds: number) => new Date(seconds * 1000).toISOString()

function challengeOf({ style, level, answer }: Challenge): ExplainedChallenge {
  const challenge = { kind: style.kind, style: style.name, level: level ?? null }
  if (style.kind === 'work') {
    return { ...challenge, ...(level !== undefined && { tries: Math.round(triesOf(level)) }) }
  }
  if (style.kind !== 'text') return { ...challenge, answer }
  const rung = rungOfCode(level)
  return { ...challenge, distortion: drawnAs(style.settings, level), ...(rung > 0 && { rung }), answer }
}

function recordOf(record: Ticket | Pass): ExplainedRecord {
  const { site, dialect, hostname, action, cdata, rung, reasons, time, expiry } = record
  const times = { issued: isoOf(time), expires: isoOf(time + expiry) }
  return { site, ...times, dialect, hostname, action, cdata, rung, reasons }
}

/** The same for a person, one thing a line. */
function rowsOf(explained: Explained): string[][] {
  const { is, ...rest } = explained
  return [
    ['is', `a ${is}`],
    ...Object.entries(rest).flatMap(([name, value]) => {
      if (name !== 'challenges') return [[name, wordsOf(name, value)]]
      return (value as ExplainedChallenge[]).map(one => [one.kind, wordsOf(one.kind, one)])
    }),
  ]
}

function wordsOf(name: string, value: unknown): string {
  if (name === 'result' && value === null) return 'no answer, or none that is kept'
  if (name === 'outcome' && value === null) return 'not reported'
  if (name === 'redeemed') return value ? 'yes' : 'no, or not kept'
  if (value === null || value === '' || (Array.isArray(value) && value.length === 0)) return 'none'
  if (Array.isArray(value)) return value.join(', ')
  if (typeof value !== 'object') return String(value)
  return Object.entries(value)
    .filter(([, part]) => part !== null)
    .map(([part, content]) => `${part} ${content}`)
    .join(', ')
}
