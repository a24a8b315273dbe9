import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { usageOf } from '../usage.ts'
import { createClient } from './client.ts'
import { known } from './crowd.ts'
import type { Flooded } from './flooder.ts'
import { keyOf, openJourney, PICTURE } from './journeys.ts'
import { startFleet } from './nodes.ts'
import { pace, type Steps } from './pace.ts'

/** A flood, and how honest visitors fared through it. */
export interface FloodOutcome {
  /** Challenges a second that one node gave out before, as many as were asked for. */
  capacity: number
  /** Seconds and requests a second of the flood: those that were due, and those that it could send. */
  seconds: number
  due: number
  sent: number
  answers: Flooded['answers']
  broken: number
  /** Those of the first seconds, before it is known who floods, and those after that. */
  first: Steps
  honest: Steps
  /** Bytes of the node's memory: before the flood, and at even times through it. */
  memory: number[]
}

const FLOODER = fileURLToPath(new URL('flooder.ts', import.meta.url))
/** Seconds in which the capacity is measured. */
const CAPACITY_SECONDS = 3
/** Seconds from the start of the process that floods to where it is known who floods. */
const START_SECONDS = 5
/** Looks at the memory. */
const MEMORY_SAMPLES = 6

/** How a flood is made. */
export interface FloodOptions {
  /** How many times what the node can give it is asked for. */
  times: number
  /** At least 8. */
  seconds: number
  /** Honest visitors a second meanwhile. */
  rate: number
  /** What Node is given to run the command line. @default the built one */
  cli?: readonly string[]
}

/**
 * Has 1,000 networks ask a node for so many times what it can give, while honest visitors come from other
 * ones.
 */
export async function flood({ times, seconds, rate, cli }: FloodOptions): Promise<FloodOutcome> {
  const fleet = await startFleet({
    nodes: 1,
    workers: '1',
    ledger: 'sqlite',
    registry: 'sqlite',
    env: { UPRIGHT_TRUST_PROXY: '1' },
    ...(cli && { cli }),
  })
  const client = createClient()
  try {
    const [node] = fleet.nodes
    const url = node!.url
    const unlimited = await fleet.addSite('--open', '--origin', '*', '--rate', '0')
    const site = await fleet.addSite('--open', '--origin', '*')
    await known(fleet, keyOf(unlimited))
    await known(fleet, keyOf(site))
    const path = (key: string) => `/s/${key}${PICTURE}`
    const warm = await launch(url, path(unlimited.publicKey), 0, 1)
    if (Object.keys(warm.answers).join() !== '200')
      throw new Error(`a node said ${JSON.stringify(warm.answers)}`)
    const measured = await launch(url, path(unlimited.publicKey), 0, CAPACITY_SECONDS)
    const capacity = (measured.answers['200'] ?? 0) / CAPACITY_SECONDS

    const memory = () => usageOf(node!.child.pid!).memory
    const memories = [memory()]
    const flooding = launch(url, path(site.publicKey), Math.ceil(capacity * times), seconds)
    const visits = { client, urls: [url], rate, journey: openJourney({ site, secret: fleet.secret }) }
    const looking = setInterval(() => memories.push(memory()), (seconds * 1000) / MEMORY_SAMPLES)
    const first = await pace({ ...visits, seconds: START_SECONDS })
    const honest = await pace({ ...visits, seconds: seconds - START_SECONDS - 1 })
    const flooded = await flooding
    clearInterval(looking)
    return {
      capacity,
      seconds,
      due: flooded.due / seconds,
      sent: flooded.sent / seconds,
      answers: flooded.answers,
      broken: flooded.broken,
      first,
      honest,
      memory: memories,
    }
  } finally {
    client.close()
    await fleet.stop()
  }
}

async function launch(url: string, path: string, rate: number, seconds: number): Promise<Flooded> {
  const args = ['--import', 'tsx', FLOODER, url, path, `${rate}`, `${seconds}`]
  const { stdout } = await promisify(execFile)(process.execPath, args, { env: {} })
  return JSON.parse(stdout)
}
