import { authorise } from '../client.ts'
import { since, usageOf } from '../usage.ts'
import { createClient } from './client.ts'
import { known } from './crowd.ts'
import {
  altchaJourney,
  capJourney,
  captchetatJourney,
  keyOf,
  mcaptchaJourney,
  nativeJourney,
  rocaptchaJourney,
  turnstileJourney,
} from './journeys.ts'
import { type Fleet, startFleet } from './nodes.ts'
import type { VisitOptions } from './options.ts'
import { pace } from './pace.ts'
import { stepsTable, usageTable } from './report.ts'

/**
 * Milliseconds by which this program may be late itself before its figures say more about it than about the
 * service.
 */
const MAX_LATENESS_MS = 100

const JOURNEYS = {
  captchetat: captchetatJourney,
  rocaptcha: rocaptchaJourney,
  altcha: altchaJourney,
  cap: capJourney,
  native: nativeJourney,
  turnstile: turnstileJourney,
  mcaptcha: mcaptchaJourney,
}

/** Has visitors come for some time, and prints how they fared and what they cost. */
export async function runVisits(options: VisitOptions): Promise<void> {
  const fleet = await startFleet(options.setup)
  try {
    await visit(fleet, options)
  } finally {
    await fleet.stop()
  }
}

async function visit(fleet: Fleet, options: VisitOptions): Promise<void> {
  const { rate, seconds, dialect, access, sound, wrong, setup } = options
  // All visitors come from this one address, which the ladder would ask for more and more.
  const site = await fleet.addSite(
    ...['--rate', '0', '--ladder', 'off'],
    ...['altcha-v1', 'cap', 'native'].flatMap(name => ['--work', `${name}=sha256/256`]),
  )
  const urls = fleet.nodes.map(({ url }) => url)
  const client = createClient()
  try {
    await known(fleet, keyOf(site))
    const headers = access === 'key' ? keyOf(site) : { authorization: await authorise(urls[0]!, site) }
    const parts = { site, headers, secret: fleet.secret, sound, wrong }
    const journey = JOURNEYS[dialect](parts)
    // What is made at the first request (drawing's tables, the sounds' thread) is not what a visitor waits
    // for later.
    await pace({ client, urls, journey, rate: Math.min(rate, 20), seconds: 2 })

    const stands = `${setup.nodes} × ${setup.workers} processes, ledger ${setup.ledger}, registry ${setup.registry}`
    console.log(`${rate} journeys a second for ${seconds} s, ${dialect}, ${stands}`)
    const before = usageOfAll(fleet)
    const steps = await pace({ client, urls, journey, rate, seconds })
    const used = usageOfAll(fleet).map(([name, after], i) => [name, since(before[i]![1], after)] as const)
    console.log(stepsTable(steps))
    console.log(usageTable(used, steps.whole))
    if (steps.late > MAX_LATENESS_MS) {
      console.log(
        `  ✗ the visitors themselves came up to ${Math.round(steps.late)} ms late: this machine cannot ask so much`,
      )
    }
    if (steps.errors.size > 0) process.exitCode = 1
  } finally {
    client.close()
  }
}

/** What the processes of a fleet have used, by what they are for. */
function usageOfAll({ nodes, redis, postgres }: Fleet) {
  const groups: [string, number[]][] = [
    ['nodes', nodes.map(({ child }) => child.pid!)],
    ['Redis', redis.map(({ pid }) => pid())],
    ['PostgreSQL', postgres ? [postgres.pid()] : []],
    ['these visitors', [process.pid]],
  ]
  return groups
    .filter(([, pids]) => pids.length > 0)
    .map(([name, pids]) => {
      // What this process has started is the others.
      const parts = pids.map(pid => usageOf(pid, pid === process.pid ? 'alone' : 'family'))
      const sum = (part: 'cpu' | 'memory') => parts.reduce((total, usage) => total + usage[part], 0)
      return [name, { cpu: sum('cpu'), memory: sum('memory') }] as const
    })
}
