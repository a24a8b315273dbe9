import { performance } from 'node:perf_hooks'
import { styleNamed } from '@upright/core'
import { createClient } from './client.ts'
import { known, validation } from './crowd.ts'
import { wordOf } from './invariant-checker.ts'
import { keyOf, solver } from './journeys.ts'
import type { Fleet } from './nodes.ts'

/** The results of one right pair that was sent repeatedly. */
export interface Storm {
  /** How often it may pass. */
  allowed: number
  /** Answers of each kind; what is neither is a failure. */
  true: number
  false: number
  other: number
  seconds: number
}

/** Validations that are under way at any time. */
const CONCURRENCY = 150

/** Sends one right pair of a new site to all nodes of a fleet at once, many times. */
export async function replayStorm(
  fleet: Fleet,
  revalidation: 'strict' | 'grace',
  times: number,
): Promise<Storm> {
  const site = await fleet.addSite('--revalidation', revalidation)
  const headers = keyOf(site)
  await known(fleet, headers)
  const captcha = solver(fleet.secret)
  const uuid = captcha.issue(site.id, styleNamed('captchaFR')!)
  const question = validation(uuid, captcha.open(uuid)!.answer, headers)
  const client = createClient()
  const storm: Storm = { allowed: revalidation === 'strict' ? 1 : 3, true: 0, false: 0, other: 0, seconds: 0 }
  let sent = 0
  const one = async () => {
    while (sent < times) {
      const { url } = fleet.nodes[sent++ % fleet.nodes.length]!
      const answer = await client.ask(url, question).catch(() => undefined)
      storm[(answer && wordOf(answer)) ?? 'other']++
    }
  }
  const start = performance.now()
  await Promise.all(Array.from({ length: CONCURRENCY }, one))
  storm.seconds = (performance.now() - start) / 1000
  client.close()
  return storm
}
