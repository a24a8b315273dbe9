/** What a decision costs, and the memory of the table of networks when it is full. */
import { randomBytes } from 'node:crypto'
import { createLadder } from '../../packages/server/src/policy/ladder/ladder.ts'
import { DEFAULT_SETTINGS } from '../../packages/server/src/registry/settings.ts'
import type { Row } from '../table.ts'
import { home } from './traffic.ts'

const NETWORKS = 200_000
const DECISIONS = 400_000
const MAX_DECISION_US = 5
const MAX_MEGABYTES = 10

/** Microseconds of processor that each of so many calls takes. */
function microseconds(count: number, call: (n: number) => void): number {
  for (let n = 0; n < count / 4; n++) call(n)
  const before = process.cpuUsage()
  for (let n = 0; n < count; n++) call(n)
  const { user, system } = process.cpuUsage(before)
  return (user + system) / count
}

export function ladderCosts(): Row[] {
  const addressOf = (n: number) => home(10 + (n >> 16), n)
  const addresses = Array.from({ length: NETWORKS }, (_, n) => addressOf(n))
  const site = { id: 1, settings: DEFAULT_SETTINGS }
  globalThis.gc?.()
  const before = process.memoryUsage()
  const ladder = createLadder({ now: Date.now, monotonic: () => performance.now(), random: randomBytes })
  for (const address of addresses) ladder.earned(site, address, ladder.weigh(site, address))
  globalThis.gc?.()
  const after = process.memoryUsage()
  const megabytes = (after.heapUsed + after.arrayBuffers - before.heapUsed - before.arrayBuffers) / 1e6
  const decision = microseconds(DECISIONS, n => ladder.decide(site, addresses[(n * 7919) % NETWORKS]!))
  const pass = microseconds(DECISIONS / 4, n => {
    const address = addresses[(n * 7919) % NETWORKS]!
    const weights = ladder.weigh(site, address)
    ladder.earned(site, address, weights)
    ladder.redeemed(site, weights)
  })
  return [
    {
      what: 'a decision, among 200,000 networks',
      figure: `${decision.toFixed(2)} µs of processor`,
      budget: `≤ ${MAX_DECISION_US} µs`,
      ok: decision <= MAX_DECISION_US,
    },
    { what: 'a pass, weighed, earned and redeemed', figure: `${pass.toFixed(2)} µs of processor` },
    {
      what: 'memory with 200,000 networks',
      figure: `${megabytes.toFixed(1)} MB`,
      budget: `≤ ${MAX_MEGABYTES} MB`,
      ok: megabytes <= MAX_MEGABYTES,
    },
  ]
}
