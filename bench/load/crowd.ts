import { performance } from 'node:perf_hooks'
import type { Captcha } from '@upright/core'
import { until } from '../../packages/server/src/testing/until.ts'
import type { Balancer } from './balancer.ts'
import type { Question } from './client.ts'
import { challengeOf, type InvariantChecker, type Word, wordOf } from './invariant-checker.ts'
import { BASE, PICTURE } from './journeys.ts'
import type { Fleet } from './nodes.ts'

/** Who comes, and through what. */
export interface CrowdOptions {
  balancer: Balancer
  checker: InvariantChecker
  /** Knows the right answers. */
  captcha: Captcha
  /** How the site's back end says who it is. */
  headers: Record<string, string>
  /** Visitors a second. */
  rate: number
  /** Nodes that may take requests along, as they were killed. */
  killable: ReadonlySet<string>
}

/** How visitors fared so far. Moments are those of `performance.now`. */
export interface Stats {
  requests: number
  /** When each visitor was let in, and when one was not who should have been. */
  passes: number[]
  failures: number[]
  /** Requests that a killed node took along. */
  lost: number
  /** Refusals by what they were. */
  refusals: Map<string, number>
}

/** Visitors who keep coming. */
export interface Crowd {
  fares: Stats
  /** No more come; resolves when the last is through. */
  stop(): Promise<void>
}

/** Share of visitors who only guess, of whom none may get in. */
const GUESSES = 0.2
/** Share of those who send their code to two nodes at once, the others to one after the other. */
const SIMULTANEOUS_SHARE = 0.5

/**
 * Has visitors come at an even rate. Each sends the right code twice, to different nodes, and may get in
 * once.
 */
export function startCrowd(options: CrowdOptions): Crowd {
  const { balancer, checker, captcha, headers, rate, killable } = options
  const fares: Stats = { requests: 0, passes: [], failures: [], lost: 0, refusals: new Map() }
  const visits = new Set<Promise<void>>()

  const refuse = (why: string) => void fares.refusals.set(why, (fares.refusals.get(why) ?? 0) + 1)
  const ask = async (question: Question, not?: string) => {
    fares.requests++
    const reply = await balancer.ask(question, not)
    if ('answer' in reply) return reply
    if (killable.has(reply.node)) fares.lost++
    else checker.reportViolation(`no answer from a node that nobody killed: ${reply.lost}`)
    return undefined
  }
  const judge = async (uuid: string, code: string, not?: string) => {
    const reply = await ask(validation(uuid, code, headers), not)
    if (!reply) return { word: undefined, node: undefined }
    const word = wordOf(reply.answer)
    if (!word) checker.reportViolation(`validate answered ${reply.answer.status} ${reply.answer.body}`)
    return { word, node: reply.node }
  }
  /** Whether the visitor got in; undefined for one who was not to. */
  const visit = async (): Promise<boolean | undefined> => {
    const shown = await ask({ path: PICTURE, headers })
    if (!shown) return false
    const challenge = challengeOf(shown.answer)
    if (!challenge) checker.reportViolation(`picture answered ${shown.answer.status} ${shown.answer.body}`)
    if (!challenge || 'refused' in challenge) {
      refuse(`picture ${shown.answer.status}`)
      return false
    }
    const { uuid } = challenge
    const { answer: code } = captcha.open(uuid)!
    if (Math.random() < GUESSES) {
      const { word } = await judge(uuid, wrongFor(code))
      if (word) checker.wrong(word)
      return undefined
    }
    const settle = (answers: boolean[]) => {
      if (!answers.includes(true)) refuse('validate false')
      return answers.includes(true)
    }
    const take = (word: Word | undefined) => word !== undefined && checker.right(uuid, code, word)
    if (Math.random() < SIMULTANEOUS_SHARE) {
      const both = await Promise.all([judge(uuid, code, shown.node), judge(uuid, code)])
      return settle(both.map(({ word }) => take(word)))
    }
    const { word, node } = await judge(uuid, code)
    const first = take(word)
    return settle([first, take((await judge(uuid, code, node)).word)])
  }
  const come = async () => {
    try {
      const passed = await visit()
      if (passed !== undefined) fares[passed ? 'passes' : 'failures'].push(performance.now())
    } catch (error) {
      checker.reportViolation((error as Error).message)
    }
  }

  const start = performance.now()
  let comers = 0
  const timer = setInterval(() => {
    for (; comers < ((performance.now() - start) * rate) / 1000; comers++) {
      const one = come().finally(() => visits.delete(one))
      visits.add(one)
    }
  }, 5)
  return {
    fares,
    async stop() {
      clearInterval(timer)
      await Promise.all(visits)
    },
  }
}

/** Sends every right code once more, to any node: nobody may get in who has been in. */
export async function replay({ balancer, checker, headers }: CrowdOptions): Promise<number> {
  const pairs = checker.pairs()
  let next = 0
  const one = async () => {
    for (let pair = pairs[next++]; pair; pair = pairs[next++]) {
      const reply = await balancer.ask(validation(pair.uuid, pair.code, headers))
      const word = 'answer' in reply ? wordOf(reply.answer) : undefined
      if (word) checker.right(pair.uuid, pair.code, word)
      else checker.reportViolation('a replay was not answered')
    }
  }
  await Promise.all(Array.from({ length: 16 }, one))
  return pairs.length
}

/** What a back end asks of a code. */
export const validation = (uuid: string, code: string, headers: Record<string, string>): Question => ({
  method: 'POST',
  path: `${BASE}/valider-captcha`,
  headers: { ...headers, 'content-type': 'application/json' },
  body: JSON.stringify({ uuid, code }),
})

/** A code that is wrong in its first character. */
const wrongFor = (code: string) => (code.startsWith('A') ? 'H' : 'A') + code.slice(1)

/** Waits until every node knows a new site, which takes up to a second or two. */
export async function known({ nodes }: Fleet, headers: Record<string, string>): Promise<void> {
  for (const { url } of nodes) {
    await until(async () => (await fetch(`${url}${PICTURE}`, { headers })).ok)
  }
}
