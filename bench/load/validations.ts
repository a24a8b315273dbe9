import { load } from '../client.ts'
import { whole } from '../table.ts'
import { usageOf } from '../usage.ts'
import { createValidations } from '../validations.ts'
import { known } from './crowd.ts'
import { BASE, keyOf } from './journeys.ts'
import { type Fleet, type Setup, startFleet } from './nodes.ts'
import { table } from './report.ts'

/**
 * Rounds that count, of so many seconds each; the ledgers take turns, so that what else the machine does
 * falls on all of them.
 */
const ROUNDS = 3
const SECONDS_PER_ROUND = 4

const LEDGERS: readonly { name: string; setup: Pick<Setup, 'ledger' | 'replicas'> }[] = [
  { name: 'embedded', setup: { ledger: 'sqlite' } },
  { name: 'Redis', setup: { ledger: 'redis' } },
  { name: 'Redis cluster, three masters', setup: { ledger: 'cluster' } },
  { name: 'Redis cluster, a replica each', setup: { ledger: 'cluster', replicas: 1 } },
]

/** What one ledger came to: requests a second, and seconds of processor time, of each round. */
interface Round {
  requests: number
  p99: number
  node: number
  redis: number
}

/** Right codes of fresh challenges, sent to one process as fast as it answers, over each ledger in turn. */
export async function runValidations(): Promise<void> {
  const cases: { name: string; fleet: Fleet; round: () => Promise<Round> }[] = []
  try {
    for (const { name, setup } of LEDGERS) {
      const fleet = await startFleet({ nodes: 1, workers: '1', registry: 'sqlite', ...setup })
      cases.push({ name, fleet, round: await rounds(fleet) })
    }
    const done = new Map<string, Round[]>(cases.map(({ name }) => [name, []]))
    for (let i = 0; i <= ROUNDS; i++) {
      for (const { name, round } of cases) {
        const told = await round()
        // The first one warms up.
        if (i > 0) done.get(name)!.push(told)
      }
    }
    console.log(validationsTable(done))
  } finally {
    for (const { fleet } of cases) await fleet.stop()
  }
}

async function rounds(fleet: Fleet): Promise<() => Promise<Round>> {
  const site = await fleet.addSite()
  const [node] = fleet.nodes
  await known(fleet, keyOf(site))
  const headers = { ...keyOf(site), 'content-type': 'application/json' }
  const validations = createValidations(fleet.secret, site)
  const next = () => ({
    method: 'POST' as const,
    path: `${BASE}/valider-captcha`,
    headers,
    body: validations.next(),
  })
  return async () => {
    validations.refill()
    const used = () => ({
      node: usageOf(node!.child.pid!).cpu,
      redis: fleet.redis.reduce((sum, { pid }) => sum + usageOf(pid()).cpu, 0),
    })
    const before = used()
    const right = (status: number, body: string) => status === 200 && body === 'true'
    const { requests, p99 } = await load(node!.url, next, right, SECONDS_PER_ROUND)
    const after = used()
    return { requests, p99, node: after.node - before.node, redis: after.redis - before.redis }
  }
}

function validationsTable(done: ReadonlyMap<string, readonly Round[]>): string {
  const mean = (rounds: readonly Round[], what: keyof Round) =>
    rounds.reduce((sum, round) => sum + round[what], 0) / rounds.length
  const first = mean([...done.values()][0]!, 'requests')
  return table([
    ['validations', 'a second', 'of embedded', 'p99 ms', 'CPU ms each: node', 'Redis'],
    ...[...done].map(([name, rounds]) => {
      const requests = mean(rounds, 'requests')
      const each = (what: 'node' | 'redis') =>
        ((1000 * mean(rounds, what)) / (requests * SECONDS_PER_ROUND)).toFixed(3)
      const share = `${Math.round((100 * requests) / first)} %`
      return [name, whole(requests), share, mean(rounds, 'p99').toFixed(1), each('node'), each('redis')]
    }),
  ])
}
